"""Every page answers within its number of queries, however many people, programmes and builds there are."""

import datetime as dt
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver, reverse

from assets.models import NetworkDevice
from audit.models import Event
from common import files
from notices.models import Notice
from policies.models import PolicyVersion
from reports import production
from reports.actions import request_build
from reports.models import EvaluationSheet, Programme, SheetBuild
from staff import actions
from staff.models import Deputy, Leave, Posting, RoleGrant, Staff
from staff.roles import Role
from tests import cast
from tests.accounts.factors import with_passkey
from tests.conftest import recent
from tests.project.scene import deputy, entry, leave, notice, policy_versions, session
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
FRAME = 3
"""The session, the person, and in one query why she may do what: her roles, what she heads, whom she stands in for."""

# address name: (its words, most queries beyond the frame, status). No slack: whoever adds a query looks here.
PAGES: dict[str, tuple[dict[str, Any], int, int]] = {
    "home": ({}, 14, 200),
    "reports:programmes": ({}, 3, 200),
    "reports:programme": (CODE, 9, 200),
    "reports:programme_file": (CODE, 6, 200),
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
    "training:material": ({"pk": "material"}, 2, 200),
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
    "account_login": ({}, -1, 302),
    "accounts:session": ({}, -1, 200),
    "accounts:signed_in_again": ({}, 0, 200),
    "health": ({}, 0, 200),
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

NEWEST["event"] = Event.objects.all
PAGES |= {
    "staff:trail": ({}, 14, 200),
    "staff:event": ({"pk": "event"}, 3, 200),
    "staff:trail_file": ({}, 0, 409),
    "staff:retention": ({}, 0, 200),
}

NEWEST |= {
    "person": Staff.objects.get_queryset,
    "head": lambda: Staff.objects.filter(postings__is_head=True),
    "grant": RoleGrant.objects.all,
    "deputy": Deputy.objects.all,
}
PAGES |= {
    "staff:profile": ({}, 15, 200),
    "staff:people": ({}, 6, 200),
    "staff:people_file": ({}, 0, 409),
    "staff:add_person": ({}, 0, 200),
    "staff:person": ({"pk": "person"}, 14, 200),
    "staff:change_person": ({"pk": "person"}, 1, 200),
    "staff:grant_role": ({"pk": "person"}, 1, 200),
    "staff:appoint_deputy": ({"pk": "head"}, 4, 200),
    "staff:end_grant": ({"pk": "grant"}, 1, 200),
    "staff:end_deputy": ({"pk": "deputy"}, 1, 200),
    "staff:administration": ({}, 9, 200),
    "staff:roll": ({"name": "without-mail"}, 2, 200),
    "staff:roll_file": ({"name": "roles"}, 0, 409),
    "staff:departments": ({}, 5, 200),
    "staff:department": ({"code": "011010"}, 8, 200),
}

PAGES |= {
    "staff:import_people": ({}, 0, 200),
    "staff:export_directory": ({}, 0, 200),
    "staff:import_departments": ({}, 0, 200),
    "staff:export_departments": ({}, 0, 200),
}
POST_ONLY |= {"staff:import_rejects"}


NEWEST |= {"posting": Posting.objects.all, "leave": Leave.objects.all}
PAGES |= {
    "staff:headcount": ({}, 3, 200),
    "staff:headcount_file": ({}, 3, 409),
    "staff:reorganise": ({}, 2, 200),
    "staff:reorganise_step": ({"kind": "move"}, 1, 200),
    "staff:add_posting": ({"pk": "person"}, 2, 200),
    "staff:record_leave": ({"pk": "person"}, 1, 200),
    "staff:end_posting": ({"pk": "posting"}, 1, 200),
    "staff:end_leave": ({"pk": "leave"}, 1, 200),
    "staff:handover": ({}, 9, 200),
}

PAGES |= {
    "accounts:account": ({}, 1, 200),
    "accounts:desk": ({}, 5, 200),
    "accounts:person": ({"pk": "person"}, 7, 200),
    "accounts:act": ({"pk": "person", "name": "disable"}, 1, 200),
    "accounts:send_links": ({}, 1, 200),
    "accounts:print_notices": ({}, 1, 200),
    "account_change_password": ({}, 0, 302),
    "account_inactive": ({}, 0, 200),
    "account_reset_password_from_key": ({"uidb36": "1", "key": "none"}, 1, 404),
    "account_reset_password_from_key_done": ({}, 0, 200),
    "usersessions_list": ({}, 1, 200),
}
POST_ONLY |= {"accounts:end_session"}


NEWEST |= {"passkey": lambda: Authenticator.objects.filter(type="webauthn")}
PAGES |= {
    "mfa_index": ({}, 1, 200),
    "mfa_activate_totp": ({}, 3, 200),
    "mfa_deactivate_totp": ({}, 0, 302),
    "mfa_view_recovery_codes": ({}, 3, 200),
    "mfa_generate_recovery_codes": ({}, 2, 200),
    "mfa_download_recovery_codes": ({}, 4, 200),
    "mfa_list_webauthn": ({}, 1, 200),
    "mfa_add_webauthn": ({}, 3, 200),
    "mfa_remove_webauthn": ({"pk": "passkey"}, 3, 200),
    "mfa_edit_webauthn": ({"pk": "passkey"}, 1, 200),
    "mfa_authenticate": ({}, -1, 302),
    "mfa_login_webauthn": ({}, -1, 302),
    "account_reauthenticate": ({}, 0, 302),
    "mfa_reauthenticate": ({}, 2, 200),
    "mfa_reauthenticate_webauthn": ({}, 4, 200),
}

PAGES["openid_connect_callback"] = ({"provider_id": "oidc"}, 0, 401)
POST_ONLY.add("openid_connect_login")


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
    """A browser of somebody who holds every right and heads a department, and a finished build to look at."""
    for role in Role.values:
        if role not in (Role.OFFICER, Role.AUDITOR):
            actions.grant_role(by=people.ciso, person=people.officer, role=role, valid_from=cast.SINCE)
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
    with_passkey(people.officer)
    session(people), notice(people), entry(people), deputy(people), leave(people)
    sheet.programme.indicators.filter(group="activity", slot=1).update(source="sessions_held", recorded_from=2016)
    browser = Client()
    browser.force_login(people.officer)
    recent(browser).get("/")
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
