"""Changes to people, departments and what people may do. Each writes its audit event in the same transaction."""

import datetime as dt
from collections.abc import Iterable

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.actions import record, record_many
from common.errors import Refused
from staff.departments import Plan
from staff.models import SYSTEM_NUMBER, Department, Posting, RoleGrant, Staff


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
def set_password(*, by: Staff, person: Staff, password: str) -> Staff:
    """Give `person` a password; the event says that it was set and by whom. `Refused` when the rules say no."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    person.set_password(password)
    person.save(update_fields=["password"])
    record(by=by, action="staff.set_password", on=person)
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

    Raises `Refused` when somebody else added the same department meanwhile.
    """
    plans = list(plans)
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
) -> Posting:
    """Post `person` to `department`; refuses a second main posting for the same days."""
    if not concurrent:
        held = person.postings.filter(concurrent=False).exclude(valid_to__lt=valid_from)
        if (held if valid_to is None else held.filter(valid_from__lte=valid_to)).exists():
            raise Refused(_("This person already has a main posting in this period."))
    posting = Posting.objects.create(
        person=person,
        department=department,
        position=position,
        is_head=is_head,
        concurrent=concurrent,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    data = {
        "person": str(person.uid),
        "department": department.code,
        "is_head": is_head,
        "concurrent": concurrent,
    }
    record(by=by, action="staff.post", on=posting, data=data)
    return posting


@transaction.atomic
def grant_role(
    *, by: Staff, person: Staff, role: str, valid_from: dt.date, valid_to: dt.date | None = None
) -> RoleGrant:
    """Give `person` a role from `valid_from` on."""
    grant = RoleGrant.objects.create(person=person, role=role, valid_from=valid_from, valid_to=valid_to)
    record(by=by, action="staff.grant_role", on=grant, data={"person": str(person.uid), "role": role})
    return grant


@transaction.atomic
def choose_language(*, by: Staff, language: str) -> Staff:
    """Remember the language of `by`'s screens; nothing is told to anybody."""
    by.language = language
    by.save(update_fields=["language"])
    record(by=by, action="staff.choose_language", on=by, data={"language": language})
    return by
