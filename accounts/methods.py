"""By which way a person signed in, and whether a provider has asked for a second factor, as the session knows it."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from staff.models import Staff

METHOD, CHECKED_BY, FACTOR_AT_PROVIDER = "sign_in_method", "password_checked_by", "factor_at_provider"
DIRECTORY = "accounts.ldap.DirectoryBackend"


def remember_who_checked(request: HttpRequest, person: Any) -> None:
    """Keep, until the session is opened, whether the password was right here or in the directory."""
    request.session[CHECKED_BY] = "ldap" if getattr(person, "backend", "") == DIRECTORY else "password"


def method_of(request: HttpRequest, person: Staff) -> str:
    """Return how `person` has just been recognised: `password`, `ldap`, `oidc` or `passkey`; "" when nothing is known.

    A second factor that followed is no way of its own.
    """
    for record in reversed(get_authentication_records(request, person)):
        if record["method"] == "socialaccount":
            return "oidc"
        if record["method"] == "password":
            return str(request.session.get(CHECKED_BY, "password"))
        if record.get("passwordless"):
            return "passkey"
    return ""


def remember_factor(request: HttpRequest, person: Staff, *, done: bool) -> None:
    """Keep whether the provider says that it has asked `person` for a second factor."""
    request.session[FACTOR_AT_PROVIDER] = str(person.uid) if done else ""


def provider_asked_factor(request: HttpRequest, person: Staff) -> bool:
    """Tell whether this session of `person` was opened by a provider that has asked for a second factor."""
    session = request.session
    return session.get(METHOD) == "oidc" and session.get(FACTOR_AT_PROVIDER) == str(person.uid)
