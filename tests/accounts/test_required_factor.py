"""Who must have a second factor reaches nothing else without one, from the moment of the grant on."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from staff.actions import grant_role
from staff.models import Staff
from tests.accounts.factors import ADD, CODES, add_app, with_app
from tests.accounts.signing import sign_in, text
from tests.cast import SINCE
from tests.conftest import recent

INDEX = "/account/factors/"
REMOVE = "/account/factors/app/remove/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(people: Any, settings: Any) -> Staff:
    settings.MFA_REQUIRED_ROLES = {"officer"}
    people.officer.language = "en"
    people.officer.save()
    return people.officer


def signed_in(person: Staff) -> Client:
    browser = Client()
    browser.force_login(person)
    browser.cookies["django_language"] = "en"
    return recent(browser)


@pytest.mark.parametrize(
    "address", ["/", "/policies/", "/account/", "/reports/programmes/", "/account/sessions/", "/none/", CODES]
)
def test_who_lacks_a_required_factor_reaches_nothing_else(address: str, officer: Staff) -> None:
    response = signed_in(officer).get(address)
    if address == "/none/":
        assert response.status_code == 404
        return
    assert response.headers["Location"].startswith(f"{INDEX}?next=")


def test_the_overview_says_why_and_the_way_out_stays_open(officer: Staff) -> None:
    browser = signed_in(officer)
    assert "Your role needs a second factor. Add one now" in text(browser.get(INDEX))
    assert browser.get(ADD).status_code == 200
    assert browser.post("/language/", {"language": "ja", "next": INDEX}).status_code == 302
    assert browser.get("/session/").status_code == 200
    assert browser.post("/sign-out/").headers["Location"] == "/sign-in/"


def test_a_form_or_a_fragment_changes_nothing_before(officer: Staff) -> None:
    browser = signed_in(officer)
    assert browser.post("/policies/new/", {"code": "x"}).status_code == 403
    assert browser.get("/", headers={"HX-Request": "true"}).status_code == 401


def test_once_added_the_portal_is_open(officer: Staff) -> None:
    browser = signed_in(officer)
    add_app(browser)
    assert browser.get("/").status_code == 200


def test_recovery_codes_alone_are_no_factor(officer: Staff) -> None:
    with_app(officer)
    Authenticator.objects.filter(type="totp").delete()
    assert signed_in(officer).get("/").headers["Location"].startswith(INDEX)


def test_a_new_grant_counts_from_the_next_request_on(people: Any, settings: Any) -> None:
    settings.MFA_REQUIRED_ROLES = {"officer"}
    browser = signed_in(people.employee)
    assert browser.get("/").status_code == 200
    grant_role(by=people.administrator, person=people.employee, role="officer", valid_from=SINCE)
    assert browser.get("/").headers["Location"].startswith(INDEX)


def test_the_last_factor_of_such_a_role_cannot_be_removed(officer: Staff) -> None:
    with_app(officer)
    browser = signed_in(officer)
    assert "The authenticator app cannot be removed" in text(browser.get(REMOVE))
    assert browser.post(REMOVE).status_code == 409
    assert Authenticator.objects.filter(type="totp").exists()
    assert "is removed" not in text(browser.get("/account/"))


def test_others_are_asked_for_nothing(people: Any, officer: Staff) -> None:
    assert signed_in(people.auditor).get("/").status_code == 200


def test_the_demonstration_says_that_it_asks_nobody(person: Staff, settings: Any) -> None:
    person.language = "en"
    person.save()
    browser = sign_in("20160401").browser
    assert "no second factor is asked for" in text(browser.get(INDEX))
    fresh = Client()
    fresh.cookies["django_language"] = "en"
    assert "no second factor is asked for" in text(fresh.get("/sign-in/"))
    settings.MFA_REQUIRED_ROLES = {"officer"}
    assert "no second factor is asked for" not in text(fresh.get("/sign-in/"))
    assert "no second factor is asked for" not in text(browser.get(INDEX))
