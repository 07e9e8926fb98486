"""What the page of a sheet shows: its year columns, its figures with what they stand on, and its charts."""

import datetime as dt
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.charts import Chart, Point, bar_chart
from common.fiscal_year import fiscal_year_of
from common.numbers_ja import format_number
from common.templatetags.dates import short_day
from common.wareki import format_fiscal_year
from reports.contents import COST_KEYS
from reports.figures import (
    Basis,
    Column,
    Figure,
    as_printed,
    columns,
    cost_figures,
    figures_of,
    indicator_figures,
    text_of,
    year_of,
)
from reports.forms import CostForm
from reports.models import Cost, EvaluationSheet, FigureKind, Indicator, Programme, SheetBuild
from reports.screen import history_url
from reports.sheet_wording import SLOTS
from reports.sources import SOURCES

TOTALS = {"operating": gettext_lazy("Operating cost (A)"), "total": gettext_lazy("Total cost (A)+(B)")}
COST_ROWS = (*Cost.MONEY, "operating", "staff_count", "hours", "labour", "total")
Tables = dict[str, list[tuple[Indicator, list[Figure]]]]


class Cell(NamedTuple):
    """A figure as shown, where it comes from (a sum leads nowhere of its own), and what is to be said about it."""

    text: str
    url: str
    note: str = ""
    note_url: str = ""
    warns: bool = False


def figure_url(indicator: Indicator, fiscal_year: int) -> str:
    """Return the address of the page that shows what a counted figure is made of."""
    key = f"{indicator.group}-{indicator.slot}"
    return reverse("reports:figure", args=[indicator.programme.code, key, fiscal_year])


def sheet_context(sheet: EvaluationSheet, *, on: dt.date) -> dict[str, Any]:
    """Return the sheet's year columns, four indicator tables and cost table, each figure with where it comes from."""
    shown = columns(sheet.fiscal_year, on=on)
    tables, costs = indicator_figures(sheet, shown, on=on), cost_figures(sheet, shown)
    style = sheet.era_style
    newest = sheet.builds.filter(state=SheetBuild.State.DONE).first()
    return {
        "newest": newest,
        "is_current": newest is not None and _is_current(newest, sheet, shown, tables, costs),
        "year": format_fiscal_year(sheet.fiscal_year, style),
        "next_year": format_fiscal_year(sheet.fiscal_year + 1, style),
        "years": [(format_fiscal_year(c.fiscal_year, style), FigureKind(c.kind).label) for c in shown],
        "tables": [
            {"group": group.value, "label": group.label, "rows": [_row(*line) for line in tables[group.value]]}
            for group in Indicator.Group
        ],
        "cost_rows": _cost_rows(sheet, shown, costs),
        "charts": _charts(sheet, shown, tables),
    }


def running_figures(programme: Programme, *, on: dt.date) -> list[dict[str, Any]]:
    """Return the counted figures of the fiscal year that is running on the day `on`, each with its records."""
    column = year_of(fiscal_year_of(on), on=on)
    indicators = programme.indicators.filter(source__in=SOURCES).prefetch_related("values")
    rows = []
    for indicator in indicators.order_by("group", "slot").select_related("programme"):
        (figure,) = figures_of(indicator, [column], on=on)
        if figure.basis is Basis.RUNNING:
            url = figure_url(indicator, column.fiscal_year)
            rows.append({"indicator": indicator, "text": format_number(text_of(figure.counted)), "url": url})
    return rows


def _row(indicator: Indicator, line: list[Figure]) -> dict[str, Any]:
    cells = [_cell(indicator, figure) for figure in line]
    return {"slot": SLOTS[indicator.slot - 1], "name": indicator.name, "unit": indicator.unit, "figures": cells}


def _cell(indicator: Indicator, figure: Figure) -> Cell:
    place = f"indicators.{indicator.group}.{indicator.slot}"
    kind = FigureKind.ACTUAL if figure.basis is Basis.ACTUAL else FigureKind.FORECAST
    entered = history_url(indicator.programme, f"{place}.{kind}.{figure.fiscal_year}")
    if figure.counted is None:
        return Cell(format_number(text_of(figure.value)), entered)
    counted, records = format_number(text_of(figure.counted)), figure_url(indicator, figure.fiscal_year)
    if figure.basis is Basis.RUNNING:
        so_far = _("%(figure)s as of %(day)s") % {"figure": counted, "day": short_day(figure.span.last)}
        return Cell(format_number(text_of(figure.entered)), entered, so_far, records)
    shown = format_number(text_of(figure.value))
    if figure.override is not None:
        return Cell(shown, records, _("Override; the records say %(figure)s") % {"figure": counted}, records, True)
    if figure.differs:
        words = _("A printed sheet says %(figure)s") % {"figure": format_number(text_of(figure.entered))}
        return Cell(shown, records, words, entered, True)
    return Cell(shown, records)


def _charts(sheet: EvaluationSheet, shown: list[Column], tables: Tables) -> list[Chart]:
    """Return a small chart of the five years for each indicator that has a figure."""
    years = [(format_fiscal_year(c.fiscal_year, sheet.era_style), c.kind, str(FigureKind(c.kind).label)) for c in shown]
    charts = []
    for group in Indicator.Group:
        for indicator, line in tables[group.value]:
            values = [figure.printed for figure in line]
            if not any(value is not None for value in values):
                continue
            points = [Point(year, value, kind, label) for (year, kind, label), value in zip(years, values, strict=True)]
            charts.append(
                bar_chart(f"chart-{group.value}-{indicator.slot}", indicator.name, points, unit=indicator.unit)
            )
    return charts


def _is_current(
    build: SheetBuild, sheet: EvaluationSheet, shown: list[Column], tables: Tables, costs: list[Any]
) -> bool:
    """Tell whether the PDF of `build` prints the figures and texts that its sheet has now."""
    printed, programme = build.snapshot, sheet.programme
    texts = {"code": programme.code, "name": programme.name, **programme.texts}
    figures = {"columns": [column._asdict() for column in shown], "indicators": as_printed(tables), "costs": costs}
    return (
        all(texts.get(key) == text for key, text in printed["programme"].items())
        and all(getattr(sheet, key) == value for key, value in printed["sheet"].items())
        and all(printed[key] == value for key, value in figures.items())
    )


def _cost_rows(
    sheet: EvaluationSheet, shown: list[Column], costs: list[dict[str, str | None] | None]
) -> list[dict[str, Any]]:
    labels = {**{key: CostForm.base_fields[key].label for key in COST_KEYS}, **TOTALS}
    rows = []
    for key in COST_ROWS:
        figures = []
        for column, cost in zip(shown, costs, strict=True):
            place = f"costs.{column.fiscal_year}.{column.kind}.{key}"
            url = "" if key in TOTALS else history_url(sheet.programme, place)
            figures.append(Cell(format_number(cost[key]) if cost else "", url))
        rows.append({"label": labels[key], "is_sum": key in TOTALS, "figures": figures})
    return rows
