"""What somebody leaves behind: a registry that each app fills from its own `handover.py`.

An app decorates with `people` a function `(people, on) -> (key of the person, Item), ...` that finds the unfinished
work of those who leave or move after the day `on`, and with `departments` a function `(codes, on) -> Item, ...` that
finds what still names departments which end then. `common.apps` imports every `handover.py` at start-up. A function
is asked once for everybody, so that the queries do not grow with their number.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple, TypeVar

from common.permissions import Permission


class Item(NamedTuple):
    """Something to be handed over: what, where, what to do about it, and the right that its page needs, if any."""

    title: str
    url: str
    todo: str = ""
    permission: Permission | None = None

    def url_for(self, viewer: Any) -> str:
        """Return the address for somebody who may open the page, else nothing."""
        return self.url if self.permission is None or viewer.has_permission(self.permission) else ""


OfPeople = Callable[[Collection[Any], dt.date], Iterable[tuple[int, Item]]]
OfDepartments = Callable[[Collection[str], dt.date], Iterable[Item]]
PeopleSource = TypeVar("PeopleSource", bound=OfPeople)
DepartmentSource = TypeVar("DepartmentSource", bound=OfDepartments)
_people: list[OfPeople] = []
_departments: list[OfDepartments] = []


def people(source: PeopleSource) -> PeopleSource:
    """Register a source of unfinished work."""
    _people.append(source)
    return source


def departments(source: DepartmentSource) -> DepartmentSource:
    """Register a source of what names a department."""
    _departments.append(source)
    return source


def of_people(leaving: Collection[Any], on: dt.date) -> dict[int, list[Item]]:
    """Return the unfinished work of each of `leaving`, by the key of the person, in the order of the apps."""
    found: dict[int, list[Item]] = {}
    for source in _people if leaving else []:
        for key, item in source(leaving, on):
            found.setdefault(key, []).append(item)
    return found


def of_departments(codes: Collection[str], on: dt.date) -> list[Item]:
    """Return what names the departments of `codes`, which end on the day `on`, in the order of the apps."""
    return [item for source in _departments for item in source(codes, on)] if codes else []
