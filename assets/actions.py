"""Changing the registers. Every changed row leaves its own event: what, before, after, who and why."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assets.comparing import Change, Comparison, apply
from assets.models import Held
from assets.registers import Register
from audit.actions import record, record_many
from common.errors import Refused
from common.importing import Tally
from staff.models import Staff

BATCH = 1000


@transaction.atomic
def save_entry(*, by: Staff, register: Register, entry: Held | None, values: dict[str, Any], reason: str) -> Held:
    """Add an entry, or change `entry`, to hold `values`; nothing is written when nothing changes.

    Raises `Refused` when the number is taken or a rule of the register says no.
    """
    adding = entry is None
    change = apply(register, entry or register.model(), values)
    if not change.changes:
        return change.entry
    try:
        with transaction.atomic():
            change.entry.full_clean()
            change.entry.save()
    except (ValidationError, IntegrityError) as error:
        said = error.messages if isinstance(error, ValidationError) else [_("This control number is taken.")]
        raise Refused(" ".join(said)) from error
    action = "assets.add_entry" if adding else "assets.change_entry"
    record(by=by, action=action, on=change.entry, data={"changes": change.changes, "reason": reason})
    return change.entry


@transaction.atomic
def save_import(*, by: Staff, comparison: Comparison, reason: str) -> Tally:
    """Write what `comparison` would do, all or nothing, a row an event; raises `Refused` while it has a problem."""
    if comparison.problems:
        raise Refused(_("The file has errors. Nothing was saved."))
    model = comparison.register.model
    try:
        model.objects.bulk_create((change.entry for change in comparison.added), batch_size=BATCH)
        names = [name for _heading, name in comparison.register.headings if name != "number"]
        model.objects.bulk_update((change.entry for change in comparison.changed), names, batch_size=BATCH)
    except IntegrityError as error:
        raise Refused(_("Somebody else changed the register meanwhile. Read the file again.")) from error
    record_many(by=by, action="assets.add_entry", entries=_events(comparison.added, reason))
    record_many(by=by, action="assets.change_entry", entries=_events(comparison.changed, reason))
    return comparison.tally


def _events(changes: Iterable[Change], reason: str) -> Iterable[tuple[Held, dict[str, Any]]]:
    return ((change.entry, {"changes": change.changes, "reason": reason}) for change in changes)
