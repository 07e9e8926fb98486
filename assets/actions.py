"""Changing the registers. Every changed row leaves its own event: what, before, after, who and why."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assets.comparing import BATCH, Change, Comparison, apply, batches, state_of
from assets.models import Held
from assets.registers import Register
from audit.actions import record, record_many
from common.errors import Refused
from common.importing import Tally
from common.overlap import SENTENCE
from staff.models import Staff


@transaction.atomic
def save_entry(*, by: Staff, register: Register, entry: Held | None, values: dict[str, Any], reason: str) -> Held:
    """Add an entry, or change `entry`, to hold `values`; nothing is written when it holds them by now.

    Raises `Refused` when the number is taken, when somebody else changed the entry since `entry` was read, or when a
    rule of the register says no.
    """
    change = apply(register, register.model() if entry is None else _locked(register, entry), values)
    if not change.steps:
        return change.entry
    if entry is not None and change.seen(register) != state_of(register, entry):
        raise Refused(str(SENTENCE))
    try:
        with transaction.atomic():
            change.entry.full_clean()
            change.entry.save(update_fields=None if entry is None else register.free_fields)
    except (ValidationError, IntegrityError) as error:
        if entry is None and (twin := _twin(register, values)):
            return twin
        said = error.messages if isinstance(error, ValidationError) else [_("This control number is taken.")]
        raise Refused(" ".join(said)) from error
    action = "assets.add_entry" if entry is None else "assets.change_entry"
    record(by=by, action=action, on=change.entry, data={"changes": change.as_event, "reason": reason})
    return change.entry


def _twin(register: Register, values: dict[str, Any]) -> Held | None:
    """Return the entry that holds just these `values`: the form that added it was sent twice."""
    there = register.rows_with_levels().filter(number=values["number"]).first()
    return there if there and not apply(register, there, values).steps else None


def _locked(register: Register, entry: Held) -> Held:
    now: Held = register.rows_with_levels().select_for_update(of=("self",)).get(pk=entry.pk)
    return now


@transaction.atomic
def save_import(*, by: Staff, comparison: Comparison, reason: str) -> Tally:
    """Write what `comparison` would do, all or nothing, a row an event; raises `Refused` while it has a problem."""
    if comparison.problems:
        raise Refused(_("The file has errors. Nothing was saved."))
    register = comparison.register
    rows: Any = register.model.objects
    try:
        rows.bulk_create((change.entry for change in comparison.added), batch_size=BATCH)
    except IntegrityError as error:
        raise Refused(_("Somebody else changed the register meanwhile. Read the file again.")) from error
    for part in batches(comparison.changed):
        _refuse_overtaken(register, part)
        # An UPDATE of a thousand rows by their keys, which `bulk_update` would spell out as a CASE for each value.
        rows.bulk_create(
            (change.entry for change in part),
            update_conflicts=True,
            unique_fields=["pk"],
            update_fields=register.free_fields,
        )
    record_many(by=by, action="assets.add_entry", entries=_events(comparison.added, reason))
    record_many(by=by, action="assets.change_entry", entries=_events(comparison.changed, reason))
    return comparison.tally


def _refuse_overtaken(register: Register, part: list[Change]) -> None:
    """Lock the rows to be changed, and refuse when one no longer is what the comparison saw."""
    rows = register.rows_with_levels().select_for_update(of=("self",))
    held = rows.in_bulk([change.entry.pk for change in part])
    for change in part:
        if state_of(register, held[change.entry.pk]) != change.seen(register):
            raise Refused(_("Somebody else changed the register meanwhile. Read the file again."))


@transaction.atomic
def export_register(*, by: Staff, register: Register, kind: str, rows: int) -> int:
    """Write down that `by` takes `rows` entries of a register away as a file; returns `rows`."""
    record(by=by, action="assets.export_register", on=by, data={"register": register.name, "kind": kind, "rows": rows})
    return rows


def _events(changes: Iterable[Change], reason: str) -> Iterable[tuple[Held, dict[str, Any]]]:
    return ((change.entry, {"changes": change.as_event, "reason": reason}) for change in changes)
