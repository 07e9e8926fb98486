"""`manage.py import_departments`: the departments over time from a file, all or nothing, and the same file twice."""

import datetime as dt
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from audit.models import Event
from common.errors import Refused
from common.tables import excel
from staff.actions import save_departments
from staff.departments import Plan
from staff.models import Department
from tests import cast

pytestmark = pytest.mark.django_db
HEADINGS = ("所属コード", "所属名", "上位所属コード", "建制順", "開始日", "終了日")
CITY = ("01,総務部,,1,2003-03-01,", "0110,情報政策課,01,2,2003-03-01,")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file that is read."""
    return tmp_path / "departments.csv"


def text(*rows: str) -> bytes:
    return "\n".join([",".join(HEADINGS), *rows, ""]).encode()


def imported(file: Path, content: bytes, *words: str) -> tuple[str, list[str], int]:
    """Run the command; return its last line, its faults, and its exit status."""
    file.write_bytes(content)
    told, faults, status = io.StringIO(), io.StringIO(), 0
    try:
        call_command("import_departments", str(file), *words, stdout=told, stderr=faults)
    except SystemExit as ended:
        status = int(ended.code or 0)
    return told.getvalue().splitlines()[-1], faults.getvalue().splitlines(), status


def counts(file: Path, content: bytes, *words: str) -> str:
    """Run the command, which must not fail, and return its last line."""
    last, faults, status = imported(file, content, *words)
    assert (faults, status) == ([], 0)
    return last


def faults_of(file: Path, *rows: str) -> list[str]:
    """Run the command, which must refuse and change nothing, and return what it said."""
    before = list(Department.objects.values())
    last, faults, status = imported(file, text(*rows))
    assert (status, last) == (1, f"0 added, 0 changed, 0 unchanged, {len(faults)} errors")
    assert list(Department.objects.values()) == before
    return faults


def periods(code: str) -> list[tuple[str, str, str]]:
    rows = Department.objects.filter(code=code).order_by("valid_from")
    return [(one.name, str(one.valid_from), str(one.valid_to or "")) for one in rows]


def test_departments_come_in_once_and_a_second_time_nothing_changes(file: Path) -> None:
    assert counts(file, text(*CITY), "--dry-run") == "2 added, 0 changed, 0 unchanged, 0 errors"
    assert not Department.objects.exists()
    assert counts(file, text(*CITY)) == "2 added, 0 changed, 0 unchanged, 0 errors"
    section = Department.objects.get(code="0110")
    assert (section.name, section.parent_code, section.order) == ("情報政策課", "01", 2)
    assert section.path_on(dt.date(2026, 4, 1)) == ["総務部", "情報政策課"]
    before = Event.objects.count()
    assert counts(file, text(*CITY)) == "0 added, 0 changed, 2 unchanged, 0 errors"
    assert Event.objects.count() == before


def test_a_rename_closes_the_old_period_and_opens_a_new_one(file: Path) -> None:
    counts(file, text(*CITY))
    renamed = ("0110,情報政策課,01,2,2003-03-01,R8.3.31", "0110,デジタル戦略課,01,2,R8.4.1,")
    assert counts(file, text(*renamed)) == "1 added, 1 changed, 0 unchanged, 0 errors"
    assert periods("0110") == [("情報政策課", "2003-03-01", "2026-03-31"), ("デジタル戦略課", "2026-04-01", "")]
    for day, name in ((dt.date(2026, 3, 31), "情報政策課"), (dt.date(2026, 4, 1), "デジタル戦略課")):
        assert Department.objects.in_force(day).get(code="0110").name == name
    event = Event.objects.filter(action="staff.change_department").get()
    assert event.data["changes"] == [{"place": "valid_to", "before": None, "after": "2026-03-31"}]
    assert event.data["reason"].startswith("import of departments.csv, SHA-256 ")


def test_a_beginning_may_stand_before_the_end_of_the_row_that_it_follows(file: Path) -> None:
    counts(file, text(*CITY, "0120,統計課,01,3,2003-03-01,2020-03-31", "0120,統計課,01,3,2021-04-01,"))
    turned = (
        "0110,デジタル戦略課,01,2,R8.4.1,",
        "0120,統計室,01,3,2020-10-01,2021-03-31",
        "0120,統計課,01,3,2003-03-01,2020-09-30",
        "0110,情報政策課,01,2,2003-03-01,R8.3.31",
    )
    assert counts(file, text(*turned)) == "2 added, 2 changed, 0 unchanged, 0 errors"
    assert periods("0110")[1] == ("デジタル戦略課", "2026-04-01", "")
    assert [first for _name, first, _last in periods("0120")] == ["2003-03-01", "2020-10-01", "2021-04-01"]


def test_one_row_may_grow_where_another_shrinks(file: Path) -> None:
    counts(file, text(*CITY, "0120,統計課,01,3,2003-03-01,2010-03-31", "0120,統計室,01,3,2020-04-01,"))
    grown = ("0120,統計課,01,3,2003-03-01,2020-03-31", "0120,統計室,01,3,2020-04-01,2021-03-31")
    assert counts(file, text(*grown)) == "0 added, 2 changed, 0 unchanged, 0 errors"


def test_somebody_else_s_row_for_the_same_days_is_refused_in_words() -> None:
    cast.department("01", "総務部")
    plans = [Plan(Department(code="01", name="部", order=1, valid_from=dt.date(2026, 4, 1)), True, [])]
    with pytest.raises(Refused):
        save_departments(by=cast.person("001"), plans=plans, reason="import")
    assert Department.objects.count() == 1


def test_a_department_is_closed_and_may_be_opened_again(file: Path) -> None:
    counts(file, text(*CITY))
    closed = "0110,情報政策課,01,2,2003-03-01,令和２年３月３１日"
    assert counts(file, text(closed)) == "0 added, 1 changed, 0 unchanged, 0 errors"
    assert periods("0110") == [("情報政策課", "2003-03-01", "2020-03-31")]
    assert counts(file, text("0110,情報政策課,01,2,2022-04-01,")) == "1 added, 0 changed, 0 unchanged, 0 errors"
    assert not Department.objects.in_force(dt.date(2021, 4, 1)).filter(code="0110").exists()
    assert Department.objects.in_force(dt.date(2022, 4, 1)).filter(code="0110").exists()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_codes_and_numbers_are_read_in_full_width_and_columns_in_any_order(file: Path, encoding: str) -> None:
    turned = '終了日,開始日,建制順,上位所属コード,所属名,所属コード\n,H15.3.1,１,,総務部,０１\n,2003/3/1,"1,234",０１,課,0110\n'
    assert counts(file, turned.encode(encoding)).startswith("2 added")
    assert set(Department.objects.values_list("code", "parent_code", "order")) == {("01", "", 1), ("0110", "01", 1234)}


def test_an_excel_file_says_the_same_as_its_csv(file: Path) -> None:
    counts(file, text(*CITY))
    cells = [row.split(",") for row in CITY]
    assert counts(file, excel("所属", HEADINGS, cells)) == "0 added, 0 changed, 2 unchanged, 0 errors"


@pytest.mark.parametrize(
    ("row", "places"),
    [
        (",課,,1,2003-03-01,", ["row 4 所属コード"]),
        ("02,,,1,2003-03-01,", ["row 4 所属名"]),
        ("02,課,,一,2003-03-01,", ["row 4 建制順"]),
        ("02,課,,-1,2003-03-01,", ["row 4 建制順"]),
        ("02,課,,1,昨日,", ["row 4 開始日"]),
        ("02,課,,,,", ["row 4 建制順", "row 4 開始日"]),
        ("02,課,,1,2003-03-01,2003-02-28", ["row 4 終了日"]),
        ("02,課,09,1,2003-03-01,", ["row 4 上位所属コード"]),
        ("02,課,01,1,2003-02-28,", ["row 4 上位所属コード"]),
        ("02,課,02,1,2003-03-01,", ["row 4 上位所属コード"]),
        ("01,総務部,,1,2003-03-01,", ["row 4 所属コード"]),
        ("０１,総務部,,1,H15.3.1,", ["row 4 所属コード"]),
        ("01,新総務部,,1,2020-04-01,", ["row 4 開始日"]),
        ("02,課,,1,2003-03-01,,余り", ["row 4"]),
    ],
)
def test_a_wrong_row_is_named_and_nothing_comes_in(file: Path, row: str, places: list[str]) -> None:
    faults = faults_of(file, *CITY, row)
    assert [fault.partition(": ")[0] for fault in faults] == places


def test_a_circle_in_the_file_is_told_at_each_of_its_rows(file: Path) -> None:
    rows = ("01,部,03,1,2003-03-01,", "02,課,01,2,2003-03-01,", "03,係,02,3,2003-03-01,", "04,別の課,01,4,2003-03-01,")
    assert faults_of(file, *rows) == [
        f"row {row} 上位所属コード: A department cannot stand above itself." for row in (2, 3, 4)
    ]


def test_a_circle_with_departments_that_are_held_is_told(file: Path) -> None:
    counts(file, text(*CITY))
    assert faults_of(file, "01,総務部,0110,1,2003-03-01,") == [
        "row 2 上位所属コード: A department cannot stand above itself."
    ]


def test_a_circle_that_begins_later_is_told(file: Path) -> None:
    held = ("01,部,,1,2003-03-01,2021-03-31", "01,部,02,1,2021-04-01,", "02,室,,2,2003-03-01,")
    counts(file, text(*held))
    assert faults_of(file, "02,室,01,2,2003-03-01,") == [
        "row 2 上位所属コード: A department cannot stand above itself."
    ]


def test_a_parent_that_has_ended_on_the_first_day_is_told(file: Path) -> None:
    closed = "01,総務部,,1,2003-03-01,2020-03-31"
    assert counts(file, text(closed)).startswith("1 added")
    (fault,) = faults_of(file, "0110,情報政策課,01,2,2020-04-01,")
    assert fault == "row 2 上位所属コード: No department has the code 01 on the first day."
    assert counts(file, text("0110,情報政策課,01,2,2020-03-31,")).startswith("1 added")


def test_a_period_that_overlaps_one_that_is_held_is_told(file: Path) -> None:
    counts(file, text(*CITY))
    (fault,) = faults_of(file, "0110,デジタル戦略課,01,2,R8.4.1,")
    assert fault.startswith("row 2 開始日: This department exists already on that day.")
    (fault,) = faults_of(file, "0110,昔の課,,2,2000-04-01,2003-03-01")
    assert fault.startswith("row 2 開始日: ")


def test_the_command_acts_in_the_name_of_the_person_named(file: Path) -> None:
    by = cast.person("001")
    counts(file, text(*CITY), "--by", "001")
    assert {event.actor_uid for event in Event.objects.filter(action="staff.add_department")} == {by.uid}


def test_a_file_that_is_not_there_is_one_line(file: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_departments", str(file))
