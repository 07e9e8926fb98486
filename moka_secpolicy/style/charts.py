"""Examples of charts: figures with gaps, zero, forecasts and negative values, as page and PDF draw them."""

from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.charts import Chart, Point, Ring, StackedChart, bar_chart, line_chart, ring_chart, stacked_bar_chart
from moka_secpolicy.style.examples import Example, State, state
from moka_secpolicy.style.forms import SECTIONS

YEARS = (2016, 2017, 2018, 2019, 2020)
FULL = (2, 5, 3, 4, 6)
SHARES = (92, 95, "96.5", 98, 100)
GAPS = (2, None, 0, 4, 6)
BELOW = (12, -4, None, 7, "2.5")
NOTHING = (None, None, None, None, None)
LARGE = (1_234_567, 2_345_678, 3_456_789, 4_567_890, 5_678_901)


def points(values: tuple[Any, ...]) -> list[Point]:
    """Return five years; the fourth is still running, the last a forecast."""
    kinds = [("actual", "")] * 3 + [("running", str(_("in progress"))), ("forecast", str(_("forecast")))]
    return [
        Point(str(year), None if value is None else Decimal(value), kind, word)
        for year, value, (kind, word) in zip(YEARS, values, kinds, strict=True)
    ]


def bar(key: str, values: tuple[Any, ...]) -> Chart:
    """Return bars of five years."""
    return bar_chart(f"bar-{key}", str(_("Training sessions held")), points(values), unit=str(_("times")))


def line(key: str, values: tuple[Any, ...]) -> Chart:
    """Return a line over five years."""
    return line_chart(f"line-{key}", str(_("Share of people trained")), points(values), unit="%")


def stacked(key: str, rows: tuple[tuple[int, ...], ...]) -> StackedChart:
    """Return stacked bars of sections."""
    names = [str(word) for word in (_("Confirmed"), _("Question asked"), _("Not confirmed"))]
    sections = [str(word) for _code, word in SECTIONS]
    title, unit = str(_("Confirmation of the policy, by section")), str(_("people"))
    return stacked_bar_chart(f"stacked-{key}", title, names, list(zip(sections, rows, strict=False)), unit=unit)


def ring(key: str, done: int, total: int) -> Ring:
    """Return a share."""
    return ring_chart(f"ring-{key}", str(_("Have read the policy")), done, total)


def _states(draw: Any, **cases: tuple[Any, tuple[Any, ...]]) -> list[State]:
    """Return one state a case: its words, and what `draw` is given after the key."""
    return [state(words, chart=partial(draw, key, *given)) for key, (words, given) in cases.items()]


CALL = '{{% include "charts/{0}.html" with chart=chart only %}}'
CHARTS = [
    Example(
        "bar",
        _("Bars"),
        _("Numbers of five years, from zero. A full bar is actual, a hatched one a forecast or a year still running."),
        "charts/bar.html",
        _states(
            bar,
            full=(_("All years"), (FULL,)),
            gaps=(_("A year without a figure, and a zero"), (GAPS,)),
            below=(_("Negative and decimal figures"), (BELOW,)),
            large=(_("Large figures"), (LARGE,)),
            nothing=(_("No figure at all"), (NOTHING,)),
        ),
        CALL.format("bar"),
        is_small=True,
    ),
    Example(
        "line",
        _("Line chart"),
        _("Shares and levels over the years. The line breaks where there is no figure and need not begin at zero."),
        "charts/line.html",
        _states(
            line,
            full=(_("All years"), (SHARES,)),
            gaps=(_("A year without a figure, and a zero"), (GAPS,)),
            nothing=(_("No figure at all"), (NOTHING,)),
        ),
        CALL.format("line"),
        is_small=True,
    ),
    Example(
        "stacked-bar",
        _("Stacked bars"),
        _("How something is made up, section by section, on one scale. Up to four parts."),
        "charts/stacked_bar.html",
        _states(
            stacked,
            full=(_("Three sections"), (((30, 4, 6), (12, 0, 20), (9, 1, 0)),)),
            zero=(_("A section with nobody"), (((30, 4, 6), (0, 0, 0)),)),
        ),
        CALL.format("stacked_bar"),
        is_small=True,
    ),
    Example(
        "ring",
        _("Ring"),
        _("A share of a whole, rounded down: 100 % means everybody. The numbers stand below it in words."),
        "charts/ring.html",
        _states(
            ring,
            part=(_("In part"), (38, 40)),
            all=(_("Everybody"), (40, 40)),
            none=(_("Nobody"), (0, 40)),
            empty=(_("Nobody to count"), (0, 0)),
        ),
        CALL.format("ring"),
        is_small=True,
    ),
]
