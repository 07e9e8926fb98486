"""What a session knows of its sign-in, and the running sessions of a person."""

import datetime as dt
import re
from typing import NamedTuple

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import SessionBase
from django.utils.translation import gettext as _

from accounts.models import Attempt
from accounts.throttle import account_of
from staff.models import Staff

PREVIOUS = "previous_sign_in"
BROWSERS = (
    ("Edge", re.compile(r"Edg(e|A|iOS)?/")),
    ("Firefox", re.compile(r"(Firefox|FxiOS)/")),
    ("Chrome", re.compile(r"(Chrome|Chromium|CriOS)/")),
    ("Safari", re.compile(r"Safari/")),
)
SYSTEMS = (
    ("Android", re.compile(r"Android")),
    ("iPhone", re.compile(r"iPhone")),
    ("iPad", re.compile(r"iPad")),
    ("Windows", re.compile(r"Windows")),
    ("macOS", re.compile(r"Mac OS X|Macintosh")),
    ("ChromeOS", re.compile(r"CrOS")),
    ("Linux", re.compile(r"Linux|X11")),
)


class PreviousSignIn(NamedTuple):
    """When the person signed in the time before, and how many wrong tries there were with the number since."""

    at: dt.datetime
    failures: int


def remember_previous(session: SessionBase, person: Staff, at: dt.datetime | None) -> None:
    """Keep in the session, which has just begun, when the sign-in before it was."""
    if at is not None:
        failures = Attempt.objects.filter(account=account_of(person.employee_number)).failed_since(at).count()
        session[PREVIOUS] = [at.isoformat(), failures]


def previous_sign_in(session: SessionBase) -> PreviousSignIn | None:
    """Return the sign-in before this session; None in the first one."""
    kept = session.get(PREVIOUS)
    return PreviousSignIn(dt.datetime.fromisoformat(kept[0]), kept[1]) if kept else None


def end_sessions(person: Staff, *, keep: str = "") -> int:
    """End the running sessions of a person, but for the one whose key is `keep`; return how many."""
    running = list(UserSession.objects.filter(user_id=person.pk).exclude(session_key=keep))
    for session in running:
        session.end()
    return len(running)


def device_words(user_agent: str) -> str:
    """Return browser and system in short words, for example `Edge (Windows)`."""
    browser, system = (
        next((name for name, pattern in known if pattern.search(user_agent)), "") for known in (BROWSERS, SYSTEMS)
    )
    if not browser:
        return system or _("Unknown device")
    return f"{browser} ({system})" if system else browser
