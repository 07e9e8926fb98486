"""A reorganisation on 1 April leaves last year as it was: figures, follow-up, rosters, head-counts, sheets, files."""

import datetime as dt
import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import lxml.html
import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from policies import actions as policies_actions
from policies.screen import department_rows
from reports.figures import figures_of, year_of
from reports.snapshot import take
from staff import actions
from staff.headcount import headcount
from staff.models import Department, Staff
from staff.reorganisation import Kind, Part, Wanted
from tests import cast
from tests.policies import writing
from tests.project import scene
from tests.reports import recorded

pytestmark = pytest.mark.django_db
EVE, SPRING = dt.date(2027, 3, 31), dt.date(2027, 4, 1)
NOW = dt.date(2027, 4, 12)
YEAR = 2026
P = "/reports/programmes/moka-security-policy/"


@pytest.fixture
def past(people: SimpleNamespace, programme: Any, time_machine: Any) -> SimpleNamespace:
    """A fiscal year of work in five departments, looked at in the April after it."""
    time_machine.move_to("2026-11-24T09:00:00+09:00", tick=False)
    by = people.administrator
    tax = cast.department("013020", "収税課")
    cast.department("01201001", "窓口係", "012010")
    for number, where in enumerate([tax, tax, people.employee.postings.get().department], start=1):
        one = cast.person(f"p{number}", f"見本 {number}", kana=f"みほん{number}")
        actions.post(by=by, person=one, department=where, valid_from=cast.SINCE, is_head=number == 1)
    away = Staff.objects.get(employee_number="p2")
    actions.record_leave(by=by, person=away, valid_from=dt.date(2026, 6, 1), reason="育休")
    version = writing.published(people)
    for person in (people.employee, people.manager, away):
        policies_actions.acknowledge(by=person, version=version, on=writing.TODAY)
    held = scene.session(people)
    device = scene.entry(people)
    for source in ("sessions_held", "notices_given", "headcount", "devices", "personal_data_items"):
        recorded.indicator(programme, source, recorded_from=2020)
    time_machine.move_to("2027-04-12T09:00:00+09:00", tick=False)
    return SimpleNamespace(version=version, session=held, device=device, programme=programme, people=people)


def reorganise(past: SimpleNamespace) -> None:
    """Merge, split, rename, move and close on 1 April, all of it recorded on 12 April."""
    one = past.people.employee.postings.get()
    steps = [
        Wanted(Kind.MERGE, SPRING, ("013010", "013020"), (Part("013030", "税務収納課"),)),
        Wanted(
            Kind.SPLIT,
            SPRING,
            ("012010",),
            (Part("012010", "市民窓口課"), Part("012020", "戸籍課")),
            {one.pk: "012020"},
        ),
        Wanted(Kind.RENAME, SPRING, ("011010",), (Part("011010", "デジタル戦略課"),)),
        Wanted(Kind.MOVE, SPRING, ("013030",), (Part("013030", parent_code="0110", order=1),)),
        Wanted(Kind.CLOSE, SPRING, ("01201001",)),
        Wanted(Kind.RENAME, SPRING, ("0110",), (Part("0110", "総務企画部"),)),
    ]
    for wanted in steps:
        actions.reorganise(by=past.people.administrator, wanted=wanted, today=NOW, reason="組織改正")


def figures(past: SimpleNamespace) -> Any:
    return [
        figures_of(one, [year_of(year, on=NOW) for year in range(2023, YEAR + 1)], on=NOW)
        for one in past.programme.indicators.all()
    ]


def follow_up(past: SimpleNamespace) -> Any:
    return department_rows(past.version.readers.visible_to(past.people.officer, NOW), NOW)


def roster(past: SimpleNamespace) -> Any:
    return list(past.session.enrolments.in_order().values_list("department_code", "person__employee_number"))


def where_people_were(_past: SimpleNamespace) -> Any:
    rows = Staff.objects.employed_on(EVE).with_department_on(EVE).order_by("pk")
    return list(rows.values_list("employee_number", "department_code", "department_name"))


def sheets(past: SimpleNamespace) -> Any:
    at = timezone.now()
    taken = [take(sheet, by=past.people.officer, at=at) for sheet in past.programme.sheets.all()]
    return [{**one, "requested": "today's"} for one in taken]


READS: list[Callable[[SimpleNamespace], Any]] = [
    figures,
    follow_up,
    roster,
    where_people_were,
    sheets,
    lambda past: headcount(EVE),
    lambda past: headcount(dt.date(2026, 4, 1)),
    lambda past: [past.people.manager.headed_codes_on(EVE), past.people.officer.permissions_on(EVE)],
    lambda _past: [one.path_on(EVE) for one in Department.objects.in_force(EVE)],
]


def test_every_read_of_last_year_says_the_same(past: SimpleNamespace) -> None:
    before = [read(past) for read in READS]
    counted = headcount(EVE)
    assert counted.total.people == 10 and counted.total.away == 1
    assert {row["name"]: (row["must"], row["confirmed"]) for row in follow_up(past)} == {
        "情報政策課": (3, 0),
        "市民課": (3, 2),
        "税務課": (2, 0),
        "収税課": (2, 1),
    }
    reorganise(past)
    for read, said in zip(READS, before, strict=True):
        assert read(past) == said


def main_text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    (main,) = lxml.html.fromstring(response.content.decode()).xpath("//main")
    return " ".join(main.text_content().split())


def cells(client: Client, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, address
    return list(load_workbook(io.BytesIO(response.content)).active.values)


def test_every_page_and_file_of_last_year_says_the_same(past: SimpleNamespace, sign_in: Any) -> None:
    client = sign_in(past.people.officer)
    pages = [
        f"/policies/versions/{past.version.pk}/readers/",
        f"/policies/versions/{past.version.pk}/readers/?department=012010",
        f"/policies/versions/{past.version.pk}/readers/?department=0110",
        f"/training/?year={YEAR}",
        f"/training/sessions/{past.session.pk}/",
        f"/training/sessions/{past.session.pk}/?department=013020",
        f"/departments/headcount/?on={EVE}",
        f"{P}sheets/2019/",
        *(f"{P}figures/{key}/{YEAR}/" for key in ("activity-1", "target-1", "target-2")),
    ]
    files = [
        f"/policies/versions/{past.version.pk}/readers/file/",
        f"/training/sessions/{past.session.pk}/roster/file/",
        f"/departments/headcount/file/?kind=xlsx&on={EVE}",
    ]
    before = [main_text(client, page) for page in pages] + [cells(client, file) for file in files]
    assert "市民課" in before[0] and "税務課" in before[6]
    reorganise(past)
    said = [main_text(client, page) for page in pages] + [cells(client, file) for file in files]
    for address, then, now in zip([*pages, *files], before, said, strict=True):
        assert now == then, address


def test_the_new_year_shows_the_new_departments(past: SimpleNamespace) -> None:
    reorganise(past)
    lines = {line.name: (line.depth, line.whole.people) for line in headcount(SPRING).lines}
    assert lines == {
        "総務企画部": (0, 7),
        "税務収納課": (1, 4),
        "デジタル戦略課": (1, 3),
        "市民窓口課": (0, 2),
        "戸籍課": (0, 1),
    }
    assert headcount(SPRING).total == headcount(EVE).total
    where = Staff.objects.all().with_department_on(SPRING).get(pk=past.people.employee.pk)
    assert (where.department_code, where.department_name) == ("012020", "戸籍課")
    assert past.people.manager.headed_codes_on(SPRING) == {"012010"}


def test_a_sheet_names_the_department_of_who_builds_it_as_it_is_called_on_that_day(past: SimpleNamespace) -> None:
    reorganise(past)
    sheet = past.programme.sheets.get(fiscal_year=2019)
    for day, name in ((EVE, "総務部 情報政策課"), (SPRING, "総務企画部 デジタル戦略課")):
        at = dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC) - dt.timedelta(hours=9)
        assert take(sheet, by=past.people.officer, at=at)["requested"]["department"] == name
