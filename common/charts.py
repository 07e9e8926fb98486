"""Charts as plain geometry: what a page and a PDF draw with the SVG templates in `templates/charts/`.

Lengths are in the units of the view box (WIDTH across). The same input gives the same coordinates. A value of None is
no figure: a gap, never 0. `kind` is `actual`, `forecast` or `running`; whatever is not actual is hatched or dashed.
"""

import math
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from django.utils.translation import gettext as _

from common.numbers_ja import format_number

WIDTH = 320
HEIGHT = 190
TOP, BOTTOM, SIDE = 24, 44, 8
PLOT = HEIGHT - TOP - BOTTOM
FONT, FONT_SMALLEST = 13, 9
EM_OF_A_DIGIT = 0.62
AXIS = 48
RING_RADIUS, RING_WIDTH = 62, 22
TICKS = 3
SERIES_MAX = 4


class Point(NamedTuple):
    """One value: its label (a year, a department), the value, and what kind it is, in a word for the person."""

    label: str
    value: Decimal | None
    kind: str = "actual"
    kind_label: str = ""

    @property
    def text(self) -> str:
        """The value as it is printed."""
        return format_number(self.value)


class Mark(NamedTuple):
    """A point with its place: `x` its middle, `left` and `y` the corner of its bar, `text_y` of its number."""

    point: Point
    x: float
    left: float
    y: float
    width: float
    height: float
    text_y: float


class Tick(NamedTuple):
    """A line across with its number."""

    y: float
    text: str


class Chart(NamedTuple):
    """A bar or line chart ready to draw. `font` is the size of the numbers, 0 when they do not fit."""

    key: str
    title: str
    unit: str
    description: str
    marks: list[Mark]
    ticks: list[Tick]
    segments: list[tuple[Mark, Mark]]
    baseline: float
    font: float
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def drawn(self) -> list[Mark]:
        """The marks that have a figure."""
        return [mark for mark in self.marks if mark.point.value is not None]


class Part(NamedTuple):
    """One stretch of a stacked bar: of which series (0 to 3), where, and its number if there is room for it."""

    series: int
    name: str
    value: Decimal
    x: float
    width: float
    text: str

    @property
    def middle(self) -> float:
        """Where its number stands."""
        return round(self.x + self.width / 2, 2)


class StackedRow(NamedTuple):
    """One stacked bar: its label, its place, its drawn parts, and all its numbers as text."""

    label: str
    y: float
    parts: list[Part]
    values: list[str]


class StackedChart(NamedTuple):
    """Horizontal stacked bars with one scale."""

    key: str
    title: str
    unit: str
    description: str
    names: list[str]
    rows: list[StackedRow]
    height: int
    width: int = WIDTH


class Ring(NamedTuple):
    """A share as a ring: `dash` the drawn length of `circumference`; `percent` as text, – when there is no whole."""

    key: str
    title: str
    description: str
    done: int
    total: int
    percent: str
    dash: float
    circumference: float
    radius: int = RING_RADIUS
    stroke: int = RING_WIDTH


def bar_chart(key: str, title: str, points: Sequence[Point], *, unit: str = "") -> Chart:
    """Return upright bars from zero; negative values hang below it, their numbers above, clear of the labels."""
    values = [float(point.value) for point in points if point.value is not None]
    low, high = min([0.0, *values]), max([0.0, *values])
    if low == high:
        high = 1.0
    span = high - low
    slot = (WIDTH - 2 * SIDE) / max(1, len(points))
    baseline = TOP + PLOT * high / span
    marks = []
    for index, point in enumerate(points):
        value = float(point.value or 0)
        height = PLOT * abs(value) / span
        y = baseline - height if value >= 0 else baseline
        text_y = y - 6
        x = SIDE + slot * (index + 0.5)
        marks.append(_mark(point, x, y, slot * 0.56, height, text_y))
    font = _font(points, slot)
    return Chart(key, title, unit, describe(points, unit), marks, [], [], round(baseline, 2), font)


def line_chart(key: str, title: str, points: Sequence[Point], *, unit: str = "") -> Chart:
    """Return a line over round steps; it breaks where there is no figure. The scale need not begin at zero."""
    values = [float(point.value) for point in points if point.value is not None]
    steps = _steps(min(values, default=0.0), max(values, default=1.0))
    low, span = steps[0], (steps[-1] - steps[0]) or 1.0
    slot = (WIDTH - AXIS - SIDE) / max(1, len(points))
    marks = []
    for index, point in enumerate(points):
        y = TOP + PLOT * (1 - (float(point.value if point.value is not None else low) - low) / span)
        marks.append(_mark(point, AXIS + slot * (index + 0.5), y, 0, 0, y - 10))
    ticks = [Tick(round(TOP + PLOT * (1 - (step - low) / span), 2), _tick_text(step)) for step in steps]
    segments = [(a, b) for a, b in pairwise(marks) if None not in (a.point.value, b.point.value)]
    baseline, font = float(TOP + PLOT), _font(points, slot)
    return Chart(key, title, unit, describe(points, unit), marks, ticks, segments, baseline, font)


def stacked_bar_chart(
    key: str, title: str, names: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]], *, unit: str = ""
) -> StackedChart:
    """Return one bar a row, its values (0 or more, one for each of at most four `names`) side by side on one scale.

    Raises `ValueError` for more than four names or for a negative value.
    """
    if len(names) > SERIES_MAX or any(value < 0 for _label, values in rows for value in values):
        raise ValueError("a stacked bar has up to four parts of 0 or more")
    largest = max((sum(values) for _label, values in rows), default=0) or 1
    step, drawn, sentences = 52, [], []
    for index, (label, values) in enumerate(rows):
        texts = [format_number(value) for value in values]
        drawn.append(StackedRow(label, index * step + 6, _parts(names, values, largest), texts))
        words = [f"{name} {text}{unit}" for name, text in zip(names, texts, strict=True)]
        sentences.append(_("%(label)s: %(value)s.") % {"label": label, "value": ", ".join(words)})
    return StackedChart(key, title, unit, " ".join(sentences), list(names), drawn, max(1, len(rows)) * step)


def ring_chart(key: str, title: str, done: int, total: int) -> Ring:
    """Return the share `done` of `total` as a ring, rounded down, so that 100 % means everybody."""
    circumference = 2 * math.pi * RING_RADIUS
    share = min(1.0, done / total) if total else 0.0
    percent = f"{100 * done // total}%" if total else "–"
    words = {"done": format_number(done), "total": format_number(total), "percent": percent}
    description = _("%(done)s of %(total)s, %(percent)s.") % words if total else _("There is nobody to count.")
    dash = round(circumference * share, 2)
    return Ring(key, title, description, done, total, percent, dash, round(circumference, 2))


def describe(points: Sequence[Point], unit: str) -> str:
    """Return the values in words, for those who do not see the drawing."""
    sentences = []
    for point in points:
        label = f"{point.label} ({point.kind_label})" if point.kind_label else point.label
        value = _("no figure") if point.value is None else f"{point.text}{unit}"
        sentences.append(_("%(label)s: %(value)s.") % {"label": label, "value": value})
    return " ".join(sentences)


def _mark(point: Point, x: float, y: float, width: float, height: float, text_y: float) -> Mark:
    return Mark(point, *(round(number, 2) for number in (x, x - width / 2, y, width, height, text_y)))


def _font(points: Sequence[Point], slot: float) -> float:
    longest = max((len(point.text) for point in points), default=1) or 1
    size = min(FONT, slot / (EM_OF_A_DIGIT * longest))
    return round(size, 1) if size >= FONT_SMALLEST else 0


def _steps(low: float, high: float) -> list[float]:
    """Return round numbers from just below `low` to just above `high`."""
    span = (high - low) or abs(high) or 1.0
    raw = span / TICKS
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [number * step for number in range(first, max(last, first + 1) + 1)]


def _tick_text(step: float) -> str:
    text = format_number(Decimal(str(round(step, 6))))
    return text if len(text) <= 7 else f"{step:.1e}"


def _parts(names: Sequence[str], values: Sequence[int], largest: int) -> list[Part]:
    parts, x = [], 0.0
    for series, (name, value) in enumerate(zip(names, values, strict=True)):
        width = WIDTH * value / largest
        text = format_number(value)
        room = width >= FONT * EM_OF_A_DIGIT * len(text) + 6
        if value:
            parts.append(Part(series, name, Decimal(value), round(x, 2), round(width, 2), text if room else ""))
        x += width
    return parts
