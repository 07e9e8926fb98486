"""Every page answers within its number of queries, however many people, programmes and builds there are."""

import datetime as dt
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver, reverse

from assets.models import NetworkDevice
from common import files
from notices.models import Notice
from policies.models import PolicyVersion
from reports import production
from reports.actions import request_build
from reports.models import EvaluationSheet, Programme, SheetBuild
from staff import actions
from staff.models import Staff
from staff.roles import Role
from tests import cast
from tests.project.scene import entry, notice, policy_versions, session
from training.models import Enrolment, Material, TrainingSession

CODE = {"code": "moka-security-policy"}
SHEET = {**CODE, "fiscal_year": 2019}
NEWEST: dict[str, Callable[[], Any]] = {
    "build": SheetBuild.objects.all,
    "version": PolicyVersion.objects.published,
    "draft": PolicyVersion.objects.drafts,
    "session": TrainingSession.objects.all,
    "enrolment": Enrolment.objects.all,
    "material": Material.objects.all,
    "notice": Notice.objects.all,
    "entry": NetworkDevice.objects.all,
}
FRAME = 4
"""The session, the person, her granted roles and whether she heads a department."""

# address name: (its words, most queries beyond the frame, status). No slack: whoever adds a query looks here.
PAGES: dict[str, tuple[dict[str, Any], int, int]] = {
    "home": ({}, 16, 200),
    "reports:programmes": ({}, 3, 200),
    "reports:programme": (CODE, 9, 200),
    "reports:programme_file": (CODE, 5, 200),
    "reports:history": (CODE, 4, 200),
    "reports:sheet": (SHEET, 8, 200),
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
    "reports:figure": ({**CODE, "key": "activity-1", "fiscal_year": 2019}, 5, 200),
    "policies:index": ({}, 3, 200),
    "policies:policy": ({"code": "basic-policy"}, 3, 200),
    "policies:version": ({"pk": "version"}, 3, 200),
    "policies:receipt": ({"pk": "version"}, 2, 200),
    "policies:readers": ({"pk": "version"}, 6, 200),
    "policies:readers_file": ({"pk": "version"}, 4, 200),
    "policies:add_policy": ({}, 0, 200),
    "policies:add_draft": ({"code": "basic-policy"}, 2, 200),
    "policies:edit_draft": ({"pk": "draft"}, 1, 200),
    "policies:discard_draft": ({"pk": "draft"}, 1, 200),
    "policies:publish": ({"pk": "draft"}, 3, 200),
    "training:index": ({}, 6, 200),
    "training:session": ({"pk": "session"}, 8, 200),
    "training:material": ({"pk": "material"}, 1, 200),
    "training:remove_material": ({"pk": "material"}, 1, 200),
    "training:add_session": ({}, 0, 200),
    "training:edit_session": ({"pk": "session"}, 1, 200),
    "training:enrol": ({"pk": "session"}, 1, 200),
    "training:withdraw": ({"pk": "session", "enrolment": "enrolment"}, 2, 200),
    "training:roster_file": ({"pk": "session"}, 4, 200),
    "training:attendance": ({"pk": "session"}, 4, 200),
    "training:import_attendance": ({"pk": "session"}, 1, 200),
    "training:add_material": ({"pk": "session"}, 1, 200),
    "notices:index": ({}, 3, 200),
    "notices:notice": ({"pk": "notice"}, 4, 200),
    "notices:deliveries_file": ({"pk": "notice"}, 3, 200),
    "notices:give": ({}, 0, 200),
    "notices:record": ({}, 0, 200),
    "notices:correct": ({"pk": "notice"}, 1, 200),
    "assets:add_entry": ({"name": "devices"}, 2, 200),
    "assets:import_file": ({"name": "devices"}, 0, 200),
    "assets:entry": ({"name": "devices", "pk": "entry"}, 4, 200),
    "assets:edit_entry": ({"name": "devices", "pk": "entry"}, 3, 200),
    "style:index": ({}, 0, 200),
    "style:section": ({"section": "forms"}, 0, 200),
    "assets:register": ({"name": "devices"}, 3, 200),
    "assets:export": ({"name": "devices"}, 0, 409),
    "account_login": ({}, -2, 302),
    "accounts:session": ({}, -2, 200),
    "accounts:signed_in_again": ({}, 0, 200),
    "health": ({}, -1, 200),
}
POST_ONLY = {
    "notices:send_again",
    "notices:send_all_again",
    "policies:acknowledge",
    "training:enrol_audience",
    "reports:open_next_sheet",
    "accounts:extend_session",
    "reports:request_build",
    "account_logout",
    "staff:choose_language",
}


def names(resolver: Any = None, prefix: str = "") -> Iterator[str]:
    """Yield the name of every address."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from names(one, f"{prefix}{one.namespace}:" if one.namespace else prefix)
        else:
            yield f"{prefix}{one.name}"


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
    policy_versions(people)
    session(people), notice(people), entry(people)
    sheet.programme.indicators.filter(group="activity", slot=1).update(source="sessions_held", recorded_from=2016)
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


def address(name: str, **other: Any) -> str:
    words = (PAGES[name][0] | other).items()
    found = {key: NEWEST[word]().latest("pk").pk if word in NEWEST else word for key, word in words}
    return reverse(name, kwargs=found)


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
    session(people, title="別の研修")
    notice(people, title="別の情報提供")
    for by in (people.officer, people.officer, people.officer):
        finished(by, sheet)
    request_build(by=people.officer, sheet=sheet)
    finished(people.officer, sheet)
    assert len(queries_of(reader, name)) <= before
