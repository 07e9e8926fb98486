"""The figures of one sheet: which years it shows, and each figure with what it is."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from common.canonical import decimal_text
from common.fiscal_year import has_ended, last_day
from reports import sources
from reports.contents import COST_KEYS
from reports.models import Cost, EvaluationSheet, FigureKind, Indicator, IndicatorValue
from reports.sources import Span

ACTUAL_YEARS = 4


class Column(NamedTuple):
    """One of the five year columns: its fiscal year, and whether its figures are actual or forecast."""

    fiscal_year: int
    kind: str


def columns(fiscal_year: int, *, on: dt.date) -> list[Column]:
    """Return the five columns of the sheet of `fiscal_year`: the year itself, three before and the one after.

    A year that has not ended on the day `on` shows forecasts (見込): a running year is never an actual (実績).
    """
    years = range(fiscal_year - ACTUAL_YEARS + 1, fiscal_year + 2)
    return [
        Column(year, FigureKind.ACTUAL if year <= fiscal_year and has_ended(year, on=on) else FigureKind.FORECAST)
        for year in years
    ]


class Basis(StrEnum):
    """What a figure is: it happened (実績), it is expected (見込), or its year is still running (○月○日現在)."""

    ACTUAL = "actual"
    FORECAST = "forecast"
    RUNNING = "running"


class Figure(NamedTuple):
    """One figure of an indicator for one fiscal year, with everything that made it.

    `entered` is the figure typed or imported for its kind, `counted` the one from `records` rows, `override` stands
    in place of the counted one because of `reason`. A running year has a count so far and an entered forecast.
    `span` holds the days it is for, those so far in a running year.
    """

    fiscal_year: int
    basis: Basis
    source: str
    as_of: str
    span: Span
    entered: Decimal | None = None
    counted: Decimal | None = None
    records: int | None = None
    override: Decimal | None = None
    reason: str = ""

    @property
    def value(self) -> Decimal | None:
        """The figure itself: the override, else what was counted, else what was entered."""
        if self.override is not None:
            return self.override
        return self.entered if self.counted is None else self.counted

    @property
    def printed(self) -> Decimal | None:
        """What the sheet prints: a running year is never an actual, so its forecast."""
        return self.entered if self.basis is Basis.RUNNING else self.value

    @property
    def differs(self) -> bool:
        """Whether a printed sheet said something else than the records do."""
        happened = self.basis is Basis.ACTUAL and None not in (self.entered, self.counted)
        return happened and self.entered != self.counted


def year_of(fiscal_year: int, *, on: dt.date) -> Column:
    """Return a fiscal year by itself: actual once it has ended on the day `on`, a forecast before."""
    return Column(fiscal_year, FigureKind.ACTUAL if has_ended(fiscal_year, on=on) else FigureKind.FORECAST)


def figures_of(indicator: Indicator, shown: Iterable[Column], *, on: dt.date) -> list[Figure]:
    """Return the figures of `indicator` for the columns; screen, snapshot, PDF and command all read them here.

    One query for a counted indicator, however many records there are; none when `values` are prefetched and nothing
    is counted.
    """
    shown = list(shown)
    known = {(value.fiscal_year, value.kind): value for value in indicator.values.all()}
    wanted = [column.fiscal_year for column in shown if _counts(column, on=on)]
    counted = sources.count(indicator, wanted, on=on)
    return [_figure(indicator, column, known, counted.get(column.fiscal_year), on=on) for column in shown]


def _counts(column: Column, *, on: dt.date) -> bool:
    """Tell whether a column is counted: what happened, and the year still running; not a forecast of its time."""
    return column.kind == FigureKind.ACTUAL or not has_ended(column.fiscal_year, on=on)


def _figure(
    indicator: Indicator,
    column: Column,
    known: dict[tuple[int, str], IndicatorValue],
    counted: tuple[int, int] | None,
    *,
    on: dt.date,
) -> Figure:
    year, as_of = column.fiscal_year, indicator.as_of
    entered = known.get((year, column.kind))
    whole = sources.span(as_of, year, on=last_day(year))
    figure = Figure(year, Basis(column.kind), Indicator.Source.MANUAL, as_of, whole, entered.value if entered else None)
    if counted is None:
        return figure
    figure = figure._replace(source=indicator.source, counted=Decimal(counted[0]), records=counted[1])
    if column.kind != FigureKind.ACTUAL:
        return figure._replace(basis=Basis.RUNNING, span=sources.span(as_of, year, on=on))
    override = known.get((year, IndicatorValue.OVERRIDE))
    return figure._replace(override=override.value, reason=override.reason) if override else figure


def indicator_figures(
    sheet: EvaluationSheet, shown: Iterable[Column], *, on: dt.date
) -> dict[str, list[tuple[Indicator, list[Figure]]]]:
    """Return for each table its filled lines with the figures of the columns, on the day `on`."""
    shown = list(shown)
    tables: dict[str, list[tuple[Indicator, list[Figure]]]] = {group: [] for group in Indicator.Group.values}
    for indicator in sheet.programme.indicators.order_by("slot").prefetch_related("values"):
        tables[indicator.group].append((indicator, figures_of(indicator, shown, on=on)))
    return tables


def as_printed(tables: Mapping[str, list[tuple[Indicator, list[Figure]]]]) -> dict[str, list[dict[str, Any]]]:
    """Return the tables as the snapshot keeps them: slot, name, unit, the printed values, and what they stand on."""
    return {
        group: [
            {
                "slot": indicator.slot,
                "name": indicator.name,
                "unit": indicator.unit,
                "values": [text_of(figure.printed) for figure in line],
                "sources": [_stands_on(figure) for figure in line],
            }
            for indicator, line in lines
        ]
        for group, lines in tables.items()
    }


def _stands_on(figure: Figure) -> dict[str, Any]:
    if figure.basis is not Basis.ACTUAL:
        return {"source": Indicator.Source.MANUAL.value}
    return {
        "source": str(figure.source),
        "as_of": as_of_text(figure),
        "records": figure.records,
        "counted": text_of(figure.counted),
        "override": text_of(figure.override),
        "reason": figure.reason,
    }


def as_of_text(figure: Figure) -> str | list[str]:
    """Return the day a figure is for as an ISO date, or the days from and to of one that runs over the year."""
    days = [day.isoformat() for day in figure.span]
    return days if figure.as_of == Indicator.AsOf.DURING else days[-1]


def cost_figures(sheet: EvaluationSheet, shown: Iterable[Column]) -> list[dict[str, str | None] | None]:
    """Return for each column its eight entered costs with 事業費計(A) and トータルコスト, or None without any."""
    known = {(cost.fiscal_year, cost.kind): cost for cost in sheet.programme.costs.all()}
    return [_cost(known.get(column)) for column in shown]


def _cost(cost: Cost | None) -> dict[str, str | None] | None:
    if cost is None:
        return None
    return {key: text_of(getattr(cost, key)) for key in (*COST_KEYS, "operating", "total")}


def text_of(value: Decimal | None) -> str | None:
    """Return a figure as a plain decimal string; None stays None."""
    return None if value is None else decimal_text(value)
