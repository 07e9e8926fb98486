"""A file of a register against what the portal holds: what would be added, what changed, what stays."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext as _

from assets.models import Held
from assets.registers import Register, cell
from common.importing import Problem, Record, Tally


class Change(NamedTuple):
    """One entry with the values it would get: `changes` lists place, before and after as the register writes them."""

    entry: Held
    changes: list[dict[str, str | None]]


class Comparison(NamedTuple):
    """What saving the records would do."""

    register: Register
    added: list[Change]
    changed: list[Change]
    unchanged: int
    problems: list[Problem]

    @property
    def tally(self) -> Tally:
        """The counts, as the last line of the command."""
        return Tally(len(self.added), len(self.changed), self.unchanged, len(self.problems))


def compare(register: Register, records: Iterable[Record], problems: Iterable[Problem] = ()) -> Comparison:
    """Compare `records` with the register; entries the file does not name stay as they are."""
    related = [field.name for field in register.model._meta.fields if isinstance(field, models.ForeignKey)]
    held = {entry.number: entry for entry in register.model.objects.select_related(*related)}
    comparison = Comparison(register, [], [], 0, list(problems))
    unchanged = 0
    for record in records:
        if problem := _problem_of(register, record):
            comparison.problems.append(problem)
            continue
        entry = held.get(record.values.get("number", ""))
        changes = apply(register, entry or register.model(), record.values)
        if entry is None:
            comparison.added.append(changes)
        elif changes.changes:
            comparison.changed.append(changes)
        else:
            unchanged += 1
    return comparison._replace(unchanged=unchanged)


def apply(register: Register, entry: Held, values: dict[str, Any]) -> Change:
    """Set `values` on `entry`, unsaved, and return what that changes; a new entry had nothing before."""
    names = [name for _heading, name in register.headings if name in values]
    before = {name: _written(entry, name) if entry.pk else None for name in names}
    for name in names:
        setattr(entry, name, values[name])
    after = {name: _written(entry, name) for name in names}
    changes = [{"place": n, "before": before[n], "after": after[n]} for n in names if before[n] != after[n]]
    return Change(entry, changes)


def _written(entry: Held, name: str) -> str:
    value = cell(entry, name)
    return "" if value is None else str(value)


def _problem_of(register: Register, record: Record) -> Problem | None:
    acquired, disposed = record.values.get("acquired_on"), record.values.get("disposed_on")
    if acquired and disposed and disposed < acquired:
        reason = _("The day of disposal must not be before the day of acquisition.")
        return Problem(record.row, register.heading("disposed_on"), reason)
    return None
