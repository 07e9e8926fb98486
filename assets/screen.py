"""What the pages of the registers show."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.comparing import Comparison, Step
from assets.models import Held, HeldQuerySet, InformationAsset
from assets.registers import REGISTERS, Register
from common.exporting import table_response
from common.importing import folded
from common.pages import Crumb, breadcrumb
from common.templatetags.dates import day
from staff.history import Entry, history_of
from staff.history import Step as ShownStep
from staff.models import Department

TITLES = {
    "information": gettext_lazy("Register of information assets"),
    "devices": gettext_lazy("Register of network devices"),
    "personal_data": gettext_lazy("Register of personal-data items"),
}
SEARCHED = {
    "information": ("name", "work", "place"),
    "devices": ("name", "kind", "place", "mac_address", "ip_address"),
    "personal_data": ("name", "file_name", "basis"),
}
PREVIEWED = 25
DAYS = ("acquired_on", "disposed_on")


def register_or_404(name: str) -> Register:
    """Return the register of that name; raises `Http404` when there is none."""
    if name not in REGISTERS:
        raise Http404
    return REGISTERS[name]


def register_url(register: Register) -> str:
    """Return the address of a register's list."""
    return reverse("assets:register", args=[register.name])


def trail(register: Register, entry: Held | None = None, here: str = "") -> list[Crumb]:
    """Return the breadcrumb: home, a register, an entry; the last is the page itself."""
    steps = [(str(TITLES[register.name]), register_url(register))]
    if entry is not None:
        steps.append((entry.number, reverse("assets:entry", args=[register.name, entry.pk])))
    return breadcrumb(*steps, here=here)


def facts(register: Register, entry: Held) -> list[tuple[Any, str]]:
    """Return every value of an entry with its label."""
    return [(label, _shown(entry, name)) for name, label in register.labels().items()]


def _shown(entry: Held, name: str) -> str:
    value = getattr(entry, name)
    if name == "department_code":
        return f"{department_names({value}).get(value, '')} {value}".strip()
    if name == "form":
        return str(InformationAsset.Form(value).label)
    return day(value) if isinstance(value, dt.date) else str(value or "")


def state_of(entry: Held, on: dt.date) -> tuple[str, str]:
    """Return the kind and the words of an entry's state on the day `on`."""
    if entry.acquired_on > on:
        return "info", _("to be acquired")
    gone = entry.disposed_on is not None and entry.disposed_on <= on
    return ("neutral", _("no longer held")) if gone else ("success", _("held by the city"))


def history(register: Register, entry: Held) -> list[Entry]:
    """Return what happened to an entry, the newest first: when, who, why, and each change in words."""
    return history_of(entry, register.labels(), _in_words)


def _in_words(place: str, text: str) -> str:
    return day(dt.date.fromisoformat(text)) if place in DAYS else text


def changes_shown(found: Comparison | None) -> list[dict[str, Any]]:
    """Return the first changes of a preview: the number, whether it is new, and before and after in words."""
    if found is None:
        return []
    labels = found.register.labels()
    first = [(True, change) for change in found.added[:PREVIEWED]] + [(False, c) for c in found.changed[:PREVIEWED]]
    return [
        {
            "number": change.entry.number,
            "name": change.entry.name,
            "is_new": is_new,
            "changes": [] if is_new else [_step(labels, step) for step in change.steps],
        }
        for is_new, change in first
    ]


def _step(labels: dict[str, str], step: Step) -> ShownStep:
    before, after = (_in_words(step.place, text) if text else "" for text in (step.before, step.after))
    return ShownStep(labels[step.place], before, after)


def import_context(register: Register, found: Comparison | None) -> dict[str, Any]:
    """Return what the page that reads a register from a file shows besides its form."""
    return {
        "above": TITLES[register.name],
        "columns": [heading for heading, _name in register.headings],
        "cancel_url": register_url(register),
        "changes": changes_shown(found),
    }


def sections(register: Register) -> list[dict[str, Any]]:
    """Return the three registers as links, the one shown marked."""
    return [
        {"text": title, "url": reverse("assets:register", args=[name]), "current": name == register.name}
        for name, title in TITLES.items()
    ]


def narrow(register: Register, on: dt.date) -> Callable[[HeldQuerySet, dict[str, Any]], HeldQuerySet]:
    """Return the filter of a register's list on the day `on`."""

    def narrowed(rows: HeldQuerySet, wanted: dict[str, Any]) -> HeldQuerySet:
        if wanted["state"] != "all":
            rows = rows.disposed_by(on) if wanted["state"] == "disposed" else rows.held_on(on)
        if wanted["department"]:
            rows = rows.filter(department_code__in=Department.objects.codes_below([wanted["department"]], on))
        if not wanted["q"]:
            return rows
        found = Q(number__icontains=folded(wanted["q"]))
        for field in SEARCHED[register.name]:
            found |= Q(**{f"{field}__icontains": wanted["q"]})
        return rows.filter(found)

    return narrowed


def department_names(codes: set[str]) -> dict[str, str]:
    """Return the newest name of each department code."""
    rows = Department.objects.filter(code__in=codes).order_by("valid_from").values_list("code", "name")
    return dict(rows)


def file_response(register: Register, entries: HeldQuerySet, kind: str, on: dt.date) -> HttpResponse:
    """Return the entries as a file; raises `NotWritable`, a refusal naming the cells, for what it cannot hold."""
    headings = [heading for heading, _name in register.headings]
    return table_response(str(TITLES[register.name]), register.name, headings, list(register.rows(entries)), kind, on)
