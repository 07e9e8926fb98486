"""Sign-in at the city's provider (OpenID Connect) through django-allauth: whom it lets in, and nobody else.

Beyond what django-allauth does (state, PKCE, the exchange of the code) the ID token's signature, issuer, audience,
times and nonce are verified, and nothing but the ID token is believed.
"""

import logging
from collections.abc import Mapping
from typing import Any, NoReturn

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from requests import RequestException, Session

from accounts import actions_single_sign_on as actions
from accounts.methods import remember_factor
from accounts.servers import Provider
from common import request_context
from staff.actions import system_actor
from staff.models import Staff

PROVIDER = "oidc"
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
REQUIRED_CLAIMS = ("iss", "sub", "aud", "exp", "iat")
LEEWAY_SECONDS = 60
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
logger = logging.getLogger(__name__)


class NotBelievedError(OAuth2Error):
    """What the provider answered is not what a provider answers, or not proven to be its own."""


class IdTokenReader(OpenIDConnectOAuth2Adapter):
    """The exchange with the provider, of which only a verified ID token counts."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """Return the provider's own description. Raises `NotBelievedError` when it is not that of the issuer."""
        if not hasattr(self, "_described"):
            described = self._fetch(self.get_provider().server_url)
            if str(described.get("issuer")).rstrip("/") != self.get_provider().app.settings["server_url"].rstrip("/"):
                raise NotBelievedError("the description is another issuer's")
            if not all(isinstance(described.get(name), str) for name in ENDPOINTS):
                raise NotBelievedError("the description lacks an endpoint")
            self._described = described
        return self._described

    def get_access_token_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Exchange the code. Raises `NotBelievedError` for an answer of another shape."""
        try:
            data: dict[str, Any] = super().get_access_token_data(*args, **kwargs)
        except (KeyError, TypeError, ValueError) as error:
            raise NotBelievedError("the answer to the code cannot be read") from error
        return data

    def parse_token(self, data: Any) -> SocialToken:
        """Return an empty token: the portal asks the provider nothing more, so it keeps none."""
        return SocialToken()

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, *, response: Mapping[str, Any], **_more: Any
    ) -> SocialLogin:
        """Return who has signed in, with `claims` beside; of the claims only the subject may be stored."""
        claims = self._claims(app.client_id, response.get("id_token"))
        login = self.get_provider().sociallogin_from_response(request, {"id_token": {"sub": claims["sub"]}})
        login.account.extra_data = {}
        login.claims = claims
        return login

    def _claims(self, client: str, token: Any) -> dict[str, Any]:
        keys, issuer = self.openid_config["jwks_uri"], self.openid_config["issuer"]
        try:
            key = jwt.PyJWKSet.from_dict(self._fetch(keys))[jwt.get_unverified_header(token)["kid"]]
            options: Any = {"require": REQUIRED_CLAIMS}
            claims = jwt.decode(token, key, ALGORITHMS, options, audience=client, issuer=issuer, leeway=LEEWAY_SECONDS)
        except (jwt.PyJWTError, KeyError) as error:
            raise NotBelievedError(f"the ID token is not good: {type(error).__name__}") from error
        if claims.get("azp", client) != client or not 0 < len(claims["sub"]) <= settings.SOCIALACCOUNT_UID_MAX_LENGTH:
            raise NotBelievedError("the ID token is not for this portal")
        return claims

    def _fetch(self, url: str) -> dict[str, Any]:
        with get_adapter().get_requests_session() as session:
            answer = session.get(url)
            answer.raise_for_status()
            document = answer.json()
        if not isinstance(document, dict):
            raise NotBelievedError("the provider's answer is no object")
        return document


class CityProvider(OpenIDConnectProvider):
    """The one provider that there is."""

    pkce_enabled_default = True
    oauth2_adapter_class = IdTokenReader

    def get_default_scope(self) -> list[str]:
        """Ask for as little as there is; the employee number is in the profile or in every ID token."""
        return ["openid", "profile"]


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Lets in who is on the staff today by the employee number of a verified ID token, and registers nobody."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Say no: people come in by the directory alone."""
        return False

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Return the provider of the settings; rows of the database name none."""
        app = _app(settings.OIDC) if settings.OIDC else None
        is_asked_for = app and provider in (None, app.provider, app.provider_id) and client_id in (None, app.client_id)
        return [app] if is_asked_for else []

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> CityProvider:
        """Return the provider. Raises `SocialApp.DoesNotExist` for any other."""
        return CityProvider(request, app=self.get_app(request, provider=provider, client_id=client_id))

    def get_requests_session(self) -> Session:
        """Return a session with a time limit that goes where it is sent and nowhere else."""
        session: Session = super().get_requests_session()
        session.max_redirects = 0
        return session

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Any:
        """Take nothing over from the provider."""
        return sociallogin.user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Set whose sign-in this is; whoever is not known here gets a page instead."""
        nonce = (sociallogin.state.get("data") or {}).get("nonce", "")
        if not nonce or not constant_time_compare(str(sociallogin.claims.get("nonce", "")), nonce):
            self.on_authentication_error(request, sociallogin.provider, exception=NotBelievedError("another nonce"))
        person = _person_of(request, sociallogin)
        if not sociallogin.account.pk:
            sociallogin.account = actions.link_identity(by=person, account=sociallogin.account)
        sociallogin.user = person
        remember_factor(request, person, done=_asked_factor(sociallogin))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = AuthError.UNKNOWN,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> NoReturn:
        """Show a page that says what to do; what went wrong is for the log."""
        if error == AuthError.CANCELLED:
            messages.info(request, _("You did not sign in there. Nothing has changed."))
            raise ImmediateHttpResponse(redirect("account_login"))
        logger.warning("Sign-in at the provider failed: %s", _in_short(exception))
        why = "silent" if isinstance(exception, RequestException) else "failed"
        raise ImmediateHttpResponse(_page(request, why, 401))


def _app(provider: Provider) -> SocialApp:
    return SocialApp(
        provider="openid_connect",
        provider_id=PROVIDER,
        name=provider.name,
        client_id=provider.client_id,
        secret=provider.client_secret,
        settings={
            "server_url": provider.server_url,
            "employee_number_claim": provider.employee_number_claim,
            "second_factor_values": provider.second_factor_values,
        },
    )


def _person_of(request: HttpRequest, login: SocialLogin) -> Staff:
    """Return the person of the claim; raises the page for everybody who is not let in."""
    number = login.claims.get(login.provider.app.settings["employee_number_claim"])
    linked_to = login.user if login.account.pk else None
    if not isinstance(number, str) or not number or "\0" in number:
        _refuse(request, system_actor(), "no_number", linked_to)
    person = Staff.objects.filter(employee_number=number).first()
    if person is None:
        _refuse(request, system_actor(), "unknown_number", linked_to)
    if not person.is_active:
        _refuse(request, person, "not_active", linked_to)
    if linked_to is not None and linked_to != person:
        _refuse(request, person, "account_of_another", linked_to)
    return person


def _refuse(request: HttpRequest, by: Staff, reason: str, linked_to: Staff | None) -> NoReturn:
    actions.refuse_identity(by=by, reason=reason, linked_to=linked_to)
    raise ImmediateHttpResponse(_page(request, "unknown", 403))


def _asked_factor(login: SocialLogin) -> bool:
    """Tell whether `amr` or `acr` holds one of the values that mean a second factor; without values, never."""
    methods, wanted = login.claims.get("amr"), login.provider.app.settings["second_factor_values"]
    said = [*(methods if isinstance(methods, list) else []), login.claims.get("acr")]
    return any(isinstance(value, str) and value in wanted for value in said)


def _in_short(exception: Exception | None) -> str:
    """Return what may stand in a log: our own words, of anything else only its kind."""
    if isinstance(exception, NotBelievedError):
        return str(exception)
    return type(exception).__name__ if exception else "refused by the provider, or an unknown state"


def _page(request: HttpRequest, why: str, status: int) -> HttpResponse:
    context = {"why": why, "request_id": request_context.current().request_id}
    return render(request, "accounts/single_sign_on_refused.html", context, status=status)
