"""A file of people against the directory: who is added, changed, moved and leaves; a thousand people at a time."""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from django.utils.translation import gettext as _

from common.canonical import canonical_json
from common.importing import Problem
from staff.administrators import Term, shortage_when_left, terms_from
from staff.directory import LEFT, Listing, Progress, quietly
from staff.directory_person import ADDED, CHANGED, LEFT_STAFF, MOVED, Held, Plan, Planner
from staff.directory_rows import Step, plain
from staff.models import Leave, Posting, Staff

BATCH = 1000
SHOWN_MAX = 25
"""How many people of each kind a preview names."""
MANY_PERCENT = 20
"""A full list by which more of the staff would leave is believed only when that is confirmed."""
UNCHANGED = "unchanged"
KINDS = (ADDED, MOVED, CHANGED, LEFT_STAFF)
Item = TypeVar("Item")
Write = Callable[[list[Plan]], None]


class Terms(NamedTuple):
    """How a file is read: its base date (基準日), whether whoever is missing from it leaves, and today."""

    on: dt.date
    today: dt.date
    full: bool = False


class StaffTally(NamedTuple):
    """What an import of people did, or would do, in people; as text the last line of the command."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    left: int = 0
    errors: int = 0

    def __str__(self) -> str:
        return (
            f"{self.added} added, {self.changed} changed, {self.unchanged} unchanged, {self.left} left, "
            f"{self.errors} errors"
        )

    @property
    def writes(self) -> int:
        """How many people saving would write."""
        return self.added + self.changed + self.left


class Comparison:
    """What saving a file would do; with a problem nothing is to be saved.

    `counts` tells how many people there are of each kind, `shown` holds the first plans of each.
    """

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.problems: list[Problem] = []
        self.counts: Counter[str] = Counter()
        self.shown: dict[str, list[Plan]] = {kind: [] for kind in KINDS}
        self.last_days: dict[int, tuple[int, dt.date]] = {}
        self.staff_before = 0
        self._digest = hashlib.sha256(canonical_json([terms.on.isoformat(), terms.full]).encode())

    def take(self, plan: Plan) -> None:
        """Count a plan, and remember what the preview and the rules about leavers need of it."""
        if not plan.writes:
            self.counts[UNCHANGED] += 1
            return
        self.counts[plan.kind] += 1
        self._digest.update(canonical_json(_fingerprint(plan)).encode())
        if len(self.shown[plan.kind]) < SHOWN_MAX:
            self.shown[plan.kind].append(plan)
        if plan.new_last_day:
            self.last_days[plan.person.pk] = (plan.row, plan.new_last_day)

    @property
    def tally(self) -> StaffTally:
        """The counts, as the last line of the command; somebody who moves has changed."""
        if self.problems:
            return StaffTally(errors=len(self.problems))
        changed = self.counts[CHANGED] + self.counts[MOVED]
        return StaffTally(self.counts[ADDED], changed, self.counts[UNCHANGED], self.counts[LEFT_STAFF])

    @property
    def too_many_leave(self) -> bool:
        """Whether so many would leave by a full list that it has to be confirmed."""
        return self.terms.full and self.counts[LEFT_STAFF] * 100 > self.staff_before * MANY_PERCENT

    @property
    def many_leave(self) -> str:
        """What is to be confirmed when too many leave, in words."""
        sentence = _("%(n)s of %(of)s people would leave the staff. So many have to be confirmed.")
        return sentence % {"n": self.counts[LEFT_STAFF], "of": self.staff_before}

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of every change, so that a preview and its saving can be told to be the same."""
        return self._digest.hexdigest()


def compare(
    listing: Listing, terms: Terms, *, by: Staff | None, write: Write | None = None, progress: Progress = quietly
) -> Comparison:
    """Compare a file with the directory as it stands on the base date.

    `write` is given the plans as they are made, so that none has to be kept; the caller undoes all when there are
    problems in the end, and after the first none are written. `progress` is told what is being done and how many people
    have been.
    """
    found, planner = Comparison(terms), Planner(terms.on, tells_leave=listing.tells_leave)
    found.staff_before = Staff.objects.employed_on(terms.on).count()
    administrators = terms_from(terms.today)
    for plans in _plans(planner, listing, full=terms.full and not listing.problems):
        done = sum(found.counts.values())
        for plan in plans:
            found.take(plan)
        if write is not None and not planner.problems:
            write([plan for plan in plans if plan.writes])
        progress("compared" if write is None else "saved", done + len(plans))
    problems = [*listing.problems, *planner.problems, *_faults(found, by, administrators)]
    found.problems = sorted(problems, key=lambda problem: problem.row)
    return found


def _plans(planner: Planner, listing: Listing, *, full: bool) -> Iterator[list[Plan]]:
    for listed in _parts(listing.people.values()):
        known = _held(one.main.number for one in listed)
        pairs = [(one, known.get(one.main.number)) for one in listed]
        yield [planner.known(one, held) if held else planner.newcomer(one) for one, held in pairs]
    if full:
        employed = Staff.objects.employed_on(planner.on).order_by("pk").values_list("employee_number", flat=True)
        gone = [number for number in employed.iterator() if number not in listing.people]
        for numbers in _parts(gone):
            yield [planner.missing(held) for held in _held(numbers).values()]


def _held(numbers: Iterable[str]) -> dict[str, Held]:
    """Return people by number with their postings and leave, in three queries."""
    people = Staff.objects.filter(employee_number__in=list(numbers)).order_by("employee_number")
    found = {person.pk: Held(person, [], []) for person in people}
    for posting in Posting.objects.filter(person__in=found).order_by("valid_from"):
        posting.person = found[posting.person_id].person
        found[posting.person_id].postings.append(posting)
    for leave in Leave.objects.filter(person__in=found).order_by("valid_from"):
        leave.person = found[leave.person_id].person
        found[leave.person_id].leave.append(leave)
    return {held.person.employee_number: held for held in found.values()}


def _parts(items: Iterable[Item]) -> Iterator[list[Item]]:
    left = iter(items)
    while part := list(islice(left, BATCH)):
        yield part


def _faults(found: Comparison, by: Staff | None, administrators: list[Term]) -> Iterator[Problem]:
    """Yield what the import as a whole must not do: take away whoever runs it, or too many administrators."""
    last_days = {key: last for key, (_row, last) in found.last_days.items()}
    row, last = found.last_days.get(by.pk if by else 0, (0, found.terms.today))
    if last < found.terms.today:
        yield Problem(row, LEFT, _("You would take yourself off the staff. Let another administrator do that."))
    elif sentence := shortage_when_left(administrators, last_days, found.terms.today):
        yield Problem(0, LEFT, sentence)


def _fingerprint(plan: Plan) -> list[Any]:
    person = plan.person
    values = [[plain(plan.before.get(place)), plain(getattr(person, place))] for place in plan.before]
    steps = [_step(step) for step in (*plan.postings, *plan.leave)]
    removed = [[one._meta.label, one.pk] for one in plan.removed]
    return [person.employee_number, person.name if plan.kind == ADDED else "", values, steps, removed]


def _step(step: Step) -> list[Any]:
    row = step.row
    before = {name: plain(value) for name, value in step.before.items()}
    after = [getattr(row, "department_id", None), getattr(row, "position", ""), getattr(row, "is_head", False)]
    return [row.pk, before, after, plain(row.valid_from), plain(row.valid_to)]
