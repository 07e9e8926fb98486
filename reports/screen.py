"""What the pages of programmes, sheets and builds show, ready for their templates."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.models import Event, EventQuerySet
from common.numbers_ja import format_number
from common.wareki import format_fiscal_year
from reports.models import EvaluationSheet, Failure, Indicator, Programme, SheetBuild
from reports.programme_document import MANUAL_GROUPS
from reports.sheet_wording import SLOTS
from staff.models import Staff

Crumb = tuple[str, str]


def trail(programme: Programme | None = None, here: str = "", sheet: EvaluationSheet | None = None) -> list[Crumb]:
    """Return the breadcrumb: home, the list, a programme, a sheet; the last is the page itself."""
    crumbs = [(_("Home"), reverse("home")), (_("Evaluation sheets"), reverse("reports:programmes"))]
    if programme is not None:
        crumbs.append((programme.name, reverse("reports:programme", args=[programme.code])))
    if here:
        crumbs.append((here, sheet_url(sheet) if sheet else ""))
    return crumbs if sheet else [*crumbs[:-1], (crumbs[-1][0], "")]


def sheet_url(sheet: EvaluationSheet) -> str:
    """Return the address of a sheet's page."""
    return reverse("reports:sheet", args=[sheet.programme.code, sheet.fiscal_year])


def sheet_title(sheet: EvaluationSheet) -> str:
    """Return what a sheet is called on screen."""
    return _("Evaluation sheet %(year)s") % {"year": format_fiscal_year(sheet.fiscal_year, sheet.era_style)}


def history_url(programme: Programme, place: str) -> str:
    """Return the address of the history of one content."""
    return f"{reverse('reports:history', args=[programme.code])}?{urlencode({'place': place})}"


def programme_context(programme: Programme) -> dict[str, Any]:
    """Return the programme's sheets, indicators and costs as its page lists them."""
    indicators = programme.indicators.prefetch_related("values")
    return {
        "sheets": [(sheet, format_fiscal_year(sheet.fiscal_year, sheet.era_style)) for sheet in programme.sheets.all()],
        "groups": [
            (group.label, [_indicator_row(i) for i in indicators if i.group == group.value])
            for group in Indicator.Group
        ],
        "costs": [
            {
                "cost": cost,
                "key": f"{cost.fiscal_year}-{cost.kind}",
                "operating": format_number(cost.operating),
                "total": format_number(cost.total),
            }
            for cost in programme.costs.all()
        ],
    }


def _indicator_row(indicator: Indicator) -> dict[str, Any]:
    years = sorted({value.fiscal_year for value in indicator.values.all()})
    span = f"{years[0]}–{years[-1]}" if years else ""
    key = f"{indicator.group}-{indicator.slot}"
    row = {"indicator": indicator, "slot": SLOTS[indicator.slot - 1], "key": key, "years": span}
    return row | {"lacks_ground": indicator.group in MANUAL_GROUPS and not indicator.ground}


def indicator_or_404(programme: Programme, key: str) -> Indicator:
    """Return the indicator named like `activity-1`; raises `Http404` when the programme has no such line."""
    group, _dash, slot = key.rpartition("-")
    if not (slot.isascii() and slot.isdecimal() and len(slot) == 1):
        raise Http404
    indicators = programme.indicators.select_related("programme").prefetch_related("values")
    return get_object_or_404(indicators, group=group, slot=int(slot))


def narrow_programmes(rows: QuerySet[Programme], wanted: dict[str, Any]) -> QuerySet[Programme]:
    """Return the programmes whose name or code holds the search text."""
    return rows.filter(Q(name__icontains=wanted["q"]) | Q(code__icontains=wanted["q"])) if wanted["q"] else rows


def narrow_history(events: EventQuerySet, wanted: dict[str, Any]) -> EventQuerySet:
    """Return the events of the days wanted, and of one content when its place is given."""
    events = events.between(wanted["since"], wanted["until"])
    return events.changing(wanted["place"]) if wanted["place"] else events


def history_entries(events: Iterable[Event], place: str) -> list[dict[str, Any]]:
    """Return the events with the names of those who acted, and their changes (only those of `place` when given)."""
    events = list(events)
    people = Staff.objects.in_bulk({event.actor_uid for event in events}, field_name="uid")
    return [
        {
            "event": event,
            "person": people.get(event.actor_uid),
            "changes": [change for change in event.data["changes"] if place in ("", change["place"])],
        }
        for event in events
    ]


STEPS = {
    SheetBuild.State.QUEUED: (10, gettext_lazy("Waiting for the program that makes PDFs.")),
    SheetBuild.State.BUILDING: (50, gettext_lazy("Laying out the sheet and writing the PDF.")),
    SheetBuild.State.DONE: (100, gettext_lazy("The PDF is ready.")),
    SheetBuild.State.FAILED: (100, gettext_lazy("The PDF could not be made.")),
}


def build_context(build: SheetBuild) -> dict[str, Any]:
    """Return how far the build is, in percent, in words and in steps, and why it failed if it did."""
    percent, words = STEPS[SheetBuild.State(build.state)]
    reason = Failure(build.failure).label if build.failure else ""
    return {
        "percent": percent,
        "step": words,
        "steps": _stages(build),
        "reason": reason,
        "sheet": build.sheet,
    }


STAGES = (gettext_lazy("Asked for"), gettext_lazy("Waiting"), gettext_lazy("Making the PDF"), gettext_lazy("Ready"))
REACHED = {SheetBuild.State.QUEUED: 1, SheetBuild.State.BUILDING: 2, SheetBuild.State.DONE: len(STAGES)}


def _stages(build: SheetBuild) -> list[dict[str, Any]]:
    """Return the way of a build as steps; a failed one stopped while it was made and shows no steps."""
    if build.state == SheetBuild.State.FAILED:
        return []
    reached = REACHED[SheetBuild.State(build.state)]
    states = ["done"] * reached + ["current"] + ["todo"] * len(STAGES)
    return [{"text": text, "state": state} for text, state in zip(STAGES, states, strict=False)]


HEADINGS = {
    "texts": (gettext_lazy("Edit the texts"), gettext_lazy("Edit the texts")),
    "indicators": (gettext_lazy("Edit the indicator"), gettext_lazy("Add an indicator")),
    "costs": (gettext_lazy("Edit the costs"), gettext_lazy("Add costs")),
    "sheets": (gettext_lazy("Edit the sheet"), gettext_lazy("Add a sheet")),
}
REMOVALS = {
    "indicators": (gettext_lazy("Remove the indicator"), "name"),
    "costs": (gettext_lazy("Remove the costs"), "fiscal_year"),
    "sheets": (gettext_lazy("Remove the sheet"), "fiscal_year"),
}


def edit_context(part: str, key: str) -> dict[str, Any]:
    """Return the heading of an editing page, the template of its fields, and the name of the page that removes it."""
    removable = key and part in REMOVALS
    url_name = f"reports:remove_{part[:-1]}" if removable else ""
    heading = HEADINGS[part][0 if key or part == "texts" else 1]
    template = f"reports/_fields_{part}.html"
    return {"heading": str(heading), "fields_template": template, "remove_url_name": url_name, "key": key}


def remove_context(part: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the heading of the page that asks before removing, and what would be removed."""
    heading, field = REMOVALS[part]
    return {"heading": str(heading), "what": content[field]}


def pdf_response(build: SheetBuild, content: bytes) -> HttpResponse:
    """Return the PDF as a download named after the form, the programme and the year."""
    programme, year = build.snapshot["programme"], build.snapshot["sheet"]["fiscal_year"]
    response = HttpResponse(content, content_type="application/pdf")
    name = f"evaluation-sheet_{programme['code']}_{year}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-SHA256"] = build.file_sha256
    return response
