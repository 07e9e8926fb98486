"""Every address of the portal × every role: who gets in, and that a denied POST changes nothing."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.cast import ROLES
from tests.conftest import recent
from tests.project.scene import everything

EVERYBODY = {"employee", "manager", "officer", "ciso", "auditor", "administrator", "other_department"}
READERS = {"manager", "officer", "ciso", "auditor"}
OFFICERS = {"officer"}
WHOLE_CITY = {"officer", "ciso", "auditor"}
ANYONE = EVERYBODY | {"anonymous"}
P = "reports/programmes/moka-security-policy/"

# pattern: (an address that exists, the same address of a missing object or None, methods, who gets in)
MATRIX: dict[str, tuple[str, str | None, str, set[str]]] = {
    "": ("", None, "GET", EVERYBODY),
    "healthz": ("healthz", None, "GET", ANYONE),
    "sign-in/": ("sign-in/", None, "GET POST", ANYONE),
    "sign-out/": ("sign-out/", None, "POST", ANYONE),
    "language/": ("language/", None, "POST", ANYONE),
    "session/": ("session/", None, "GET", ANYONE),
    "session/extend/": ("session/extend/", None, "POST", EVERYBODY),
    "session/back/": ("session/back/", None, "GET", EVERYBODY),
    "assets/<slug:name>/": ("assets/devices/", "assets/nothing/", "GET", READERS),
    "assets/<slug:name>/file/": ("assets/devices/file/?kind=csv", "assets/nothing/file/", "GET", READERS),
    "style/": ("style/", None, "GET", {"officer", "administrator"}),
    "style/<slug:section>/": ("style/forms/", "style/nothing/", "GET POST", {"officer", "administrator"}),
    "reports/programmes/": ("reports/programmes/", None, "GET", READERS),
    "reports/programmes/<slug:code>/": (P, "reports/programmes/none/", "GET", READERS),
    "reports/programmes/<slug:code>/file/": (f"{P}file/", "reports/programmes/none/file/", "GET", READERS),
    "reports/programmes/<slug:code>/history/": (f"{P}history/", "reports/programmes/none/history/", "GET", READERS),
    "reports/programmes/<slug:code>/sheets/<int:fiscal_year>/": (
        f"{P}sheets/2019/",
        f"{P}sheets/1999/",
        "GET",
        READERS,
    ),
    "reports/programmes/<slug:code>/sheets/<int:fiscal_year>/builds/": (
        f"{P}sheets/2019/builds/",
        f"{P}sheets/1999/builds/",
        "POST",
        OFFICERS,
    ),
    "reports/builds/<int:pk>/": ("reports/builds/{build}/", "reports/builds/999999/", "GET", READERS),
    "reports/builds/<int:pk>/pdf/": ("reports/builds/{build}/pdf/", "reports/builds/999999/pdf/", "GET", READERS),
    "reports/programmes/<slug:code>/edit/texts/": (
        f"{P}edit/texts/",
        "reports/programmes/none/edit/texts/",
        "GET POST",
        OFFICERS,
    ),
}
V = "policies/versions/<int:pk>/"
NO_VERSION = "policies/versions/999999/"
MATRIX |= {
    "policies/": ("policies/", None, "GET", EVERYBODY),
    "policies/new/": ("policies/new/", None, "GET POST", OFFICERS),
    "policies/<slug:code>/": ("policies/basic-policy/", "policies/none/", "GET", EVERYBODY),
    "policies/<slug:code>/versions/new/": (
        "policies/basic-policy/versions/new/",
        "policies/none/versions/new/",
        "GET POST",
        OFFICERS,
    ),
    V: ("policies/versions/{version}/", NO_VERSION, "GET", EVERYBODY),
    f"{V}confirm/": ("policies/versions/{version}/confirm/", f"{NO_VERSION}confirm/", "POST", EVERYBODY),
    f"{V}receipt/": ("policies/versions/{version}/receipt/", f"{NO_VERSION}receipt/", "GET", EVERYBODY),
    f"{V}readers/": ("policies/versions/{version}/readers/", f"{NO_VERSION}readers/", "GET", READERS),
    f"{V}readers/file/": ("policies/versions/{version}/readers/file/", f"{NO_VERSION}readers/file/", "GET", READERS),
    f"{V}edit/": ("policies/versions/{draft}/edit/", f"{NO_VERSION}edit/", "GET POST", OFFICERS),
    f"{V}discard/": ("policies/versions/{draft}/discard/", f"{NO_VERSION}discard/", "GET POST", OFFICERS),
    f"{V}publish/": ("policies/versions/{draft}/publish/", f"{NO_VERSION}publish/", "GET POST", {"officer", "ciso"}),
}
S = "training/sessions/<int:pk>/"
NO_SESSION = "training/sessions/999999/"
MATRIX |= {
    "training/": ("training/", None, "GET", EVERYBODY),
    "training/sessions/new/": ("training/sessions/new/", None, "GET POST", OFFICERS),
    S: ("training/sessions/{session}/", NO_SESSION, "GET", EVERYBODY),
    "training/materials/<int:pk>/": ("training/materials/{material}/", "training/materials/999999/", "GET", EVERYBODY),
    "training/materials/<int:pk>/remove/": (
        "training/materials/{material}/remove/",
        "training/materials/999999/remove/",
        "GET POST",
        OFFICERS,
    ),
    "training/sessions/<int:pk>/roster/<int:enrolment>/withdraw/": (
        "training/sessions/{session}/roster/{enrolment}/withdraw/",
        "training/sessions/999999/roster/1/withdraw/",
        "GET POST",
        OFFICERS,
    ),
}
for tail, methods in (
    ("edit/", "GET POST"),
    ("roster/", "POST"),
    ("roster/new/", "GET POST"),
    ("roster/file/", "GET"),
    ("attendance/", "GET POST"),
    ("attendance/import/", "GET POST"),
    ("materials/new/", "GET POST"),
):
    MATRIX[f"{S}{tail}"] = (f"training/sessions/{{session}}/{tail}", f"{NO_SESSION}{tail}", methods, OFFICERS)
MATRIX |= {
    "notices/": ("notices/", None, "GET", EVERYBODY),
    "notices/new/": ("notices/new/", None, "GET POST", OFFICERS),
    "notices/record/": ("notices/record/", None, "GET POST", OFFICERS),
    "notices/<int:pk>/again/": ("notices/{notice}/again/", "notices/999999/again/", "POST", OFFICERS),
    "notices/<int:pk>/": ("notices/{notice}/", "notices/999999/", "GET", EVERYBODY),
    "notices/<int:pk>/file/": ("notices/{notice}/file/", "notices/999999/file/", "GET", WHOLE_CITY),
    "notices/<int:pk>/correct/": ("notices/{notice}/correct/", "notices/999999/correct/", "GET POST", OFFICERS),
    "notices/deliveries/<int:pk>/again/": (
        "notices/deliveries/{delivery}/again/",
        "notices/deliveries/999999/again/",
        "POST",
        OFFICERS,
    ),
    "assets/<slug:name>/new/": ("assets/devices/new/", "assets/nothing/new/", "GET POST", OFFICERS),
    "assets/<slug:name>/import/": ("assets/devices/import/", "assets/nothing/import/", "GET POST", OFFICERS),
    "assets/<slug:name>/<int:pk>/": ("assets/devices/{entry}/", "assets/devices/999999/", "GET", READERS),
    "assets/<slug:name>/<int:pk>/edit/": (
        "assets/devices/{entry}/edit/",
        "assets/devices/999999/edit/",
        "GET POST",
        OFFICERS,
    ),
}
F = "figures/activity-1/2019/"
MATRIX |= {
    "reports/programmes/<slug:code>/figures/<slug:key>/<int:fiscal_year>/": (
        f"{P}{F}",
        f"{P}figures/activity-9/2019/",
        "GET",
        READERS,
    ),
    "reports/programmes/<slug:code>/sheets/<int:fiscal_year>/open/": (
        f"{P}sheets/2020/open/",
        "reports/programmes/none/sheets/2020/open/",
        "POST",
        OFFICERS,
    ),
}
for part, key in (("indicators", "activity-1"), ("costs", "2019-actual"), ("sheets", "2019")):
    base = f"reports/programmes/<slug:code>/edit/{part}"
    MATRIX[f"{base}/new/"] = (f"{P}edit/{part}/new/", f"reports/programmes/none/edit/{part}/new/", "GET POST", OFFICERS)
    MATRIX[f"{base}/<slug:key>/"] = (f"{P}edit/{part}/{key}/", f"{P}edit/{part}/none/", "GET POST", OFFICERS)
    MATRIX[f"{base}/<slug:key>/remove/"] = (
        f"{P}edit/{part}/{key}/remove/",
        f"{P}edit/{part}/none/remove/",
        "GET POST",
        OFFICERS,
    )

AUDITORS = {"auditor", "ciso"}
MATRIX |= {
    "trail/": ("trail/", None, "GET", AUDITORS),
    "trail/file/": ("trail/file/?kind=csv", None, "GET", AUDITORS),
    "trail/retention/": ("trail/retention/", None, "GET", AUDITORS),
    "trail/<int:pk>/": ("trail/{event}/", "trail/999999999/", "GET", AUDITORS),
}

RECORDS = {"officer", "auditor", "administrator"}
ADMINISTRATORS = {"administrator"}
NO_PERSON = "people/999999/"
MATRIX |= {
    "profile/": ("profile/", None, "GET", EVERYBODY),
    "people/": ("people/", None, "GET", EVERYBODY),
    "people/file/": ("people/file/?kind=xlsx", None, "GET", RECORDS),
    "people/new/": ("people/new/", None, "GET POST", ADMINISTRATORS),
    "people/<int:pk>/": ("people/{person}/", NO_PERSON, "GET", EVERYBODY),
    "people/<int:pk>/edit/": ("people/{person}/edit/", f"{NO_PERSON}edit/", "GET POST", ADMINISTRATORS),
    "people/<int:pk>/roles/new/": ("people/{person}/roles/new/", f"{NO_PERSON}roles/new/", "GET POST", ADMINISTRATORS),
    "people/<int:pk>/deputies/new/": (
        "people/{head}/deputies/new/",
        f"{NO_PERSON}deputies/new/",
        "GET POST",
        {"administrator", "manager"},
    ),
    "roles/<int:pk>/end/": ("roles/{grant}/end/", "roles/999999/end/", "GET POST", ADMINISTRATORS),
    "deputies/<int:pk>/end/": (
        "deputies/{deputy}/end/",
        "deputies/999999/end/",
        "GET POST",
        {"administrator", "manager"},
    ),
    "administration/": ("administration/", None, "GET", RECORDS),
    "administration/<slug:name>/": ("administration/roles/", "administration/nothing/", "GET", RECORDS),
    "administration/<slug:name>/file/": (
        "administration/roles/file/?kind=csv",
        "administration/nothing/file/?kind=csv",
        "GET",
        RECORDS,
    ),
    "departments/": ("departments/", None, "GET", EVERYBODY),
    "departments/<str:code>/": ("departments/012010/", "departments/nothing/", "GET", EVERYBODY),
}

MATRIX |= {
    "people/import/": ("people/import/", None, "GET POST", ADMINISTRATORS),
    "people/import/rejects/": ("people/import/rejects/", None, "POST", ADMINISTRATORS),
    "people/export/": ("people/export/", None, "GET POST", RECORDS),
    "departments/import/": ("departments/import/", None, "GET POST", ADMINISTRATORS),
    "departments/export/": ("departments/export/", None, "GET POST", RECORDS),
}


COUNTED = {"manager", "officer", "ciso", "auditor", "administrator"}
MATRIX |= {
    "departments/headcount/": ("departments/headcount/", None, "GET", COUNTED),
    "departments/headcount/file/": ("departments/headcount/file/?kind=csv", None, "GET", COUNTED),
    "departments/reorganise/": ("departments/reorganise/", None, "GET", ADMINISTRATORS),
    "departments/reorganise/<slug:kind>/": (
        "departments/reorganise/merge/",
        "departments/reorganise/nothing/",
        "GET POST",
        ADMINISTRATORS,
    ),
    "people/<int:pk>/postings/new/": (
        "people/{person}/postings/new/",
        f"{NO_PERSON}postings/new/",
        "GET POST",
        ADMINISTRATORS,
    ),
    "people/<int:pk>/leave/new/": ("people/{person}/leave/new/", f"{NO_PERSON}leave/new/", "GET POST", ADMINISTRATORS),
    "postings/<int:pk>/end/": ("postings/{posting}/end/", "postings/999999/end/", "GET POST", ADMINISTRATORS),
    "leave/<int:pk>/end/": ("leave/{leave}/end/", "leave/999999/end/", "GET POST", ADMINISTRATORS),
    "handover/": ("handover/", None, "GET", RECORDS),
}

DESK = "administration/accounts/"
LINK = "^account/first/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[0-9A-Za-z-]+)/$"
MATRIX |= {
    "account/": ("account/", None, "GET", EVERYBODY),
    "account/inactive/": ("account/inactive/", None, "GET", ANYONE),
    "account/password/": ("account/password/", None, "GET POST", EVERYBODY),
    "account/sessions/": ("account/sessions/", None, "GET POST", EVERYBODY),
    "account/sessions/end/": ("account/sessions/end/", None, "POST", EVERYBODY),
    LINK: ("account/first/{link}/", "account/first/1-none/", "GET POST", ANYONE),
    "account/first/done/": ("account/first/done/", None, "GET", ANYONE),
    DESK: (DESK, None, "GET", ADMINISTRATORS),
    f"{DESK}links/": (f"{DESK}links/", None, "GET POST", ADMINISTRATORS),
    f"{DESK}notices/": (f"{DESK}notices/", None, "GET POST", ADMINISTRATORS),
    f"{DESK}<int:pk>/": (f"{DESK}{{person}}/", f"{DESK}999999/", "GET", ADMINISTRATORS),
    f"{DESK}<int:pk>/<slug:name>/": (
        f"{DESK}{{person}}/disable/",
        f"{DESK}999999/disable/",
        "GET POST",
        ADMINISTRATORS,
    ),
}


MATRIX |= {
    "sign-in/factor/": ("sign-in/factor/", None, "GET POST", ANYONE),
    "sign-in/passkey/": ("sign-in/passkey/", None, "GET POST", ANYONE),
    "account/factors/": ("account/factors/", None, "GET", EVERYBODY),
    "account/factors/passkeys/": ("account/factors/passkeys/", None, "GET", EVERYBODY),
}
for name, methods in (
    ("factors/app/add/", "GET POST"),
    ("factors/app/remove/", "GET POST"),
    ("factors/codes/", "GET"),
    ("factors/codes/new/", "GET POST"),
    ("factors/codes/file/", "GET"),
    ("factors/passkeys/add/", "GET POST"),
    ("reauthenticate/", "GET POST"),
    ("reauthenticate/code/", "GET POST"),
    ("reauthenticate/passkey/", "GET POST"),
):
    MATRIX[f"account/{name}"] = (f"account/{name}", None, methods, EVERYBODY)
K = "account/factors/passkeys/<int:pk>/"
NO_PASSKEY = "account/factors/passkeys/999999/"
MATRIX |= {
    K: ("account/factors/passkeys/{passkey}/", NO_PASSKEY, "GET POST", {"employee"}),
    f"{K}remove/": ("account/factors/passkeys/{passkey}/remove/", f"{NO_PASSKEY}remove/", "GET POST", {"employee"}),
}
OWN = {K, f"{K}remove/"}
"""Patterns of what belongs to one person alone: for everybody else who is signed in it is a missing one."""

MATRIX |= {
    "sign-in/oidc/": ("sign-in/oidc/", None, "POST", ANYONE),
    "sign-in/oidc/back/": ("sign-in/oidc/back/", None, "GET", ANYONE),
}


def patterns(resolver: Any = None, prefix: str = "") -> Iterator[str]:
    """Yield every URL pattern of the portal as text."""
    for entry in (resolver or get_resolver()).url_patterns:
        text = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, text)
        else:
            assert isinstance(entry, URLPattern)
            yield text


def row_counts() -> dict[str, int]:
    """Return the number of rows of each table that a request could change (sessions and sign-ins apart)."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name != "django_session"]
        counts = {}
        for table in tables:
            cursor.execute(f'SELECT count(*), coalesce(sum(hashtext(t::text)::bigint), 0) FROM "{table}" t')
            counts[table] = cursor.fetchone()
    return counts


def test_every_pattern_has_a_row_and_every_row_a_pattern() -> None:
    assert set(patterns()) == set(MATRIX)


@pytest.fixture
def browsers(people: Any) -> dict[str, Client]:
    made = {}
    for role in ROLES:
        made[role] = Client()
        if role != "anonymous":
            made[role].force_login(getattr(people, role))
            recent(made[role])
    return made


@pytest.mark.parametrize("pattern", MATRIX)
def test_who_gets_in(pattern: str, browsers: dict[str, Client], people: Any, sheet: Any) -> None:
    address, missing, methods, allowed = MATRIX[pattern]
    address = "/" + address.format(**everything(people, sheet))
    for role, browser in browsers.items():
        for method in methods.split():
            before = row_counts()
            status = browser.generic(method, address).status_code
            if role in allowed:
                assert status not in (403, 404, 405, 500), f"{role} {method} {address}"
                continue
            to_sign_in = role == "anonymous" and method == "GET"
            denied = 404 if pattern in OWN and role != "anonymous" else 403
            assert status == (302 if to_sign_in else denied), f"{role} {method} {address}"
            assert row_counts() == before, f"a denied {method} by {role} changed a table"
            if missing:
                gone = browser.generic(method, f"/{missing}").status_code
                assert gone == status, "a missing object answers a person without the right like an existing one"


@pytest.mark.parametrize("pattern", [name for name in MATRIX if MATRIX[name][1]])
def test_a_missing_object_is_404(pattern: str, browsers: dict[str, Client], programme: Any) -> None:
    _, missing, methods, allowed = MATRIX[pattern]
    for role in allowed:
        for method in methods.split():
            assert browsers[role].generic(method, f"/{missing}").status_code == 404


@pytest.mark.parametrize("pattern", MATRIX)
def test_a_method_that_is_not_offered_is_405(
    pattern: str, browsers: dict[str, Client], people: Any, sheet: Any
) -> None:
    address, _, methods, allowed = MATRIX[pattern]
    address = "/" + address.format(**everything(people, sheet))
    role = next(iter(allowed - {"anonymous"}))
    for method in {"GET", "POST", "PUT", "DELETE"} - set(methods.split()):
        response = browsers[role].generic(method, address)
        assert response.status_code == 405, f"{method} {address}"


@pytest.mark.parametrize("pattern", MATRIX)
def test_every_answer_carries_the_security_headers(pattern: str, browsers: dict[str, Client], sheet: Any) -> None:
    address = "/" + re.sub(r"\{\w+\}", "1", MATRIX[pattern][0])
    for role in ("anonymous", "employee", "officer"):
        headers = browsers[role].get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert "no-store" in headers["Cache-Control"]
        assert re.fullmatch(r"[0-9a-f-]{36}", headers["X-Request-ID"])
