"""The page of head-counts: for whom, for which day, and as a file."""

import datetime as dt
import io
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from audit.models import Event
from staff import actions
from staff.models import Department
from tests import cast

pytestmark = pytest.mark.django_db
ADDRESS = "/departments/headcount/"
FILE = f"{ADDRESS}file/"


def english(sign_in: Any, person: Any) -> Client:
    client: Client = sign_in(person)
    client.cookies["django_language"] = "en"
    return client


def text(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def row(name: str, *numbers: int | str) -> str:
    cells = "".join(f'<td class="number">{number}</td>' for number in numbers)
    return f"{name}</span></span></th>{cells}</tr>"


@pytest.mark.parametrize("role", ["officer", "auditor", "administrator", "ciso"])
def test_those_who_see_the_whole_city_see_every_department(role: str, people: SimpleNamespace, sign_in: Any) -> None:
    shown = text(english(sign_in, getattr(people, role)).get(ADDRESS))
    assert row("0110", 3, 0, 0, 0, 3, 0, 3, 0, 0) in shown
    assert row("011010", 3, 0, 0, 0, 3, 0, 3, 3, 0) in shown
    assert '<span class="tree tree--1">情報政策課' in shown
    assert '<th scope="row">Total</th><td class="number">7</td>' in shown


def test_a_head_sees_the_own_departments_alone(people: SimpleNamespace, sign_in: Any) -> None:
    cast.department("01201001", "窓口係", "012010")
    shown = text(english(sign_in, people.manager).get(ADDRESS))
    assert "市民課" in shown and "窓口係" in shown
    assert "税務課" not in shown and "情報政策課" not in shown
    assert '<th scope="row">Total</th><td class="number">2</td>' in shown


def test_the_page_of_departments_leads_there_for_those_who_may(people: SimpleNamespace, sign_in: Any) -> None:
    for role, leads in (("manager", True), ("ciso", True), ("administrator", True), ("employee", False)):
        assert (f'href="{ADDRESS}"' in text(sign_in(getattr(people, role)).get("/departments/"))) is leads, role
    assert f'href="{ADDRESS}?on=2020-04-01"' in text(sign_in(people.manager).get("/departments/?on=R2.4.1"))


def test_a_deputy_sees_what_the_head_sees_and_nobody_else_sees_anything(people: SimpleNamespace, sign_in: Any) -> None:
    for role in ("employee", "other_department"):
        client = sign_in(getattr(people, role))
        assert client.get(ADDRESS).status_code == 403
        assert client.get(f"{FILE}?kind=csv").status_code == 403
    today = timezone.localdate()
    term = {"valid_from": today - dt.timedelta(days=1), "valid_to": today + dt.timedelta(days=1), "reason": "出張"}
    actions.appoint_deputy(by=people.administrator, head=people.manager, person=people.employee, **term)
    assert "市民課" in text(english(sign_in, people.employee).get(ADDRESS))


def test_another_day_shows_the_people_and_names_of_that_day(people: SimpleNamespace, sign_in: Any) -> None:
    client = english(sign_in, people.administrator)
    assert "There was no department on this day" in text(client.get(f"{ADDRESS}?on=H28.3.31"))
    assert '<td class="number">7</td>' in text(client.get(f"{ADDRESS}?on=H28.4.1"))
    Department.objects.filter(code="012010").update(valid_to=dt.date(2020, 3, 31))
    cast.department("012010", "市民生活課", valid_from=dt.date(2020, 4, 1))
    assert "市民課" in text(client.get(f"{ADDRESS}?on=2020-03-31"))
    assert "市民生活課" in text(client.get(f"{ADDRESS}?on=2020-04-01"))


@pytest.mark.parametrize("on", ["13/13", "R8.2.30", "%00", "9" * 500])
def test_a_day_that_is_none_is_told_and_nothing_is_shown(on: str, people: SimpleNamespace, sign_in: Any) -> None:
    client = english(sign_in, people.officer)
    shown = text(client.get(f"{ADDRESS}?on={on}"))
    assert "error-summary" in shown and "情報政策課" not in shown
    assert client.get(f"{FILE}?kind=csv&on={on}").status_code == 409


def test_the_file_holds_what_the_page_shows_and_taking_it_is_told(people: SimpleNamespace, sign_in: Any) -> None:
    client = english(sign_in, people.auditor)
    response = client.get(f"{FILE}?kind=xlsx&on=2026-04-01")
    assert 'filename="headcount_20260401.xlsx"' in response["Content-Disposition"]
    rows = [[cell or "" for cell in line] for line in load_workbook(io.BytesIO(response.content)).active.values]
    assert rows[0][:4] == ["Department code", "Department", "Level", "regular staff"]
    assert rows[1] == ["0110", "総務部", "1", "3", "0", "0", "0", "3", "0", "3", "0", "0"]
    assert rows[2][:3] == ["011010", "情報政策課", "2"]
    assert rows[-1][:4] == ["", "Total", "", "7"]
    event = Event.objects.latest("pk")
    assert (event.action, event.actor_uid) == ("staff.export_headcount", people.auditor.uid)
    assert event.data == {"on": "2026-04-01", "kind": "xlsx", "rows": 5}
    for kind, encoding in (("csv", "utf-8-sig"), ("cp932", "cp932")):
        assert "情報政策課" in client.get(f"{FILE}?kind={kind}").content.decode(encoding)
    assert client.get(f"{FILE}?kind=pdf").status_code == 409


def test_a_head_takes_only_the_own_departments_away(people: SimpleNamespace, sign_in: Any) -> None:
    content = sign_in(people.manager).get(f"{FILE}?kind=csv").content.decode("utf-8-sig")
    assert "市民課" in content and "税務課" not in content
