"""What of a provider's answers is not believed, and what a person reads while it is out of order."""

import base64
import functools
import json
import socket
import time
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount, SocialApp
from django.test import Client

from staff.models import Staff
from tests import cast
from tests.accounts.at_provider import BACK, START, begin, come_back
from tests.accounts.oidc_provider import ANOTHER_KEY, CLIENT, SECRET, OidcProvider, serving, signed
from tests.accounts.signing import is_signed_in, text
from tests.conftest import free_port
from tests.project.test_permission_matrix import row_counts

pytestmark = pytest.mark.django_db
FAILED = "別のサーバーでのサインインが完了しなかったか、時間がかかりすぎました。"
SILENT = "サインインに使うサーバーが、いま応答しません。"


# --- What is not believed -----------------------------------------------------------------------------------------


def not_believed(response: Any) -> None:
    assert response.status_code == 401
    assert FAILED in text(response)
    assert not is_signed_in(response.browser)
    assert not SocialAccount.objects.exists()


NOW = int(time.time())


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-portal"},
        {"aud": ["another-portal", "third"]},
        {"aud": None},
        {"aud": [CLIENT, "another-portal"], "azp": "another-portal"},
        {"azp": "another-portal"},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": NOW - 3600},
        {"exp": None},
        {"exp": "never"},
        {"iat": NOW + 3600},
        {"iat": None},
        {"nbf": NOW + 3600},
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": ["x"]},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
    ],
    ids=str,
)
def test_an_id_token_that_says_what_it_must_not_is_not_believed(
    claims: dict[str, Any], provider: OidcProvider, member: Staff
) -> None:
    provider.claims = claims
    not_believed(come_back(provider, "20160401"))


def unsigned(claims: dict[str, Any]) -> str:
    head, body = ({"alg": "none", "kid": "1", "typ": "JWT"}, claims)
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (head, body)]
    return ".".join([*parts, ""])


@pytest.mark.parametrize(
    "sign",
    [
        functools.partial(signed, key=ANOTHER_KEY),
        functools.partial(signed, key="the public key as a password, 32 bytes", algorithm="HS256"),
        functools.partial(signed, key=SECRET.ljust(32), algorithm="HS256"),
        functools.partial(signed, kid="2"),
        functools.partial(signed, algorithm="RS512"),
        unsigned,
        lambda claims: signed(claims)[:-8],
        lambda claims: "no token",
        lambda claims: "",
        lambda claims: None,
        lambda claims: 7,
        lambda claims: ["x"],
    ],
)
def test_an_id_token_that_is_not_signed_by_the_provider_is_not_believed(
    sign: Any, provider: OidcProvider, member: Staff
) -> None:
    provider.sign = sign
    not_believed(come_back(provider, "20160401"))


def test_another_issuer_s_description_is_not_believed(provider: OidcProvider, member: Staff) -> None:
    provider.described = {"issuer": "https://evil.example"}
    response = Client().post(START)
    assert response.status_code == 401 and FAILED in text(response)


def test_a_way_back_works_once(provider: OidcProvider, member: Staff) -> None:
    browser = Client()
    back = provider.approve(begin(browser), "20160401")
    browser.get(back)
    browser.post("/sign-out/")
    response = browser.get(back)
    assert response.status_code == 401
    assert not is_signed_in(browser)


def test_a_way_back_works_in_the_browser_that_began_alone(provider: OidcProvider, member: Staff) -> None:
    back = provider.approve(begin(Client()), "20160401")
    for victim in (Client(), (second := Client())):
        if victim is second:
            begin(victim)
        response = victim.get(back)
        assert response.status_code == 401
        assert not is_signed_in(victim)


def test_a_code_of_another_sign_in_is_not_taken_with_one_s_own_state(provider: OidcProvider, member: Staff) -> None:
    """What a thief of a code would try: PKCE ties it to the browser that began, so the provider does not exchange it."""
    thief, victim = Client(), Client()
    stolen = provider.approve(begin(victim), "20160401").partition("code=")[2].partition("&")[0]
    own = provider.approve(begin(thief), "20169999")
    response = thief.get(own.replace(own.partition("code=")[2].partition("&")[0], stolen))
    assert response.status_code == 401
    assert not is_signed_in(thief)


@pytest.mark.parametrize(
    "query",
    ["", "code=x", "state=x", "code=x&state=x", "error=server_error&state=x", "error=access_denied", "state=%00"],
)
def test_an_address_that_the_provider_did_not_send_leads_nowhere(query: str, provider: OidcProvider) -> None:
    browser = Client()
    begin(browser)
    before = row_counts()
    assert browser.get(f"{BACK}?{query}").status_code == 401
    assert row_counts() == before


def test_who_changes_the_mind_there_is_back_at_the_sign_in_page(provider: OidcProvider) -> None:
    browser = Client()
    state = begin(browser).partition("state=")[2].partition("&")[0]
    response = browser.get(f"{BACK}?error=access_denied&state={state}", follow=True)
    assert response.redirect_chain == [("/sign-in/", 302)]
    assert "サインインは中止されました。" in text(response)


def test_the_way_there_is_a_form_of_this_portal_alone(provider: OidcProvider) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.get(START).status_code == 405
    assert browser.post(START).status_code == 403
    assert browser.post(BACK).status_code in (403, 405)
    assert provider.asked == []


@pytest.mark.parametrize("process", ["connect", "redirect", "nonsense"])
def test_nobody_can_tie_an_account_there_to_an_open_session(
    process: str, provider: OidcProvider, member: Staff
) -> None:
    other = cast.person("20160402")
    browser = Client()
    browser.force_login(other)
    response = browser.post(f"{START}?process={process}&scope=email&auth_params=prompt%3Dnone", {"process": process})
    assert "email" not in response.headers["Location"] and "prompt" not in response.headers["Location"]
    browser.get(provider.approve(response.headers["Location"], "20160401"))
    assert SocialAccount.objects.get().user == member


# --- The provider is out of order ---------------------------------------------------------------------------------

BROKEN = [
    (500, b"down"),
    (404, b""),
    (200, b"<html>"),
    (200, b"[]"),
    (200, b"null"),
    (200, b'"x"'),
    (200, b"{}"),
    (200, b'{"keys": 7}'),
    (200, b'{"access_token": "x", "expires_in": "never"}'),
    (200, b'{"access_token": "x", "id_token": {}}'),
    (200, b"\xff"),
]


@pytest.mark.parametrize("answer", BROKEN, ids=str)
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/keys"])
def test_nonsense_of_the_provider_is_a_page_and_never_a_fault(
    path: str, answer: tuple[int, bytes], provider: OidcProvider, member: Staff, caplog: pytest.LogCaptureFixture
) -> None:
    browser = Client()
    back = provider.approve(begin(browser), "20160401")
    provider.answers = {path: answer}
    response = browser.get(back)
    assert response.status_code == 401
    assert not is_signed_in(browser)
    assert [one for one in caplog.records if one.getMessage().startswith("Sign-in at the provider failed: ")]
    assert "20160401" not in caplog.text


@pytest.mark.parametrize("answer", BROKEN, ids=str)
def test_nonsense_before_one_has_left_is_a_page_too(answer: tuple[int, bytes], provider: OidcProvider) -> None:
    provider.answers = {"/.well-known/openid-configuration": answer}
    assert Client().post(START).status_code == 401


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_a_description_without_an_endpoint_is_a_page_too(name: str, provider: OidcProvider) -> None:
    provider.described = {name: None}
    assert Client().post(START).status_code == 401


def test_a_provider_that_is_down_is_said_in_words(provider: OidcProvider, settings: Any) -> None:
    settings.OIDC = settings.OIDC._replace(server_url=f"http://127.0.0.1:{free_port()}")
    response = Client().post(START)
    assert response.status_code == 401
    assert SILENT in text(response)


def test_a_provider_that_never_answers_holds_nobody_for_long(provider: OidcProvider, settings: Any) -> None:
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 1
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(8)
        settings.OIDC = settings.OIDC._replace(server_url=f"http://127.0.0.1:{listener.getsockname()[1]}")
        began = time.monotonic()
        response = Client().post(START)
        assert time.monotonic() - began < 10
    assert SILENT in text(response)


def test_the_portal_is_not_sent_on_to_another_server(provider: OidcProvider, settings: Any) -> None:
    with serving() as elsewhere:
        provider.answers = {"/keys": (302, b"")}
        assert come_back(provider, "20160401").status_code == 401
        assert elsewhere.asked == []


def test_a_row_of_the_database_names_no_provider(provider: OidcProvider, member: Staff) -> None:
    SocialApp.objects.create(
        provider="openid_connect", provider_id="oidc", client_id="evil", settings={"server_url": "https://evil.example"}
    )
    assert begin(Client()).startswith(f"{provider.url}/")
