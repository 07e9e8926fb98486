"""Giving and taking rights: granted roles and deputies (代理). Each writes its audit event in the same transaction."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record
from common.errors import Refused
from staff.administrators import administrators_kept
from staff.models import Deputy, RoleGrant, Staff
from staff.terms import end_early, insert_or_refuse, locked, refuse_absent, refuse_oneself, term_of


@transaction.atomic
def grant_role(
    *,
    by: Staff,
    person: Staff,
    role: str,
    valid_from: dt.date,
    valid_to: dt.date | None = None,
    reason: str = "",
) -> RoleGrant:
    """Give `person` a role from `valid_from` to `valid_to`, both included; an empty end is open.

    Raises `Refused` when it is oneself, when the person is not on the staff then, holds the role already on one of
    these days, or holds another that does not go with it.
    """
    refuse_oneself(by, person)
    grant = RoleGrant(person=person, role=role, valid_from=valid_from, valid_to=valid_to)
    refuse_absent(person, valid_from, valid_to)
    insert_or_refuse(grant)
    record(by=by, action="staff.grant_role", on=grant, data={**term_of(grant), "role": role, "reason": reason})
    return grant


@transaction.atomic
def end_grant(*, by: Staff, grant: RoleGrant, last_day: dt.date, on: dt.date, reason: str) -> RoleGrant:
    """Take a role away after `last_day`, as said on the day `on` (see `staff.terms.end_early`).

    Raises `Refused` when it is one's own, or when too few administrators would be left.
    """
    refuse_oneself(by, grant.person)
    with administrators_kept(on):
        held = locked(grant)
        ending = end_early(held, last_day, on)
    data = {"person": str(grant.person.uid), "role": held.role, **ending.as_event, "reason": reason}
    record(by=by, action="staff.end_grant", on=held, data=data)
    return held


@transaction.atomic
def appoint_deputy(
    *, by: Staff, head: Staff, person: Staff, valid_from: dt.date, valid_to: dt.date, reason: str
) -> Deputy:
    """Let `person` stand in for `head` (代理) from `valid_from` to `valid_to`, both included.

    Raises `Refused` when it is oneself, when `head` heads no department on any of these days, or when the person is not
    on the staff then or stands in for the head already.
    """
    refuse_oneself(by, person)
    if head.pk == person.pk:
        raise Refused(_("Nobody stands in for himself or herself."))
    heads = head.postings.filter(is_head=True, valid_from__lte=valid_to)
    if not heads.exclude(valid_to__lt=valid_from).exists():
        raise Refused(_("%(name)s heads no department in this time.") % {"name": head.name})
    refuse_absent(person, valid_from, valid_to)
    deputy = Deputy(head=head, person=person, valid_from=valid_from, valid_to=valid_to)
    insert_or_refuse(deputy)
    data = {**term_of(deputy), "head": str(head.uid), "reason": reason}
    record(by=by, action="staff.appoint_deputy", on=deputy, data=data)
    return deputy


@transaction.atomic
def end_deputy(*, by: Staff, deputy: Deputy, last_day: dt.date, on: dt.date, reason: str) -> Deputy:
    """Let a deputy stand in no longer than `last_day`, as said on the day `on` (see `staff.terms.end_early`)."""
    held = locked(deputy)
    ending = end_early(held, last_day, on)
    who = {"person": str(deputy.person.uid), "head": str(deputy.head.uid)}
    record(by=by, action="staff.end_deputy", on=held, data={**who, **ending.as_event, "reason": reason})
    return held
