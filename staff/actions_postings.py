"""Where people belong: postings, leave, and reorganisations. Each writes its audit events in the same transaction."""

import datetime as dt
from itertools import groupby
from operator import itemgetter

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record, record_many
from common.errors import Refused
from common.templatetags.dates import day
from staff.models import Department, Leave, Posting, Staff
from staff.reorganisation import Wanted
from staff.reorganisation_plan import Plan, carry_out, plan, refusing_overlap, told
from staff.terms import refuse_absent, term_of


@transaction.atomic
def post(
    *,
    by: Staff,
    person: Staff,
    department: Department,
    position: str = "",
    is_head: bool = False,
    concurrent: bool = False,
    valid_from: dt.date,
    valid_to: dt.date | None = None,
    replaces: bool = False,
    reason: str = "",
) -> Posting:
    """Post `person` to `department`; with `replaces` the main posting held on the first day ends the day before.

    Refuses a second main posting for the same days, and a second concurrent post in the same department.
    """
    if valid_to is not None and valid_to < valid_from:
        raise Refused(_("The last day must not be before the first."))
    if replaces:
        _end_before(by=by, person=person, first=valid_from, reason=reason)
    held = person.postings.not_over(valid_from).filter(concurrent=concurrent)
    held = held if valid_to is None else held.filter(valid_from__lte=valid_to)
    if not concurrent and held.exists():
        raise Refused(_("This person already has a main posting in this period."))
    if concurrent and held.of_codes([department.code]).exists():
        raise Refused(_("This person already has a concurrent post in this department in this period."))
    posting = Posting(
        person=person,
        department=department,
        position=position,
        is_head=is_head,
        concurrent=concurrent,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    with refusing_overlap():
        posting.save(force_insert=True)
    record(by=by, action="staff.post", on=posting, data={**told(posting), "reason": reason})
    return posting


def _end_before(*, by: Staff, person: Staff, first: dt.date, reason: str) -> None:
    """End the main posting held on the day `first`, if it began before, on the eve."""
    held = person.postings.in_force(first).filter(concurrent=False, valid_from__lt=first)
    for posting in held.select_related("department", "person"):
        posting.valid_to = first - dt.timedelta(days=1)
        posting.save(update_fields=["valid_to"])
        record(by=by, action="staff.end_posting", on=posting, data={**told(posting), "reason": reason})


@transaction.atomic
def end_posting(*, by: Staff, posting: Posting, last_day: dt.date, today: dt.date, reason: str) -> Posting:
    """Let a posting end on `last_day`; one that has not begun yet is taken back by a last day before its first.

    A last day after the one known is refused: a longer time is a new posting.
    """
    taken_back = last_day < posting.valid_from
    if taken_back and posting.valid_from <= today:
        raise Refused(_("The last day must not be before the first."))
    if posting.valid_to is not None and last_day >= posting.valid_to:
        raise Refused(_("The posting ends on that day or earlier already."))
    data = {**told(posting), "last_day": last_day.isoformat(), "reason": reason}
    action = "staff.withdraw_posting" if taken_back else "staff.end_posting"
    record(by=by, action=action, on=posting, data=data)
    if taken_back:
        posting.delete()
    else:
        posting.valid_to = last_day
        posting.save(update_fields=["valid_to"])
    return posting


@transaction.atomic
def record_leave(
    *, by: Staff, person: Staff, valid_from: dt.date, valid_to: dt.date | None = None, reason: str
) -> Leave:
    """Record that `person` is on leave; refuses days recorded already and days outside of the time on the staff."""
    refuse_absent(person, valid_from, valid_to)
    if valid_to and not person.is_employed_on(valid_to):
        raise Refused(_("%(name)s is not on the staff on %(day)s.") % {"name": person.name, "day": day(valid_to)})
    leave = Leave(person=person, valid_from=valid_from, valid_to=valid_to)
    with refusing_overlap():
        leave.save(force_insert=True)
    record(by=by, action="staff.record_leave", on=leave, data={**term_of(leave), "reason": reason})
    return leave


@transaction.atomic
def end_leave(*, by: Staff, leave: Leave, last_day: dt.date, today: dt.date, reason: str) -> Leave:
    """Set the last day of a leave, whether it was known before or not.

    A leave that has not begun yet is taken back by a last day before its first; for any other that is refused.
    """
    taken_back = last_day < leave.valid_from
    if taken_back and leave.valid_from <= today:
        raise Refused(_("The last day must not be before the first."))
    data = {**term_of(leave), "last_day": last_day.isoformat(), "reason": reason}
    record(by=by, action="staff.withdraw_leave" if taken_back else "staff.end_leave", on=leave, data=data)
    if taken_back:
        leave.delete()
        return leave
    leave.valid_to = last_day
    with refusing_overlap():
        leave.save(update_fields=["valid_to"])
    return leave


@transaction.atomic
def reorganise(*, by: Staff, wanted: Wanted, today: dt.date, reason: str, seen: str = "") -> Plan:
    """Carry out one step of a reorganisation, with an event for each department and posting that it changes.

    `seen` is the fingerprint of the preview. Raises `Refused` when the step makes no sense, and when departments or
    people have changed since the preview.
    """
    found = plan(wanted, today=today, lock=True)
    if seen not in ("", found.fingerprint):
        raise Refused(_("The departments or their people have changed since you saw this. Look at it again."))
    with refusing_overlap():
        entries = carry_out(found)
    why = {"reorganisation": wanted.kind, "reason": reason}
    for action, group in groupby(entries, key=itemgetter(0)):
        record_many(by=by, action=action, entries=((row, {**data, **why}) for _action, row, data in group))
    return found


def export_headcount(*, by: Staff, on: dt.date, kind: str, rows: int) -> int:
    """Write down that `by` takes the head-counts of the day `on` away as a file of `rows` rows; returns `rows`."""
    data = {"on": on.isoformat(), "kind": kind, "rows": rows}
    record(by=by, action="staff.export_headcount", on=by, data=data)
    return rows
