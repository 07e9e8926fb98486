"""Rows that are being planned: departments at hand, and postings or leave beside what they were at first."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from staff.models import Department, Posting

ONE_DAY = dt.timedelta(days=1)
POSTED = ("department_id", "position", "is_head", "valid_from", "valid_to")
PERIOD = ("valid_from", "valid_to")


class Departments:
    """The departments over time, read once for a whole file."""

    def __init__(self) -> None:
        self.by_key = {one.pk: one for one in Department.objects.order_by("valid_from")}
        self._by_code: dict[str, list[Department]] = {}
        for one in self.by_key.values():
            self._by_code.setdefault(one.code, []).append(one)

    def at(self, code: str, day: dt.date) -> Department | None:
        """Return the row of a department that is in force on `day`, None when there is none."""
        return next((one for one in self._by_code.get(code, ()) if in_force(one, day)), None)


def in_force(row: Any, day: dt.date) -> bool:
    """Tell whether a row with `valid_from` and `valid_to` holds on `day`."""
    return bool(row.valid_from <= day and (row.valid_to is None or day <= row.valid_to))


class Step(NamedTuple):
    """One row to be written, and what it held before, nothing if new; `code` is that of its department then."""

    row: Any
    before: Mapping[str, Any]
    code: str = ""


class Rows:
    """The postings, or the leave, of one person while a plan is made: each row beside what it was at first."""

    def __init__(self, rows: Iterable[Any], fields: tuple[str, ...]) -> None:
        self.rows = list(rows)
        self.removed: list[Any] = []
        self._fields = fields
        self._before = {id(row): Step(row, self._values(row), _code(row)) for row in self.rows}

    def _values(self, row: Any) -> dict[str, Any]:
        return {name: getattr(row, name) for name in self._fields}

    def held(self, day: dt.date) -> list[Any]:
        """Return the rows in force on `day`."""
        return [row for row in self.rows if in_force(row, day)]

    def add(self, row: Any) -> None:
        """Plan a new row."""
        self.rows.append(row)

    def take_back(self, row: Any) -> None:
        """Plan that `row` never held."""
        self.rows.remove(row)
        self.removed.append(row)

    def end_before(self, row: Any, day: dt.date) -> None:
        """Let `row` end the day before `day`; one that began no earlier is taken back."""
        if row.valid_from < day:
            row.valid_to = day - ONE_DAY
        else:
            self.take_back(row)

    def end_by(self, last: dt.date | None, before: dt.date | None) -> list[Any]:
        """Let every row end on the day `last` at the latest, and return those that begin after it.

        Those that ended on `before`, the last day of all of them until now, follow it, to an open end for None.
        """
        for row in self.rows:
            if before is not None and row.valid_to == before:
                row.valid_to = last
            if last and row.valid_from <= last and (row.valid_to is None or row.valid_to > last):
                row.valid_to = last
        return [row for row in self.rows if last and row.valid_from > last]

    def steps(self) -> list[Step]:
        """Return the rows to be written: the changed ones first, as they make room for the new ones."""
        known = [self._before[id(row)] for row in self.rows if id(row) in self._before]
        changed = [step for step in known if step.before != self._values(step.row)]
        return changed + [Step(row, {}) for row in self.rows if id(row) not in self._before]


def _code(row: Any) -> str:
    return row.department.code if isinstance(row, Posting) else ""


def plain(value: Any) -> Any:
    """Return a value as JSON holds it."""
    return value.isoformat() if isinstance(value, dt.date) else value
