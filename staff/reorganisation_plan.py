"""The plan of one step of a reorganisation: every row that it ends, adds or changes, and writing it."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, models
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from common.canonical import sha256_of
from common.errors import Refused
from common.templatetags.dates import day
from staff.departments import Plan as Row
from staff.models import Department, Posting
from staff.reorganisation import DAY, City, Impossible, Kind, Standing, Wanted, after
from staff.resettling import Move, Resettling, resettle

Entry = tuple[str, models.Model, dict[str, Any]]


@dataclass(frozen=True)
class Plan:
    """What a step would do: `rows` are departments ended, changed or added, in the order in which they are saved.

    `withdrawn` are departments that were to begin on the first day and now never do, `sections` those right below the
    departments it is about, `result` the departments that it leaves by code.
    """

    wanted: Wanted
    rows: list[Row]
    withdrawn: list[Department]
    result: dict[str, Department]
    sections: list[Department]
    resettling: Resettling

    @property
    def moves(self) -> list[Move]:
        """The postings that end, begin or change."""
        return self.resettling.moves

    @property
    def fingerprint(self) -> str:
        """A word that changes when anything that the preview shows does; who goes where is chosen after it."""
        sections = {one.code for one in self.sections}
        rows = [row for row in self.rows if row.department.code not in sections]
        shown = [
            [(row.department.code, row.is_new, row.changes) for row in rows],
            sorted(sections),
            [one.pk for one in self.withdrawn],
            [(one.pk, one.is_head, one.department.code) for one in self.resettling.people],
        ]
        return sha256_of(shown)

    def headless(self) -> list[Department]:
        """Return the departments of the result that nobody of those moved heads on the first day."""
        on = self.wanted.on
        moved = {move.posting.pk: move for move in self.moves}
        headed = set()
        for one in self.resettling.people:
            move = moved.get(one.pk, Move(one, one.department.code, one.is_head))
            if move.is_head and one.valid_from <= on:
                headed.add(move.to)
        asked = (Kind.MERGE, Kind.SPLIT, Kind.ADD)
        parts = [part.code for part in self.wanted.parts] if self.wanted.kind in asked else []
        return [self.result[code] for code in parts if code not in headed]


def plan(wanted: Wanted, *, today: dt.date, lock: bool = False) -> Plan:
    """Work out a step; raises `Impossible` with the reason when it makes no sense.

    A department that begins on the very first day can be ended again only while that day has not come.
    """
    city = City(wanted.on, lock=lock)
    found = after(wanted, city)
    rows: list[Row] = []
    withdrawn: list[Department] = []
    for code, standing in found.items():
        now = city.now.get(code)
        if standing is not None:
            rows += _standing_rows(code, standing, now, wanted.on)
        elif now is not None and now.valid_from < wanted.on:
            rows.append(_ended(now, wanted.on))
        elif now is not None:
            _check_not_begun(now, today)
            withdrawn.append(now)
    rows.sort(key=lambda row: row.is_new)
    result = city.now | {row.department.code: row.department for row in rows}
    sections = city.below(wanted.codes) if wanted.kind == Kind.SPLIT else []
    return Plan(wanted, rows, withdrawn, result, sections, resettle(wanted, city, found))


@contextmanager
def refusing_overlap() -> Iterator[None]:
    """Turn what the database refuses, two rows for the same days or a row still in use, into `Refused`."""
    try:
        yield
    except (IntegrityError, ProtectedError) as error:
        raise Refused(_("These days overlap with what is recorded already. Nothing was changed.")) from error


def _check_not_begun(row: Department, today: dt.date) -> None:
    if row.valid_from <= today:
        sentence = _("%(name)s (%(code)s) begins on %(day)s itself. Choose a later first day.")
        raise Impossible("on", sentence % {"name": row.name, "code": row.code, "day": day(row.valid_from)})


def _standing_rows(code: str, standing: Standing, now: Department | None, on: dt.date) -> Iterator[Row]:
    before = Standing(now.name, now.parent_code, now.order) if now else None
    if before == standing:
        return
    if now is not None and now.valid_from == on:
        changes = _changes(before, standing)
        yield Row(_with(now, standing), False, changes)
        return
    if now is not None:
        yield _ended(now, on)
    yield Row(_with(Department(code=code, valid_from=on), standing), True, _changes(before, standing))


def _with(row: Department, standing: Standing) -> Department:
    for name, value in standing._asdict().items():
        setattr(row, name, value)
    return row


def _ended(row: Department, on: dt.date) -> Row:
    row.valid_to = on - DAY
    return Row(row, False, [{"place": "valid_to", "before": None, "after": row.valid_to.isoformat()}])


def _changes(before: Standing | None, then: Standing) -> list[dict[str, Any]]:
    known = before._asdict() if before else {}
    steps = [{"place": name, "before": known.get(name), "after": value} for name, value in then._asdict().items()]
    return [step for step in steps if step["before"] != step["after"]]


def carry_out(found: Plan) -> list[Entry]:
    """Write a plan and return what is to be recorded of it: action, row and data; call it in a transaction.

    Ends are written before beginnings, so that at no moment two rows hold for the same day.
    """
    entries: list[Entry] = []
    for row in found.rows:
        row.department.save()
        action = "staff.add_department" if row.is_new else "staff.change_department"
        entries.append((action, row.department, {"code": row.department.code, "changes": row.changes}))
    entries += list(_moved(found))
    for department in found.withdrawn:
        entries.append(("staff.withdraw_department", Department(pk=department.pk), {"code": department.code}))
        department.delete()
    return entries


def _moved(found: Plan) -> Iterator[Entry]:
    on = found.wanted.on
    ends = [move.posting for move in found.moves if move.posting.valid_from < on]
    begins = [_begun(move, found) for move in found.moves if move.to and move.posting.valid_from < on]
    changed = [move for move in found.moves if move.posting.valid_from >= on]
    for posting in ends:
        posting.valid_to = on - DAY
    Posting.objects.bulk_update(ends, ["valid_to"])
    for move in changed:
        move.posting.department, move.posting.is_head = found.result[move.to], move.is_head
    Posting.objects.bulk_update([move.posting for move in changed], ["department", "is_head"])
    Posting.objects.bulk_create(begins)
    yield from (("staff.end_posting", one, told(one)) for one in ends)
    yield from (("staff.change_posting", move.posting, told(move.posting)) for move in changed)
    yield from (("staff.post", one, told(one)) for one in begins)


def _begun(move: Move, found: Plan) -> Posting:
    old = move.posting
    return Posting(
        person=old.person,
        department=found.result[move.to],
        position=old.position,
        is_head=move.is_head,
        concurrent=old.concurrent,
        valid_from=found.wanted.on,
        valid_to=old.valid_to,
    )


def told(posting: Posting) -> dict[str, Any]:
    """Return what the trail keeps of a posting: the person by the random id, the department, and the days."""
    return {
        "person": str(posting.person.uid),
        "department": posting.department.code,
        "is_head": posting.is_head,
        "concurrent": posting.concurrent,
        "valid_from": posting.valid_from.isoformat(),
        "valid_to": posting.valid_to.isoformat() if posting.valid_to else None,
    }
