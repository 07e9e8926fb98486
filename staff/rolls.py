"""The lists of the administration: who holds which role until when, deputies, accounts that need a look, imports."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from audit.models import Event
from common.templatetags.dates import day, moment
from staff.history import people_of
from staff.models import Deputy, RoleGrant, Staff
from staff.roles import Role

Rows = models.QuerySet[Any, Any]
NUMBER, NAME = gettext_lazy("Employee number"), pgettext_lazy("person", "Name")
FROM, TO = gettext_lazy("From"), gettext_lazy("Until")
SOON_DAYS = 60


class Cell(NamedTuple):
    """One cell of a list: its text, and where it leads."""

    text: str
    url: str = ""


class Roll(NamedTuple):
    """One list: its words, its rows on a day in their order, its headings, and a page of rows as cells."""

    title: Any
    lead: Any
    rows: Callable[[dt.date], Rows]
    headings: Sequence[Any]
    cells: Callable[[Iterable[Any]], list[list[Cell]]]
    order: tuple[str, ...]


def _not_over(rows: Rows, on: dt.date) -> Rows:
    return rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))


def _grants(on: dt.date) -> Rows:
    return _not_over(RoleGrant.objects.select_related("person"), on)


def _grants_ending(on: dt.date) -> Rows:
    return _grants(on).filter(valid_to__lte=on + dt.timedelta(days=SOON_DAYS))


def _grants_past(on: dt.date) -> Rows:
    return RoleGrant.objects.select_related("person").filter(valid_to__lt=on)


def _deputies(on: dt.date) -> Rows:
    return _not_over(Deputy.objects.select_related("person", "head"), on)


def _disabled(on: dt.date) -> Rows:
    return Staff.objects.employed_on(on).filter(disabled_at__isnull=False)


def unused_accounts(on: dt.date) -> Rows:
    """Return the people on the staff who have not signed in for UNUSED_ACCOUNT_DAYS, and were there for as long."""
    before = on - dt.timedelta(days=settings.UNUSED_ACCOUNT_DAYS)
    midnight = timezone.make_aware(dt.datetime.combine(before, dt.time.min))
    never = Q(last_login__isnull=True, joined_on__lte=before)
    return Staff.objects.employed_on(on).filter(never | Q(last_login__lt=midnight), disabled_at__isnull=True)


def _without_mail(on: dt.date) -> Rows:
    return Staff.objects.employed_on(on).filter(email="")


def _imports(on: dt.date) -> Rows:
    return Event.objects.filter(action="staff.import_people")


def _person(person: Staff) -> list[Cell]:
    return [Cell(person.employee_number), _name(person)]


def _name(person: Staff) -> Cell:
    return Cell(person.name, reverse("staff:person", args=[person.pk]))


def _grant_cells(rows: Iterable[Any]) -> list[list[Cell]]:
    return [
        [*_person(row.person), Cell(str(Role(row.role).label)), Cell(day(row.valid_from)), Cell(day(row.valid_to))]
        for row in rows
    ]


def _deputy_cells(rows: Iterable[Any]) -> list[list[Cell]]:
    return [[*_person(row.person), _name(row.head), Cell(day(row.valid_from)), Cell(day(row.valid_to))] for row in rows]


def _account_cells(rows: Iterable[Any]) -> list[list[Cell]]:
    return [
        [*_person(row), Cell(day(row.joined_on)), Cell(moment(row.last_login)), Cell(moment(row.disabled_at))]
        for row in rows
    ]


def _import_cells(rows: Iterable[Any]) -> list[list[Cell]]:
    events = list(rows)
    people = people_of(events)
    return [
        [
            Cell(moment(event.at)),
            Cell(people[event.actor_uid].name if event.actor_uid in people else ""),
            *(Cell(str(event.data.get(key, ""))) for key in ("on", "added", "changed", "left", "reason")),
        ]
        for event in events
    ]


GRANT_HEADINGS = (NUMBER, NAME, gettext_lazy("Role"), FROM, TO)
ACCOUNT_HEADINGS = (
    NUMBER,
    NAME,
    gettext_lazy("Joined on"),
    gettext_lazy("Last sign-in"),
    gettext_lazy("Disabled since"),
)
IMPORT_HEADINGS = (
    gettext_lazy("Time"),
    gettext_lazy("By"),
    gettext_lazy("As of"),
    gettext_lazy("Added"),
    gettext_lazy("Changed"),
    gettext_lazy("Left"),
    gettext_lazy("Reason"),
)
BY_NAME = ("kana", "employee_number")
BY_PERSON = ("person__kana", "person__employee_number", "valid_from")
ROLLS = {
    "roles": Roll(
        gettext_lazy("Granted roles"),
        gettext_lazy("Roles that hold today or are still to begin."),
        _grants,
        GRANT_HEADINGS,
        _grant_cells,
        ("role", *BY_PERSON),
    ),
    "roles-ending": Roll(
        gettext_lazy("Roles that end soon"),
        gettext_lazy("Roles that end within the next 60 days. Give them again where the work goes on."),
        _grants_ending,
        GRANT_HEADINGS,
        _grant_cells,
        ("valid_to", *BY_PERSON),
    ),
    "roles-past": Roll(
        gettext_lazy("Roles that have ended"),
        gettext_lazy("Roles of the past, the last ended first."),
        _grants_past,
        GRANT_HEADINGS,
        _grant_cells,
        ("-valid_to", *BY_PERSON),
    ),
    "deputies": Roll(
        gettext_lazy("Deputies"),
        gettext_lazy("Who stands in for the head of a department now or later."),
        _deputies,
        (NUMBER, NAME, gettext_lazy("Stands in for"), FROM, TO),
        _deputy_cells,
        ("valid_from", *BY_PERSON),
    ),
    "disabled": Roll(
        gettext_lazy("Disabled accounts"),
        gettext_lazy("People on the staff whose account is closed."),
        _disabled,
        ACCOUNT_HEADINGS,
        _account_cells,
        BY_NAME,
    ),
    "unused": Roll(
        gettext_lazy("Accounts not used for a long time"),
        gettext_lazy("People on the staff who have not signed in for a long time, or never."),
        unused_accounts,
        ACCOUNT_HEADINGS,
        _account_cells,
        BY_NAME,
    ),
    "without-mail": Roll(
        gettext_lazy("People without a mail address"),
        gettext_lazy("They get no mail from this portal and see everything on their home page only."),
        _without_mail,
        ACCOUNT_HEADINGS,
        _account_cells,
        BY_NAME,
    ),
    "imports": Roll(
        gettext_lazy("Imports of the directory"),
        gettext_lazy("Every list of people that was read, the newest first."),
        _imports,
        IMPORT_HEADINGS,
        _import_cells,
        ("-pk",),
    ),
}
