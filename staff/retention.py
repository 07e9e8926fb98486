"""How long each kind of record is kept, in words made of the settings, and the cleaning of what is kept for a time."""

import datetime as dt
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common import files, uploads

ONE_DAY, ONE_HOUR, ONE_MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)
OUTSIDE = "server_logs"
WORDS: dict[str, tuple[Any, Any, Any]] = {
    "events": (
        gettext_lazy("Audit trail"),
        gettext_lazy("Every change, sign-in, export and download: when, who (by a random number), what, from where."),
        gettext_lazy("Nothing is deleted: the portal itself has no right to."),
    ),
    "deliveries": (
        gettext_lazy("Notices, reminders and their mails"),
        gettext_lazy("Who was owed which mail, and what the mail server answered."),
        gettext_lazy("Nothing is deleted: it is evidence of what people were told."),
    ),
    "sheet_builds": (
        gettext_lazy("Built PDFs"),
        gettext_lazy("Each evaluation sheet as it was built, and the figures that it was built from."),
        gettext_lazy("Nothing is deleted."),
    ),
    "attempts": (
        gettext_lazy("Tries to sign in"),
        gettext_lazy("That a password was right or wrong, with keyed hashes of number and device, and the address."),
        gettext_lazy("Older ones are deleted once a day."),
    ),
    "sessions": (
        gettext_lazy("Running sessions"),
        gettext_lazy("Who is signed in now, since when and from where."),
        gettext_lazy("A session ends with sign-out or its time limit; what is over is deleted once a day."),
    ),
    "uploads": (
        gettext_lazy("Uploaded tables"),
        gettext_lazy("A file between its preview and its saving."),
        gettext_lazy("Older ones are deleted once an hour, and whenever another file is uploaded."),
    ),
    OUTSIDE: (
        gettext_lazy("Logs of the servers"),
        gettext_lazy("What the web server, the worker and the operating system write about requests and faults."),
        gettext_lazy("They lie outside the portal: whoever runs the servers sets how long they are kept."),
    ),
}
"""What each kind of record is called, what it holds, and what becomes of it."""


class Kind(NamedTuple):
    """One kind of record and how long it is kept, in words."""

    name: str
    holds: str
    period: str
    end: str


def kinds() -> list[Kind]:
    """Return every kind of record, those kept for ever first."""
    periods = {key: in_words(period) for key, period in settings.RETENTION.items()}
    periods[OUTSIDE] = _("as the servers are set")
    return [Kind(str(WORDS[key][0]), str(WORDS[key][1]), period, str(WORDS[key][2])) for key, period in periods.items()]


def in_words(period: dt.timedelta | None) -> str:
    """Return how long something is kept: in days, hours or minutes, whichever says it exactly; None is for ever."""
    if period is None:
        return _("for ever")
    if period % ONE_DAY == dt.timedelta():
        return ngettext("%(n)s day", "%(n)s days", period // ONE_DAY) % {"n": period // ONE_DAY}
    if period % ONE_HOUR == dt.timedelta():
        return ngettext("%(n)s hour", "%(n)s hours", period // ONE_HOUR) % {"n": period // ONE_HOUR}
    return ngettext("%(n)s minute", "%(n)s minutes", period // ONE_MINUTE) % {"n": period // ONE_MINUTE}


def clean_up() -> None:
    """Delete uploaded tables that are kept no longer. Running it twice does no harm."""
    files.discard(uploads.SUFFIX, older_than=uploads.KEPT)
