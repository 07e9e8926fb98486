"""The rules of the programme document: which keys it has, and what each may hold."""

import re

from django.utils.translation import gettext as _

from common.fiscal_year import EARLIEST, LATEST
from common.wareki import EraStyle
from reports import programme_document as limits
from reports.programme_checks import Node
from reports.programme_document import (
    COST_KEYS,
    FORMAT,
    GROUPS,
    KINDS,
    NEVER_NEGATIVE,
    Background,
    Coded,
    CostFigures,
    CostYear,
    Document,
    Indicator,
    Period,
    Purpose,
    Sheet,
)
from reports.programme_indicators import INDICATOR_OPTIONAL, read_indicator

REQUIRED = (
    "format",
    "code",
    "name",
    "section",
    "policy",
    "measure",
    "period",
    "indicators",
    "costs",
    "sheets",
)
OPTIONAL: dict[str, object] = {
    "supplementary_measure": "",
    "priority": False,
    "related_plan": "",
    "legal_basis": "",
    "budget": [],
    "overview": [],
    "purpose": {},
    "background": {},
    "notes": [],
}


def read_document(node: Node) -> Document:
    """Return the programme that stands at ``node``, with stand-ins wherever a problem was noted."""
    top = node.fields(REQUIRED, OPTIONAL)
    return {
        "format": top["format"].choice((FORMAT,)),
        "code": _code(top["code"]),
        "name": top["name"].text(limits.NAME_MAX, required=True, one_line=True),
        "section": _section(top["section"]),
        "policy": _coded(top["policy"]),
        "measure": _coded(top["measure"]),
        "supplementary_measure": top["supplementary_measure"].text(limits.SHORT_TEXT_MAX),
        "priority": top["priority"].flag(),
        "related_plan": top["related_plan"].text(limits.SHORT_TEXT_MAX),
        "legal_basis": top["legal_basis"].text(limits.SHORT_TEXT_MAX),
        "period": _period(top["period"]),
        "budget": _texts(top["budget"], limits.BUDGET_ITEMS_MAX, limits.BUDGET_ITEM_MAX),
        "overview": _paragraphs(top["overview"]),
        "purpose": _purpose(top["purpose"]),
        "background": _background(top["background"]),
        "indicators": _indicators(top["indicators"]),
        "costs": {year: _cost_year(figures) for year, figures in top["costs"].years().items()},
        "sheets": _sheets(top["sheets"]),
        "notes": _paragraphs(top["notes"]),
    }


def _texts(node: Node, most: int, longest: int) -> list[str]:
    return [item.text(longest, required=True, one_line=True) for item in node.items(most)]


def _paragraphs(node: Node) -> list[str]:
    return _texts(node, limits.PARAGRAPHS_MAX, limits.TEXT_MAX)


def _code(node: Node) -> str:
    code = node.text(limits.CODE_MAX, required=True)
    if code.strip() and len(code) <= limits.CODE_MAX and not re.fullmatch(limits.CODE_PATTERN, code):
        node.wrong(_("A code has only small letters a to z, digits and single hyphens between them."))
    return code


def _section(node: Node) -> list[str]:
    names = node.items(limits.SECTION_LEVELS_MAX, shortest=1)
    return [name.text(limits.SECTION_NAME_MAX, required=True, one_line=True) for name in names]


def _coded(node: Node) -> Coded:
    parts = node.fields(required=("code", "name"))
    return {
        "code": parts["code"].text(limits.POLICY_CODE_MAX, one_line=True),
        "name": parts["name"].text(limits.POLICY_NAME_MAX, one_line=True),
    }


def _period(node: Node) -> Period:
    parts = node.fields(required=("kind",), optional={"from": None, "to": None})
    kind = parts["kind"].choice(limits.PERIOD_KINDS)
    first, last = (None if parts[key].value is None else parts[key].year() for key in ("from", "to"))
    if kind != "single" and first is None:
        node.wrong(_("A period of the kind %(kind)s needs the year “from”.") % {"kind": kind})
    if kind == "limited" and last is None:
        node.wrong(_("A period of the kind %(kind)s needs the year “to”.") % {"kind": kind})
    in_order = first is None or last is None or first <= last
    if not in_order and parts["from"].holds(first) and parts["to"].holds(last):
        node.wrong(_("The year “from” must not be later than the year “to”."))
    return {"kind": kind, "from": first, "to": last}


def _purpose(node: Node) -> Purpose:
    parts = node.fields(optional={"target": "", "intent": [], "result": ""})
    return {
        "target": parts["target"].text(limits.TEXT_MAX),
        "intent": _paragraphs(parts["intent"]),
        "result": parts["result"].text(limits.TEXT_MAX),
    }


def _background(node: Node) -> Background:
    parts = node.fields(optional={"origin": "", "changes": [], "opinions": ""})
    return {
        "origin": parts["origin"].text(limits.TEXT_MAX),
        "changes": _paragraphs(parts["changes"]),
        "opinions": parts["opinions"].text(limits.TEXT_MAX),
    }


def _indicators(node: Node) -> list[Indicator]:
    taken: dict[tuple[str, int], str] = {}
    indicators = []
    for item in node.items(limits.INDICATORS_MAX):
        parts = item.fields(("group", "slot", "name"), INDICATOR_OPTIONAL)
        indicator = read_indicator(parts)
        group, slot = line = indicator["group"], indicator["slot"]
        if parts["group"].holds(group) and parts["slot"].holds(slot):
            if line in taken:
                item.wrong(
                    _("Line %(slot)s of the table %(group)s is already taken by %(place)s.")
                    % {"slot": slot, "group": group, "place": taken[line]}
                )
            taken.setdefault(line, item.place)
        indicators.append(indicator)
    return sorted(indicators, key=lambda one: (GROUPS.index(one["group"]), one["slot"]))


def _cost_year(node: Node) -> CostYear:
    kinds = node.fields(optional=dict.fromkeys(KINDS))
    given = {kind: kinds[kind] for kind in KINDS if kinds[kind].given}
    if node.value == {}:
        node.wrong(_("A year of costs needs “actual”, “forecast” or both."))
    return {kind: _cost_figures(part) for kind, part in given.items()}


def _cost_figures(node: Node) -> CostFigures:
    figures = node.fields(required=COST_KEYS)
    return {key: figures[key].number(negative=key not in NEVER_NEGATIVE) for key in COST_KEYS}


def _sheets(node: Node) -> list[Sheet]:
    taken: dict[int, str] = {}
    sheets = []
    for item in node.items(LATEST - EARLIEST + 1):
        parts = item.fields(("fiscal_year", "era_style"), {"done": [], "planned": []})
        sheet = _sheet(parts)
        year = sheet["fiscal_year"]
        if parts["fiscal_year"].holds(year):
            if year in taken:
                parts["fiscal_year"].wrong(
                    _("The year %(year)s already has a sheet: %(place)s.") % {"year": year, "place": taken[year]}
                )
            taken.setdefault(year, item.place)
        sheets.append(sheet)
    return sorted(sheets, key=lambda one: one["fiscal_year"])


def _sheet(parts: dict[str, Node]) -> Sheet:
    year, style = parts["fiscal_year"].year(), parts["era_style"].choice(limits.ERA_STYLES)
    too_early = style == EraStyle.HEISEI_CONTINUED and year < limits.HEISEI_CONTINUED_FROM
    if too_early and parts["era_style"].holds(style) and parts["fiscal_year"].holds(year):
        parts["era_style"].wrong(
            _("The style heisei_continued begins with the year %(year)s.") % {"year": limits.HEISEI_CONTINUED_FROM}
        )
    return {
        "fiscal_year": year,
        "era_style": style,
        "done": _paragraphs(parts["done"]),
        "planned": _paragraphs(parts["planned"]),
    }
