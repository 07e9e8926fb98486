"""The file of departments: columns by heading, compared with the departments held; a rename is a row of its own."""

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext as _

from common.canonical import sha256_of
from common.fields import CodeField, CountField, JapaneseDateField
from common.importing import Column, Problem, Record, Tally, read_records
from staff.models import Department

CODE, NAME, PARENT, ORDER, FROM, TO = "所属コード", "所属名", "上位所属コード", "建制順", "開始日", "終了日"
VALUES = ("name", "parent_code", "order", "valid_to")


class Plan(NamedTuple):
    """One row to be written: an unsaved department, whether it is new, and its changes by place."""

    department: Department
    is_new: bool
    changes: list[dict[str, Any]]


def ends_first(plan: Plan) -> int:
    """Return the place of a row in the order of saving in which no two rows ever hold for the same day."""
    if plan.is_new:
        return 2
    ends = [step for step in plan.changes if step["place"] == "valid_to"]
    earlier = bool(ends) and (ends[0]["before"] or "9999") > (ends[0]["after"] or "9999")
    return 0 if earlier else 1


class Comparison(NamedTuple):
    """What saving a file would do."""

    plans: list[Plan]
    problems: list[Problem]
    tally: Tally

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of every change, so that a preview and its saving can be told to be the same."""
        return sha256_of(
            [[one.department.code, one.department.valid_from.isoformat(), one.changes] for one in self.plans]
        )


def columns() -> list[Column]:
    """Return the columns of the file."""
    return [
        Column(CODE, "code", CodeField(max_length=20)),
        Column(NAME, "name", forms.CharField(max_length=100)),
        Column(PARENT, "parent_code", CodeField(max_length=20, required=False)),
        Column(ORDER, "order", CountField(max_value=2_000_000_000)),
        Column(FROM, "valid_from", JapaneseDateField()),
        Column(TO, "valid_to", JapaneseDateField(required=False)),
    ]


def compare(content: bytes) -> Comparison:
    """Read a file of departments and compare it with those held; saves nothing."""
    reading = read_records(content, columns(), key=["code", "valid_from"])
    held = {(one.code, one.valid_from): one for one in Department.objects.all()}
    after = {key: Period(key[0], one.parent_code, key[1], one.valid_to, 0) for key, one in held.items()}
    problems = list(reading.problems)
    for record in reading.records if not problems else []:
        after[record.values["code"], record.values["valid_from"]] = _period(record)
    problems += [] if problems else sorted(_faults(after.values()))
    if problems:
        return Comparison([], problems, Tally(errors=len(problems)))
    plans = [
        _plan(record, held.get((record.values["code"], record.values["valid_from"]))) for record in reading.records
    ]
    changed = [plan for plan in plans if plan.changes]
    added = sum(plan.is_new for plan in changed)
    return Comparison(changed, [], Tally(added, len(changed) - added, len(plans) - len(changed), 0))


def _plan(record: Record, held: Department | None) -> Plan:
    department = held or Department(code=record.values["code"], valid_from=record.values["valid_from"])
    before = {name: getattr(department, name) if held else None for name in VALUES}
    for name in VALUES:
        setattr(department, name, record.values[name])
    changes = [
        {"place": name, "before": _plain(before[name]), "after": _plain(record.values[name])}
        for name in VALUES
        if held is None or before[name] != record.values[name]
    ]
    return Plan(department, held is None, changes)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


class Period(NamedTuple):
    """A department from one day to another, as it would be; `row` is its row in the file, 0 for one held before."""

    code: str
    parent_code: str
    first: dt.date
    last: dt.date | None
    row: int

    def covers(self, day: dt.date) -> bool:
        """Tell whether the department exists on `day`."""
        return self.first <= day and (self.last is None or day <= self.last)


def _period(record: Record) -> Period:
    values = record.values
    return Period(values["code"], values["parent_code"], values["valid_from"], values["valid_to"], record.row)


def _faults(after: Iterable[Period]) -> Iterator[Problem]:
    by_code: dict[str, list[Period]] = {}
    for period in after:
        by_code.setdefault(period.code, []).append(period)
    for periods in by_code.values():
        yield from _overlaps(sorted(periods, key=lambda period: period.first))
    everything = [period for periods in by_code.values() for period in periods]
    for period in everything:
        if period.row and period.last and period.last < period.first:
            yield Problem(period.row, TO, _("The last day must not be before the first."))
        elif period.row and period.parent_code and not _covered(by_code.get(period.parent_code, []), period.first):
            sentence = _("No department has the code %(code)s on the first day.")
            yield Problem(period.row, PARENT, sentence % {"code": period.parent_code})
    yield from _circles(everything)


def _covered(periods: list[Period], day: dt.date) -> bool:
    return any(period.covers(day) for period in periods)


def _overlaps(periods: list[Period]) -> Iterator[Problem]:
    for earlier, later in itertools.pairwise(periods):
        row = later.row or earlier.row
        if row and (earlier.last is None or earlier.last >= later.first):
            yield Problem(
                row, FROM, _("This department exists already on that day. End the earlier row the day before.")
            )


def _circles(periods: list[Period]) -> Iterator[Problem]:
    """Yield the rows by which a department would stand above itself on some day."""
    told: set[int] = set()
    for day in sorted({period.first for period in periods}):
        on_day = {period.code: period for period in periods if period.covers(day)}
        for period in on_day.values():
            if period.row and period.row not in told and _stands_above_itself(period, on_day):
                told.add(period.row)
                yield Problem(period.row, PARENT, _("A department cannot stand above itself."))


def _stands_above_itself(period: Period, on_day: dict[str, Period]) -> bool:
    seen: set[str] = set()
    above = on_day.get(period.parent_code)
    while above and above.code not in seen:
        if above.code == period.code:
            return True
        seen.add(above.code)
        above = on_day.get(above.parent_code)
    return False
