"""A portal that knows a provider, and going there and back."""

from typing import Any

from django.test import Client

from tests.accounts.oidc_provider import OidcProvider
from tests.accounts.signing import text

START, BACK = "/sign-in/oidc/", "/sign-in/oidc/back/"


def begin(browser: Client, following: str = "") -> str:
    """Press the button; return the address at the provider."""
    response = browser.post(START, {"next": following})
    assert response.status_code == 302, text(response)
    return str(response.headers["Location"])


def come_back(provider: OidcProvider, number: str, *, browser: Client | None = None, **more: Any) -> Any:
    """Go there and back; the response carries its browser."""
    browser = browser or Client()
    response = browser.get(provider.approve(begin(browser), number, **more))
    response.browser = browser
    return response
