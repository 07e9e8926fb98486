"""The directory taken away as a file, and the departments read and taken away: what goes out comes back unchanged."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from audit.models import Event
from common.tables import read_table
from staff import actions
from staff.directory import HEADINGS, read
from staff.directory_plan import Terms, compare
from staff.models import Department, Leave, Posting, Staff
from tests import cast
from tests.project.test_permission_matrix import row_counts

pytestmark = pytest.mark.django_db
DEPARTMENTS = "/departments/import/"
ON = "2026-04-01"


@pytest.fixture
def administrator(people: SimpleNamespace, sign_in: Any) -> Client:
    return sign_in(people.administrator)


def text_of(response: Any) -> str:
    return response.content.decode()


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("組織.csv", content)


# --- Taking the directory away --------------------------------------------------------------------------------------


@pytest.fixture
def reader(people: SimpleNamespace, sign_in: Any) -> Client:
    """An auditor, in a city with somebody of every sort."""
    by, office = people.administrator, Department.objects.get(code="012010")
    Posting.objects.create(
        person=people.employee, department=Department.objects.get(code="013010"), concurrent=True, valid_from=cast.SINCE
    )
    Leave.objects.create(person=people.manager, valid_from=dt.date(2026, 1, 1), valid_to=dt.date(2026, 12, 31))
    cast.person("=1", "髙﨑 一郎", kana="たかさき", email="a@moka.example", employment_kind="fiscal_year")
    gone = actions.register(
        by=by, employee_number="gone", name="前 任者", joined_on=cast.SINCE, left_on=dt.date(2020, 3, 31)
    )
    actions.post(by=by, person=gone, department=office, valid_from=cast.SINCE, valid_to=dt.date(2020, 3, 31))
    return sign_in(people.auditor)


def taken(browser: Client, kind: str, on: str = ON) -> Any:
    return browser.post("/people/export/", {"kind": kind, "on": on})


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_is_taken_away_comes_back_unchanged(reader: Client, people: SimpleNamespace, kind: str) -> None:
    file = taken(reader, kind)
    assert file["Content-Disposition"] == f'attachment; filename="directory_20260401.{kind}"'
    headings, *rows = [one.cells for one in read_table(file.content)]
    assert headings == list(HEADINGS.values())
    assert [cells[0] for cells in rows] == ["001", "001", "002", "003", "004", "005", "006", "007", "=1"]
    terms = Terms(dt.date(2026, 4, 1), timezone.localdate(), full=True)
    found = compare(read(file.content), terms, by=people.administrator)
    assert (found.problems, found.tally) == ([], (0, 0, 8, 0, 0))
    event = Event.objects.latest("pk")
    assert (event.action, event.data) == ("staff.export_directory", {"on": ON, "kind": kind, "rows": 9})


def test_the_directory_of_an_earlier_day_is_that_of_the_day(reader: Client) -> None:
    rows = [one.cells for one in read_table(taken(reader, "csv", "2019-04-01").content)]
    assert "gone" in [cells[0] for cells in rows]


def test_a_character_that_shift_jis_lacks_is_named_and_no_file_is_handed_out(reader: Client) -> None:
    told = taken(reader, "cp932")
    assert told.status_code == 400
    assert "𠮷" in text_of(told)
    assert "氏名" in text_of(told)
    assert not Event.objects.filter(action="staff.export_directory").exists()
    Staff.objects.filter(name__contains="𠮷").update(name="吉田 瀬奈")
    Staff.objects.filter(name__contains="草彅").update(name="草なぎ 薫")
    content = taken(reader, "cp932").content
    assert "髙﨑 一郎" in content.decode("cp932")


@pytest.mark.parametrize("data", [{}, {"kind": "pdf", "on": ON}, {"kind": "csv", "on": "昨日"}])
def test_a_wrong_choice_is_told_and_nothing_is_handed_out(reader: Client, data: dict[str, str]) -> None:
    response = reader.post("/people/export/", data)
    assert "attachment" not in response.get("Content-Disposition", "")
    assert response.status_code in (200, 400)


# --- Departments ----------------------------------------------------------------------------------------------------

RENAMED = "0110,総務部,,1,2016-04-01,2026-03-31\n0110,総務政策部,,1,2026-04-01,\n"
DEPARTMENT_HEAD = "所属コード,所属名,上位所属コード,建制順,開始日,終了日\n"


def departments_preview(browser: Client, rows: str) -> Any:
    return browser.post(DEPARTMENTS, {"file": upload((DEPARTMENT_HEAD + rows).encode())})


def departments_saved(browser: Client, shown: Any) -> Any:
    form = shown.context["saving"]
    return browser.post(DEPARTMENTS, {name: form[name].value() for name in ("token", "seen")} | {"reason": "組織改正"})


def test_departments_are_read_on_the_screen_with_a_preview(administrator: Client) -> None:
    shown = departments_preview(administrator, RENAMED)
    assert shown.context["found"].tally == (1, 1, 0, 0)
    for words in ("総務政策部", "令和8年（2026年）3月31日"):
        assert words in text_of(shown)
    assert departments_saved(administrator, shown).url == "/departments/"
    assert Department.objects.in_force(dt.date(2026, 4, 1)).get(code="0110").name == "総務政策部"
    assert Event.objects.filter(action="staff.change_department").get().data["reason"] == "組織改正"
    assert "保存するものはありません" in text_of(departments_preview(administrator, RENAMED))


def test_a_preview_of_departments_that_no_longer_holds_is_shown_anew(administrator: Client) -> None:
    shown = departments_preview(administrator, RENAMED)
    Department.objects.filter(code="0110").update(name="総務企画部")
    again = departments_saved(administrator, shown)
    assert again.status_code == 400
    assert Department.objects.filter(code="0110").count() == 1


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ("99,課,98,9,2016-04-01,\n", (2, "上位所属コード")),
        ("98,部,99,9,2016-04-01,\n99,課,98,9,2016-04-01,\n", (2, "上位所属コード")),
        ("99,課,99,9,2016-04-01,\n", (2, "上位所属コード")),
        ("0110,別の部,,1,2020-04-01,\n", (2, "開始日")),
        ("99,課,,9,2016-04-01,2016-03-31\n", (2, "終了日")),
        ("99,,,9,2016-04-01,\n", (2, "所属名")),
        ("99,課,,9,2016-04-01,\n99,課,,9,2016-04-01,\n", (3, "所属コード")),
    ],
)
def test_impossible_departments_are_named_and_nothing_is_saved(
    administrator: Client, rows: str, place: tuple[int, str]
) -> None:
    before = row_counts()
    shown = departments_preview(administrator, rows)
    assert (shown.status_code, tuple(shown.context["problems"][0][:2])) == (400, place)
    assert row_counts() == before


@pytest.mark.parametrize("kind", ["xlsx", "csv", "cp932"])
def test_departments_that_are_taken_away_come_back_unchanged(administrator: Client, reader: Client, kind: str) -> None:
    departments_saved(administrator, departments_preview(administrator, RENAMED))
    file = reader.post("/departments/export/", {"kind": kind})
    assert file["Content-Disposition"].startswith('attachment; filename="departments_')
    shown = administrator.post(DEPARTMENTS, {"file": upload(file.content)})
    assert shown.context["found"].tally == (0, 0, 5, 0)
    event = Event.objects.filter(action="staff.export_departments").get()
    assert event.data == {"kind": kind, "rows": 5}
