"""Writing the plans of a file of people: a few statements for a thousand of them, and an event for each change."""

import secrets
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, UNUSABLE_PASSWORD_SUFFIX_LENGTH
from django.db import models
from django.utils.translation import gettext as _

from audit.actions import record_many
from common.errors import Refused
from staff.directory import PERSONAL
from staff.directory_person import ADDED, Plan
from staff.directory_rows import PERIOD, POSTED, Step, plain
from staff.mail_addresses import changed as tell_of_new_addresses
from staff.models import Leave, Posting, Staff
from staff.reorganisation_plan import told
from staff.terms import term_of

Entry = tuple[str, models.Model, dict[str, Any]]
POSTING_COLUMNS = tuple(name.removesuffix("_id") for name in POSTED)


def write(plans: list[Plan], *, by: Staff, reason: str) -> None:
    """Write `plans` in the caller's transaction, and record each change with its `reason`.

    What ends or is taken back is written before what begins, so that at no moment two postings hold for one day.
    Raises `Refused` when somebody else changed one of the rows since it was read.
    """
    new = [plan.person for plan in plans if plan.kind == ADDED]
    for person in new:
        # As `set_unusable_password` does, which draws forty characters one by one.
        person.password = UNUSABLE_PASSWORD_PREFIX + secrets.token_hex(UNUSABLE_PASSWORD_SUFFIX_LENGTH // 2)
    changed = [Step(plan.person, plan.before) for plan in plans if plan.changes]
    Staff.objects.bulk_create(new)
    _update(Staff, changed, PERSONAL)
    entries = list(_entries(plans))
    tell_of_new_addresses((plan.person, plan.before["email"]) for plan in plans if plan.changes)
    for model in (Posting, Leave):
        gone = [row.pk for plan in plans for row in plan.removed if isinstance(row, model)]
        model._default_manager.filter(pk__in=gone).delete()
    for model, steps, columns in (
        (Posting, [step for plan in plans for step in plan.postings], POSTING_COLUMNS),
        (Leave, [step for plan in plans for step in plan.leave], PERIOD),
    ):
        _update(model, [step for step in steps if step.before], columns)
        model._default_manager.bulk_create([step.row for step in steps if not step.before])
    entries.sort(key=itemgetter(0))
    for action, group in groupby(entries, key=itemgetter(0)):
        told_of = ((row, {**data, "reason": reason}) for _action, row, data in group)
        record_many(by=by, action=action, entries=told_of)


def _update(model: type[models.Model], steps: list[Step], columns: Iterable[str]) -> None:
    """Write changed rows; one that is no longer what the plan has seen is refused."""
    if not steps:
        return
    held = model._default_manager.select_for_update().in_bulk([step.row.pk for step in steps])
    for step in steps:
        now = held.get(step.row.pk)
        if now is None or any(getattr(now, name) != value for name, value in step.before.items()):
            raise Refused(_("Somebody else changed the directory meanwhile. Read the file again."))
    # An UPDATE of a thousand rows by their keys, which `bulk_update` would spell out as a CASE for each value.
    model._default_manager.bulk_create(
        [step.row for step in steps], update_conflicts=True, unique_fields=["pk"], update_fields=list(columns)
    )


def _entries(plans: Iterable[Plan]) -> Iterator[Entry]:
    """Yield the events of the plans: what was done, to what, and what the trail keeps of it."""
    for plan in plans:
        person = plan.person
        identity = {"uid": str(person.uid), "identity": person.identity_hash()}
        if plan.kind == ADDED:
            yield "staff.register", person, identity
        elif plan.changes:
            renamed = any(change["place"] == "name" for change in plan.changes)
            who = identity if renamed else {"uid": str(person.uid)}
            yield "staff.change_person", person, {**who, "changes": plan.changes}
        yield from (_withdrawn(row) for row in plan.removed)
        yield from (_posted(step) for step in plan.postings)
        yield from (_absent(step) for step in plan.leave)


def _withdrawn(row: Any) -> Entry:
    if isinstance(row, Posting):
        return "staff.withdraw_posting", row, told(row)
    return "staff.withdraw_leave", row, term_of(row)


def _posted(step: Step) -> Entry:
    row: Posting = step.row
    if not step.before:
        return "staff.post", row, told(row)
    changes = _changes(step)
    ends = [change["place"] for change in changes] == ["valid_to"] and row.valid_to is not None
    return "staff.end_posting" if ends else "staff.change_posting", row, {**told(row), "changes": changes}


def _absent(step: Step) -> Entry:
    if not step.before:
        return "staff.record_leave", step.row, term_of(step.row)
    return "staff.end_leave", step.row, {**term_of(step.row), "changes": _changes(step)}


def _changes(step: Step) -> list[dict[str, Any]]:
    """Return what is different about a row, by place; a department stands there by its code."""
    after = {name: getattr(step.row, name) for name in step.before}
    pairs = {name: (step.before[name], after[name]) for name in step.before}
    if "department_id" in pairs:
        pairs.pop("department_id")
        pairs["department"] = (step.code, step.row.department.code)
    return [
        {"place": place, "before": plain(before), "after": plain(now)}
        for place, (before, now) in pairs.items()
        if before != now
    ]
