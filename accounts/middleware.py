"""How long a session lives, and what becomes of a form that arrives after its end."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.kept_form import form_not_saved

STARTED, SEEN = "started_at", "seen_at"
WRITE_EVERY_SECONDS = 60
BACKGROUND = "X-Background"


class TimeLeft(NamedTuple):
    """Seconds until the session ends, and whether staying active moves that moment."""

    seconds: int
    can_extend: bool


def time_left(session: SessionBase) -> TimeLeft:
    """Return how long `session` still lives without a further request."""
    now = int(time.time())
    idle = settings.SESSION_IDLE_SECONDS - (now - session.get(SEEN, now))
    absolute = settings.SESSION_ABSOLUTE_SECONDS - (now - session.get(STARTED, now))
    return TimeLeft(max(0, min(idle, absolute)), absolute > idle)


def extend(session: SessionBase) -> None:
    """Count the session's idle time from now on."""
    session[SEEN] = int(time.time())


class SessionLifetimeMiddleware:
    """End a session after SESSION_IDLE_SECONDS without a request, or SESSION_ABSOLUTE_SECONDS after it began.

    A request that a page makes by itself says so by the header `X-Background: 1` and is no sign of a person.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; a session that is too old is ended first."""
        if request.user.is_authenticated:
            self._keep_or_end(request, int(time.time()))
        return self.get_response(request)

    def _keep_or_end(self, request: HttpRequest, now: int) -> None:
        started = request.session.setdefault(STARTED, now)
        seen = request.session.get(SEEN, now)
        if now - seen > settings.SESSION_IDLE_SECONDS or now - started > settings.SESSION_ABSOLUTE_SECONDS:
            logout(request)
            if BACKGROUND not in request.headers:
                messages.warning(request, _("You were signed out because the time limit passed. Please sign in again."))
        elif SEEN not in request.session or (now - seen >= WRITE_EVERY_SECONDS and BACKGROUND not in request.headers):
            request.session[SEEN] = now


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Ask for a sign-in; a form sent without one is kept on a page instead of being lost on the way there."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        """Keep a form on a page, let htmx load its page again, and send everybody else to the sign-in page."""
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=401, headers={"HX-Refresh": "true"})
        if request.method == "POST":
            return form_not_saved(request)
        return super().handle_no_permission(request, view_func)
