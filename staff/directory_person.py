"""What a file of people changes about one person: the record, the postings and the leave, as rows not yet saved.

The file says how things stand on its base date (基準日); for somebody who joins later, on the day of joining. A posting
that differs from the one held on that day ends the day before and a new one begins, so that the past stays as it was;
one that began on that very day is corrected where it is. Who has left before the base date is closed and not moved.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from common.fiscal_year import first_day, fiscal_year_of
from common.importing import Problem
from common.templatetags.dates import day as written
from staff.changes import change_values
from staff.directory import DEPARTMENT, JOINED, LEAVE_FROM, LEFT, NUMBER, PERSONAL, Line, Listed
from staff.directory_rows import ONE_DAY, PERIOD, POSTED, Departments, Rows, Step, in_force
from staff.models import Department, Leave, Posting, Staff

ADDED, MOVED, CHANGED, LEFT_STAFF = "added", "moved", "changed", "left"


@dataclass(slots=True)
class Plan:
    """What is to be written about one person; `row` is the row of the file, 0 for somebody who is missing from it.

    `changes` are those of the record as the trail may tell them, `before` the values of the record until now, `removed`
    the postings and the leave that are taken back.
    """

    row: int
    person: Staff
    kind: str = CHANGED
    changes: list[dict[str, Any]] = field(default_factory=list)
    before: dict[str, Any] = field(default_factory=dict)
    postings: list[Step] = field(default_factory=list)
    leave: list[Step] = field(default_factory=list)
    removed: list[Any] = field(default_factory=list)

    @property
    def writes(self) -> bool:
        """Whether there is anything to be written."""
        return bool(self.kind == ADDED or self.changes or self.postings or self.leave or self.removed)

    @property
    def new_last_day(self) -> dt.date | None:
        """The day of leaving when it is a new one."""
        return self.person.left_on if self.before and self.before.get("left_on") != self.person.left_on else None


class Held(NamedTuple):
    """Somebody whom the portal knows, with all postings and all leave, each knowing the person."""

    person: Staff
    postings: list[Posting]
    leave: list[Leave]


class Planner:
    """Makes the plans of one file: `on` is its base date, `problems` takes what is wrong."""

    def __init__(self, on: dt.date, *, tells_leave: bool) -> None:
        self.on = on
        self.tells_leave = tells_leave
        self.departments = Departments()
        self.problems: list[Problem] = []

    def newcomer(self, listed: Listed) -> Plan:
        """Plan somebody whom the portal does not know yet."""
        line = listed.main
        person = Staff(employee_number=line.number, **{name: getattr(line, name) for name in PERSONAL})
        plan, postings, leave = Plan(line.row, person, ADDED), Rows([], POSTED), Rows([], PERIOD)
        last = line.left_on or dt.date.max
        self._place(plan, listed, postings, min(max(self.on, line.joined_on), last))
        self._absence(plan, line, leave)
        return _finished(plan, postings, leave)

    def known(self, listed: Listed, held: Held) -> Plan:
        """Plan what the file says about somebody known."""
        line, person = listed.main, held.person
        plan = Plan(line.row, person)
        if person.left_on and line.joined_on > person.left_on:
            sentence = _("This person left on %(day)s. A number holds one time on the staff; enter its first day here.")
            self._wrong(plan, JOINED, sentence % {"day": written(person.left_on)})
            return plan
        postings, leave = self._rows(held)
        self._change(plan, {name: getattr(line, name) for name in PERSONAL}, postings, leave)
        if line.left_on is None or line.left_on >= self.on:
            moved = self._place(plan, listed, postings, max(self.on, line.joined_on))
            plan.kind = MOVED if moved and plan.kind == CHANGED else plan.kind
            self._return(line, leave)
        self._absence(plan, line, leave)
        return _finished(plan, postings, leave)

    def missing(self, held: Held) -> Plan:
        """Plan that somebody who is not in a full list leaves the day before the base date."""
        person, last = held.person, self.on - ONE_DAY
        plan = Plan(0, person)
        if person.joined_on and person.joined_on > last:
            sentence = _("This person joined on %(day)s and is not in the list.")
            self._wrong(plan, NUMBER, sentence % {"day": written(person.joined_on)})
            return plan
        postings, leave = self._rows(held)
        self._change(plan, {"left_on": last}, postings, leave)
        return _finished(plan, postings, leave)

    def _wrong(self, plan: Plan, heading: str, sentence: str, row: int = 0) -> None:
        where = row or plan.row
        who = "" if where else f"{plan.person.employee_number}: "
        self.problems.append(Problem(where, heading, who + sentence))

    def _rows(self, held: Held) -> tuple[Rows, Rows]:
        for posting in held.postings:
            posting.department = self.departments.by_key.get(posting.department_id) or posting.department
        return Rows(held.postings, POSTED), Rows(held.leave, PERIOD)

    def _change(self, plan: Plan, values: dict[str, Any], postings: Rows, leave: Rows) -> None:
        """Change the record; postings and leave follow the days on the staff."""
        person = plan.person
        plan.before = {name: getattr(person, name) for name in PERSONAL}
        plan.changes = change_values(person, values)
        joined, left = plan.before["joined_on"], plan.before["left_on"]
        if person.left_on != left:
            self._end(plan, left, postings, leave)
        if person.joined_on != joined:
            self._begin(plan, joined, postings)
        if person.left_on and person.left_on <= self.on and (left is None or left > self.on):
            plan.kind = LEFT_STAFF

    def _end(self, plan: Plan, before: dt.date | None, postings: Rows, leave: Rows) -> None:
        """Let postings and leave end with the person; what only began on the base date is taken back."""
        for rows in (postings, leave):
            for row in rows.end_by(plan.person.left_on, before):
                if row.valid_from == self.on or (rows is leave and row.valid_from > self.on):
                    rows.take_back(row)
                else:
                    sentence = _("A posting or leave begins on %(day)s, after the day of leaving. Correct it first.")
                    self._wrong(plan, LEFT, sentence % {"day": written(row.valid_from)})

    def _begin(self, plan: Plan, before: dt.date, postings: Rows) -> None:
        first = plan.person.joined_on or dt.date.min
        for row in postings.rows:
            follows = row.valid_from == before and (row.valid_to is None or row.valid_to >= first)
            if follows and in_force(row.department, first):
                row.valid_from = first
            elif row.valid_from < first:
                sentence = _("A posting of this person begins on %(day)s, before the day of joining.")
                self._wrong(plan, JOINED, sentence % {"day": written(row.valid_from)})
                return

    def _place(self, plan: Plan, listed: Listed, postings: Rows, day: dt.date) -> bool:
        """Plan the postings as they are to stand on `day`, and tell whether that changes any."""
        if not self._departments_exist(plan, listed, postings, day):
            return False
        later = min((row.valid_from for row in postings.rows if row.valid_from > day), default=None)
        held = postings.held(day)
        mains = [row for row in held if not row.concurrent]
        beside = {row.department.code: row for row in held if row.concurrent}
        is_first = not postings.rows
        pairs = [(line, beside.pop(line.code, None)) for line in listed.concurrent]
        if listed.main.code:
            pairs.insert(0, (listed.main, mains[0] if mains else None))
        moves = [self._post(plan, line, row, postings, day, is_first=is_first) for line, row in pairs]
        for row in beside.values():
            postings.end_before(row, day)
        moved = any(moves) or bool(beside)
        if moved and later:
            sentence = _("This person has a posting from %(day)s on already. Import later days last.")
            self._wrong(plan, DEPARTMENT, sentence % {"day": written(later)})
        return moved

    def _departments_exist(self, plan: Plan, listed: Listed, postings: Rows, day: dt.date) -> bool:
        known = len(self.problems)
        main = listed.main
        nowhere = not (main.position or main.is_head or plan.kind == ADDED)
        if not main.code and not (nowhere and all(row.concurrent for row in postings.held(day))):
            self._wrong(plan, DEPARTMENT, _("Enter the department."))
        for line in (main, *listed.concurrent):
            if line.code and self.departments.at(line.code, day) is None:
                sentence = _("No department has the code %(code)s on %(day)s.")
                self._wrong(plan, DEPARTMENT, sentence % {"code": line.code, "day": written(day)}, line.row)
        return len(self.problems) == known

    def _post(
        self, plan: Plan, line: Line, row: Posting | None, postings: Rows, day: dt.date, *, is_first: bool
    ) -> bool:
        """Let one posting stand as `line` says; `row` is the one held on `day`. Tell whether it changes."""
        said = (line.code, line.position, line.is_head)
        if row is not None and (row.department.code, row.position, row.is_head) == said:
            return False
        if row is not None and row.valid_from == day:
            if row.department.code != line.code:
                row.department = self._department(line.code, day)
            row.position, row.is_head = line.position, line.is_head
            return True
        if row is not None:
            postings.end_before(row, day)
        first = self._first_day(line, day) if is_first else day
        kept = {"position": line.position, "is_head": line.is_head, "concurrent": line.concurrent}
        days = {"valid_from": first, "valid_to": line.left_on}
        postings.add(Posting(person=plan.person, department=self._department(line.code, first), **kept, **days))
        return True

    def _department(self, code: str, day: dt.date) -> Department:
        found = self.departments.at(code, day)
        if found is None:
            raise LookupError(f"no department {code} on {day}")
        return found

    def _first_day(self, line: Line, day: dt.date) -> dt.date:
        """Return from when the first posting of somebody holds: the day of joining for who joined in the fiscal year.

        Of anybody who joined earlier the file does not tell where he or she was before its base date.
        """
        is_recent = line.joined_on >= first_day(fiscal_year_of(day))
        return line.joined_on if is_recent and self.departments.at(line.code, line.joined_on) else day

    def _return(self, line: Line, leave: Rows) -> None:
        """End the leave of somebody whom the file shows as not on leave."""
        day = max(self.on, line.joined_on)
        if self.tells_leave and line.leave_from is None:
            for row in leave.held(day):
                leave.end_before(row, day)

    def _absence(self, plan: Plan, line: Line, leave: Rows) -> None:
        """Record the leave that the file tells of, or change its last day."""
        if line.leave_from is None:
            return
        last = line.leave_to or line.left_on
        same = next((row for row in leave.rows if row.valid_from == line.leave_from), None)
        for row in leave.rows:
            apart = (row.valid_to and row.valid_to < line.leave_from) or (last and row.valid_from > last)
            if row is not same and not apart:
                sentence = _("A leave from %(day)s on is recorded for these days already.")
                self._wrong(plan, LEAVE_FROM, sentence % {"day": written(row.valid_from)})
                return
        if same is None:
            leave.add(Leave(person=plan.person, valid_from=line.leave_from, valid_to=last))
        else:
            same.valid_to = last


def _finished(plan: Plan, postings: Rows, leave: Rows) -> Plan:
    plan.postings, plan.leave = postings.steps(), leave.steps()
    plan.removed = [*postings.removed, *leave.removed]
    return plan
