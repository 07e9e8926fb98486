"""The directory read on the screen: a preview first, all or nothing, and never two at once."""

import datetime as dt
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone, translation

from audit.models import Event
from common.errors import Refused
from common.tables import read_table
from staff import actions, directory_export
from staff.actions_directory import LOCK
from staff.directory import HEADINGS, read
from staff.directory_plan import Terms, compare
from staff.models import Staff
from staff.roles import Role
from tests import cast
from tests.project.test_permission_matrix import row_counts
from tests.staff.listing import person, postings, row, text

pytestmark = pytest.mark.django_db
PAGE = "/people/import/"
REJECTS = f"{PAGE}rejects/"
ON = "2026-04-01"


@pytest.fixture
def administrator(people: SimpleNamespace, sign_in: Any) -> Client:
    words = {"role": Role.ADMINISTRATOR, "valid_from": cast.SINCE}
    for number in ("a1", "a2"):
        one = cast.person(number, "管理 太郎", kana="かんり", email=f"{number}@moka.example")
        actions.grant_role(by=people.ciso, person=one, **words)
    return sign_in(people.administrator)


def text_of(response: Any) -> str:
    return response.content.decode()


def upload(content: bytes, name: str = "名簿.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def preview(browser: Client, *rows: dict[str, str], on: str = ON, content: bytes | None = None, **more: str) -> Any:
    return browser.post(PAGE, {"file": upload(content if content is not None else text(*rows)), "on": on, **more})


def kept(shown: Any, **more: str) -> dict[str, str]:
    """What the button of a preview sends."""
    form = shown.context["saving"]
    return {name: str(form[name].value()) for name in ("token", "seen", "on", "full")} | {"reason": "人事異動", **more}


def save(browser: Client, shown: Any, **more: str) -> Any:
    return browser.post(PAGE, kept(shown, **more))


def cast_rows() -> list[dict[str, str]]:
    """The people on the staff as the export writes them, as rows to be changed."""
    with translation.override("ja"):
        cells = [[str(cell or "") for cell in one] for one in directory_export.people_rows(dt.date(2026, 4, 1))]
    return [dict(zip(HEADINGS, one, strict=True)) for one in cells]


# --- Reading people -------------------------------------------------------------------------------------------------


def test_a_list_shows_who_is_added_moved_changed_and_leaves_and_is_saved_with_its_reason(administrator: Client) -> None:
    rows = {one["number"]: one for one in cast_rows()}
    rows["001"] |= {"code": "013010", "position": "主任"}
    rows["002"] |= {"name": "德永 誠一"}
    rows["007"] |= {"left_on": "2026-03-31"}
    shown = preview(administrator, *rows.values(), row("0008", name="新人 花子", joined_on="R8.4.1"))
    assert shown.status_code == 200
    assert shown.context["found"].tally == (1, 2, 6, 1, 0)
    assert [(str(one.kind), one.number) for one in shown.context["previews"]] == [
        ("追加", "0008"),
        ("異動", "001"),
        ("変更", "002"),
        ("退職", "007"),
    ]
    for words in ("新人 花子", "市民課 (012010) → R8.3.31まで", "税務課 (013010) 主任", "德永 誠 → 德永 誠一"):
        assert words in text_of(shown)
    done = save(administrator, shown)
    assert done.url == "/people/"
    assert "追加1人、変更2人（うち異動1人）、退職1人" in text_of(administrator.get(done.url))
    assert postings("001")[-1][:2] == ("013010", "主任")
    assert person("002").name == "德永 誠一"
    assert person("007").left_on == dt.date(2026, 3, 31)
    event = Event.objects.filter(action="staff.import_people").get()
    told = {name: event.data[name] for name in ("on", "full", "added", "changed", "unchanged", "left", "reason")}
    assert told == {"on": ON, "full": False, "added": 1, "changed": 2, "unchanged": 6, "left": 1, "reason": "人事異動"}
    assert preview(administrator, *rows.values()).context["found"].tally.writes == 0


def test_a_new_person_cannot_sign_in_before_somebody_helps(administrator: Client) -> None:
    save(administrator, preview(administrator, row("0008")))
    assert not person("0008").has_usable_password()


def test_every_fault_is_shown_and_the_bad_rows_can_be_had(administrator: Client) -> None:
    before = row_counts()
    shown = preview(administrator, row("1", name=""), row("2"), row("3", code="77", email="x"))
    assert shown.status_code == 400
    assert [(one.row, one.column) for one in shown.context["problems"]] == [(2, "氏名"), (4, "メール")]
    assert row_counts() == before
    rejects = {name: str(shown.context["rejects"][name].value()) for name in ("token", "on", "full")}
    file = administrator.post(REJECTS, rejects)
    assert file["Content-Disposition"].startswith('attachment; filename="rejects_')
    headings, *bad = [one.cells for one in read_table(file.content)]
    assert headings == [*HEADINGS.values(), "理由"]
    assert [(cells[0], cells[-1].partition(":")[0]) for cells in bad] == [("1", "氏名"), ("3", "メール")]
    assert Event.objects.latest("pk").action == "staff.export_rejects"


def test_bad_rows_of_a_file_that_is_no_longer_there_are_refused(administrator: Client) -> None:
    for data in ({}, {"token": "x", "on": ON, "full": "False"}, {"token": "x", "on": "昨日"}):
        assert administrator.post(REJECTS, data).status_code == 409


@pytest.mark.parametrize(
    "content",
    [
        b"",
        text(),
        b"<html>",
        b"PK\x03\x04 broken",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 .xls",
        text(row("1", name="真岡\0太郎")),
        text(row("1", name="真岡\u2028Bcc: x@evil.example")),
        text(row("1")) + b"\x81\xff",
    ],
)
def test_a_bad_file_is_refused_in_words_and_changes_nothing(administrator: Client, content: bytes) -> None:
    before = row_counts()
    shown = preview(administrator, content=content)
    assert shown.status_code == 400
    assert "エラー" in text_of(shown)
    assert row_counts() == before


@pytest.mark.parametrize("on", ["", "昨日", "2026-02-30", "\0"])
def test_a_base_date_that_is_none_is_told_at_its_field(administrator: Client, on: str) -> None:
    shown = preview(administrator, row("1"), on=on)
    assert shown.status_code == 400
    assert "on" in shown.context["choose"].errors
    assert shown.context["found"] is None


def test_the_base_date_is_read_in_any_writing_and_carried_to_the_saving(administrator: Client) -> None:
    shown = preview(administrator, row("0008"), on="令和８年４月１日")
    assert shown.context["saving"]["on"].value() == ON
    assert save(administrator, shown).status_code == 302
    assert postings("0008") == [("012010", "主事", False, ON, "")]


def test_a_full_list_has_those_missing_leave_and_many_only_when_confirmed(administrator: Client) -> None:
    rows = cast_rows()
    assert "退職" not in [str(one.kind) for one in preview(administrator, *rows[:-1]).context["previews"]]
    one_left = [one for one in rows if one["number"] != "007"]
    shown = preview(administrator, *one_left, full="on")
    assert shown.context["found"].tally == (0, 0, 8, 1, 0)
    assert "confirmed" not in shown.context["saving"].fields
    many_left = [one for one in rows if one["number"] not in ("001", "007")]
    shown = preview(administrator, *many_left, full="on")
    assert "9人のうち2人が退職" in text_of(shown)
    told = save(administrator, shown)
    assert told.status_code == 400
    assert "confirmed" in told.context["saving"].errors
    assert person("007").left_on is None
    assert save(administrator, shown, confirmed="on").status_code == 302
    assert person("007").left_on == person("001").left_on == dt.date(2026, 3, 31)


def test_an_administrator_takes_neither_himself_nor_too_many_others_away(administrator: Client) -> None:
    own = next(one for one in cast_rows() if one["number"] == "006") | {"left_on": "2026-03-31"}
    shown = preview(administrator, own)
    assert "ご自身を退職とすることはできません" in text_of(shown)
    others = [one | {"left_on": "2026-03-31"} for one in cast_rows() if one["number"] in ("a1", "a2")]
    for one in others:
        one |= {"code": "012010", "position": "主事"}
    shown = preview(administrator, *others)
    assert "管理者が2人以上" in text_of(shown) or "2人" in str(shown.context["problems"][0].reason)
    assert Staff.objects.filter(left_on__isnull=False).count() == 0


def test_a_preview_that_no_longer_holds_is_shown_anew(administrator: Client, people: SimpleNamespace) -> None:
    moved = next(one for one in cast_rows() if one["number"] == "001") | {"code": "013010"}
    shown = preview(administrator, moved)
    employee = people.employee
    employee.name = "𠮷田 改名"
    employee.save()
    again = save(administrator, shown)
    assert again.status_code == 400
    assert "𠮷田 改名 → 𠮷田 瀨奈" in text_of(again)
    assert [one[0] for one in postings("001")] == ["012010"]
    assert save(administrator, again).status_code == 302
    assert [one[0] for one in postings("001")] == ["012010", "013010"]


def test_saving_twice_saves_once(administrator: Client) -> None:
    shown = preview(administrator, row("0008"))
    assert save(administrator, shown).status_code == 302
    assert "保存するものはありません" in text_of(save(administrator, shown))
    assert Event.objects.filter(action="staff.import_people").count() == 1


def test_a_tampered_or_incomplete_second_step_saves_nothing(administrator: Client) -> None:
    shown = preview(administrator, row("0008"))
    for wrong in ({"token": "x"}, {"reason": ""}, {"on": ""}, {"on": "2026-05-01"}, {"full": "True"}, {"seen": "x"}):
        assert save(administrator, shown, **wrong).status_code == 400, wrong
    assert not Staff.objects.filter(employee_number="0008").exists()


def test_somebody_signed_in_long_ago_is_asked_again_first(people: SimpleNamespace) -> None:
    browser = Client()
    browser.force_login(people.administrator)
    assert browser.get(PAGE).status_code == 302


# --- Two at once ----------------------------------------------------------------------------------------------------


def saving(by: Staff, content: bytes, **more: Any) -> Any:
    terms = Terms(dt.date(2026, 4, 1), timezone.localdate())
    words = {"listing": read(content), "terms": terms, "sha256": "0" * 64, "reason": "人事異動"}
    return actions.save_directory(by=by, **words, **more)


@pytest.mark.django_db(transaction=True)
def test_an_import_while_another_is_being_saved_is_refused(people: SimpleNamespace) -> None:
    holds, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            holds.set()
            done.wait(30)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    holds.wait(30)
    try:
        with translation.override("en"), pytest.raises(Refused, match="Another import"):
            saving(people.administrator, text(row("0008")))
    finally:
        done.set()
        other.join()
    assert not Staff.objects.filter(employee_number="0008").exists()
    assert saving(people.administrator, text(row("0008"))).tally.added == 1


def test_a_directory_that_changed_between_comparing_and_saving_is_not_saved(people: SimpleNamespace) -> None:
    listing, terms = read(text(row("0008"))), Terms(dt.date(2026, 4, 1), timezone.localdate())
    seen = compare(listing, terms, by=people.administrator).fingerprint
    cast.person("0008", "別の 人")
    before = row_counts()
    with translation.override("en"), pytest.raises(Refused, match="Somebody else changed the directory"):
        saving(people.administrator, text(row("0008")), seen=seen)
    assert row_counts() == before


def test_a_file_with_errors_is_not_saved_by_the_action_either(people: SimpleNamespace) -> None:
    before = row_counts()
    with translation.override("en"), pytest.raises(Refused, match="has errors"):
        saving(people.administrator, text(row("0008"), row("9", code="77")))
    assert row_counts() == before


@pytest.mark.django_db(transaction=True)
def test_an_administrator_taken_away_while_an_import_takes_another_is_counted(people: SimpleNamespace) -> None:
    since = {"role": Role.ADMINISTRATOR, "valid_from": cast.SINCE}
    second, third = cast.person("a1"), cast.person("a2")
    grants = [actions.grant_role(by=people.ciso, person=one, **since) for one in (second, third)]

    def meanwhile(_what: str, _done: int) -> None:
        other = threading.Thread(target=take_away)
        other.start()
        other.join(30)

    def take_away() -> None:
        today = timezone.localdate()
        words = {"last_day": today - dt.timedelta(days=1), "on": today, "reason": "異動"}
        actions.end_grant(by=people.ciso, grant=grants[0], **words)
        connection.close()

    gone = text(row("a2", left_on="2026-03-31", code="", position=""))
    with translation.override("en"), pytest.raises(Refused, match="At least two administrators"):
        saving(people.administrator, gone, progress=meanwhile)
    assert person("a2").left_on is None
