"""Who has and who has not confirmed, for those who follow it up: by department, by name, and as a file."""

import datetime as dt
import html
import io
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from openpyxl.cell import Cell

from audit.models import Event
from policies import actions
from policies.models import Acknowledgement, PolicyVersion
from staff import actions as staff_actions
from staff.models import Department, Staff
from tests import cast
from tests.policies.pages import page, text_of
from tests.policies.writing import TODAY, draft, published

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _today(time_machine: Any) -> None:
    time_machine.move_to(dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC))


@pytest.fixture
def version(people: SimpleNamespace) -> PolicyVersion:
    return published(people)


@pytest.fixture
def officer(people: SimpleNamespace, sign_in: Any) -> Client:
    return sign_in(people.officer)


@pytest.fixture
def manager(people: SimpleNamespace, sign_in: Any) -> Client:
    return sign_in(people.manager)


def confirm(person: Staff, version: PolicyVersion) -> Acknowledgement:
    return actions.acknowledge(by=person, version=version, on=TODAY)


def cells(browser: Client, version: PolicyVersion, query: str = "") -> list[tuple[Cell, ...]]:
    response = browser.get(page(version, f"readers/file/{query}"))
    assert response.status_code == 200
    return list(load_workbook(io.BytesIO(response.content)).active.rows)


def sheet(browser: Client, version: PolicyVersion, query: str = "") -> list[list[Any]]:
    return [[cell.value for cell in row] for row in cells(browser, version, query)]


def numbers(browser: Client, version: PolicyVersion, query: str = "") -> list[str]:
    listing = browser.get(page(version, f"readers/{query}")).context["listing"]
    return [reader.person.employee_number for reader in listing.page]


def test_an_officer_sees_each_department_in_the_official_order(
    officer: Client, version: PolicyVersion, people: SimpleNamespace
) -> None:
    confirm(people.employee, version)
    Staff.objects.filter(pk=people.auditor.pk).update(left_on=TODAY - DAY)
    words = text_of(officer.get(page(version, "readers/")))
    assert "情報政策課 011010 3 0 3 0 市民課 012010 2 1 1 0 税務課 013010 2 0 1 1 合計 7 1 5 1" in words
    assert "6のうち1（16%）" in words
    for said in ("𠮷田 瀨奈 市民課 012010 確認済み", "德永 誠 市民課 012010 未確認", "草彅 薫 税務課 013010 退職"):
        assert said in words


def test_a_department_is_called_as_it_was_when_people_were_asked(
    officer: Client, version: PolicyVersion, people: SimpleNamespace, time_machine: Any
) -> None:
    Department.objects.filter(code="012010").update(valid_to=TODAY)
    cast.department("012010", "市民窓口課", valid_from=TODAY + DAY)
    time_machine.shift(30 * DAY)
    officer.force_login(people.officer)
    assert "市民課 012010 2" in text_of(officer.get(page(version, "readers/")))
    assert sheet(officer, version, "?department=012010")[1][1] == "市民課"


def test_the_number_of_a_department_leads_to_just_as_many_names(
    officer: Client, people: SimpleNamespace, version: PolicyVersion
) -> None:
    below = cast.department("01201010", "窓口係", "012010")
    clerk = cast.person("clerk")
    staff_actions.post(by=people.officer, person=clerk, department=below, valid_from=cast.SINCE)
    cast.person("unposted")
    second = published(people, version.policy)
    shown = officer.get(page(second, "readers/"))
    links = re.findall(r'href="(\?state=waiting[^"#]*)#readers"[^>]*>(\d+)<', html.unescape(shown.content.decode()))
    assert len(links) == len(shown.context["rows"]) - 1
    for query, count in links:
        assert len(numbers(officer, second, query)) == int(count)
    assert len(numbers(officer, second, "?department=012010")) == 3


def test_a_department_means_those_below_it_on_the_day_of_asking(officer: Client, people: SimpleNamespace) -> None:
    below, alike = cast.department("99", "窓口係", "012010"), cast.department("0120109", "別の課")
    for number, where in (("clerk", below), ("stranger", alike)):
        staff_actions.post(by=people.officer, person=cast.person(number), department=where, valid_from=cast.SINCE)
    version = published(people)
    Department.objects.filter(code="99").update(valid_to=TODAY)
    cast.department("99", "窓口係", "013010", valid_from=TODAY + DAY)
    assert set(numbers(officer, version, "?department=012010")) == {"001", "002", "clerk"}
    assert set(numbers(officer, version, "?department=012010&only=on")) == {"001", "002"}
    assert set(numbers(officer, version, "?department=01")) == set()


def test_a_head_sees_the_own_department_and_those_below_alone(manager: Client, people: SimpleNamespace) -> None:
    below = cast.department("01201010", "窓口係", "012010")
    clerk = cast.person("clerk", "窓口 太郎")
    staff_actions.post(by=people.officer, person=clerk, department=below, valid_from=cast.SINCE)
    version = published(people)
    words = text_of(manager.get(page(version, "readers/")))
    assert "合計 3 0 3 0" in words
    assert "窓口 太郎" in words
    for other in (people.auditor, people.officer, people.other_department):
        assert other.name not in words
    assert numbers(manager, version, "?department=013010") == []
    assert sorted(row[2] for row in sheet(manager, version)[1:]) == ["001", "002", "clerk"]
    assert len(sheet(manager, version, "?department=013010")) == 1


def test_more_readers_cost_no_more_queries(officer: Client, people: SimpleNamespace, version: PolicyVersion) -> None:
    def queries(of: PolicyVersion, tail: str) -> int:
        with CaptureQueriesContext(connection) as made:
            assert officer.get(page(of, tail)).status_code == 200
        return len(made)

    tails = ("", "readers/", "readers/?state=waiting", "readers/file/")
    queries(version, "")
    few = [queries(version, tail) for tail in tails]
    for number in range(60):
        cast.person(f"more-{number}")
    many = published(people, version.policy)
    assert many.readers.count() == 67
    assert [queries(many, tail) for tail in tails] == few


def test_an_employee_sees_nobody(version: PolicyVersion, people: SimpleNamespace, sign_in: Any) -> None:
    employee = sign_in(people.employee)
    for tail in ("readers/", "readers/file/"):
        assert employee.get(page(version, tail)).status_code == 403
    assert page(version, "readers/") not in employee.get("/policies/basic-policy/").content.decode()


def test_a_draft_has_no_readers(officer: Client, people: SimpleNamespace) -> None:
    mine = draft(people)
    for tail in ("readers/", "readers/file/"):
        assert officer.get(page(mine, tail)).status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["003", "004", "006", "001", "002", "005", "007"]),
        ("?state=confirmed", ["001"]),
        ("?state=waiting", ["003", "004", "006", "002", "007"]),
        ("?state=left", ["005"]),
        ("?department=0110", ["003", "004", "006"]),
        ("?department=0120", []),
        ("?department=０１２０１０&only=on", ["001", "002"]),
        ("?department=0120&only=on", []),
        ("?q=德永", ["002"]),
        ("?q=007", ["007"]),
        ("?sort=-number&state=waiting", ["007", "006", "004", "003", "002"]),
        ("?state=nothing", []),
        ("?q=%00", []),
    ],
)
def test_filters_and_order(
    query: str, found: list[str], officer: Client, version: PolicyVersion, people: SimpleNamespace
) -> None:
    confirm(people.employee, version)
    Staff.objects.filter(pk=people.auditor.pk).update(left_on=TODAY - DAY)
    assert numbers(officer, version, query) == found


@pytest.mark.parametrize("query", ["", "?state=confirmed", "?state=waiting", "?department=012010", "?q=佐藤"])
def test_the_file_holds_the_rows_that_the_filters_leave(
    query: str, officer: Client, version: PolicyVersion, people: SimpleNamespace
) -> None:
    confirm(people.employee, version)
    rows = sheet(officer, version, query)
    assert rows[0][:3] == ["所属コード", "所属", "職員番号"]
    assert [row[2] for row in rows[1:]] == numbers(officer, version, query)


def test_a_cell_is_a_text_with_its_zeros_and_never_a_formula(officer: Client, people: SimpleNamespace) -> None:
    cast.person("0008", name="=HYPERLINK('https://evil.example')")
    version = published(people)
    rows = cells(officer, version)
    assert {cell.data_type for row in rows for cell in row if cell.value is not None} == {"s"}
    (found,) = (row for row in rows if row[2].value == "0008")
    assert (found[3].value, found[3].quotePrefix) == ("=HYPERLINK('https://evil.example')", True)
    assert found[4].value == "未確認"


def test_taking_the_names_away_is_written_down_with_how_many(
    manager: Client, people: SimpleNamespace, version: PolicyVersion
) -> None:
    response = manager.get(page(version, "readers/file/?q=德永"))
    assert response.headers["Content-Disposition"] == 'attachment; filename="readers_basic-policy_1_20261124.xlsx"'
    event = Event.objects.get(action="policies.export_readers")
    assert (event.object_id, event.actor_uid, event.data) == (str(version.pk), people.manager.uid, {"rows": 1})


def test_no_file_is_made_of_filters_that_cannot_be_read(officer: Client, version: PolicyVersion) -> None:
    response = officer.get(page(version, "readers/file/?q=%00"))
    assert response.status_code == 409
    assert "選び直してください" in text_of(response)
    assert not Event.objects.filter(action="policies.export_readers").exists()


def test_a_name_that_excel_cannot_hold_is_told_with_its_number(officer: Client, people: SimpleNamespace) -> None:
    cast.person("0008", name="真岡\x0b太郎")
    response = officer.get(page(published(people), "readers/file/"))
    assert response.status_code == 409
    assert "0008" in text_of(response)
    assert not Event.objects.filter(action="policies.export_readers").exists()


@pytest.mark.parametrize(
    ("moment", "shown", "in_file"),
    [
        ("2026-03-31T14:59:30Z", "令和8年（2026年）3月31日 23:59", "2026-03-31 23:59:30"),
        ("2026-03-31T15:00:00Z", "令和8年（2026年）4月1日 00:00", "2026-04-01 00:00:00"),
    ],
)
def test_a_confirmation_around_midnight_has_the_day_in_japan(
    moment: str, shown: str, in_file: str, people: SimpleNamespace, version: PolicyVersion, sign_in: Any
) -> None:
    at = dt.datetime.fromisoformat(moment)
    Acknowledgement.objects.create(version=version, person=people.employee, at=at, text_sha256=version.text_sha256)
    assert shown in text_of(sign_in(people.employee).get(page(version, "receipt/")))
    assert shown in text_of(sign_in(people.officer).get(page(version, "readers/")))
    assert sheet(sign_in(people.officer), version, "?state=confirmed")[1][-1] == in_file
