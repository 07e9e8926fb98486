"""A programme as the document of its programme file, read from the database and compared place by place."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, cast

from common.canonical import decimal_text
from reports.models import Cost, Indicator, IndicatorValue, Programme
from reports.programme_file import Document

TEXT_KEYS = (
    "section",
    "policy",
    "measure",
    "supplementary_measure",
    "priority",
    "related_plan",
    "legal_basis",
    "period",
    "budget",
    "overview",
    "purpose",
    "background",
    "notes",
)
INDICATOR_KEYS = ("name", "unit", "source", "as_of", "recorded_from", "rule", "ground")
COST_KEYS = (*Cost.MONEY, "staff_count", "hours", "labour")


def document_of(programme: Programme) -> Document:
    """Return the programme file's document for `programme`, in four queries."""
    document: Any = {
        "format": "programme/1",
        "code": programme.code,
        "name": programme.name,
        **{key: programme.texts[key] for key in TEXT_KEYS},
        "indicators": [_indicator(indicator) for indicator in programme.indicators.prefetch_related("values")],
        "costs": _costs(programme),
        "sheets": [
            {key: getattr(sheet, key) for key in ("fiscal_year", "era_style", "done", "planned")}
            for sheet in programme.sheets.order_by("fiscal_year")
        ],
    }
    return cast(Document, document)


def _indicator(indicator: Indicator) -> dict[str, Any]:
    figures: dict[str, dict[int, Any]] = {"actual": {}, "forecast": {}, "override": {}}
    for one in indicator.values.all():
        overriding = one.kind == IndicatorValue.OVERRIDE
        figures[one.kind][one.fiscal_year] = {"value": one.value, "reason": one.reason} if overriding else one.value
    return {key: getattr(indicator, key) for key in ("group", "slot", *INDICATOR_KEYS)} | figures


def _costs(programme: Programme) -> dict[int, dict[str, dict[str, Decimal]]]:
    costs: dict[int, dict[str, dict[str, Decimal]]] = {}
    for cost in programme.costs.all():
        costs.setdefault(cost.fiscal_year, {})[cost.kind] = {key: getattr(cost, key) for key in COST_KEYS}
    return costs


def places_of(document: Document) -> dict[str, Any]:
    """Return `{place: content}` for every single content of `document`, figures as plain decimal strings.

    A place names what it holds and not where it stood in the file: `indicators.activity.1.actual.2019`,
    `costs.2019.actual.labour`, `sheets.2019.done`, `purpose.target`. It is what the history of a figure is kept under.
    """
    tree: dict[str, Any] = {
        key: value for key, value in document.items() if key not in ("format", "indicators", "sheets")
    }
    tree["indicators"] = {
        f"{line['group']}.{line['slot']}": {k: v for k, v in line.items() if k not in ("group", "slot")}
        for line in document["indicators"]
    }
    tree["sheets"] = {
        sheet["fiscal_year"]: {k: v for k, v in sheet.items() if k != "fiscal_year"} for sheet in document["sheets"]
    }
    return dict(_leaves("", tree))


def _leaves(place: str, content: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(content, dict):
        for key, inner in content.items():
            yield from _leaves(f"{place}.{key}" if place else str(key), inner)
    else:
        yield place, decimal_text(content) if isinstance(content, Decimal) else content


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """Return `[{"place", "before", "after"}]` for every place whose content differs; None where there was nothing."""
    return [
        {"place": place, "before": before.get(place), "after": after.get(place)}
        for place in sorted({*before, *after})
        if before.get(place) != after.get(place)
    ]
