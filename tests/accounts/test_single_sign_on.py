"""Sign-in at a provider (OpenID Connect), against a real HTTP server: who comes in, and who does not."""

import datetime as dt
import json
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from audit.models import Event
from staff import actions
from staff.models import Staff
from tests import cast
from tests.accounts.at_provider import BACK, START, begin, come_back
from tests.accounts.factors import second_step, with_app
from tests.accounts.oidc_provider import SECRET, OidcProvider
from tests.accounts.signing import is_signed_in, text
from tests.conftest import recent

pytestmark = pytest.mark.django_db
UNKNOWN = "サインインに使ったアカウントは、このポータルに登録されていません。"


def latest(action: str) -> Event:
    return Event.objects.filter(action=action).latest("pk")


# --- Coming in ----------------------------------------------------------------------------------------------------


def test_the_button_is_there_only_where_a_provider_is(provider: OidcProvider, settings: Any) -> None:
    page = Client().get("/sign-in/?next=/policies/").content.decode()
    assert "市のアカウントでサインインする" in page
    assert f'action="{START}"' in page and 'name="next" value="/policies/"' in page
    settings.OIDC = settings.OIDC._replace(name="")
    assert "市役所のアカウントでサインインする" in text(Client().get("/sign-in/"))
    settings.OIDC = None
    assert START not in Client().get("/sign-in/").content.decode()
    assert Client().post(START).status_code == Client().get(BACK).status_code == 404


def test_who_signs_in_there_is_signed_in_here(provider: OidcProvider, member: Staff) -> None:
    before = Staff.objects.values().get(pk=member.pk)
    response = come_back(provider, "20160401")
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert is_signed_in(response.browser)
    event = latest("accounts.sign_in")
    assert (event.actor_uid, event.data) == (member.uid, {"method": "oidc"})
    after = Staff.objects.values().get(pk=member.pk)
    assert {name for name in after if after[name] != before[name]} == {"last_login"}


def test_the_account_there_is_remembered_once_without_anything_it_said(provider: OidcProvider, member: Staff) -> None:
    provider.claims = {"email": "sena@staff.moka.example", "email_verified": True, "picture": "https://x.example/"}
    come_back(provider, "20160401")
    come_back(provider, "20160401")
    kept = SocialAccount.objects.get()
    assert (kept.user, kept.provider, kept.uid, kept.extra_data) == (member, "oidc", "subject of 20160401", {})
    assert Event.objects.filter(action="accounts.link_identity").count() == 1
    assert latest("accounts.link_identity").actor_uid == member.uid
    assert not SocialToken.objects.exists() and not SocialApp.objects.exists() and not EmailAddress.objects.exists()
    assert "subject of" not in json.dumps(list(Event.objects.values_list("data", flat=True)))


def test_the_portal_asks_for_little_and_proves_who_began(provider: OidcProvider, member: Staff) -> None:
    address = begin(Client())
    assert address.startswith(f"{provider.url}/authorize?")
    for words in ("response_type=code", "code_challenge=", "code_challenge_method=S256", "nonce=", "state="):
        assert words in address
    assert "email" not in address and SECRET not in address


@pytest.mark.parametrize(
    ("following", "arrives"),
    [
        ("/policies/?a=1", "/policies/?a=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("\0", "/"),
        ("", "/"),
    ],
)
def test_one_arrives_where_one_was_heading_and_never_outside(
    following: str, arrives: str, provider: OidcProvider, member: Staff
) -> None:
    browser = Client()
    response = browser.get(provider.approve(begin(browser, following), "20160401"))
    assert (response.status_code, response.headers["Location"]) == (302, arrives)


def test_signing_in_gives_a_new_session(provider: OidcProvider, member: Staff) -> None:
    browser = Client()
    address = begin(browser)
    planted = browser.cookies["sessionid"].value
    browser.get(provider.approve(address, "20160401"))
    assert browser.cookies["sessionid"].value != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_coming_back_as_somebody_else_ends_the_session_before(provider: OidcProvider, member: Staff) -> None:
    other = cast.person("20160402")
    browser = come_back(provider, "20160402").browser
    come_back(provider, "20160401", browser=browser)
    assert latest("accounts.sign_out").actor_uid == other.uid
    assert browser.get("/account/").wsgi_request.user == member


# --- The second factor --------------------------------------------------------------------------------------------


def test_the_second_factor_of_the_portal_is_asked_for(provider: OidcProvider, member: Staff) -> None:
    app = with_app(member)
    response = come_back(provider, "20160401")
    assert response.headers["Location"].startswith("/sign-in/factor/")
    assert not is_signed_in(response.browser)
    second_step(response.browser, app.code())
    assert is_signed_in(response.browser)
    assert latest("accounts.sign_in").data == {"method": "oidc"}


@pytest.mark.parametrize(
    ("values", "claims", "is_in"),
    [
        ((), {"amr": ["pwd", "mfa"]}, False),
        (("mfa",), {"amr": ["pwd"]}, False),
        (("mfa",), {"amr": "mfa"}, False),
        (("mfa",), {"amr": [["mfa"], {"mfa": 1}, None]}, False),
        (("mfa",), {}, False),
        (("mfa",), {"amr": ["pwd", "mfa"]}, True),
        (("gold",), {"acr": "gold"}, True),
    ],
)
def test_a_role_that_needs_a_factor_gets_in_only_if_the_settings_believe_the_provider(
    values: tuple[str, ...], claims: dict[str, Any], is_in: bool, provider: OidcProvider, member: Staff, settings: Any
) -> None:
    actions.grant_role(by=actions.system_actor(), person=member, role="officer", valid_from=cast.SINCE)
    settings.MFA_REQUIRED_ROLES = {"officer"}
    settings.OIDC = settings.OIDC._replace(second_factor_values=values)
    provider.claims = claims
    browser = come_back(provider, "20160401").browser
    assert (browser.get("/account/").status_code == 200) is is_in


def test_what_the_provider_asked_of_one_counts_for_nobody_else(
    provider: OidcProvider, member: Staff, settings: Any
) -> None:
    """An officer's sign-in stops before the portal's own factor; then another officer uses the same browser."""
    settings.MFA_REQUIRED_ROLES = {"officer"}
    settings.OIDC = settings.OIDC._replace(second_factor_values=("mfa",))
    other = cast.person("20160402")
    for one in (member, other):
        actions.grant_role(by=actions.system_actor(), person=one, role="officer", valid_from=cast.SINCE)
    actions.set_password(by=other, person=other, password="あめんぼ赤いな-アイウエオカキクケコ")
    with_app(member)
    provider.claims = {"amr": ["mfa"]}
    browser = come_back(provider, "20160401").browser
    browser.post("/sign-in/", {"login": "20160402", "password": "あめんぼ赤いな-アイウエオカキクケコ"})
    assert browser.get("/account/").status_code == 302


# --- Who is not let in --------------------------------------------------------------------------------------------


def refused(response: Any, reason: str) -> Event:
    """See that the page tells no reason and the trail does."""
    assert response.status_code == 403
    assert UNKNOWN in text(response)
    assert not is_signed_in(response.browser)
    event = latest("accounts.sign_in_refused")
    assert event.data["reason"] == reason
    return event


def test_a_number_that_nobody_has_is_not_let_in_and_nobody_is_registered(provider: OidcProvider, member: Staff) -> None:
    people = Staff.objects.count()
    refused(come_back(provider, "20169999"), "unknown_number")
    assert Staff.objects.count() == people
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"left_on": timezone.localdate() - dt.timedelta(days=1)},
        {"joined_on": timezone.localdate() + dt.timedelta(days=1)},
        {"disabled_at": dt.datetime(2026, 11, 22, tzinfo=dt.UTC)},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_who_is_not_on_the_staff_today_is_not_let_in(
    changes: dict[str, Any], provider: OidcProvider, member: Staff
) -> None:
    Staff.objects.filter(pk=member.pk).update(**changes)
    assert refused(come_back(provider, "20160401"), "not_active").actor_uid == member.uid


def test_the_system_itself_cannot_be_signed_in(provider: OidcProvider, member: Staff) -> None:
    actions.system_actor()
    refused(come_back(provider, "SYSTEM"), "not_active")


@pytest.mark.parametrize("number", ["", 20160401, ["20160401"], {"a": "20160401"}, True, 1.0, "2016\x000401", None])
def test_a_claim_that_is_no_number_in_letters_lets_nobody_in(
    number: Any, provider: OidcProvider, member: Staff
) -> None:
    provider.claims = {"employee_number": number}
    refused(come_back(provider, "20160401"), "no_number")


@pytest.mark.parametrize("number", [" 20160401", "20160401 ", "２０１６０４０１", "020160401"])
def test_a_number_counts_letter_by_letter(number: str, provider: OidcProvider, member: Staff) -> None:
    refused(come_back(provider, number), "unknown_number")


def test_a_mail_address_is_no_number(provider: OidcProvider, member: Staff) -> None:
    provider.claims = {"employee_number": None, "email": member.email, "email_verified": True}
    refused(come_back(provider, "20160401"), "no_number")


def test_an_account_that_was_one_person_s_is_not_another_s(provider: OidcProvider, member: Staff) -> None:
    other = cast.person("20160402")
    come_back(provider, "20160401", subject="same")
    event = refused(come_back(provider, "20160402", subject="same"), "account_of_another")
    assert (event.actor_uid, event.data["linked_to"]) == (other.uid, str(member.uid))
    assert SocialAccount.objects.get().user == member
    assert is_signed_in(come_back(provider, "20160401", subject="same").browser)


def test_an_administrator_parts_an_account_from_the_wrong_person(
    provider: OidcProvider, people: SimpleNamespace
) -> None:
    """The number at the provider was somebody else's by mistake, and was put right there afterwards."""
    wrong, right = people.other_department, people.employee
    browser = come_back(provider, wrong.employee_number, subject="same").browser
    refused(come_back(provider, right.employee_number, subject="same"), "account_of_another")
    desk = Client()
    desk.force_login(people.administrator)
    recent(desk)
    address = f"/administration/accounts/{wrong.pk}/"
    assert "外部アカウントとの結び付けを解除する" in text(desk.get(address))
    assert desk.post(f"{address}unlink/", {"reason": "番号の取違え"}).headers["Location"] == address
    event = latest("accounts.unlink_identities")
    assert (event.actor_uid, event.object_id) == (people.administrator.uid, str(wrong.pk))
    assert event.data == {"removed": 1, "reason": "番号の取違え"}
    assert not is_signed_in(browser)
    assert "外部アカウントとの結び付けを解除する" not in text(desk.get(address))
    assert is_signed_in(come_back(provider, right.employee_number, subject="same").browser)
