"""A place of a programme's contents in words: `sheets.2019.done` is "fiscal year 2019 / Done in this fiscal year"."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.forms import CostForm, IndicatorForm, SheetForm, TextsForm, YearFigureForm
from reports.models import FigureKind, Indicator
from reports.sheet_wording import SLOTS

SHORT = {
    "code": gettext_lazy("Code"),
    "priority": TextsForm.base_fields["priority"].label,
}


def place_label(place: str) -> str:
    """Return the place in words of the screen; a place this version does not know is returned as it is."""
    steps = place.split(".")
    try:
        match steps:
            case ["indicators", group, slot, *rest]:
                words = [Indicator.Group(group).label, SLOTS[int(slot) - 1], *_indicator(rest)]
            case ["costs", year, kind, item]:
                words = [_fiscal_year(year), FigureKind(kind).label, CostForm.base_fields[item].label]
            case ["sheets", year, item]:
                words = [_fiscal_year(year), SheetForm.base_fields[item].label]
            case _:
                words = [SHORT.get(place) or TextsForm.base_fields["_".join(steps)].label]
    except (KeyError, ValueError, IndexError):
        return place
    return " / ".join(str(word) for word in words)


def _indicator(rest: list[str]) -> list[object]:
    match rest:
        case ["rule", item]:
            return [IndicatorForm.base_fields[item].label]
        case ["override", year, item]:
            field = {"value": "override", "reason": "reason"}[item]
            return [YearFigureForm.base_fields[field].label, _fiscal_year(year)]
        case [kind, year]:
            return [FigureKind(kind).label, _fiscal_year(year)]
        case [item]:
            return [IndicatorForm.base_fields[item].label]
    raise KeyError(rest)


def _fiscal_year(year: str) -> str:
    return _("fiscal year %(year)s") % {"year": int(year)}
