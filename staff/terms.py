"""What a person is given for a time, a role or standing in for a head: its rules, and ending it early."""

import datetime as dt
from typing import Any, NamedTuple, TypeVar

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Refused
from common.templatetags.dates import day
from staff.models import Staff

ONE_DAY = dt.timedelta(days=1)
Held = TypeVar("Held", bound=models.Model)
HELD_ALREADY = gettext_lazy("This person already holds this role on one of these days.")
RULES = {
    "role_grant_once": HELD_ALREADY,
    "role_grant_key": HELD_ALREADY,
    "auditor_holds_no_other_role": gettext_lazy("Whoever audits is not audited: an auditor holds no other role."),
    "deputy_once": gettext_lazy("This person already stands in for the head on one of these days."),
}
"""What a constraint of the database says, in words."""


class Ending(NamedTuple):
    """What `end_early` did, for the audit event: the days it held for, and whether it was taken back whole."""

    valid_from: dt.date
    valid_to: dt.date | None
    withdrawn: bool

    @property
    def as_event(self) -> dict[str, Any]:
        """The ending as data of an event."""
        last = None if self.valid_to is None else self.valid_to.isoformat()
        return {"valid_from": self.valid_from.isoformat(), "valid_to": last, "withdrawn": self.withdrawn}


def locked(row: Held) -> Held:
    """Return `row` as it stands now, locked; raises `Refused` when it was withdrawn meanwhile."""
    now = type(row)._default_manager.select_for_update().filter(pk=row.pk).first()
    if now is None:
        raise Refused(_("This was withdrawn meanwhile. Look at the list again."))
    return now


def end_early(row: Any, last_day: dt.date, on: dt.date) -> Ending:
    """Let `row` hold until `last_day` at the latest, as said on the day `on`.

    Days gone by stay as they were: yesterday is the earliest last day. What would then not hold for a single day is
    taken back whole. Raises `Refused` when there is nothing to end.
    """
    if row.valid_to is not None and row.valid_to < on:
        raise Refused(_("This has ended already."))
    if last_day < on - ONE_DAY:
        raise Refused(_("Days gone by stay as they were. The earliest last day is yesterday."))
    if row.valid_to is not None and last_day >= row.valid_to:
        raise Refused(_("It ends by then in any case. Choose an earlier day."))
    if last_day < row.valid_from:
        type(row)._default_manager.filter(pk=row.pk).delete()
        return Ending(row.valid_from, row.valid_to, withdrawn=True)
    row.valid_to = last_day
    row.save(update_fields=["valid_to"])
    return Ending(row.valid_from, last_day, withdrawn=False)


def refuse_oneself(by: Staff, person: Staff) -> None:
    """Raise `Refused` when `by` would change his or her own rights."""
    if by.pk == person.pk:
        raise Refused(_("Nobody gives or takes away his or her own rights. Ask another administrator."))


def refuse_absent(person: Staff, first: dt.date, last: dt.date | None) -> None:
    """Raise `Refused` when the days are the wrong way round or `person` is not on the staff on the first."""
    if last is not None and last < first:
        raise Refused(_("The last day must not be before the first."))
    if not person.is_employed_on(first):
        raise Refused(_("%(name)s is not on the staff on %(day)s.") % {"name": person.name, "day": day(first)})


def insert_or_refuse(row: models.Model) -> None:
    """Insert `row`; what a constraint says no to is refused in words."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        broken = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        if broken not in RULES:
            raise
        raise Refused(str(RULES[broken])) from error


def term_of(row: Any) -> dict[str, Any]:
    """Return for whom and for which days `row` holds, as data of an event."""
    last = None if row.valid_to is None else row.valid_to.isoformat()
    return {"person": str(row.person.uid), "valid_from": row.valid_from.isoformat(), "valid_to": last}
