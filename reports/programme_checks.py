"""Checks of single values, each told with its place: the words in which the rules of a programme are written.

A check never stops at a fault: it notes the problem and returns a stand-in, so that one run finds them all.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Context, Decimal
from typing import TypeVar

from django.utils.translation import gettext as _

from common.fiscal_year import EARLIEST, LATEST
from reports.programme_document import NUMBER_DECIMALS_MAX, NUMBER_DIGITS_MAX
from reports.programme_problems import Problems

SHOWN_MAX = 40
LARGEST_SHOWN = 10**SHOWN_MAX
SMALLEST_STEP = Decimal(1).scaleb(-NUMBER_DECIMALS_MAX)
EXACT = Context(prec=NUMBER_DIGITS_MAX + NUMBER_DECIMALS_MAX, rounding=ROUND_DOWN)
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
YEAR = re.compile("[0-9]{4}")

Option = TypeVar("Option", bound=str)


class JsonObject(dict[str, object]):
    """A JSON object that remembers the keys it was given more than once."""

    __slots__ = ("repeated",)

    def __init__(self, pairs: Sequence[tuple[str, object]]) -> None:
        super().__init__(pairs)
        self.repeated: list[str] = []
        if len(self) < len(pairs):
            times = Counter(key for key, _value in pairs)
            self.repeated = [key for key, count in times.items() if count > 1]


def shown(value: object) -> str:
    """Return a key short and printable, for a message."""
    small = isinstance(value, int) and abs(value) <= LARGEST_SHOWN
    text = value if isinstance(value, str) else str(value) if small else type(value).__name__
    visible = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[:SHOWN_MAX])
    return f"{visible}…" if len(text) > SHOWN_MAX else visible


def exact(value: int | float | Decimal) -> Decimal | None:
    """Return ``value`` without trailing zeros, or None when it is not finite, too large or too fine."""
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        return None
    if not number:
        return Decimal(0)
    if number.adjusted() >= NUMBER_DIGITS_MAX:
        return None
    stepped = number.quantize(SMALLEST_STEP, context=EXACT)
    if stepped != number:
        return None
    whole = stepped.to_integral_value()
    return whole if whole == stepped else stepped.normalize(EXACT)


@dataclass(frozen=True)
class Node:
    """One value of the document and the place where it stands."""

    value: object
    place: str = ""
    problems: Problems = field(default_factory=Problems)
    given: bool = True

    def wrong(self, message: str) -> None:
        """Note a fault of this value."""
        self.problems.add(self.place, message)

    def holds(self, checked: object) -> bool:
        """Tell whether ``checked`` is what stands here, and no stand-in for something wrong or missing."""
        return type(self.value) is type(checked) and self.value == checked

    def text(self, longest: int, *, required: bool = False, one_line: bool = False) -> str:
        """Return the text, exactly as given; ``required`` refuses an empty or blank one."""
        text = self.value
        if not isinstance(text, str):
            self.wrong(_("This must be a text in quotation marks."))
            return ""
        if required and not text.strip():
            self.wrong(_("This must not be empty."))
        if len(text) > longest:
            self.wrong(
                _("Too long: %(length)s characters. At most %(longest)s are allowed.")
                % {"length": len(text), "longest": longest}
            )
        elif bad := UNPRINTABLE.search(text):
            self.wrong(
                _("The character U+%(code)s is not allowed; of control characters only \\n and \\t are.")
                % {"code": f"{ord(bad[0]):04X}"}
            )
        elif one_line and ("\n" in text or "\t" in text):
            self.wrong(_("This must be a single line without line breaks and tabs."))
        return text

    def flag(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            self.wrong(_("This must be true or false, without quotation marks."))
        return self.value is True

    def number(self, *, negative: bool = True) -> Decimal:
        """Return the number, exact and without trailing zeros."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            self.wrong(_("This must be a number, written in digits and without quotation marks."))
            return Decimal(0)
        number = exact(value)
        if number is None:
            self.wrong(
                _("A number has at most %(digits)s digits before the point and %(decimals)s after it.")
                % {"digits": NUMBER_DIGITS_MAX, "decimals": NUMBER_DECIMALS_MAX}
            )
        elif number < 0 and not negative:
            self.wrong(_("This must be 0 or more."))
        return number or Decimal(0)

    def whole(self, lowest: int, highest: int) -> int:
        """Return the whole number between ``lowest`` and ``highest``."""
        value = self.value
        if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
            return value
        self.wrong(
            _("This must be a whole number from %(lowest)s to %(highest)s, without quotation marks.")
            % {"lowest": lowest, "highest": highest}
        )
        return lowest

    def year(self) -> int:
        """Return the western fiscal year."""
        return self.whole(EARLIEST, LATEST)

    def choice(self, allowed: Sequence[Option]) -> Option:
        """Return the one of ``allowed`` that stands here."""
        for option in allowed:
            if isinstance(self.value, str) and option == self.value:
                return option
        self.wrong(_("This must be one of: %(allowed)s.") % {"allowed": ", ".join(allowed)})
        return allowed[0]

    def items(self, longest: int, *, shortest: int = 0) -> list["Node"]:
        """Return the entries of the list; of one that is too long only those that fit."""
        if not isinstance(self.value, list | tuple):
            self.wrong(_("This must be a list in [ ]."))
            return []
        count = len(self.value)
        if not shortest <= count <= longest:
            self.wrong(
                _("This list has %(count)s entries; from %(shortest)s to %(longest)s are allowed.")
                % {"count": count, "shortest": shortest, "longest": longest}
            )
        return [Node(item, f"{self.place}[{index}]", self.problems) for index, item in enumerate(self.value[:longest])]

    def fields(self, required: Sequence[str] = (), optional: Mapping[str, object] | None = None) -> dict[str, "Node"]:
        """Return the values of the object by key; ``optional`` gives what a missing one stands for."""
        defaults = optional or {}
        values = self._mapping()
        if values is None:
            return {key: Node(None, given=False) for key in (*required, *defaults)}
        for key in values:
            if key not in required and key not in defaults:
                self.wrong(
                    _("Unknown key “%(key)s”. Allowed here: %(allowed)s.")
                    % {"key": shown(key), "allowed": ", ".join((*required, *defaults))}
                )
        for key in required:
            if key not in values:
                self.problems.add(self._below(key), _("This key is missing."))
        found = {key: values[key] for key in (*required, *defaults) if key in values}
        nodes = {key: Node(value, self._below(key), self.problems) for key, value in found.items()}
        missing = (key for key in (*required, *defaults) if key not in values)
        return nodes | {key: Node(defaults.get(key), given=False) for key in missing}

    def years(self) -> dict[int, "Node"]:
        """Return the values of an object whose keys are fiscal years, in the order of time."""
        nodes: dict[int, Node] = {}
        for key, value in (self._mapping() or {}).items():
            year = _year_of(key)
            if year is None:
                self.wrong(
                    _("“%(key)s” is no fiscal year: write four digits from %(earliest)s to %(latest)s.")
                    % {"key": shown(key), "earliest": EARLIEST, "latest": LATEST}
                )
            elif year in nodes:
                self.wrong(_("The key “%(key)s” is there more than once.") % {"key": year})
            else:
                nodes[year] = Node(value, self._below(str(year)), self.problems)
        return dict(sorted(nodes.items()))

    def _mapping(self) -> Mapping[object, object] | None:
        if not isinstance(self.value, dict):
            self.wrong(_("This must be an object with named values in { }."))
            return None
        for key in getattr(self.value, "repeated", ()):
            self.wrong(_("The key “%(key)s” is there more than once.") % {"key": shown(key)})
        return self.value

    def _below(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key


def _year_of(key: object) -> int | None:
    if isinstance(key, str) and YEAR.fullmatch(key):
        key = int(key)
    whole = isinstance(key, int) and not isinstance(key, bool)
    return key if whole and EARLIEST <= key <= LATEST else None  # type: ignore[operator,return-value]
