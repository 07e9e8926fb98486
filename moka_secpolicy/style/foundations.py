"""The values under everything, read from the style sheet itself: colours and their contrast, sizes, spaces."""

import re
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from moka_secpolicy.style.examples import Example, state

TOKEN = re.compile(r"--([\w-]+):\s*([^;]+);")
REM = 16
"""The pixels of one rem."""
BLUE = {
    "blue-50": _("A row under the pointer"),
    "blue-200": _("An outlined button under the pointer"),
    "blue-900": _("Buttons, the mark of the current page"),
    "blue-1000": _("Links"),
    "blue-1200": _("A link or button being pressed"),
    "visited": _("Links visited before"),
}
GRAY = {
    "gray-50": _("Every other row, panels"),
    "gray-100": _("Headings of tables"),
    "gray-200": _("Lines between rows"),
    "gray-420": _("Borders of things that can be pressed"),
    "gray-600": _("Quiet text, borders of fields"),
    "gray-800": _("Ordinary text"),
    "gray-900": _("Headings"),
}
SIGNALS = {
    "success": _("Icon: done"),
    "success-text": _("Text: done"),
    "warning": _("Icon: please note"),
    "warning-text": _("Text: please note"),
    "error": _("Icon: error"),
    "error-text": _("Text: error, and buttons that delete"),
    "focus-ring": _("The ring around the focus"),
}


class Colour(NamedTuple):
    """A colour: its name, its hexadecimal value, its contrast to white as a ratio, and what it is used for."""

    name: str
    value: str
    contrast: str
    use: str


@cache
def tokens() -> dict[str, str]:
    """Return the custom properties of static/css/tokens.css by name, without the two dashes."""
    sheet = Path(settings.BASE_DIR) / "static" / "css" / "tokens.css"
    return dict(TOKEN.findall(sheet.read_text(encoding="utf-8")))


def pixels(prefix: str) -> list[tuple[str, float]]:
    """Return the lengths whose names begin with `prefix`, in pixels, as the style sheet orders them."""
    found = {name: value for name, value in tokens().items() if name.startswith(f"{prefix}-") and name[-1].isdigit()}
    return [(name, float(value.removesuffix("rem")) * REM) for name, value in found.items()]


def contrast(value: str) -> float:
    """Return the contrast of a colour (#rgb or #rrggbb) to white, 1 to 21, as WCAG 2.2 computes it."""
    digits = value.removeprefix("#")
    pairs = [digit * 2 for digit in digits] if len(digits) == 3 else re.findall("..", digits)
    shares = [int(pair, 16) / 255 for pair in pairs]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def colours(uses: dict[str, Any]) -> list[Colour]:
    """Return the colours named in `uses` with what they are used for."""
    values = {name: tokens()[name] for name in uses}
    return [Colour(name, value, f"{contrast(value):.1f}", uses[name]) for name, value in values.items()]


KINDS = ("neutral", "info", "success", "warning", "error")
FOUNDATIONS = [
    Example(
        "colours",
        _("Colours"),
        _(
            "Each with its contrast to white. Text needs 4.5 to 1, the border of a field 3 to 1. A colour never says "
            "anything alone."
        ),
        "style/_colours.html",
        [
            state(_("Blue: what can be pressed"), colours=partial(colours, BLUE)),
            state(_("Grays: text, lines and grounds"), colours=partial(colours, GRAY)),
            state(_("Signals: always beside a word and a shape"), colours=partial(colours, SIGNALS)),
        ],
        "var(--blue-900)",
    ),
    Example(
        "type",
        _("Typeface and sizes"),
        _("One typeface made for reading Japanese, eight sizes, two weights."),
        "style/_type.html",
        [state(lengths=partial(pixels, "size"))],
        "var(--size-18)",
    ),
    Example(
        "spacing",
        _("Spacing"),
        _("Distances come from this list alone."),
        "style/_spaces.html",
        [state(lengths=partial(pixels, "space"))],
        "var(--space-16)",
    ),
    Example(
        "corners",
        _("Corners"),
        _("Small things have small corners."),
        "style/_corners.html",
        [state(lengths=partial(pixels, "radius"))],
        "var(--radius-8)",
    ),
    Example(
        "focus",
        _("Focus"),
        _(
            "Whatever is reached by keyboard gets the same black outline with a yellow ring. Press the Tab key to see "
            "it move."
        ),
        "style/_focus.html",
        [state()],
        ":focus-visible",
    ),
    Example(
        "icon",
        _("Icon"),
        _("A shape beside a word. It is never read aloud and never stands alone."),
        "components/icon.html",
        [state(kind, name=kind) for kind in KINDS],
        is_small=True,
    ),
]
