"""Every page answers within its number of queries, however many people, programmes and builds there are."""

import datetime as dt
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver, reverse

from common import files
from reports import production
from reports.actions import request_build
from reports.models import EvaluationSheet, Programme, SheetBuild
from staff import actions
from staff.models import Staff
from staff.roles import Role
from tests import cast

CODE = {"code": "moka-security-policy"}
SHEET = {**CODE, "fiscal_year": 2019}
FRAME = 4
"""The session, the person, her granted roles and whether she heads a department."""

# address name: (its words, most queries beyond the frame, status). No slack: whoever adds a query looks here.
PAGES: dict[str, tuple[dict[str, Any], int, int]] = {
    "home": ({}, 4, 200),
    "reports:programmes": ({}, 3, 200),
    "reports:programme": (CODE, 5, 200),
    "reports:programme_file": (CODE, 5, 200),
    "reports:history": (CODE, 4, 200),
    "reports:sheet": (SHEET, 7, 200),
    "reports:build": ({"pk": "build"}, 1, 200),
    "reports:download": ({"pk": "build"}, 2, 200),
    "reports:edit_texts": (CODE, 5, 200),
    "reports:add_indicator": (CODE, 5, 200),
    "reports:edit_indicator": ({**CODE, "key": "activity-1"}, 5, 200),
    "reports:remove_indicator": ({**CODE, "key": "activity-1"}, 5, 200),
    "reports:add_cost": (CODE, 5, 200),
    "reports:edit_cost": ({**CODE, "key": "2019-actual"}, 5, 200),
    "reports:remove_cost": ({**CODE, "key": "2019-actual"}, 5, 200),
    "reports:add_sheet": (CODE, 5, 200),
    "reports:edit_sheet": ({**CODE, "key": "2019"}, 5, 200),
    "reports:remove_sheet": ({**CODE, "key": "2019"}, 5, 200),
    "style:index": ({}, 0, 200),
    "style:section": ({"section": "forms"}, 0, 200),
    "assets:register": ({"name": "devices"}, 1, 200),
    "assets:export": ({"name": "devices"}, 0, 409),
    "staff:sign_in": ({}, -2, 302),
    "staff:session": ({}, -2, 200),
    "staff:signed_in_again": ({}, 0, 200),
    "health": ({}, -1, 200),
}
POST_ONLY = {"staff:extend_session", "reports:request_build", "staff:sign_out", "staff:choose_language"}


def names(resolver: Any = None, prefix: str = "") -> Iterator[str]:
    """Yield the name of every address."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from names(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        else:
            yield f"{prefix}{entry.name}"


def test_every_address_has_a_ceiling() -> None:
    assert set(names()) == set(PAGES) | POST_ONLY


@pytest.fixture
def reader(people: SimpleNamespace, sheet: EvaluationSheet) -> Client:
    """A browser of somebody who holds every role and heads a department, and a finished build to look at."""
    for role in Role.values:
        if role != Role.OFFICER:
            actions.grant_role(by=people.officer, person=people.officer, role=role, valid_from=cast.SINCE)
    department = people.officer.postings.get().department
    actions.post(
        by=people.ciso,
        person=people.officer,
        department=department,
        is_head=True,
        concurrent=True,
        valid_from=cast.SINCE + dt.timedelta(days=1),
    )
    finished(people.officer, sheet)
    browser = Client()
    browser.force_login(people.officer)
    browser.get("/")
    return browser


def finished(by: Staff, sheet: EvaluationSheet) -> SheetBuild:
    """A build that is done, made by the portal's own steps but with another file."""
    build = request_build(by=by, sheet=sheet, here=True)
    claimed = production.claim(build.pk)
    content = f"%PDF {build.pk}".encode()
    production.finish(claimed, production.RenderedPdf(content, 2), files.store(content, ".pdf"))
    return build


def address(name: str) -> str:
    words = dict(PAGES[name][0])
    if words.get("pk") == "build":
        words["pk"] = SheetBuild.objects.latest("pk").pk
    return reverse(name, kwargs=words)


def queries_of(browser: Client, name: str) -> list[str]:
    target = address(name)
    with CaptureQueriesContext(connection) as queries:
        response = browser.get(target)
        assert response.status_code == PAGES[name][2], target
    return [query["sql"] for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_stays_within_its_ceiling(name: str, reader: Client) -> None:
    made = queries_of(reader, name)
    assert len(made) <= FRAME + PAGES[name][1], "\n".join(made)


@pytest.mark.parametrize("name", PAGES)
def test_more_people_programmes_years_and_builds_cost_no_more_queries(
    name: str, reader: Client, people: SimpleNamespace, sheet: EvaluationSheet
) -> None:
    before = len(queries_of(reader, name))
    Staff.objects.bulk_create(
        Staff(employee_number=f"m{n}", name="真岡 太郎", joined_on=cast.SINCE) for n in range(200)
    )
    for number in range(3):
        programme = Programme.objects.create(code=f"more-{number}", name="別の事業", texts=sheet.programme.texts)
        programme.sheets.create(fiscal_year=2019, era_style="era", done=[], planned=[])
    for by in (people.officer, people.officer, people.officer):
        finished(by, sheet)
    request_build(by=people.officer, sheet=sheet)
    finished(people.officer, sheet)
    assert len(queries_of(reader, name)) <= before
