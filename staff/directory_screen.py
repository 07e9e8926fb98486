"""What the pages that read people and departments from a file show."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from common.templatetags.dates import day, short_day
from staff import departments
from staff.administration import trail
from staff.directory import HEADINGS
from staff.directory_form import DirectoryReading, RejectsForm
from staff.directory_person import ADDED, CHANGED, LEFT_STAFF, MOVED, Plan
from staff.directory_plan import Comparison
from staff.directory_rows import Step
from staff.history import Step as Shown
from staff.models import Department, Posting, Staff

KINDS = {
    ADDED: pgettext_lazy("of people", "Added"),
    MOVED: pgettext_lazy("of people", "Moved"),
    CHANGED: pgettext_lazy("of people", "Changed"),
    LEFT_STAFF: pgettext_lazy("of people", "Left"),
}
PREVIEWED = 50


class Preview(NamedTuple):
    """One person of a preview: what kind of change, and before and after in words."""

    kind: Any
    number: str
    name: str
    steps: list[Shown]


def import_context(reading: DirectoryReading) -> dict[str, Any]:
    """Return what the page that reads people from a file shows."""
    title, found = _("Read the directory from a file"), reading.found
    context = reading.context(found) | {
        "title": title,
        "columns": list(HEADINGS.values()),
        "cancel_url": reverse("staff:administration"),
        "breadcrumbs": trail(title),
    }
    if found is None:
        return context
    if not found.too_many_leave:
        context["saving"].fields.pop("confirmed", None)
    kept = {"token": reading.upload.token if reading.upload else "", **reading.carried()}
    return context | {
        "base_date": found.terms.on,
        "moved": 0 if found.problems else found.counts[MOVED],
        "previews": [_preview(plan) for plans in found.shown.values() for plan in plans],
        "more": found.tally.writes - sum(map(len, found.shown.values())),
        "rejects": RejectsForm(initial=kept, auto_id=False) if any(one.row for one in found.problems) else None,
    }


def _preview(plan: Plan) -> Preview:
    steps = [*_record(plan), *map(_posting, plan.postings), *map(_leave, plan.leave), *map(_removed, plan.removed)]
    return Preview(KINDS[plan.kind], plan.person.employee_number, plan.person.name, steps)


def _record(plan: Plan) -> Iterator[Shown]:
    for change in plan.changes:
        name = change["place"]
        yield Shown(_label_of(Staff, name), _words(name, plan.before[name]), _words(name, getattr(plan.person, name)))


def _label_of(model: type[models.Model], name: str) -> str:
    return str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _words(name: str, value: Any) -> str:
    if name == "employment_kind":
        return str(Staff.EmploymentKind(value).label)
    return day(value) if isinstance(value, dt.date) else str(value or "")


def _place(posting: Posting) -> str:
    parts = [posting.department.name, f"({posting.department.code})", posting.position]
    parts.append(_("head") if posting.is_head else "")
    return " ".join(part for part in parts if part)


def _days(first: dt.date, last: dt.date | None) -> str:
    if last is None:
        return _("from %(day)s") % {"day": short_day(first)}
    return _("from %(first)s to %(last)s") % {"first": short_day(first), "last": short_day(last)}


def _label(posting: Posting) -> str:
    return _("Concurrent post") if posting.concurrent else _("Main posting")


def _posting(step: Step) -> Shown:
    row: Posting = step.row
    days = f"{_place(row)}, {_days(row.valid_from, row.valid_to)}"
    if not step.before:
        return Shown(_label(row), "", days)
    changed = {name for name, value in step.before.items() if value != getattr(row, name)}
    if changed == {"valid_to"} and row.valid_to:
        return Shown(_label(row), _place(row), _("until %(day)s") % {"day": short_day(row.valid_to)})
    return Shown(_label(row), step.code, days)


def _leave(step: Step) -> Shown:
    before = _days(step.before["valid_from"], step.before["valid_to"]) if step.before else ""
    return Shown(_("Leave"), before, _days(step.row.valid_from, step.row.valid_to))


def _removed(row: Any) -> Shown:
    label, what = (_label(row), _place(row)) if isinstance(row, Posting) else (_("Leave"), "")
    return Shown(label, f"{what} {_days(row.valid_from, row.valid_to)}".strip(), _("taken back"))


def imported(found: Comparison) -> str:
    """Return in words what was saved."""
    tally = found.tally
    words = {"added": tally.added, "changed": tally.changed, "moved": found.counts[MOVED], "left": tally.left}
    return _("Saved: %(added)s added, %(changed)s changed (%(moved)s moved), %(left)s left.") % words


def departments_context(reading: Any, found: departments.Comparison | None) -> dict[str, Any]:
    """Return what the page that reads departments from a file shows."""
    title, plans = _("Read departments from a file"), found.plans if found else []
    return reading.context(found) | {
        "title": title,
        "columns": [column.heading for column in departments.columns()],
        "cancel_url": reverse("staff:administration"),
        "breadcrumbs": trail(title),
        "previews": [_department(plan.department, plan) for plan in plans[:PREVIEWED]],
        "more": max(0, len(plans) - PREVIEWED),
    }


def _department(row: Department, plan: departments.Plan) -> dict[str, Any]:
    steps = [
        Shown(_label_of(Department, one["place"]), *(_iso(one["place"], one[side]) for side in ("before", "after")))
        for one in plan.changes
        if one["before"] or one["after"]
    ]
    return {"row": row, "is_new": plan.is_new, "steps": steps}


def _iso(place: str, value: Any) -> str:
    if value in (None, ""):
        return ""
    return day(dt.date.fromisoformat(value)) if place == "valid_to" else str(value)
