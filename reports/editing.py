"""The parts of a programme that officers edit on a screen, as changes to its document.

Each part turns the document into a form's initial values, and cleaned values into a change of the document. The
changed document goes through the programme file's validator, so a screen and a file obey the same rules.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django import forms

from common.canonical import decimal_text
from reports.contents import COST_KEYS
from reports.forms import CostForm, IndicatorForm, SheetForm, TextsForm
from reports.models import FigureKind
from reports.programme_document import RULES

Raw = dict[str, Any]
RULE_KEYS = ("per", "kinds", "channels", "employment")
NESTED = ("policy", "measure", "period", "purpose", "background")


class Part(NamedTuple):
    """An editable part: its form, how it is read from the document, put back, and removed.

    `read(document, key)` returns initial values or None when there is no such part; `write(raw, key, data, figures)`
    and `remove(raw, key)` change the raw document in place.
    """

    form: type[forms.Form]
    read: Callable[[Mapping[str, Any], str], dict[str, Any] | None]
    write: Callable[[Raw, str, dict[str, Any], list[dict[str, Any]]], None]
    remove: Callable[[Raw, str], None]


def read_texts(document: Mapping[str, Any], _key: str) -> dict[str, Any]:
    """Return the texts, nested ones as policy_code, period_from and so on."""
    elsewhere = (*NESTED, "indicators", "costs", "sheets")
    flat = {key: value for key, value in document.items() if key not in elsewhere}
    for outer in NESTED:
        flat |= {f"{outer}_{inner}": value for inner, value in document[outer].items()}
    return flat | {"priority": "yes" if document["priority"] else "no"}


def write_texts(raw: Raw, _key: str, data: dict[str, Any], _figures: list[dict[str, Any]]) -> None:
    """Put the texts back."""
    for name, value in data.items():
        outer, _, inner = name.partition("_")
        if outer in NESTED:
            raw[outer][inner] = value
        else:
            raw[name] = value
    raw["priority"] = data["priority"] == "yes"


def _is_line(line: Mapping[str, Any], key: str) -> bool:
    return f"{line['group']}-{line['slot']}" == key


def read_indicator(document: Mapping[str, Any], key: str) -> dict[str, Any] | None:
    """Return the indicator named like `activity-1`, its years under `years`."""
    for line in document["indicators"]:
        if _is_line(line, key):
            years = sorted({*line["actual"], *line["forecast"], *line["override"]})
            return {**line, **_read_rule(line), "years": [_read_year(line, year) for year in years]}
    return None


def _read_rule(line: Mapping[str, Any]) -> dict[str, Any]:
    return {key: line["rule"].get(key, "" if key == "per" else []) for key in RULE_KEYS}


def _read_year(line: Mapping[str, Any], year: int) -> dict[str, Any]:
    override = line["override"].get(year, {"value": None, "reason": ""})
    entered = {kind: _shown(line[kind].get(year)) for kind in FigureKind.values}
    return {"fiscal_year": year, **entered, "override": _shown(override["value"]), "reason": override["reason"]}


def _shown(value: Decimal | None) -> str | None:
    return None if value is None else decimal_text(value)


def write_indicator(raw: Raw, key: str, data: dict[str, Any], figures: list[dict[str, Any]]) -> None:
    """Put the indicator back in its place, or add it at the end."""
    years = {
        kind: {row["fiscal_year"]: row[kind] for row in figures if row.get(kind) is not None}
        for kind in FigureKind.values
    }
    override = {
        row["fiscal_year"]: {"value": row["override"], "reason": row["reason"]}
        for row in figures
        if row.get("override") is not None
    }
    known = RULES[data["source"]]
    rule = {name: data[name] for name in known if data[name] and (name != "per" or data[name] in known[name])}
    line = {name: value for name, value in data.items() if name not in RULE_KEYS}
    line |= {"as_of": data["as_of"] or None, "rule": rule, "override": override}
    _replace(raw["indicators"], lambda line: _is_line(line, key), line | years)


def remove_indicator(raw: Raw, key: str) -> None:
    """Take the indicator out."""
    raw["indicators"] = [line for line in raw["indicators"] if not _is_line(line, key)]


def read_cost(document: Mapping[str, Any], key: str) -> dict[str, Any] | None:
    """Return the costs named like `2019-actual`."""
    year, _, kind = key.partition("-")
    amounts = document["costs"].get(int(year), {}).get(kind) if len(year) == 4 and year.isdecimal() else None
    if amounts is None:
        return None
    return {"fiscal_year": int(year), "kind": kind, **{name: _shown(amounts[name]) for name in COST_KEYS}}


def write_cost(raw: Raw, key: str, data: dict[str, Any], _figures: list[dict[str, Any]]) -> None:
    """Put the costs back, or add them; raises `AlreadyThere` for a year and kind that another entry holds."""
    if key:
        remove_cost(raw, key)
    year = raw["costs"].setdefault(data["fiscal_year"], {})
    if data["kind"] in year:
        raise AlreadyThere("fiscal_year")
    year[data["kind"]] = {name: data[name] for name in COST_KEYS}


def remove_cost(raw: Raw, key: str) -> None:
    """Take the costs out."""
    year, _, kind = key.partition("-")
    raw["costs"].get(int(year), {}).pop(kind, None)
    raw["costs"] = {year: kinds for year, kinds in raw["costs"].items() if kinds}


def read_sheet(document: Mapping[str, Any], key: str) -> dict[str, Any] | None:
    """Return the sheet named by its fiscal year."""
    return next((dict(sheet) for sheet in document["sheets"] if str(sheet["fiscal_year"]) == key), None)


def write_sheet(raw: Raw, key: str, data: dict[str, Any], _figures: list[dict[str, Any]]) -> None:
    """Put the sheet back, or add it."""
    _replace(raw["sheets"], lambda sheet: str(sheet["fiscal_year"]) == key, data)


def remove_sheet(raw: Raw, key: str) -> None:
    """Take the sheet out."""
    raw["sheets"] = [sheet for sheet in raw["sheets"] if str(sheet["fiscal_year"]) != key]


class AlreadyThere(Exception):
    """The part to be added exists; `field` is the form's field that says so."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def _replace(rows: list[Any], is_it: Callable[[Any], bool], row: Any) -> None:
    for index, there in enumerate(rows):
        if is_it(there):
            rows[index] = row
            return
    rows.append(row)


def _nothing(_raw: Raw, _key: str) -> None:
    """The texts cannot be taken out."""


PARTS = {
    "texts": Part(TextsForm, read_texts, write_texts, _nothing),
    "indicators": Part(IndicatorForm, read_indicator, write_indicator, remove_indicator),
    "costs": Part(CostForm, read_cost, write_cost, remove_cost),
    "sheets": Part(SheetForm, read_sheet, write_sheet, remove_sheet),
}
