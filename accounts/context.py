"""What the pages show of the session."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.middleware import time_left


def session_time(request: HttpRequest) -> dict[str, Any]:
    """Return how long the session lasts, for the time-out warning; empty for nobody signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"session_time": {}}
    left = time_left(request.session)._asdict()
    return {"session_time": {**left, "warning": settings.SESSION_WARNING_SECONDS}}


def single_sign_on(request: HttpRequest) -> dict[str, Any]:
    """Return the OpenID Connect provider at which people may sign in, or None."""
    return {"sign_in_provider": settings.OIDC}


def second_factor(request: HttpRequest) -> dict[str, Any]:
    """Return whether nobody is asked for a second factor, which the pages of the demonstration say."""
    return {"no_factor_asked": not settings.MFA_REQUIRED_ROLES}
