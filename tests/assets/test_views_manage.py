"""What officers do with the registers: one entry in a form, many from a file."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from assets.actions import save_entry
from assets.models import ClassLevel, InformationAsset, NetworkDevice
from assets.registers import REGISTERS
from audit.models import Event
from common.errors import Refused
from common.tables import excel
from tests import cast

pytestmark = pytest.mark.django_db
DEVICES = "/assets/devices/"
HEAD = "管理番号,名称,種別,所属コード,設置場所,MACアドレス,IPアドレス,取得日,廃棄日\n"


@pytest.fixture
def officer(people: SimpleNamespace, sign_in: Any) -> Client:
    return sign_in(people.officer)


@pytest.fixture
def device(people: SimpleNamespace) -> NetworkDevice:
    values = cast.device("X-0001", department_code="012010")
    return save_entry(by=people.officer, register=REGISTERS["devices"], entry=None, values=values, reason="購入")


def text_of(response: Any) -> str:
    return response.content.decode()


# --- One entry ------------------------------------------------------------------------------------------------------


def typed(**more: Any) -> dict[str, Any]:
    return {
        "number": "Ｘ－０００３",
        "name": "𠮷野の端末",
        "kind": "パソコン",
        "department_code": "012010",
        "mac_address": "00-1A-2B-3C-4D-5E",
        "ip_address": "192.0.2.1",
        "acquired_on": "R8.4.1",
        "reason": "購入",
        **more,
    }


def level(aspect: str, code: str, since: dt.date = dt.date(2024, 10, 1)) -> ClassLevel:
    return ClassLevel.objects.get(aspect=aspect, code=code, scheme__valid_from=since)


def asset_values(**more: Any) -> dict[str, Any]:
    classes = {"confidentiality": level("confidentiality", "3A"), "integrity": level("integrity", "2")}
    classes["availability"] = level("availability", "1")
    return {
        "number": "A-1",
        "name": "住民基本台帳",
        "work": "住民記録",
        "department_code": "012010",
        "form": "paper",
        "acquired_on": dt.date(2019, 4, 1),
        **classes,
        **more,
    }


def test_an_entry_is_added_with_its_codes_folded_and_its_texts_as_given(officer: Client) -> None:
    saved = officer.post(f"{DEVICES}new/", typed())
    made = NetworkDevice.objects.get()
    assert saved.url == f"{DEVICES}{made.pk}/"
    assert (made.number, made.name, made.department_code) == ("X-0003", "𠮷野の端末", "012010")
    assert (made.acquired_on, made.disposed_on) == (dt.date(2026, 4, 1), None)
    event = Event.objects.about("assets.NetworkDevice", made.pk)[0]
    assert (event.action, event.data["reason"]) == ("assets.add_entry", "購入")


def test_an_entry_added_twice_by_a_double_click_is_added_once(officer: Client) -> None:
    addresses = {officer.post(f"{DEVICES}new/", typed()).url for _ in range(2)}
    assert addresses == {f"{DEVICES}{NetworkDevice.objects.get().pk}/"}
    assert Event.objects.filter(action="assets.add_entry").count() == 1


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("number", "X-0001", "すでに使われています"),
        ("number", "Ｘ－０００１", "すでに使われています"),
        ("number", "", "入力"),
        ("department_code", "9999", "選択肢にありません"),
        ("disposed_on", "R8.3.31", "取得日以後"),
        ("acquired_on", "昨日", "日付"),
        ("mac_address", "00-1A", "MACアドレスは"),
        ("ip_address", "192.0.2.999", "IPアドレスは"),
        ("reason", "", "入力"),
        ("name", "a\x01b", "見えない文字"),
    ],
)
def test_a_wrong_value_is_told_at_its_field_and_keeps_the_typing(
    officer: Client, device: NetworkDevice, field: str, value: str, told: str
) -> None:
    response = officer.post(f"{DEVICES}new/", typed(place="三階<b>", **{field: value}))
    assert response.status_code == 400
    assert told in " ".join(response.context["form"].errors[field])
    assert "三階&lt;b&gt;" in text_of(response)
    assert NetworkDevice.objects.count() == 1


def test_an_unknown_class_is_refused_and_a_known_one_is_shown_in_words(officer: Client) -> None:
    values = {name: getattr(value, "pk", value) for name, value in asset_values(acquired_on="2019/4/1").items()}
    old = level("confidentiality", "3", dt.date(2003, 3, 1))
    for wrong in ("999999", "3A", "", str(old.pk)):
        response = officer.post("/assets/information/new/", values | {"confidentiality": wrong, "reason": "登録"})
        assert "confidentiality" in response.context["form"].errors
    assert not InformationAsset.objects.exists()
    page = officer.post("/assets/information/new/", values | {"reason": "登録"}, follow=True)
    for words in ("自治体機密性3A", "自治体完全性2", "自治体可用性1", "住民基本台帳", "紙"):
        assert words in text_of(page)


def edit_form(officer: Client, entry: Any, register: str = "devices") -> dict[str, Any]:
    """Return what the form of an entry would send."""
    form = officer.get(f"/assets/{register}/{entry.pk}/edit/").context["form"]
    found = {name: form[name].value() for name in form.fields}
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in found.items() if value}


def test_an_entry_changes_with_a_reason_and_its_number_never(officer: Client, device: NetworkDevice) -> None:
    sent = edit_form(officer, device) | {"number": "Y-1", "place": "３階", "disposed_on": "R8.11.1", "reason": "故障"}
    assert officer.post(f"{DEVICES}{device.pk}/edit/", sent).status_code == 302
    device.refresh_from_db()
    assert (device.number, device.place, device.disposed_on) == ("X-0001", "３階", dt.date(2026, 11, 1))
    event = Event.objects.about("assets.NetworkDevice", device.pk)[0]
    assert (event.action, event.data["reason"]) == ("assets.change_entry", "故障")
    assert {one["place"] for one in event.data["changes"]} == {"place", "disposed_on"}


def test_saving_an_entry_as_it_is_leaves_no_trace(officer: Client, device: NetworkDevice) -> None:
    before = Event.objects.count()
    officer.post(f"{DEVICES}{device.pk}/edit/", edit_form(officer, device) | {"reason": "なし"})
    assert Event.objects.count() == before


def test_of_two_officers_editing_the_second_is_told_once_and_keeps_the_typing(
    officer: Client, device: NetworkDevice
) -> None:
    address = f"{DEVICES}{device.pk}/edit/"
    mine, others = (edit_form(officer, device) | {"place": place, "reason": "移設"} for place in ("４階", "５階"))
    assert officer.post(address, others).status_code == 302
    told = officer.post(address, mine)
    assert told.status_code == 400
    assert "４階" in text_of(told)
    assert NetworkDevice.objects.get().place == "５階"
    again = mine | {"seen": told.context["form"]["seen"].value()}
    assert officer.post(address, again).status_code == 302
    assert NetworkDevice.objects.get().place == "４階"


def test_an_entry_saved_twice_by_a_double_click_is_saved_and_nobody_else_is_blamed(
    officer: Client, device: NetworkDevice
) -> None:
    sent = edit_form(officer, device) | {"place": "４階", "disposed_on": "R8.11.1", "reason": "移設"}
    for _ in range(2):
        assert officer.post(f"{DEVICES}{device.pk}/edit/", sent).url == f"{DEVICES}{device.pk}/"
    assert Event.objects.filter(action="assets.change_entry").count() == 1


def test_two_saving_the_same_of_an_entry_at_one_time_is_no_overlap(
    people: SimpleNamespace, device: NetworkDevice
) -> None:
    words = {"by": people.officer, "register": REGISTERS["devices"], "reason": "移設"}
    first, second, third = (NetworkDevice.objects.get() for _ in range(3))
    save_entry(entry=first, values={"place": "４階"}, **words)
    assert save_entry(entry=second, values={"place": "４階"}, **words).place == "４階"
    with translation.override("en"), pytest.raises(Refused, match="Somebody else"):
        save_entry(entry=third, values={"place": "５階"}, **words)


def test_an_asset_classified_anew_by_the_same_code_of_a_newer_scheme_is_a_change(
    officer: Client, people: SimpleNamespace
) -> None:
    values = asset_values(confidentiality=level("confidentiality", "2", dt.date(2003, 3, 1)))
    asset = save_entry(by=people.officer, register=REGISTERS["information"], entry=None, values=values, reason="登録")
    newer = level("confidentiality", "2")
    sent = edit_form(officer, asset, "information") | {"confidentiality": newer.pk, "reason": "分類の見直し"}
    assert officer.post(f"/assets/information/{asset.pk}/edit/", sent).status_code == 302
    assert InformationAsset.objects.get().confidentiality == newer
    event = Event.objects.about("assets.InformationAsset", asset.pk)[0]
    assert event.data["changes"] == [{"place": "confidentiality", "before": "機密性2", "after": "自治体機密性2"}]


# --- Many from a file -----------------------------------------------------------------------------------------------


def csv(*rows: str, encoding: str = "cp932") -> SimpleUploadedFile:
    return SimpleUploadedFile("台帳.csv", (HEAD + "\n".join(rows)).encode(encoding))


def preview(officer: Client, file: SimpleUploadedFile, register: str = "devices") -> Any:
    return officer.post(f"/assets/{register}/import/", {"file": file})


def save(officer: Client, shown: Any, reason: str = "年度末の棚卸") -> Any:
    """Press the button of a preview."""
    kept = {name: shown.context["saving"][name].value() for name in ("token", "seen")}
    return officer.post(f"{DEVICES}import/", kept | {"reason": reason})


NEW = "X-0002,新しい端末,PC,012010,2階,,,2026/4/1,"
MOVED = "X-0001,端末X-0001,PC,012010,5階,,,2016/4/1,"
SAME = "X-0001,端末X-0001,PC,012010,2階,,,2016/4/1,"


def test_a_file_shows_what_it_would_do_and_is_saved_with_the_reason_of_each_row(
    officer: Client, device: NetworkDevice
) -> None:
    shown = preview(officer, csv(NEW, MOVED))
    assert shown.context["found"].tally == (1, 1, 0, 0)
    for words in ("X-0002", "新しい端末", "2階 → 5階"):
        assert words in text_of(shown)
    assert list(NetworkDevice.objects.values_list("place", flat=True)) == ["2階"]
    done = save(officer, shown)
    assert done.url == DEVICES
    assert "追加1件、変更1件" in text_of(officer.get(done.url))
    assert dict(NetworkDevice.objects.values_list("number", "place")) == {"X-0001": "5階", "X-0002": "2階"}
    for entry in NetworkDevice.objects.all():
        event = Event.objects.about("assets.NetworkDevice", entry.pk)[0]
        assert event.data["reason"] == "年度末の棚卸"
    assert preview(officer, csv(NEW, MOVED)).context["found"].tally == (0, 0, 2, 0)


def test_an_excel_file_is_read_too(officer: Client, device: NetworkDevice) -> None:
    content = excel("台帳", HEAD.strip().split(","), [MOVED.split(",")])
    shown = preview(officer, SimpleUploadedFile("台帳.xlsx", content))
    assert shown.context["found"].tally == (0, 1, 0, 0)
    assert save(officer, shown).status_code == 302


def test_one_fault_keeps_everything_out_and_each_is_named(officer: Client, device: NetworkDevice) -> None:
    wrong = (
        "X-3,,PC,9999,,,,昨日,",
        "X-4,端末,PC,012010,,,,2019/4/1,2019/3/31",
        "Ｘ－０００２,二度目,PC,012010,,,,2019/4/1,",
    )
    shown = preview(officer, csv(NEW, *wrong))
    places = [(problem.row, problem.column) for problem in shown.context["problems"]]
    assert places == [(3, "名称"), (3, "所属コード"), (3, "取得日"), (4, "廃棄日"), (5, "管理番号")]
    for problem in shown.context["problems"]:
        assert problem.reason in text_of(shown).replace("&quot;", '"')
    save(officer, shown)
    assert NetworkDevice.objects.count() == 1


def test_only_the_first_faults_are_shown_and_the_others_counted(officer: Client, people: SimpleNamespace) -> None:
    shown = preview(officer, csv(*(f"X-{n},端末,PC,9999,,,,2019/4/1," for n in range(60))))
    assert len(shown.context["problems"]) == 50
    assert "ほかに10件の誤り" in text_of(shown)


@pytest.mark.parametrize("content", [b"", b"<html>", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 .xls"])
def test_a_file_that_is_no_table_is_refused_in_words(officer: Client, content: bytes) -> None:
    shown = preview(officer, SimpleUploadedFile("台帳.xlsx", content))
    assert shown.status_code == 400
    assert "エラー" in text_of(shown)
    assert not NetworkDevice.objects.exists()


def test_a_preview_that_no_longer_holds_is_shown_anew(officer: Client, device: NetworkDevice) -> None:
    shown = preview(officer, csv(MOVED))
    officer.post(f"{DEVICES}{device.pk}/edit/", edit_form(officer, device) | {"place": "地下", "reason": "移設"})
    again = save(officer, shown)
    assert again.status_code == 400
    assert "地下 → 5階" in text_of(again)
    assert NetworkDevice.objects.get().place == "地下"
    assert save(officer, again).status_code == 302
    assert NetworkDevice.objects.get().place == "5階"


def test_saving_twice_saves_once(officer: Client, device: NetworkDevice) -> None:
    shown = preview(officer, csv(NEW))
    assert save(officer, shown).status_code == 302
    again = save(officer, shown)
    assert again.status_code == 200
    assert "保存するものはありません" in text_of(again)
    assert Event.objects.filter(action="assets.add_entry").count() == 2


def test_a_file_that_says_what_is_held_has_nothing_to_save(officer: Client, device: NetworkDevice) -> None:
    shown = preview(officer, csv(SAME))
    assert shown.context["found"].tally == (0, 0, 1, 0)
    assert "保存するものはありません" in text_of(shown)
