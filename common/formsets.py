"""Rows of fields that grow on the server: a button adds an empty row, and nothing typed is lost or judged yet."""

from collections.abc import Mapping
from typing import Any, TypeVar

from crispy_forms.helper import FormHelper
from django import forms
from django.forms.formsets import TOTAL_FORM_COUNT
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

ADD_ROW = "add_row"
ADD_A_ROW = _("Add a row")
Rows = TypeVar("Rows", bound=forms.BaseFormSet)


class TableHelper(FormHelper):
    """Shows a formset as a table inside a form of the page's own: a row an entry, a column a field.

    `caption` names the table, aloud only when `hide_caption`; `add_row` are the words on the button that adds a row,
    "" for none; `without_summary` leaves the error summary to the page.
    """

    def __init__(
        self, *, caption: Any, hide_caption: bool = False, add_row: Any = ADD_A_ROW, without_summary: bool = False
    ) -> None:
        super().__init__()
        self.template = "dads/table_inline_formset.html"
        self.form_tag, self.disable_csrf = False, True
        self.caption, self.hide_caption = caption, hide_caption
        self.add_row, self.without_summary = add_row, without_summary


def asks_for_row(data: Mapping[str, Any] | None, prefix: str) -> bool:
    """Tell whether the button that adds a row to the formset of this prefix was pressed."""
    return data is not None and data.get(ADD_ROW) == prefix


def with_another_row(formset: Rows) -> Rows:
    """Return the bound `formset` with one more empty row, which takes the focus, and everything typed as it was.

    Nothing is checked: no error shows, and `cleaned_data` is empty, so never save it. At `max_num` no row is added.
    """
    rows: Any = formset
    count = max(rows.total_form_count(), 0)
    if count < rows.max_num:
        rows.data = rows.data.copy()
        rows.data[f"{rows.prefix}-{TOTAL_FORM_COUNT}"] = str(count + 1)
        for cached in ("forms", "management_form"):
            rows.__dict__.pop(cached, None)
        rows.forms[-1].visible_fields()[0].field.widget.attrs["autofocus"] = True
    leave_unchecked(*rows.forms)
    rows._errors = [form.errors for form in rows.forms]
    rows._non_form_errors = rows.error_class()
    return formset


def leave_unchecked(*bound: Any) -> None:
    """Let each form show what was typed and no error; its `cleaned_data` is empty, so never save it."""
    for form in bound:
        form._errors, form.cleaned_data = ErrorDict(), {}
