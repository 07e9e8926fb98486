"""The registers on screen and as files, for those who may see them."""

import datetime as dt
import itertools
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assets import demo
from assets.actions import save_entry
from assets.models import NetworkDevice
from assets.registers import REGISTERS
from audit.models import Event
from common.templatetags.dates import moment
from staff.models import Department
from tests import cast

pytestmark = pytest.mark.django_db
DEVICES = "/assets/devices/"
TODAY = dt.date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _today(time_machine: Any) -> None:
    time_machine.move_to(dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC))


@pytest.fixture
def devices(people: SimpleNamespace) -> None:
    held = [
        cast.device("X-0001", name="𠮷野の端末", department_code="012010"),
        cast.device("X-0002", name="課税用サーバー", kind="サーバー", department_code="013010"),
        cast.device("X-0003", name="古い端末", department_code="012010", disposed_on=dt.date(2026, 11, 24)),
        cast.device("X-0004", name="来週の端末", department_code="012010", acquired_on=dt.date(2026, 12, 1)),
    ]
    for values in held:
        save_entry(by=people.officer, register=REGISTERS["devices"], entry=None, values=values, reason="登録")


def numbers(browser: Client, address: str = "") -> list[str]:
    response = browser.get(f"{DEVICES}{address}")
    assert response.status_code == 200
    return [entry.number for entry in response.context["listing"].page]


def test_an_officer_sees_what_the_whole_city_holds_today(sign_in: Any, people: SimpleNamespace, devices: None) -> None:
    browser = sign_in(people.officer)
    assert numbers(browser) == ["X-0001", "X-0002"]
    page = browser.get(DEVICES).content.decode()
    for words in ("𠮷野の端末", "市民課", "H28.4.1", "全2件のうち1～2件を表示"):
        assert words in page


def test_a_manager_sees_the_own_section_only(sign_in: Any, people: SimpleNamespace, devices: None) -> None:
    assert numbers(sign_in(people.manager)) == ["X-0001"]
    assert numbers(sign_in(people.manager), "?department=013010") == []
    file = sign_in(people.manager).get(f"{DEVICES}file/?kind=csv").content.decode("utf-8-sig")
    assert "X-0001" in file and "X-0002" not in file


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("?state=disposed", ["X-0003"]),
        ("?state=all", ["X-0001", "X-0002", "X-0003", "X-0004"]),
        ("?q=サーバー", ["X-0002"]),
        ("?q=x-0001", ["X-0001"]),
        ("?q=Ｘ－０００１", ["X-0001"]),
        ("?department=０１３０１０", ["X-0002"]),
        ("?department=0130", []),
        ("?sort=-number", ["X-0002", "X-0001"]),
        ("?state=nothing", []),
        ("?q=%00", []),
    ],
)
def test_filters_and_order(
    address: str, found: list[str], sign_in: Any, people: SimpleNamespace, devices: None
) -> None:
    assert numbers(sign_in(people.officer), address) == found


def test_a_department_means_those_below_it_today(sign_in: Any, people: SimpleNamespace, devices: None) -> None:
    cast.department("99", "窓口係", "012010", valid_from=TODAY)
    NetworkDevice.objects.filter(number="X-0002").update(department_code="99")
    assert numbers(sign_in(people.officer), "?department=012010") == ["X-0001", "X-0002"]
    Department.objects.filter(code="99").update(valid_from=TODAY + dt.timedelta(days=1))
    assert numbers(sign_in(people.officer), "?department=012010") == ["X-0001"]


def test_what_is_handed_out_is_read_again_as_it_was(sign_in: Any, people: SimpleNamespace) -> None:
    demo.load(people.officer, TODAY)
    officer = sign_in(people.officer)
    for register, kind in itertools.product(REGISTERS, ("xlsx", "csv", "cp932")):
        held = REGISTERS[register].model.objects.count()
        file = officer.get(f"/assets/{register}/file/?kind={kind}&state=all")
        suffix = "xlsx" if kind == "xlsx" else "csv"
        assert file["Content-Disposition"] == f'attachment; filename="{register}_20261124.{suffix}"'
        upload = SimpleUploadedFile(f"台帳.{suffix}", file.content)
        again = officer.post(f"/assets/{register}/import/", {"file": upload})
        assert again.context["found"].tally == (0, 0, held, 0), (register, kind)
        assert held > 50


def test_texts_that_excel_would_change_come_back_as_given(sign_in: Any, people: SimpleNamespace) -> None:
    for number, name in enumerate(
        ["𠮷野", "=1+1", "'=1", "0012", "1/2", " 前後 ", "2019/4/1", "二行\n目", "二行\r\n目", "a\tb"]
    ):
        values = cast.device(f"00{number}", name=name)
        save_entry(by=people.officer, register=REGISTERS["devices"], entry=None, values=values, reason="登録")
    officer = sign_in(people.officer)
    for kind in ("xlsx", "csv"):
        file = officer.get(f"{DEVICES}file/?kind={kind}")
        again = officer.post(f"{DEVICES}import/", {"file": SimpleUploadedFile("台帳.csv", file.content)})
        assert again.context["found"].tally == (0, 0, 10, 0), kind


def test_handing_out_a_register_is_written_down(sign_in: Any, people: SimpleNamespace, devices: None) -> None:
    sign_in(people.manager).get(f"{DEVICES}file/?kind=csv&state=all")
    event = Event.objects.filter(action="assets.export_register").get()
    assert event.actor_uid == people.manager.uid
    assert event.data == {"register": "devices", "kind": "csv", "rows": 3}


def test_a_file_that_could_not_be_handed_out_is_not_written_down(
    sign_in: Any, people: SimpleNamespace, devices: None
) -> None:
    assert sign_in(people.officer).get(f"{DEVICES}file/?kind=cp932").status_code == 409
    assert not Event.objects.filter(action="assets.export_register").exists()


def test_an_entry_tells_its_whole_history_in_words(sign_in: Any, people: SimpleNamespace, devices: None) -> None:
    entry = NetworkDevice.objects.get(number="X-0001")
    values = {"disposed_on": dt.date(2026, 11, 20), "place": "倉庫"}
    save_entry(by=people.ciso, register=REGISTERS["devices"], entry=entry, values=values, reason="故障のため")
    page = sign_in(people.manager).get(f"{DEVICES}{entry.pk}/")
    newest, first = page.context["history"]
    assert (newest.person, newest.reason) == (people.ciso, "故障のため")
    assert [tuple(step) for step in newest.steps] == [
        ("設置場所", "2階", "倉庫"),
        ("廃棄日", "", "令和8年（2026年）11月20日"),
    ]
    assert (first.person, first.reason) == (people.officer, "登録")
    for words in (
        "故障のため",
        people.ciso.name,
        "倉庫",
        "令和8年（2026年）11月20日",
        "市民課 012010",
        moment(newest.event.at),
    ):
        assert words in page.content.decode()


def test_an_entry_of_another_department_is_a_missing_one_for_a_head(
    sign_in: Any, people: SimpleNamespace, devices: None
) -> None:
    own, other = (NetworkDevice.objects.get(number=number) for number in ("X-0001", "X-0002"))
    for role, statuses in (("manager", (200, 404)), ("officer", (200, 200)), ("auditor", (200, 200))):
        browser = sign_in(getattr(people, role))
        assert tuple(browser.get(f"{DEVICES}{one.pk}/").status_code for one in (own, other)) == statuses
    assert sign_in(people.officer).get(f"/assets/information/{own.pk}/").status_code == 404


def test_a_long_register_is_paged_and_costs_no_more_queries(
    sign_in: Any, people: SimpleNamespace, devices: None
) -> None:
    officer = sign_in(people.officer)
    officer.get(DEVICES)
    with CaptureQueriesContext(connection) as few:
        officer.get(DEVICES)
    NetworkDevice.objects.bulk_create(NetworkDevice(**cast.device(f"Y-{n:04d}")) for n in range(120))
    with CaptureQueriesContext(connection) as many:
        page = officer.get(DEVICES).context["listing"].page
    assert (len(page), page.paginator.count) == (50, 122)
    assert len(many) == len(few)


def test_what_shift_jis_cannot_hold_is_named(sign_in: Any, people: SimpleNamespace, devices: None) -> None:
    response = sign_in(people.officer).get(f"{DEVICES}file/?kind=cp932")
    assert response.status_code == 409
    assert "2行目の「名称」の「𠮷」" in response.content.decode()
    plain = sign_in(people.officer).get(f"{DEVICES}file/?kind=cp932&q=X-0002")
    assert "課税用サーバー" in plain.content.decode("cp932")


@pytest.mark.parametrize("address", ["file/", "file/?kind=exe", "file/?kind=csv&q=%00"])
def test_a_file_nobody_can_mean_is_refused_in_words(address: str, sign_in: Any, people: SimpleNamespace) -> None:
    response = sign_in(people.officer).get(f"{DEVICES}{address}")
    assert response.status_code == 409
    assert "選び直してください" in response.content.decode()


def test_the_files_of_a_filtered_list_hold_the_filtered_rows(
    sign_in: Any, people: SimpleNamespace, devices: None
) -> None:
    page = sign_in(people.officer).get(f"{DEVICES}?q=サーバー&page=1").content.decode()
    assert f"{DEVICES}file/?q=%E3%82%B5%E3%83%BC%E3%83%90%E3%83%BC&amp;kind=csv" in page
    file = sign_in(people.officer).get(f"{DEVICES}file/?q=サーバー&kind=csv").content.decode("utf-8-sig")
    assert [line.split(",")[0] for line in file.splitlines()] == ["管理番号", "X-0002"]


@pytest.mark.parametrize(
    ("acquired", "disposed", "said"),
    [(0, None, "保有中"), (1, None, "取得予定"), (-9, 0, "廃棄済み"), (-9, 1, "保有中")],
)
def test_an_entry_says_whether_the_city_holds_it(
    sign_in: Any, people: SimpleNamespace, devices: None, acquired: int, disposed: int | None, said: str
) -> None:
    today = timezone.localdate()
    days = {"acquired_on": today + dt.timedelta(days=acquired), "disposed_on": None}
    if disposed is not None:
        days["disposed_on"] = today + dt.timedelta(days=disposed)
    NetworkDevice.objects.filter(number="X-0001").update(**days)
    entry = NetworkDevice.objects.get(number="X-0001")
    assert said in sign_in(people.officer).get(f"{DEVICES}{entry.pk}/").content.decode()
