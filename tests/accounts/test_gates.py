"""What a person meets whose password must be changed: that page and little else, and no form is lost."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from accounts import actions
from audit.models import Event
from reports.models import Programme
from staff.models import Staff
from tests.accounts.signing import ANOTHER, PASSWORD, sign_in

TEXTS = "/reports/programmes/moka-security-policy/edit/texts/"
OWN = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def due(person: Staff) -> Client:
    """A browser of somebody who must change the password."""
    actions.require_password_change(by=person, person=person)
    return sign_in("20160401").browser


@pytest.mark.parametrize("address", ["/", "/policies/", "/account/", "/account/sessions/", "/training/?q=1"])
def test_every_other_page_leads_to_the_password(address: str, due: Client) -> None:
    response = due.get(address)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/account/password/?next=/")


def test_the_page_says_why_and_its_rules_before_anything_is_typed(due: Client) -> None:
    page = due.get("/account/password/").content.decode()
    assert page.index('id="rules"') < page.index('name="password1"')
    assert "最初に" in page or "ご自身" in page or "Before you use" in page


def test_signing_out_the_language_and_the_session_stay_open(due: Client) -> None:
    assert due.get("/session/").status_code == 200
    assert (
        due.post("/language/", {"language": "en", "next": "/account/password/"})
        .headers["Location"]
        .startswith("/account/password/")
    )
    assert due.get("/healthz").status_code == 200
    assert due.post("/sign-out/").headers["Location"] == "/sign-in/"


def test_a_missing_page_says_nothing_before_the_password_is_changed(due: Client) -> None:
    assert due.get("/policies/versions/999999/").status_code == 302


def test_once_changed_the_person_arrives_where_he_or_she_was_heading(due: Client, person: Staff) -> None:
    way = due.get("/policies/?q=1").headers["Location"]
    sent = {"oldpassword": PASSWORD, "password1": ANOTHER, "password2": ANOTHER}
    response = due.post(way, sent)
    assert (response.status_code, response.headers["Location"]) == (302, "/policies/?q=1")
    assert due.get("/").status_code == 200
    person.refresh_from_db()
    assert person.check_password(ANOTHER)
    assert not person.password_must_change


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"oldpassword": "wrong", "password1": ANOTHER, "password2": ANOTHER}, "oldpassword"),
        ({"oldpassword": PASSWORD, "password1": "short", "password2": "short"}, "password1"),
        ({"oldpassword": PASSWORD, "password1": ANOTHER, "password2": ANOTHER + "x"}, "password2"),
        ({"oldpassword": PASSWORD, "password1": "x" * 10_000, "password2": "x" * 10_000}, "password1"),
        ({"oldpassword": "\0", "password1": "\0" * 20, "password2": "\0" * 20}, "oldpassword"),
        ({}, "oldpassword"),
    ],
)
def test_a_wrong_entry_changes_nothing_and_is_told_at_its_field(
    sent: dict[str, str], field: str, due: Client, person: Staff
) -> None:
    response = due.post("/account/password/", sent)
    assert response.status_code == 400
    assert response.context["form"].errors[field]
    assert ANOTHER not in response.content.decode()
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert person.password_must_change


def test_the_old_password_again_is_no_change(due: Client, person: Staff) -> None:
    response = due.post("/account/password/", {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD})
    assert response.status_code == 400
    person.refresh_from_db()
    assert person.password_must_change


def test_a_form_sent_meanwhile_is_kept_and_can_be_sent_afterwards(
    people: SimpleNamespace, programme: Programme
) -> None:
    browser = Client()
    browser.force_login(people.officer)
    form = browser.get(TEXTS).context
    data = {name: form["form"][name].value() or "" for name in form["form"].fields}
    data |= {"seen": form["editor"].seen["seen"].value(), "overview": "長い文章"}
    people.officer.password_must_change = True
    people.officer.set_password(PASSWORD)
    people.officer.save()
    browser.force_login(people.officer)
    response = browser.post(TEXTS, data, **OWN)
    page = response.content.decode()
    assert response.status_code == 403
    assert 'name="overview" value="長い文章"' in page
    assert 'href="/account/password/?next=/session/back/"' in page
    assert Programme.objects.get().texts == programme.texts


def test_a_fragment_is_loaded_again_as_a_page(due: Client) -> None:
    answer = due.get("/policies/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (401, "true")


def test_who_has_no_password_here_is_never_asked_for_one(people: SimpleNamespace, sign_in: Any) -> None:
    people.employee.password_must_change = True
    people.employee.set_unusable_password()
    people.employee.save()
    browser = sign_in(people.employee)
    assert browser.get("/").status_code == 200
    assert browser.get("/account/password/").headers["Location"] == "/account/"


def test_the_demand_is_an_event(person: Staff) -> None:
    actions.require_password_change(by=person, person=person)
    assert Event.objects.latest("pk").action == "accounts.require_password_change"
