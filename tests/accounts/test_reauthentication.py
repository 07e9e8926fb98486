"""Being asked again before a sensitive act: when, how, and what becomes of what was typed."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from policies.models import PolicyVersion
from staff.models import Staff
from tests.accounts.factors import with_app
from tests.accounts.security_key import SecurityKey
from tests.accounts.signing import PASSWORD, sign_in, text
from tests.accounts.test_passkeys import add, local, question
from tests.conftest import recent
from tests.policies import writing

AGAIN, CODE, PASSKEY = "/account/reauthenticate/", "/account/reauthenticate/code/", "/account/reauthenticate/passkey/"
ADD = "/account/factors/app/add/"
OWN = {"HTTP_ORIGIN": "http://testserver"}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon(time_machine: Any) -> None:
    time_machine.move_to("2026-11-23T03:00:05Z", tick=False)


@pytest.fixture
def person(person: Staff) -> Staff:
    person.language = "en"
    person.save()
    return person


@pytest.fixture
def browser(person: Staff) -> Client:
    """A browser in which the person has just signed in."""
    return sign_in("20160401").browser


@pytest.mark.parametrize(("seconds", "is_asked"), [(0, False), (299, False), (300, True), (1_000, True)])
def test_the_question_comes_five_minutes_after_the_sign_in(
    seconds: int, is_asked: bool, browser: Client, time_machine: Any
) -> None:
    time_machine.shift(seconds)
    response = browser.get(ADD)
    assert response.status_code == (302 if is_asked else 200)
    if is_asked:
        assert response.headers["Location"] == f"{AGAIN}?next={ADD}"


def test_the_time_is_a_setting(browser: Client, time_machine: Any, settings: Any) -> None:
    settings.REAUTHENTICATION_SECONDS = 30
    time_machine.shift(31)
    assert browser.get(ADD).status_code == 302


def test_the_password_leads_on_to_the_page_and_counts_for_five_minutes(browser: Client, time_machine: Any) -> None:
    time_machine.shift(400)
    way = browser.get(f"{ADD}?a=1").headers["Location"]
    page = browser.get(way)
    assert "Confirm that it is you" in text(page)
    response = browser.post(AGAIN, {"password": PASSWORD, "next": f"{ADD}?a=1"})
    assert response.headers["Location"] == f"{ADD}?a=1"
    time_machine.shift(200)
    assert browser.get(ADD).status_code == 200


@pytest.mark.parametrize(
    "sent", [{}, {"password": ""}, {"password": "wrong"}, {"password": "\0"}, {"password": "x" * 999}]
)
def test_a_wrong_password_does_not(sent: dict[str, str], browser: Client, time_machine: Any) -> None:
    time_machine.shift(400)
    assert browser.post(AGAIN, sent).status_code == 400
    assert browser.get(ADD).status_code == 302


def test_guessing_at_an_open_session_is_slowed(browser: Client, time_machine: Any) -> None:
    time_machine.shift(400)
    answers = [browser.post(AGAIN, {"password": "wrong"}).status_code for _ in range(7)]
    assert answers[:5] == [400] * 5
    assert answers[5:] == [429, 429]


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil", "x" * 5_000]
)
def test_the_way_leads_nowhere_else(to: str, browser: Client) -> None:
    response = browser.post(AGAIN, {"password": PASSWORD, "next": to})
    assert response.headers["Location"] == "/"


def test_whoever_has_an_app_is_asked_for_a_code_not_for_the_password(
    browser: Client, person: Staff, time_machine: Any
) -> None:
    app = with_app(person)
    time_machine.shift(400)
    assert browser.get(ADD.replace("add", "remove")).headers["Location"].startswith(CODE)
    assert browser.get(AGAIN).headers["Location"] == CODE
    assert browser.post(AGAIN, {"password": PASSWORD}).status_code == 302
    assert browser.get("/account/factors/codes/").status_code == 302
    assert browser.post(CODE, {"code": "000000"}).status_code == 400
    assert Event.objects.filter(action="accounts.factor_failed", actor_uid=person.uid).count() == 1
    assert browser.post(CODE, {"code": app.code(), "next": "/account/"}).headers["Location"] == "/account/"
    assert browser.get("/account/factors/codes/").status_code == 200


def test_a_code_confirms_once(browser: Client, person: Staff, time_machine: Any) -> None:
    app = with_app(person)
    time_machine.shift(400)
    assert browser.post(CODE, {"code": app.code()}).status_code == 302
    assert browser.post(CODE, {"code": app.code()}).status_code == 400


def test_a_passkey_confirms(person: Staff, time_machine: Any) -> None:
    browser = sign_in("20160401", browser=local()).browser
    key = add(browser)
    time_machine.shift(400)
    list_ = "/account/factors/codes/"
    assert browser.get(list_).headers["Location"] == f"{PASSKEY}?next={list_}"
    page = browser.get(f"{PASSKEY}?next={list_}")
    assert "Use a code of the app, or a recovery code" in text(page)
    wrong = SecurityKey().show(question(page.content.decode()))
    again = browser.post(PASSKEY, {"credential": json.dumps(wrong), "next": list_})
    assert again.status_code == 400
    answer = key.show(question(again.content.decode()))
    assert browser.post(PASSKEY, {"credential": json.dumps(answer), "next": list_}).headers["Location"] == list_
    assert browser.get(list_).status_code == 200


@pytest.mark.parametrize("address", [CODE, PASSKEY])
def test_a_way_that_the_person_does_not_have_leads_to_the_one_that_is_there(address: str, browser: Client) -> None:
    assert browser.get(f"{address}?next=/account/").headers["Location"] == f"{AGAIN}?next=%2Faccount%2F"


# --- Nobody to ask: fail closed -----------------------------------------------------------------------------------


@pytest.fixture
def elsewhere(people: SimpleNamespace) -> Client:
    """A browser of somebody who signs in by another system and has neither a password nor a factor here."""
    people.officer.language = "en"
    people.officer.set_unusable_password()
    people.officer.save()
    browser = Client()
    browser.force_login(people.officer)
    browser.cookies["django_language"] = "en"
    return browser


def test_without_password_and_factor_only_a_fresh_sign_in_will_do(elsewhere: Client) -> None:
    assert elsewhere.get(ADD).headers["Location"] == f"{AGAIN}?next={ADD}"
    page = elsewhere.get(f"{AGAIN}?next={ADD}")
    assert "You sign in by another system of the city" in text(page)
    assert f'value="/sign-in/?next={ADD}"' in page.content.decode()
    assert elsewhere.post(AGAIN, {"password": PASSWORD}).status_code == 200
    assert elsewhere.get(ADD).status_code == 302
    response = elsewhere.post("/sign-out/", {"next": f"/sign-in/?next={ADD}"})
    assert response.headers["Location"] == f"/sign-in/?next={ADD}"


def test_a_fresh_one_opens_the_page(elsewhere: Client) -> None:
    assert recent(elsewhere).get(ADD).status_code == 200


@pytest.mark.parametrize("address", [CODE, PASSKEY])
def test_the_other_ways_lead_there_too(address: str, elsewhere: Client) -> None:
    assert elsewhere.get(address).headers["Location"] == AGAIN


def test_another_person_s_sign_in_in_the_same_session_does_not_count(people: SimpleNamespace, person: Staff) -> None:
    browser = Client()
    browser.force_login(people.officer)
    session = recent(browser).session
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    assert browser.get(ADD).status_code == 302


def test_a_time_in_the_future_does_not_count(people: SimpleNamespace, time_machine: Any) -> None:
    browser = Client()
    browser.force_login(people.officer)
    recent(browser)
    time_machine.shift(-3_600)
    assert browser.get(ADD).status_code == 302


# --- What was typed -----------------------------------------------------------------------------------------------


@pytest.fixture
def draft(people: SimpleNamespace) -> PolicyVersion:
    """A draft that the officer did not write, ready to be published."""
    return writing.draft(people)


@pytest.fixture
def ciso(people: SimpleNamespace) -> Client:
    people.ciso.language = "en"
    people.ciso.set_password(PASSWORD)
    people.ciso.save()
    browser = Client()
    browser.force_login(people.ciso)
    browser.cookies["django_language"] = "en"
    return browser


def test_publishing_asks_when_the_page_is_opened(ciso: Client, draft: PolicyVersion) -> None:
    address = f"/policies/versions/{draft.pk}/publish/"
    assert ciso.get(address).headers["Location"] == f"{AGAIN}?next={address}"
    assert ciso.post(AGAIN, {"password": PASSWORD, "next": address}).headers["Location"] == address
    assert ciso.get(address).status_code == 200


def test_a_form_that_comes_too_late_is_kept_on_the_page_and_not_in_the_session(
    ciso: Client, draft: PolicyVersion, time_machine: Any
) -> None:
    address = f"/policies/versions/{draft.pk}/publish/"
    sent = {"revision": str(recent(ciso).get(address).context["form"]["revision"].value()), "note": "長い文章"}
    time_machine.shift(301)
    response = ciso.post(address, sent, **OWN)
    page = response.content.decode()
    assert response.status_code == 403
    assert 'name="note" value="長い文章"' in page
    assert f'href="{AGAIN}?next=/session/back/"' in page
    assert "長い文章" not in json.dumps(dict(ciso.session.items()), ensure_ascii=False)
    assert draft.__class__.objects.published().count() == 0
    assert ciso.post(AGAIN, {"password": PASSWORD, "next": "/session/back/"}).headers["Location"] == "/session/back/"
    assert ciso.post(address, sent, **OWN).status_code == 302
    assert draft.__class__.objects.published().count() == 1


def test_an_entry_from_elsewhere_is_not_shown(ciso: Client, draft: PolicyVersion) -> None:
    response = ciso.post(
        f"/policies/versions/{draft.pk}/publish/", {"note": "evil"}, HTTP_ORIGIN="https://evil.example"
    )
    assert response.status_code == 403
    assert "evil" not in text(response)


def test_no_secret_is_kept_anywhere(ciso: Client) -> None:
    response = ciso.post(ADD, {"code": "123456"}, **OWN)
    assert response.status_code == 403
    assert "123456" not in response.content.decode()
    assert "123456" not in json.dumps(dict(ciso.session.items()))


def test_a_fragment_is_led_to_the_question(ciso: Client, draft: PolicyVersion) -> None:
    response = ciso.get(f"/policies/versions/{draft.pk}/publish/", headers={"HX-Request": "true"})
    assert (response.status_code, response.headers["HX-Redirect"]) == (403, AGAIN)


def test_who_may_not_publish_is_not_asked_at_all(people: SimpleNamespace, draft: PolicyVersion) -> None:
    browser = Client()
    browser.force_login(people.employee)
    assert browser.get(f"/policies/versions/{draft.pk}/publish/").status_code == 403


def test_the_page_of_the_question_is_for_people_who_are_signed_in(db: None) -> None:
    for address in (AGAIN, CODE, PASSKEY):
        assert Client().get(address).headers["Location"].startswith("/sign-in/")
