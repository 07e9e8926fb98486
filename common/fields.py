"""Form fields that read what people in a Japanese office type."""

import datetime as dt
import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.fiscal_year import EARLIEST, LATEST
from common.templatetags.dates import day
from common.wareki import EARLIEST_DAY, LATEST_DAY, DateFault, DateInvalid, parse_date

# Narrower than NFKC, which would read 10² as 102.
WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
MINUS_SIGNS = str.maketrans("▲△−‐", "----")
FIGURE = re.compile(r"(?P<sign>[+-]?) *(?P<whole>[0-9,]*)(?P<decimals>\.[0-9]*)?")
GROUPED = re.compile(r"[0-9]*|[0-9]{1,3}(,[0-9]{3})+")
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


class FigureField(forms.DecimalField):
    """A number with up to 12 digits and two decimals, read in full width, with commas between thousands and with ▲.

    Only digits as people write them are a figure: no exponent, no NaN, and no comma in any other place.
    """

    default_error_messages = {
        "invalid": _("Enter a number in digits, such as 1234.5 or ▲12."),
        "commas": _("Commas may stand only between groups of three digits, as in 1,234,567."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "class": "figure"}))
        super().__init__(max_digits=14, decimal_places=2, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Fold the figure's writing, then read it as a decimal."""
        return super().to_python(self._plain(value) if isinstance(value, str) else value)

    def _plain(self, text: str) -> str:
        folded = text.translate(WIDTH).strip().translate(MINUS_SIGNS)
        found = FIGURE.fullmatch(folded)
        if found is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if not GROUPED.fullmatch(found["whole"]):
            raise ValidationError(self.error_messages["commas"], code="commas")
        return found["sign"] + found["whole"].replace(",", "") + (found["decimals"] or "")


class YearField(forms.IntegerField):
    """A western fiscal year; full-width digits are read."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "input--short"})
        super().__init__(min_value=EARLIEST, max_value=LATEST, widget=widget, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Fold full-width digits, then read the year."""
        if isinstance(value, str):
            value = value.translate(WIDTH)
            if "_" in value:
                raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class CountField(forms.IntegerField):
    """How many there are: a whole number from 0, read in full width and with commas between thousands."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "class": "input--short"}))
        super().__init__(min_value=0, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Fold the number's writing, then read it."""
        if isinstance(value, str):
            value = value.translate(WIDTH).strip()
            if not GROUPED.fullmatch(value):
                raise ValidationError(self.error_messages["invalid"], code="invalid")
            value = value.replace(",", "")
        return super().to_python(value)


class ClockField(forms.TimeField):
    """A time of day such as 13:30, read in full width."""

    def to_python(self, value: Any) -> Any:
        """Fold the width, then read the time."""
        return super().to_python(value.translate(WIDTH) if isinstance(value, str) else value)


class CodeField(forms.CharField):
    """A code or number, such as a control number: width is folded, capitals and small letters are kept.

    Characters that nobody sees (control and formatting characters) are refused: two codes that look the same are
    the same code.
    """

    default_error_messages = {
        "unseen": _("This contains a character that cannot be seen. Delete it all and type it in again."),
    }

    def to_python(self, value: Any) -> Any:
        """Return the code with ordinary width and no blanks around it."""
        code = super().to_python(unicodedata.normalize("NFKC", value) if isinstance(value, str) else value)
        refuse_unseen(code, self.error_messages["unseen"])
        return code


class OneLineField(forms.CharField):
    """A text on one line, such as a name: kept as given, but for blanks around it.

    What ends a line, or cannot be seen, is refused wherever it stands: a name that ends a line would write the header
    of a mail.
    """

    default_error_messages = {
        "unseen": _("This contains a character that cannot be seen. Delete it all and type it in again."),
    }

    def to_python(self, value: Any) -> Any:
        """Return the text without the blanks around it."""
        refuse_unseen(value, self.error_messages["unseen"])
        return super().to_python(value)


class MailField(forms.EmailField):
    """A mail address; like `OneLineField`, nothing unseen is taken for a blank around it."""

    default_error_messages = OneLineField.default_error_messages

    def to_python(self, value: Any) -> Any:
        """Return the address without the blanks around it."""
        refuse_unseen(value, self.error_messages["unseen"])
        return super().to_python(value)


def refuse_unseen(value: Any, message: Any) -> None:
    """Raise `ValidationError` for a text with a control or formatting character, ends of lines included."""
    if isinstance(value, str) and any(unicodedata.category(character) in UNSEEN for character in value):
        raise ValidationError(message, code="unseen")


class JapaneseDateInput(forms.DateInput):
    """A text box for a date; a stored date is shown as the screens write it, a typed one stays as typed."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "dateinput", "autocomplete": "off", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        """Return a date in the house style, a text as it is."""
        return day(value) if isinstance(value, dt.date) else super().format_value(value)


class JapaneseDateField(forms.DateField):
    """A date in any form that people write: R8.4.1, 令和8年4月1日, 2026/4/1, in either width (``wareki.parse_date``).

    What is refused is told in plain words; a day after its era's end with the day that is probably meant.
    """

    widget = JapaneseDateInput
    default_error_messages = {
        DateFault.UNREADABLE: _("This cannot be read as a date. Enter it like R8.4.1 or 2026/4/1."),
        DateFault.NO_SUCH_DAY: _("There is no such day in the calendar. Check the year, the month and the day."),
        DateFault.OUT_OF_RANGE: _("Enter a day from %(first)s to %(last)s."),
        DateFault.YEARS_DIFFER: _("The year of the era and the year in brackets are not the same year."),
        DateFault.ERA_NOT_BEGUN: _("This era began on %(edge)s. If you mean %(meant)s, enter that."),
        DateFault.ERA_OVER: _("This era ended on %(edge)s. If you mean %(meant)s, enter that."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("For example R8.4.1 or 2026/4/1."))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> dt.date | None:
        """Read a typed date; raises ``ValidationError`` with the reason when it is none."""
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value.strip() if isinstance(value, str) else value)
        try:
            return parse_date(value.strip())
        except DateInvalid as invalid:
            days = {"first": EARLIEST_DAY, "last": LATEST_DAY, "edge": invalid.edge, "meant": invalid.meant}
            message, shown = self.error_messages[invalid.fault], {name: day(on) for name, on in days.items()}
            raise ValidationError(message, code=invalid.fault, params=shown) from None


class PlainTextField(forms.CharField):
    """A text kept exactly as typed, blanks included; only the browser's line ends become plain ones."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Return the text with `\\n` as its only line end."""
        text = super().to_python(value)
        return text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(text, str) else text

    def validate(self, value: Any) -> None:
        """Take blanks alone for nothing."""
        super().validate(value.strip() if isinstance(value, str) else value)


class LinesField(PlainTextField):
    """A list of texts, one a line; empty lines are passed over. The texts themselves are kept as typed."""

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        kwargs.setdefault("help_text", _("One entry a line."))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show a list as lines."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        """Return the lines as a list."""
        return [line for line in super().clean(value).split("\n") if line.strip()]
