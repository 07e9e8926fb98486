"""Form fields that read what people in a Japanese office type."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.fiscal_year import EARLIEST, LATEST


class FigureField(forms.DecimalField):
    """A number with up to 12 digits and two decimals; full-width digits, commas and ▲ for a negative are read."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "class": "figure"}))
        super().__init__(max_digits=14, decimal_places=2, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Fold the figure's writing, then read it as a decimal."""
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).replace(",", "").replace("▲", "-").replace("△", "-").strip()
        return super().to_python(value)


class YearField(forms.IntegerField):
    """A western fiscal year; full-width digits are read."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "input--short"})
        super().__init__(min_value=EARLIEST, max_value=LATEST, widget=widget, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Fold full-width digits, then read the year."""
        return super().to_python(unicodedata.normalize("NFKC", value) if isinstance(value, str) else value)


class PlainTextField(forms.CharField):
    """A text kept exactly as typed, blanks included; only the browser's line ends become plain ones."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Return the text with `\\n` as its only line end."""
        text = super().to_python(value)
        return text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(text, str) else text


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
