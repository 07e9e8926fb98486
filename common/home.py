"""What stands on a person's home page: a registry that each app fills from its own `home.py`.

An app decorates functions `(person, on) -> iterable` with `tasks`, `state` or `news`; `common.apps` imports every
`home.py` at start-up, so a new app adds its entries without touching the page. Sources return few entries: when there
are more, one entry says how many and leads to the list.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import Any, NamedTuple, TypeVar

from django.utils.translation import gettext_lazy as _

SOON_DAYS = 7


class Urgency(IntEnum):
    """How pressing a task is; the smaller, the higher it stands."""

    OVERDUE = 0
    TODAY = 1
    SOON = 2
    LATER = 3
    UNDATED = 4

    @property
    def label(self) -> str:
        """The word beside the date; empty when nothing presses."""
        return str(LABELS.get(self, ""))

    @property
    def kind(self) -> str:
        """The kind of the status label."""
        return KINDS.get(self, "neutral")


LABELS = {Urgency.OVERDUE: _("Overdue"), Urgency.TODAY: _("Due today"), Urgency.SOON: _("Due soon")}
KINDS = {Urgency.OVERDUE: "error", Urgency.TODAY: "warning", Urgency.SOON: "info"}


class Task(NamedTuple):
    """Something the person has to do: what, where, until when (the day itself included), and a line about it.

    `on_the_day` says that `due` is not the last day for it but the day on which it happens.
    """

    title: str
    url: str
    due: dt.date | None = None
    note: str = ""
    on_the_day: bool = False

    def urgency(self, on: dt.date) -> Urgency:
        """Return how pressing the task is on the day `on`."""
        if self.due is None:
            return Urgency.UNDATED
        days = (self.due - on).days
        if days < 0:
            return Urgency.OVERDUE
        if days == 0:
            return Urgency.TODAY
        return Urgency.SOON if days <= SOON_DAYS else Urgency.LATER


class StateFact(NamedTuple):
    """One fact of the state a manager or an officer answers for: what is counted, the figure in words, where it is."""

    label: str
    value: str
    url: str
    kind: str = "neutral"


class News(NamedTuple):
    """Something new: what, when, where, and a line about it."""

    title: str
    at: dt.datetime
    url: str = ""
    note: str = ""


Source = TypeVar("Source", bound=Callable[[Any, dt.date], Iterable[Any]])
_sources: dict[type, list[Callable[[Any, dt.date], Iterable[Any]]]] = {Task: [], StateFact: [], News: []}
NEWS_SHOWN = 8


def tasks(source: Source) -> Source:
    """Register a source of `Task`."""
    _sources[Task].append(source)
    return source


def state(source: Source) -> Source:
    """Register a source of `StateFact`."""
    _sources[StateFact].append(source)
    return source


def news(source: Source) -> Source:
    """Register a source of `News`."""
    _sources[News].append(source)
    return source


def _collected(kind: type, person: Any, on: dt.date) -> list[Any]:
    return [entry for source in _sources[kind] for entry in source(person, on)]


def tasks_of(person: Any, on: dt.date) -> list[tuple[Task, Urgency]]:
    """Return what `person` has to do on the day `on`, the most pressing first."""
    found = [(task, task.urgency(on)) for task in _collected(Task, person, on)]
    return sorted(found, key=lambda entry: (entry[1], entry[0].due or dt.date.max, entry[0].title))


def state_of(person: Any, on: dt.date) -> list[StateFact]:
    """Return the facts of what `person` answers for, in the order of the apps."""
    return _collected(StateFact, person, on)


def news_for(person: Any, on: dt.date) -> list[News]:
    """Return what is new for `person`, the newest first."""
    return sorted(_collected(News, person, on), key=lambda entry: entry.at, reverse=True)[:NEWS_SHOWN]
