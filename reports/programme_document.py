"""The programme document (``programme/1``): its shape and its limits, the same for file, models and forms.

docs/programme-file.md explains every key to the officer who writes one.
"""

from decimal import Decimal
from typing import Final, Literal, TypedDict

from common.wareki import HEISEI_OFFSET, EraStyle

FORMAT: Final = "programme/1"

FILE_BYTES_MAX = 2 * 1024 * 1024
CODE_MAX = 64
CODE_PATTERN = r"[a-z0-9]+(?:-[a-z0-9]+)*"
NAME_MAX = 200
SECTION_LEVELS_MAX = 3
SECTION_NAME_MAX = 100
POLICY_CODE_MAX = 10
POLICY_NAME_MAX = 200
SHORT_TEXT_MAX = 500
BUDGET_ITEMS_MAX = 6
BUDGET_ITEM_MAX = 100
PARAGRAPHS_MAX = 40
TEXT_MAX = 4000
INDICATORS_MAX = 20
SLOT_MAX = 5
INDICATOR_NAME_MAX = 60
UNIT_MAX = 20
NUMBER_DIGITS_MAX = 12
NUMBER_DECIMALS_MAX = 2
HEISEI_CONTINUED_FROM = HEISEI_OFFSET + 4  # a sheet shows three years before its own

PeriodKind = Literal["single", "yearly", "limited"]
Group = Literal["activity", "target", "outcome", "upper_outcome"]
Kind = Literal["actual", "forecast"]
CostKey = Literal["national", "prefectural", "bonds", "other", "general", "staff_count", "hours", "labour"]

PERIOD_KINDS: tuple[PeriodKind, ...] = ("single", "yearly", "limited")
GROUPS: tuple[Group, ...] = ("activity", "target", "outcome", "upper_outcome")
KINDS: tuple[Kind, ...] = ("actual", "forecast")
COST_KEYS: tuple[CostKey, ...] = (
    "national",
    "prefectural",
    "bonds",
    "other",
    "general",
    "staff_count",
    "hours",
    "labour",
)
MONEY_SOURCES: tuple[CostKey, ...] = ("national", "prefectural", "bonds", "other", "general")
NEVER_NEGATIVE: tuple[CostKey, ...] = ("staff_count", "hours")
ERA_STYLES: tuple[str, ...] = tuple(style.value for style in EraStyle)

Source = Literal["manual", "sessions_held", "notices_given", "headcount", "devices", "personal_data_items"]
AsOf = Literal["start", "end", "during"]
SOURCES: tuple[Source, ...] = (
    "manual",
    "sessions_held",
    "notices_given",
    "headcount",
    "devices",
    "personal_data_items",
)
AS_OF: dict[Source, tuple[AsOf, ...]] = {
    "manual": ("during", "start", "end"),
    "sessions_held": ("during",),
    "notices_given": ("during",),
    "headcount": ("start", "end"),
    "devices": ("end", "start"),
    "personal_data_items": ("end", "start"),
}
"""When each source can be counted; the first is meant when none is given."""
RULES: dict[Source, dict[str, tuple[str, ...]]] = {
    "manual": {},
    "sessions_held": {"per": ("record", "course"), "kinds": ("sitting", "e_learning", "outside")},
    "notices_given": {"per": ("record", "channel"), "channels": ("mail", "meeting", "groupware", "document")},
    "headcount": {"employment": ("regular", "fiscal_year", "reappointed", "special")},
    "devices": {},
    "personal_data_items": {},
}
"""What the counting rule of each source may say: `per` is one of its words, every other key a list of them."""
MANUAL_GROUPS: tuple[Group, ...] = ("outcome", "upper_outcome")
"""Tables that are never counted: having confirmed a policy is not the same as following it."""

YearFigures = dict[int, Decimal]
CostFigures = dict[CostKey, Decimal]
CostYear = dict[Kind, CostFigures]


class Coded(TypedDict):
    """A policy or a measure of the city's plan: its code and its name."""

    code: str
    name: str


Period = TypedDict("Period", {"kind": PeriodKind, "from": int | None, "to": int | None})


class Purpose(TypedDict):
    """The text boxes ② to ④ of the sheet."""

    target: str
    intent: list[str]
    result: str


class Background(TypedDict):
    """The three answers of part (3) of the sheet."""

    origin: str
    changes: list[str]
    opinions: str


class Override(TypedDict):
    """A figure that stands in place of the counted one, and why."""

    value: Decimal
    reason: str


class Indicator(TypedDict):
    """One line of an indicator table: where its figures come from, and those entered by fiscal year.

    From `recorded_from` on (None: in every year) a source other than `manual` is counted from the records; `actual`
    then is what a printed sheet said. `rule` tells what counts, and `ground` what an entered figure rests on.
    """

    group: Group
    slot: int
    name: str
    unit: str
    source: Source
    as_of: AsOf
    recorded_from: int | None
    rule: dict[str, str | list[str]]
    ground: str
    actual: YearFigures
    forecast: YearFigures
    override: dict[int, Override]


class Sheet(TypedDict):
    """One yearly sheet: how it writes years, what was done in its year and what is planned for the next."""

    fiscal_year: int
    era_style: str
    done: list[str]
    planned: list[str]


class Document(TypedDict):
    """One programme with every key present; money in thousand yen, years are western fiscal years.

    Indicators stand in the order of their table and line, sheets and years in that of time. Numbers have no
    trailing zeros (``12.5``, ``1000``, never ``1E+3`` or ``-0``), so equal documents look equal.
    """

    format: Literal["programme/1"]
    code: str
    name: str
    section: list[str]
    policy: Coded
    measure: Coded
    supplementary_measure: str
    priority: bool
    related_plan: str
    legal_basis: str
    period: Period
    budget: list[str]
    overview: list[str]
    purpose: Purpose
    background: Background
    indicators: list[Indicator]
    costs: dict[int, CostYear]
    sheets: list[Sheet]
    notes: list[str]
