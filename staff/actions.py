"""Changes to people, departments and what people may do. Each writes its audit event in the same transaction."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.actions import record, record_many
from common.errors import Refused
from staff import mail_addresses
from staff.actions_directory import export_departments as export_departments
from staff.actions_directory import export_directory as export_directory
from staff.actions_directory import export_rejects as export_rejects
from staff.actions_directory import save_directory as save_directory
from staff.actions_postings import end_leave as end_leave
from staff.actions_postings import end_posting as end_posting
from staff.actions_postings import export_headcount as export_headcount
from staff.actions_postings import post as post
from staff.actions_postings import record_leave as record_leave
from staff.actions_postings import reorganise as reorganise
from staff.actions_rights import appoint_deputy as appoint_deputy
from staff.actions_rights import end_deputy as end_deputy
from staff.actions_rights import end_grant as end_grant
from staff.actions_rights import grant_role as grant_role
from staff.administrators import administrators_kept
from staff.changes import change_values
from staff.departments import Plan, ends_first
from staff.models import SYSTEM_NUMBER, Department, Staff


def system_actor() -> Staff:
    """Return the actor of commands and timers: a row that can never sign in, registered at first use."""
    known = Staff.objects.filter(employee_number=SYSTEM_NUMBER)
    person = known.first()
    if person is not None:
        return person
    person = Staff(employee_number=SYSTEM_NUMBER, name="システム", employment_kind=Staff.EmploymentKind.SYSTEM)
    person.set_unusable_password()
    try:
        with transaction.atomic():
            return _save_new(person, by=person)
    except IntegrityError:
        return known.get()


@transaction.atomic
def register(
    *,
    by: Staff,
    employee_number: str,
    name: str,
    kana: str = "",
    email: str = "",
    employment_kind: str = Staff.EmploymentKind.REGULAR,
    joined_on: dt.date,
    left_on: dt.date | None = None,
) -> Staff:
    """Add a person who cannot sign in yet. The event holds the salted identity hash, not the name.

    Raises `Refused` when number, name, mail address or dates are not what a person's record can hold.
    """
    person = Staff(
        employee_number=employee_number,
        name=name,
        kana=kana,
        email=email,
        employment_kind=employment_kind,
        joined_on=joined_on,
        left_on=left_on,
    )
    person.set_unusable_password()
    try:
        person.full_clean()
    except ValidationError as error:
        raise Refused(" ".join(f"{field}: {' '.join(said)}" for field, said in error.message_dict.items())) from error
    return _save_new(person, by=by)


def _save_new(person: Staff, *, by: Staff) -> Staff:
    person.save(force_insert=True)
    record(
        by=by,
        action="staff.register",
        on=person,
        data={"uid": str(person.uid), "identity": person.identity_hash()},
    )
    return person


@transaction.atomic
def set_password(
    *, by: Staff, person: Staff, password: str, valid_until: dt.datetime | None = None, reason: str = ""
) -> Staff:
    """Give `person` a password; the event says that it was set and by whom. `Refused` when the rules say no.

    With `valid_until` it is a temporary one: it opens the portal until then, and must be changed first of all.
    """
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    person.set_password(password)
    person.password_must_change, person.password_valid_until = valid_until is not None, valid_until
    person.save(update_fields=["password", "password_must_change", "password_valid_until"])
    data = {"temporary_until": valid_until.isoformat(), "reason": reason} if valid_until else {}
    record(by=by, action="staff.set_password", on=person, data=data)
    return person


@transaction.atomic
def add_department(
    *,
    by: Staff,
    code: str,
    name: str,
    parent_code: str,
    order: int,
    valid_from: dt.date,
    valid_to: dt.date | None = None,
) -> Department:
    """Add a department, or a department's new name or place from `valid_from` on."""
    department = Department.objects.create(
        code=code, name=name, parent_code=parent_code, order=order, valid_from=valid_from, valid_to=valid_to
    )
    record(
        by=by,
        action="staff.add_department",
        on=department,
        data={"code": code, "name": name, "above": parent_code},
    )
    return department


@transaction.atomic
def save_departments(*, by: Staff, plans: Iterable[Plan], reason: str) -> int:
    """Write the departments of a file, each with its own event; all or nothing; returns how many.

    Ends are written before beginnings, so that a row may begin the day after another one ends. Raises `Refused` when
    somebody else changed the same departments meanwhile.
    """
    plans = sorted(plans, key=ends_first)
    try:
        for plan in plans:
            plan.department.save()
    except IntegrityError as error:
        raise Refused(_("Somebody else changed the departments meanwhile. Read the file again.")) from error
    for action, new in (("staff.add_department", True), ("staff.change_department", False)):
        entries = [
            (plan.department, {"code": plan.department.code, "changes": plan.changes, "reason": reason})
            for plan in plans
            if plan.is_new is new
        ]
        record_many(by=by, action=action, entries=entries)
    return len(plans)


@transaction.atomic
def change_person(*, by: Staff, person: Staff, values: dict[str, Any], on: dt.date, reason: str) -> Staff:
    """Change what is recorded of `person`: number, name, kana, mail address, kind of employment, days on the staff.

    The event names what was changed: days and kinds with their values, names, numbers and addresses without, and a new
    identity hash for a new name or number. A last day ends the postings held on it. Raises `Refused` when a rule of the
    record says no, when a posting begins after the last day, or when too few administrators would be left.
    """
    held = Staff.objects.select_for_update().get(pk=person.pk)
    old_address, changes = held.email, change_values(held, values)
    if not changes:
        return held
    with administrators_kept(on):
        _save_changed(held, list(values))
    mail_addresses.changed([(held, old_address)])
    data: dict[str, Any] = {"uid": str(held.uid), "changes": changes, "reason": reason}
    if {"name", "employee_number"} & {change["place"] for change in changes}:
        data["identity"] = held.identity_hash()
    record(by=by, action="staff.change_person", on=held, data=data)
    return held


@transaction.atomic
def export_people(*, by: Staff, of: str, kind: str, rows: int) -> int:
    """Write down that `by` takes a list of people away as a file; `of` names the list; returns `rows`."""
    record(by=by, action="staff.export_people", on=by, data={"list": of, "kind": kind, "rows": rows})
    return rows


@transaction.atomic
def choose_language(*, by: Staff, language: str) -> Staff:
    """Remember the language of `by`'s screens; nothing is told to anybody."""
    by.language = language
    by.save(update_fields=["language"])
    record(by=by, action="staff.choose_language", on=by, data={"language": language})
    return by


@transaction.atomic
def export_trail(*, by: Staff, wanted: dict[str, str], kind: str, rows: int) -> int:
    """Write down that `by` takes `rows` events of the trail away as a file, by which filters; returns `rows`."""
    record(by=by, action="staff.export_trail", on=by, data={"filter": wanted, "kind": kind, "rows": rows})
    return rows


def _save_changed(person: Staff, fields: list[str]) -> None:
    try:
        with transaction.atomic():
            person.full_clean()
            person.save(update_fields=fields)
    except (ValidationError, IntegrityError) as error:
        said = error.messages if isinstance(error, ValidationError) else [_("This employee number is taken.")]
        raise Refused(" ".join(said)) from error
    if person.left_on is None:
        return
    later = person.postings.filter(valid_from__gt=person.left_on)
    if later.exists():
        raise Refused(_("A posting begins after the last day. Correct the postings first."))
    person.postings.not_over(person.left_on).update(valid_to=person.left_on)
