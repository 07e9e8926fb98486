"""Filters for the pages of programmes and sheets."""

from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.wareki import format_fiscal_year
from reports import places
from reports.models import EvaluationSheet, Indicator, SheetBuild

register = template.Library()
STATE_KINDS = {
    SheetBuild.State.QUEUED: "neutral",
    SheetBuild.State.BUILDING: "info",
    SheetBuild.State.DONE: "success",
    SheetBuild.State.FAILED: "error",
}

register.filter("place_label", places.place_label)
PERIODS = {
    "single": gettext_lazy("One year only"),
    "yearly": gettext_lazy("Repeated every year"),
    "limited": gettext_lazy("Several years"),
}
CODES: dict[str, dict[str, Any]] = {
    "source": dict(Indicator.Source.choices),
    "as_of": dict(Indicator.AsOf.choices),
    "era_style": dict(EvaluationSheet.Style.choices),
    "kind": PERIODS,
}


@register.filter
def fiscal_year(year: int, style: str) -> str:
    """Return the fiscal year in the sheet's style."""
    return format_fiscal_year(year, style)


@register.filter
def state_kind(state: str) -> str:
    """Return the kind of status label for a build's state."""
    return STATE_KINDS[SheetBuild.State(state)]


@register.filter
def period(content: dict[str, Any]) -> str:
    """Return the period of a programme in words."""
    match content["kind"]:
        case "single":
            return _("One year only")
        case "yearly":
            return _("Repeated every year since fiscal year %(year)s") % {"year": content["from"]}
    return _("Fiscal years %(first)s to %(last)s") % {"first": content["from"], "last": content["to"]}


@register.filter
def content(value: Any) -> str:
    """Return one content of a programme as one text: lists with a slash between, nothing as a dash."""
    if value is None or value == "" or value == []:
        return "-"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return " / ".join(str(item) for item in value) if isinstance(value, list) else str(value)


@register.filter
def content_at(value: Any, place: str) -> str:
    """Return one content of a programme like `content`; where it is one of a few codes, in words."""
    words = CODES.get(place.rpartition(".")[2], {})
    return str(words[value]) if isinstance(value, str) and value in words else content(value)
