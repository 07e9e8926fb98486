"""A file of a register against what the portal holds: what would be added, what changed, what stays."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from assets.models import ClassLevel, Held
from assets.registers import Register, word
from common.canonical import canonical_json, sha256_of
from common.importing import Problem, Record, Tally

BATCH = 1000


class Step(NamedTuple):
    """One value of an entry, before and after, as the history keeps it; a new entry had nothing before."""

    place: str
    before: str | None
    after: str


class Change(NamedTuple):
    """One entry, unsaved, and what is different about it."""

    entry: Held
    steps: list[Step]

    def seen(self, register: Register) -> str:
        """Return the `state_of` the entry before the change."""
        return sha256_of(_state(register, self.entry) | {step.place: step.before for step in self.steps})

    @property
    def as_event(self) -> list[dict[str, str | None]]:
        """What the audit event says of the change."""
        return [step._asdict() for step in self.steps]


class Comparison(NamedTuple):
    """What saving the records would do; with a problem nothing is to be saved, and only the problems are listed."""

    register: Register
    added: list[Change]
    changed: list[Change]
    unchanged: int
    problems: list[Problem]

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of every change, so that a preview and its saving can be told to be the same."""
        digest = hashlib.sha256()
        for change in (*self.added, *self.changed):
            digest.update(canonical_json(change.steps).encode())
        return digest.hexdigest()

    @property
    def tally(self) -> Tally:
        """The counts, as the last line of the command."""
        return Tally(len(self.added), len(self.changed), self.unchanged, len(self.problems))


def compare(register: Register, records: Iterable[Record], problems: Iterable[Problem] = ()) -> Comparison:
    """Compare `records` with the register; entries the file does not name stay as they are.

    `problems` are those of the file itself: the records are then checked too, so that all faults are told at once.
    """
    records = list(records)
    found = [*problems, *(problem for record in records if (problem := _problem_of(register, record)))]
    comparison = Comparison(register, [], [], 0, sorted(found, key=lambda problem: problem.row))
    if found:
        return comparison
    unchanged = 0
    for part in batches(records):
        numbers = [record.values["number"] for record in part]
        held = {entry.number: entry for entry in register.rows_with_levels().filter(number__in=numbers)}
        for record in part:
            entry = held.get(record.values["number"])
            change = apply(register, entry or register.model(), _for(entry, record.values))
            if entry is None:
                comparison.added.append(change)
            elif change.steps:
                comparison.changed.append(change)
            else:
                unchanged += 1
    return comparison._replace(unchanged=unchanged)


def batches(rows: list[Any]) -> Iterator[list[Any]]:
    """Yield `rows` a thousand at a time."""
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def apply(register: Register, entry: Held, values: dict[str, Any]) -> Change:
    """Set `values` on `entry`, unsaved, and return what that changes."""
    names = [name for _heading, name in register.headings if name in values]
    before = {name: written(entry, name) if entry.pk else None for name in names}
    for name in names:
        setattr(entry, name, values[name])
    steps = [Step(name, before[name], written(entry, name)) for name in names]
    return Change(entry, [step for step in steps if step.before != step.after])


def written(entry: Held, name: str) -> str:
    """Return one value of `entry` as the history keeps it, a class with its scheme's words; an empty one is empty."""
    value = getattr(entry, name)
    if value is None:
        return ""
    return value.label if isinstance(value, ClassLevel) else str(word(value, name))


def state_of(register: Register, entry: Held | None) -> str:
    """Return the hash of what an entry is now; empty for a new one."""
    if entry is None:
        return ""
    return sha256_of(_state(register, entry))


def _state(register: Register, entry: Held) -> dict[str, str | None]:
    return {name: written(entry, name) for _heading, name in register.headings}


def _for(entry: Held | None, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a record for `entry`: a class whose code is that of the entry's stays in its own scheme."""
    if entry is None:
        return values
    return {name: _kept(getattr(entry, name), value) for name, value in values.items()}


def _kept(held: Any, value: Any) -> Any:
    return held if isinstance(held, ClassLevel) and held.code == value.code else value


def _problem_of(register: Register, record: Record) -> Problem | None:
    acquired, disposed = record.values.get("acquired_on"), record.values.get("disposed_on")
    if acquired and disposed and disposed < acquired:
        reason = _("The day of disposal must not be before the day of acquisition.")
        return Problem(record.row, register.heading("disposed_on"), reason)
    return None
