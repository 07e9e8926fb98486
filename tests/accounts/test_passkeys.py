"""Passkeys: adding, naming, removing and signing in with one, and every answer that is not what it says."""

import html
import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.actions_desk import disable_account
from audit.models import Event
from staff.actions import grant_role, system_actor
from staff.models import Staff
from tests.accounts.factors import App, with_app
from tests.accounts.security_key import SecurityKey
from tests.accounts.signing import english, is_signed_in, sign_in, text
from tests.cast import SINCE
from tests.conftest import recent

LIST, ADD, SIGN_IN = "/account/factors/passkeys/", "/account/factors/passkeys/add/", "/sign-in/passkey/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(person: Staff) -> Client:
    """A browser in which the person has just signed in."""
    person.language = "en"
    person.save()
    return sign_in("20160401", browser=local()).browser


def local() -> Client:
    """Return a browser on this machine, the one place where passkeys work without https."""
    return english(Client(SERVER_NAME="localhost"))


def question(page: str) -> dict[str, Any]:
    """Return the question to a passkey that stands on a page."""
    found = re.search(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    return dict(json.loads(html.unescape(found[1])))


def send(browser: Client, address: str, answer: Any, **more: str) -> Any:
    return browser.post(address, {"credential": answer if isinstance(answer, str) else json.dumps(answer), **more})


def add(browser: Client, name: str = "Desk") -> SecurityKey:
    """Add a passkey on the page."""
    key = SecurityKey()
    response = send(browser, ADD, key.make(question(browser.get(ADD).content.decode())), name=name)
    assert response.status_code == 302, text(response)
    return key


def ask_to_sign_in(browser: Client) -> dict[str, Any]:
    return dict(browser.get(SIGN_IN).json())


def number_of(person: Staff) -> int:
    return Authenticator.objects.get(user=person, type="webauthn").pk


# --- Adding, naming, removing -------------------------------------------------------------------------------------


def test_a_passkey_is_added_named_listed_renamed_and_removed(browser: Client, person: Staff) -> None:
    add(browser, "Desk")
    assert "Desk" in text(browser.get(LIST))
    own = f"{LIST}{number_of(person)}/"
    assert browser.post(own, {"name": "机のPC 𠮷"}).headers["Location"] == LIST
    assert "机のPC 𠮷" in text(browser.get(LIST))
    assert "Remove the passkey “机のPC 𠮷”?" in text(browser.get(f"{own}remove/"))
    assert browser.post(f"{own}remove/").status_code == 302
    assert not Authenticator.objects.exists()
    events = Event.objects.filter(actor_uid=person.uid).order_by("pk")
    assert [event.action for event in events if "factor" in event.action] == [
        "accounts.add_factor",
        "accounts.add_factor",
        "accounts.rename_factor",
        "accounts.remove_factor",
        "accounts.remove_factor",
    ]
    assert all("PC" not in str(event.data) for event in events)


def test_the_question_asks_for_a_passkey_that_signs_in_by_itself(browser: Client) -> None:
    asked = question(browser.get(ADD).content.decode())
    chosen = asked["authenticatorSelection"]
    assert (chosen["residentKey"], chosen["userVerification"]) == ("required", "required")
    assert asked["rp"]["id"] == "localhost"
    assert asked["user"]["name"] == "20160401"


def test_the_recovery_codes_come_next_with_the_first_one_only(browser: Client) -> None:
    page = browser.get(ADD).content.decode()
    first = send(browser, ADD, SecurityKey().make(question(page)), name="")
    assert first.headers["Location"] == "/account/factors/codes/"
    page = browser.get(ADD).content.decode()
    second = send(browser, ADD, SecurityKey().make(question(page)), name="x")
    assert second.headers["Location"] == "/account/factors/"


@pytest.mark.parametrize("name", ["", "x" * 51, "\0", " 　"])
def test_a_name_is_needed_and_short(name: str, browser: Client, person: Staff) -> None:
    add(browser)
    response = browser.post(f"{LIST}{number_of(person)}/", {"name": name})
    assert response.status_code == 400
    assert Authenticator.objects.get(type="webauthn").data["name"] == "Desk"


def test_ten_passkeys_are_enough(browser: Client, person: Staff) -> None:
    add(browser)
    row = Authenticator.objects.get(type="webauthn")
    for _ in range(9):
        Authenticator.objects.create(user=person, type="webauthn", data=row.data)
    page = browser.get(ADD).content.decode()
    response = send(browser, ADD, SecurityKey().make(question(page)))
    assert response.status_code == 400
    assert "You have ten passkeys already" in text(response)


def test_another_s_passkey_is_a_missing_one(browser: Client, person: Staff, people: SimpleNamespace) -> None:
    add(browser)
    other = local()
    other.force_login(people.officer)
    for address in (f"{LIST}{number_of(person)}/", f"{LIST}{number_of(person)}/remove/"):
        assert recent(other).get(address).status_code == 404
        assert recent(other).post(address, {"name": "x"}).status_code == 404
    assert Authenticator.objects.get(type="webauthn").data["name"] == "Desk"


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://sub.localhost"},
        {"origin": "http://localhost:8000"},
        {"origin": "https://localhost"},
        {"host": "evil.example"},
        {"challenge": "AAAA"},
        {"cross_origin": True},
        {"verified": False},
    ],
)
def test_a_passkey_made_elsewhere_is_not_added(wrong: dict[str, Any], browser: Client) -> None:
    page = browser.get(ADD).content.decode()
    response = send(browser, ADD, SecurityKey().make(question(page), **wrong))
    assert response.status_code == 400
    assert not Authenticator.objects.exists()


GARBAGE = [
    "",
    "null",
    "[]",
    "1",
    '"x"',
    "{",
    "{}",
    '{"response": []}',
    '{"response": {"clientDataJSON": 1}}',
    '{"response": {"clientDataJSON": "e30"}}',
    '{"id": "AA", "rawId": "BB", "type": "x", "response": {"clientDataJSON": "%%%"}}',
    "[" * 40_000,
    '{"a":' * 9_000,
    "x" * 60_000,
    "\0",
    '{"response": {"clientDataJSON": "\\u0000"}}',
]


@pytest.mark.parametrize("sent", GARBAGE, ids=range(len(GARBAGE)))
def test_an_answer_that_no_browser_gives_is_told_and_changes_nothing(sent: str, browser: Client, person: Staff) -> None:
    assert send(browser, ADD, sent).status_code == 400
    with_app(person)
    stepping = sign_in("20160401", browser=local()).browser
    assert send(stepping, "/sign-in/factor/", sent).status_code == 400
    asking = local()
    asking.get(SIGN_IN)
    assert send(asking, SIGN_IN, sent).headers["Location"] == "/sign-in/"
    assert send(browser, "/account/reauthenticate/passkey/", sent).status_code in (302, 400)
    assert not is_signed_in(asking) and not is_signed_in(stepping)
    assert Authenticator.objects.filter(type="webauthn").count() == 0


def test_what_is_stored_is_written_anew(browser: Client) -> None:
    key = SecurityKey()
    answer = key.make(question(browser.get(ADD).content.decode()))
    answer |= {"more": "\0", "clientExtensionResults": {"credProps": {"rk": "\0"}}}
    assert send(browser, ADD, answer).status_code == 302
    stored = Authenticator.objects.get(type="webauthn").data["credential"]
    assert set(stored) == {"id", "rawId", "type", "response", "clientExtensionResults"}
    assert stored["clientExtensionResults"] == {"credProps": {"rk": False}}


# --- Signing in ---------------------------------------------------------------------------------------------------


@pytest.fixture
def key(browser: Client) -> SecurityKey:
    """A passkey of the person."""
    return add(browser)


def test_a_passkey_signs_in_by_itself_and_leads_where_the_person_was_going(key: SecurityKey, person: Staff) -> None:
    fresh = local()
    asked = ask_to_sign_in(fresh)
    assert asked["userVerification"] == "required"
    assert not asked.get("allowCredentials")
    response = send(fresh, SIGN_IN, key.show(asked), next="/policies/")
    assert response.headers["Location"] == "/policies/"
    assert is_signed_in(fresh)
    assert Event.objects.filter(actor_uid=person.uid).latest("pk").action == "accounts.sign_in"


@pytest.mark.parametrize(
    "wrong",
    [
        {"verified": False},
        {"origin": "http://evil.example"},
        {"host": "evil.example"},
        {"challenge": "AAAA"},
        {"cross_origin": True},
        {"signature": b"wrong"},
        {"user_handle": "MQ"},
        {"user_handle": ""},
        {"user_handle": "____"},
        {"user_handle": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"},
    ],
)
def test_an_answer_that_is_wrong_in_one_point_signs_nobody_in(wrong: dict[str, Any], key: SecurityKey) -> None:
    fresh = local()
    response = send(fresh, SIGN_IN, key.show(ask_to_sign_in(fresh), **wrong))
    assert response.headers["Location"] == "/sign-in/"
    assert not is_signed_in(fresh)


def test_an_answer_works_once(key: SecurityKey) -> None:
    fresh = local()
    answer = key.show(ask_to_sign_in(fresh))
    assert send(fresh, SIGN_IN, answer).headers["Location"] == "/"
    fresh.post("/sign-out/")
    assert send(fresh, SIGN_IN, answer).headers["Location"] == "/sign-in/"
    assert not is_signed_in(fresh)


def test_a_removed_passkey_signs_nobody_in(key: SecurityKey, browser: Client, person: Staff) -> None:
    browser.post(f"{LIST}{number_of(person)}/remove/")
    fresh = local()
    assert send(fresh, SIGN_IN, key.show(ask_to_sign_in(fresh))).headers["Location"] == "/sign-in/"


def test_who_is_disabled_does_not_get_in_with_a_passkey(key: SecurityKey, person: Staff) -> None:
    disable_account(by=system_actor(), person=person, reason="test")
    fresh = local()
    send(fresh, SIGN_IN, key.show(ask_to_sign_in(fresh)))
    assert not is_signed_in(fresh)


def test_the_sign_in_page_offers_it_and_keeps_the_password(db: None) -> None:
    fresh = local()
    fresh.cookies["django_language"] = "en"
    page = fresh.get("/sign-in/?next=/policies/")
    assert "Passkeys need JavaScript" in text(page)
    assert 'data-options-url="/sign-in/passkey/"' in page.content.decode()
    assert 'name="login"' in page.content.decode()


def test_the_page_of_a_passkey_has_no_script_of_its_own(browser: Client) -> None:
    page = browser.get(ADD).content.decode()
    scripts = re.findall(r"<script([^>]*)>", page)
    assert all("src=" in script or 'type="application/json"' in script for script in scripts)


# --- As the second factor -----------------------------------------------------------------------------------------


def test_after_the_password_a_passkey_will_do(key: SecurityKey, person: Staff) -> None:
    stepping = sign_in("20160401", browser=local()).browser
    page = stepping.get("/sign-in/factor/")
    assert "With a recovery code" in text(page)
    asked = question(page.content.decode())
    assert len(asked["allowCredentials"]) == 1
    assert send(stepping, "/sign-in/factor/", key.show(asked)).headers["Location"] == "/"
    assert is_signed_in(stepping)


def test_a_wrong_passkey_is_told_recorded_and_stops_after_five(key: SecurityKey, person: Staff) -> None:
    stepping = sign_in("20160401", browser=local()).browser
    for _ in range(4):
        asked = question(stepping.get("/sign-in/factor/").content.decode())
        response = send(stepping, "/sign-in/factor/", SecurityKey().show(asked))
        assert response.status_code == 400
        assert "That did not work" in text(response)
    assert send(stepping, "/sign-in/factor/", SecurityKey().show(asked)).headers["Location"] == "/sign-in/"
    assert Event.objects.filter(action="accounts.factor_failed", data={"kind": "webauthn"}).count() == 5


def test_only_who_has_a_passkey_is_offered_one(person: Staff) -> None:
    app: App = with_app(person)
    stepping = sign_in("20160401", browser=local()).browser
    assert "data-passkey" not in stepping.get("/sign-in/factor/").content.decode()
    assert app.secret


def test_the_last_passkey_of_a_role_that_needs_one_stays(
    key: SecurityKey, browser: Client, person: Staff, settings: Any
) -> None:
    grant_role(by=system_actor(), person=person, role="ciso", valid_from=SINCE)
    settings.MFA_REQUIRED_ROLES = {"ciso"}
    remove = f"{LIST}{number_of(person)}/remove/"
    assert "The passkey cannot be removed" in text(browser.get(remove))
    assert browser.post(remove).status_code == 409
    with_app(person)
    assert browser.post(remove).status_code == 302
    assert not Authenticator.objects.filter(type="webauthn").exists()
