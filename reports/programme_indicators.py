"""The rules of one indicator of the programme document: its place, its source and its figures."""

from typing import cast

from django.utils.translation import gettext as _

from reports import programme_document as limits
from reports.programme_checks import Node
from reports.programme_document import AS_OF, GROUPS, MANUAL_GROUPS, RULES, SOURCES, AsOf, Indicator, Override, Source

INDICATOR_OPTIONAL: dict[str, object] = {
    "unit": "",
    "source": "manual",
    "as_of": None,
    "recorded_from": None,
    "rule": {},
    "ground": "",
    "actual": {},
    "forecast": {},
    "override": {},
}


def read_indicator(parts: dict[str, Node]) -> Indicator:
    """Return the indicator whose keys are ``parts``, with stand-ins wherever a problem was noted."""
    source = parts["source"].choice(SOURCES)
    group = parts["group"].choice(GROUPS)
    if source != "manual" and group in MANUAL_GROUPS and parts["group"].holds(group):
        parts["source"].wrong(
            _("An indicator of the table %(group)s is entered by hand: its source is manual.") % {"group": group}
        )
    recorded_from = None if parts["recorded_from"].value is None else parts["recorded_from"].year()
    return {
        "group": group,
        "slot": parts["slot"].whole(1, limits.SLOT_MAX),
        "name": parts["name"].text(limits.INDICATOR_NAME_MAX, required=True, one_line=True),
        "unit": parts["unit"].text(limits.UNIT_MAX, one_line=True),
        "source": source,
        "as_of": _as_of(parts["as_of"], source),
        "recorded_from": recorded_from,
        "rule": _rule(parts["rule"], source),
        "ground": parts["ground"].text(limits.SHORT_TEXT_MAX),
        "actual": {year: figure.number() for year, figure in parts["actual"].years().items()},
        "forecast": {year: figure.number() for year, figure in parts["forecast"].years().items()},
        "override": {
            year: _override(figure, is_counted=source != "manual" and year >= (recorded_from or year))
            for year, figure in parts["override"].years().items()
        },
    }


def _as_of(node: Node, source: Source) -> AsOf:
    allowed = AS_OF[source]
    return allowed[0] if node.value is None else node.choice(allowed)


def _rule(node: Node, source: Source) -> dict[str, str | list[str]]:
    known = RULES[source]
    parts = node.fields(optional=dict.fromkeys(known))
    rule: dict[str, str | list[str]] = {}
    for key in (key for key in known if parts[key].given):
        if key == "per":
            rule[key] = parts[key].choice(known[key])
            continue
        chosen = {word.choice(known[key]) for word in parts[key].items(len(known[key]), shortest=1)}
        rule[key] = [word for word in known[key] if word in chosen]
    return rule


def _override(node: Node, *, is_counted: bool) -> Override:
    if not is_counted:
        node.wrong(_("Only a counted figure can be overridden. Enter this one as the actual figure."))
    parts = node.fields(required=("value", "reason"))
    reason = parts["reason"].text(limits.SHORT_TEXT_MAX, required=True, one_line=True)
    value = parts["value"].number()
    if value < 0 or value != value.to_integral_value():
        parts["value"].wrong(_("This replaces a count, so it is a whole number from 0."))
    return cast(Override, {"value": value, "reason": reason})
