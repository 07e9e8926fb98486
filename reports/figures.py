"""The figures of one sheet: which years it shows, and each figure with what it is."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from common.canonical import decimal_text
from common.fiscal_year import has_ended
from reports.contents import COST_KEYS
from reports.models import Cost, EvaluationSheet, FigureKind, Indicator

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


def indicator_figures(sheet: EvaluationSheet, shown: Iterable[Column]) -> dict[str, list[dict[str, Any]]]:
    """Return for each table its filled lines: slot, name, unit and the figures of the columns, None where unknown."""
    tables: dict[str, list[dict[str, Any]]] = {group: [] for group in Indicator.Group.values}
    for indicator in sheet.programme.indicators.order_by("slot").prefetch_related("values"):
        known = {(value.fiscal_year, value.kind): value.value for value in indicator.values.all()}
        figures = [_text(known.get(column)) for column in shown]
        line = {"slot": indicator.slot, "name": indicator.name, "unit": indicator.unit, "values": figures}
        tables[indicator.group].append(line)
    return tables


def cost_figures(sheet: EvaluationSheet, shown: Iterable[Column]) -> list[dict[str, str | None] | None]:
    """Return for each column its eight entered costs with 事業費計(A) and トータルコスト, or None without any."""
    known = {(cost.fiscal_year, cost.kind): cost for cost in sheet.programme.costs.all()}
    return [_cost(known.get(column)) for column in shown]


def _cost(cost: Cost | None) -> dict[str, str | None] | None:
    if cost is None:
        return None
    return {key: _text(getattr(cost, key)) for key in (*COST_KEYS, "operating", "total")}


def _text(value: Decimal | None) -> str | None:
    return None if value is None else decimal_text(value)
