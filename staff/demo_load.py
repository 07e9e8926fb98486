"""Writing the demo city's departments and people through the portal's own actions; what is there stays as it is."""

import datetime as dt

from staff import actions, demo
from staff.demo_city import HEADCOUNT, Employee, employees
from staff.models import Department, Deputy, Leave, Staff

DOMAIN = "staff.moka.example"
ONE_DAY = dt.timedelta(days=1)


def load(by: Staff) -> None:
    """Add the departments, the accounts and the made-up people that are missing."""
    departments(by)
    known = set(Staff.objects.values_list("employee_number", flat=True))
    for account in demo.PEOPLE:
        if account.number not in known:
            add_account(by, account)
    units = {(row.code, row.valid_from): row for row in Department.objects.all()}
    regular = sum(account.kind == Staff.EmploymentKind.REGULAR for account in demo.PEOPLE)
    for person in employees(regular):
        if person.number not in known:
            add_employee(by, person, units)
    absences(by)


def absences(by: Staff) -> None:
    """Give one head a deputy and one person a leave, both from this year's 1 April on, unless somebody has one."""
    start = dt.date(max(HEADCOUNT), 4, 1)
    head = Staff.objects.get(employee_number=demo.HEAD_WITH_DEPUTY)
    below = Department.objects.codes_below(demo.HEADED, start)
    here = Staff.objects.belonging_to(below, start).filter(left_on=None, employee_number__startswith="1")
    deputy, away = here.order_by("employee_number")[:2]
    if not Deputy.objects.exists():
        term = {"valid_from": start, "valid_to": start + 364 * ONE_DAY}
        actions.appoint_deputy(by=by, head=head, person=deputy, **term, reason=demo.WHY_DEPUTY)
    if not Leave.objects.exists():
        actions.record_leave(by=by, person=away, valid_from=start, reason=demo.WHY_LEAVE)


def departments(by: Staff) -> None:
    """Add the departments; one of them has changed its name."""
    known = set(Department.objects.values_list("code", flat=True))
    code, old, new, since = demo.RENAMED
    for order, department in enumerate(demo.DEPARTMENTS, start=1):
        if department.code in known:
            continue
        renamed = department.code == code
        until = since - ONE_DAY if renamed else None
        periods = [(old if renamed else department.name, demo.SINCE, until)]
        for name, valid_from, valid_to in [*periods, (new, since, None)] if renamed else periods:
            actions.add_department(
                by=by,
                code=department.code,
                name=name,
                parent_code=department.parent_code,
                order=order * 10,
                valid_from=valid_from,
                valid_to=valid_to,
            )


def add_account(by: Staff, account: demo.DemoPerson) -> Staff:
    """Register a demo account with its posting, its role and the documented password."""
    person = actions.register(
        by=by,
        employee_number=account.number,
        name=account.name,
        kana=account.kana,
        email=f"{account.number}@{DOMAIN}",
        employment_kind=account.kind,
        joined_on=demo.JOINED,
    )
    actions.set_password(by=by, person=person, password=demo.PASSWORD)
    actions.post(
        by=by,
        person=person,
        department=Department.objects.in_force(demo.SINCE).get(code=account.department),
        position=account.position,
        is_head=account.is_head,
        valid_from=demo.SINCE,
    )
    if account.role:
        actions.grant_role(by=by, person=person, role=account.role, valid_from=demo.SINCE)
    return person


def add_employee(by: Staff, employee: Employee, units: dict[tuple[str, dt.date], Department]) -> Staff:
    """Register a made-up person, who cannot sign in, with all postings; every tenth has no mail address."""
    has_mail = not employee.number.endswith("0")
    person = actions.register(
        by=by,
        employee_number=employee.number,
        name=employee.name,
        kana=employee.kana,
        email=f"{employee.number}@{DOMAIN}" if has_mail else "",
        employment_kind=employee.kind,
        joined_on=employee.joined_on,
        left_on=employee.left_on,
    )
    for posting in employee.postings:
        newest = max(since for code, since in units if code == posting.code and since <= max(posting.since, demo.SINCE))
        actions.post(
            by=by,
            person=person,
            department=units[posting.code, newest],
            position=posting.position,
            is_head=posting.is_head,
            valid_from=posting.since,
            valid_to=posting.until,
        )
    return person
