"""Head-counts on a day: by department with subtotals up the tree, by employment kind, and how many are on leave."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db.models import Count
from django.utils.translation import gettext as _

from staff.models import Department, Posting, Staff, employed

Kind = Staff.EmploymentKind
KINDS = tuple(kind for kind in Kind if kind != Kind.SYSTEM)


class Heads(NamedTuple):
    """How many people there are: by employment kind in the order of `KINDS`, on leave, and posts held concurrently."""

    kinds: tuple[int, ...] = (0,) * len(KINDS)
    away: int = 0
    concurrent: int = 0

    @property
    def people(self) -> int:
        """Everybody, each by the main posting; those on leave are among them."""
        return sum(self.kinds)

    @property
    def working(self) -> int:
        """Those who are not on leave."""
        return self.people - self.away

    def plus(self, other: "Heads") -> "Heads":
        """Return both together."""
        kinds = tuple(one + two for one, two in zip(self.kinds, other.kinds, strict=True))
        return Heads(kinds, self.away + other.away, self.concurrent + other.concurrent)


class Line(NamedTuple):
    """One department as it was called on the day: its depth in the tree from 0, its own people, and with those below.

    Without a `code` it stands for people who had no main posting.
    """

    code: str
    name: str
    depth: int
    own: Heads
    whole: Heads


class Headcount(NamedTuple):
    """The head-counts of a day: the lines down the tree in the official order, and all of them together."""

    lines: list[Line]
    total: Heads


def headcount(day: dt.date, codes: Iterable[str] | None = None) -> Headcount:
    """Count the people on the staff on `day`; of the departments with these `codes` alone when given.

    Three queries, however many people and departments there are.
    """
    departments = list(Department.objects.in_force(day))
    own = _own(day)
    if codes is not None:
        within = set(codes)
        departments = [one for one in departments if one.code in within]
        own = {code: heads for code, heads in own.items() if code in within}
    lines = list(_down_the_tree(departments, own))
    lines += _elsewhere(own, {one.code for one in departments})
    total = Heads()
    for heads in own.values():
        total = total.plus(heads)
    return Headcount(lines, total)


def _own(day: dt.date) -> dict[str, Heads]:
    own: dict[str, Heads] = {}
    for row in Staff.objects.employed_on(day).counted_on(day):
        kinds = tuple(row["people"] if kind == row["employment_kind"] else 0 for kind in KINDS)
        heads = Heads(kinds, row["people"] if row["away"] else 0)
        own[row["department_code"]] = own.get(row["department_code"], Heads()).plus(heads)
    held = Posting.objects.in_force(day).filter(employed(day, "person__"), concurrent=True).order_by()
    for code, count in held.values_list("department__code").annotate(Count("pk")):
        own[code] = own.get(code, Heads()).plus(Heads(concurrent=count))
    return own


def _down_the_tree(departments: list[Department], own: dict[str, Heads]) -> Iterator[Line]:
    """Yield the departments from the top down; one whose department above is not there, or is a circle, is a top."""
    by_code = {one.code: one for one in departments}
    below: dict[str, list[Department]] = {}
    for one in departments:
        below.setdefault(one.parent_code if one.parent_code in by_code else "", []).append(one)
    seen: set[str] = set()
    for top in [*below.get("", []), *departments]:
        yield from _subtree(top, 0, below, own, seen)


def _subtree(
    top: Department, depth: int, below: dict[str, list[Department]], own: dict[str, Heads], seen: set[str]
) -> list[Line]:
    if top.code in seen:
        return []
    seen.add(top.code)
    lines: list[Line] = []
    whole = mine = own.get(top.code, Heads())
    for child in below.get(top.code, []):
        under = _subtree(child, depth + 1, below, own, seen)
        lines += under
        whole = whole.plus(under[0].whole) if under else whole
    return [Line(top.code, top.name, depth, mine, whole), *lines]


def _elsewhere(own: dict[str, Heads], known: set[str]) -> Iterator[Line]:
    """Yield people whose department did not exist that day, which is a fault of the data, and those without one."""
    for code in sorted(set(own) - known - {""}):
        yield Line(code, _("not a department on this day"), 0, own[code], own[code])
    if "" in own:
        yield Line("", _("without a main posting"), 0, own[""], own[""])
