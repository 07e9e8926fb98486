"""What the pages of the training show."""

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.fiscal_year import fiscal_year_of
from common.importing import folded
from common.listing import Listing, listing
from common.pages import Crumb, breadcrumb
from common.paging import PAGE_SIZE
from common.tables import EXCEL, excel
from common.templatetags.dates import day, fiscal_year_name
from staff.audience import Audience
from staff.history import Entry, history_of
from staff.models import Department
from training.actions import FACTS
from training.forms import RosterFilter
from training.importing import ATTENDANCE_WORDS, ATTENDANCES, ROSTER_HEADINGS, Marks
from training.materials import CONTENT_TYPES
from training.models import Attendance, Enrolment, EnrolmentQuerySet, Material, TrainingSession

ROSTER_SORTS = {
    "department": ("department_code", "person__kana", "person__employee_number"),
    "name": ("person__kana", "person__employee_number"),
    "number": ("person__employee_number",),
}
TICKED = 100
"""People on one page of the tick-list."""
TICK = re.compile(r"(?:mark|seen)_([0-9]{1,18})")
"""The fields of one person on the tick-list."""
PREVIEWED = 25
KINDS = {"planned": "info", "held": "success", "cancelled": "neutral"}


def trail(session: TrainingSession | None = None, here: str = "") -> list[Crumb]:
    """Return the breadcrumb: home, training, a session; the last is the page itself."""
    steps = [(_("Training"), reverse("training:index"))]
    if session is not None:
        steps.append((session.title, reverse("training:session", args=[session.pk])))
    return breadcrumb(*steps, here=here)


def narrow(today: dt.date) -> Callable[[Any, dict[str, Any]], QuerySet[Any]]:
    """Return the filter of the list; without a year it shows the fiscal year of `today`."""

    def narrowed(rows: Any, wanted: dict[str, Any]) -> QuerySet[Any]:
        rows = rows.in_year(wanted["year"] or fiscal_year_of(today))
        for name in ("state", "audience"):
            rows = rows.filter(**{name: wanted[name]}) if wanted[name] else rows
        q = wanted["q"]
        return rows.filter(Q(title__icontains=q) | Q(place__icontains=q) | Q(instructor__icontains=q)) if q else rows

    return narrowed


def with_counts(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add how many people are enrolled and how many came."""
    came = Q(enrolments__attendance__state__in=[Attendance.State.PRESENT, Attendance.State.LATE])
    return rows.annotate(enrolled=Count("enrolments"), came=Count("enrolments", filter=came))


def year_counts(year: int) -> dict[str, Any]:
    """Return the sessions of a fiscal year by state, with the year's name."""
    counts = TrainingSession.objects.in_year(year).aggregate(
        **{state: Count("pk", filter=Q(state=state)) for state in TrainingSession.State.values}
    )
    return {**counts, "year": fiscal_year_name(year)}


def facts(session: TrainingSession) -> list[tuple[str, Any]]:
    """Return what is to be known of a session."""
    hours = "–".join(f"{at:%H:%M}" for at in (session.starts_at, session.ends_at) if at)
    audience = session.audience_note or session.get_audience_display()
    return [
        (_("Course"), session.course.name),
        (_("Date"), f"{day(session.held_on)} {hours}".strip()),
        (_("Last day"), day(session.until)),
        (_("Audience"), audience),
        *([(_("Department codes"), ", ".join(session.department_codes))] if session.department_codes else []),
        (_("Kind"), session.get_kind_display()),
        (_("Place"), session.place),
        (_("Instructor"), session.instructor),
    ]


def attendance_counts(session: TrainingSession) -> list[tuple[str, int]]:
    """Return how many are enrolled and how each mark was given."""
    found = session.enrolments.aggregate(
        enrolled=Count("pk"),
        **{state: Count("pk", filter=Q(attendance__state=state)) for state in Attendance.State.values},
    )
    counts = [(_("Enrolled"), found["enrolled"])]
    counts += [(str(Attendance.State(state).label), found[state]) for state in Attendance.State.values]
    if session.participants is not None:
        counts.append((_("Participants without names"), session.participants))
    return counts


def narrow_roster(on: dt.date) -> Callable[[Any, dict[str, Any]], EnrolmentQuerySet]:
    """Return the filter of a roster; `on` is the day of its session, on which departments lie below others."""

    def narrowed(rows: Any, wanted: dict[str, Any]) -> EnrolmentQuerySet:
        q, state = wanted["q"], wanted["state"]
        if q:
            found = Q(person__name__icontains=q) | Q(person__kana__icontains=q) | Q(person__employee_number=folded(q))
            rows = rows.filter(found)
        if state:
            rows = rows.filter(**({"attendance__isnull": True} if state == "open" else {"attendance__state": state}))
        if wanted["department"]:
            rows = rows.filter(department_code__in=Department.objects.codes_below([wanted["department"]], on))
        return rows

    return narrowed


def roster_list(enrolments: EnrolmentQuerySet, data: QueryDict, on: dt.date, *, size: int = PAGE_SIZE) -> Listing:
    """Return a page of the roster of a session on the day `on`, filtered and sorted as the address asks."""
    rows = enrolments.select_related("person", "attendance")
    words: dict[str, Any] = {"sorts": ROSTER_SORTS, "default": "department", "size": size}
    return listing(rows, data, form=RosterFilter, narrow=narrow_roster(on), **words)


def ticked(enrolments: EnrolmentQuerySet, data: QueryDict) -> list[Enrolment]:
    """Return the people that a tick-list was about when it was sent, whatever its filters would show by now."""
    keys = dict.fromkeys(int(found[1]) for name in data if (found := TICK.fullmatch(name)))
    there = enrolments.select_related("person", "attendance").in_bulk(list(keys))
    return [there[key] for key in keys if key in there]


def people(session: TrainingSession, enrolments: EnrolmentQuerySet, data: QueryDict) -> dict[str, Any]:
    """Return what the page of a session shows of its people to those who follow it up."""
    found = roster_list(enrolments, data, session.held_on)
    return {
        "counts": attendance_counts(session),
        "listing": found,
        "roster": roster(found.page, session.held_on),
    }


def roster(enrolments: Iterable[Enrolment], on: dt.date) -> list[tuple[Enrolment, str, str]]:
    """Return each enrolment with the department's name of the day and the mark in words."""
    names = Department.objects.names_on(on)
    return [(one, names.get(one.department_code, ""), mark(one)) for one in enrolments]


LABELS = {
    "course": gettext_lazy("Course"),
    "title": gettext_lazy("Title"),
    "state": gettext_lazy("State"),
    "kind": gettext_lazy("Kind"),
    "audience": gettext_lazy("Audience"),
    "audience_note": gettext_lazy("Audience in words"),
    "held_on": gettext_lazy("Date"),
    "until": gettext_lazy("Last day"),
    "starts_at": gettext_lazy("Start"),
    "ends_at": gettext_lazy("End"),
    "place": gettext_lazy("Place"),
    "instructor": gettext_lazy("Instructor"),
    "participants": gettext_lazy("Number of participants"),
}
CHOICES = {"state": TrainingSession.State, "kind": TrainingSession.Kind, "audience": Audience}


def history(session: TrainingSession) -> list[Entry]:
    """Return what happened to a session, the newest first: when, who, why, and each change in words."""
    return history_of(session, LABELS, _in_words)


def _in_words(place: str, value: Any) -> str:
    if place in ("held_on", "until"):
        return day(dt.date.fromisoformat(value))
    if place in ("starts_at", "ends_at"):
        return f"{dt.time.fromisoformat(value):%H:%M}"
    return str(CHOICES[place](value).label) if place in CHOICES else str(value)


def results_lead() -> str:
    """Return how a file of results is written."""
    sentence = _(
        "Attendance is written as one of %(words)s; an empty cell says nothing of the person. A roster that was "
        "downloaded can be filled in and read here."
    )
    return sentence % {"words": " / ".join(ATTENDANCES)}


def marks_shown(found: Marks | None) -> list[dict[str, str]]:
    """Return the first marks of a preview that would be recorded: who, and before and after in words."""
    return [
        {
            "number": one.enrolment.person.employee_number,
            "name": one.enrolment.person.name,
            "before": mark(one.enrolment),
            "after": str(Attendance.State(one.state).label),
        }
        for one in (found.changes[:PREVIEWED] if found else [])
    ]


def mark(enrolment: Enrolment) -> str:
    """Return the recorded attendance in words; empty when none is recorded."""
    return str(Attendance.State(enrolment.mark).label) if enrolment.mark else ""


def roster_rows(session: TrainingSession) -> list[list[str]]:
    """Return the roster with the attendance as the cells of a file, in the order of `ROSTER_HEADINGS`."""
    names = Department.objects.names_on(session.held_on)
    return [
        [
            one.department_code,
            names.get(one.department_code, ""),
            one.person.employee_number,
            one.person.name,
            ATTENDANCE_WORDS[one.mark] if one.mark else "",
            one.attendance.reason if one.mark else "",
        ]
        for one in session.enrolments.in_order()
    ]


def roster_file(session: TrainingSession, rows: list[list[str]]) -> HttpResponse:
    """Return the `roster_rows` of a session as an Excel file; filled in, it can be read as results."""
    headers = {"Content-Disposition": f'attachment; filename="roster_{session.pk}_{session.held_on:%Y%m%d}.xlsx"'}
    return HttpResponse(excel(session.title, ROSTER_HEADINGS, rows), content_type=EXCEL, headers=headers)


def material_response(material: Material, content: bytes) -> HttpResponse:
    """Return a handed-out file as a download under its own name."""
    name = quote(material.name, safe="")
    headers = {"Content-Disposition": f"attachment; filename=\"material{material.suffix}\"; filename*=UTF-8''{name}"}
    return HttpResponse(content, content_type=CONTENT_TYPES[material.suffix], headers=headers)


def session_initial(session: TrainingSession | None) -> dict[str, Any]:
    """Return what the form of a session begins with; that of a new one has a key of its own."""
    if session is None:
        return {"key": uuid.uuid4().hex}
    initial = {name: getattr(session, name) for name in FACTS}
    codes = " ".join(session.department_codes)
    return initial | {"course": session.course.name, "revision": session.revision, "department_codes": codes}
