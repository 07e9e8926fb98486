"""What a person has to do with each part of the portal: a registry that each app fills from its own `home.py`.

An app decorates functions `(person, viewer, on) -> iterable of Duty` with `duties`; the person's page shows what they
yield. A source yields only what `viewer` may see, and gives an address only where `viewer` may open it.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeVar


class Duty(NamedTuple):
    """One line of a person's duties: what is counted, the figure in words, and where more of it stands."""

    label: str
    value: str
    url: str = ""


Source = TypeVar("Source", bound=Callable[[Any, Any, dt.date], Iterable[Duty]])
_sources: list[Callable[[Any, Any, dt.date], Iterable[Duty]]] = []


def duties(source: Source) -> Source:
    """Register a source of `Duty`."""
    _sources.append(source)
    return source


def duties_of(person: Any, viewer: Any, on: dt.date) -> list[Duty]:
    """Return the duties of `person` that `viewer` may see on the day `on`, in the order of the apps."""
    return [duty for source in _sources for duty in source(person, viewer, on)]
