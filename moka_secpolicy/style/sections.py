"""The sections of the style guide: what each shows, and the form that may be tried there."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _

from common.formsets import asks_for_row, with_another_row
from moka_secpolicy.style.charts import CHARTS
from moka_secpolicy.style.examples import Example
from moka_secpolicy.style.form_examples import FORM_STATES, FORMSETS
from moka_secpolicy.style.forms import STORED_ROWS, EveryWidget, SampleRows
from moka_secpolicy.style.foundations import FOUNDATIONS
from moka_secpolicy.style.lists import HISTORY, LISTS, STEPS
from moka_secpolicy.style.pages import BUTTONS, ERRORS, LAYOUT
from moka_secpolicy.style.parts import NOTIFICATIONS, PROGRESS
from moka_secpolicy.style.tables import TABLES

Sample = forms.BaseForm | forms.BaseFormSet


class Section(NamedTuple):
    """A page of the guide. `sample` makes the form to try from what was sent and the files, None before."""

    title: Any
    lead: Any
    examples: list[Example]
    sample: Callable[[Any, Any], Sample] | None = None


def sample_rows(data: Mapping[str, Any] | None, files: Any) -> forms.BaseFormSet:
    """Return the sample table, with one more row when its button was pressed."""
    rows = SampleRows(data, files, initial=STORED_ROWS, prefix="rows")
    return with_another_row(rows) if asks_for_row(data, "rows") else rows


SECTIONS: dict[str, Section] = {
    "foundations": Section(
        _("Foundations"), _("Colours, type, spaces, corners, focus and icons: the values of every page."), FOUNDATIONS
    ),
    "layout": Section(
        _("Layout and navigation"), _("What frames a page and leads through the portal."), [*LAYOUT, STEPS]
    ),
    "buttons": Section(_("Buttons and links"), _("A button does something, a link goes somewhere."), BUTTONS),
    "notifications": Section(_("Notifications and states"), _("What tells a person how things stand."), NOTIFICATIONS),
    "tables": Section(
        _("Tables and lists"),
        _("What is compared stands in a table; what is read stands in a list."),
        [*TABLES, *LISTS, HISTORY],
    ),
    "charts": Section(
        _("Charts"),
        _("Drawn by the portal itself, the same on screen and in the PDF; each with its figures in a table beside it."),
        CHARTS,
    ),
    "forms": Section(
        _("Forms: every field"),
        _("One form with every kind of field. Enter what you like and send it: errors are shown, nothing is saved."),
        [],
        EveryWidget,
    ),
    "form-states": Section(
        _("Forms: states"), _("The same form empty, filled in, locked and with errors."), FORM_STATES
    ),
    "formsets": Section(
        _("Forms: rows and entries"),
        _("Several entries at once. The table below can be tried: add a row, send it; nothing is saved."),
        FORMSETS,
        sample_rows,
    ),
    "progress": Section(
        _("Progress, confirmation and facts"),
        _("Long jobs, acts with consequences, and facts about one thing."),
        PROGRESS,
    ),
    "errors": Section(
        _("Error pages"), _("Each says what happened, what is safe and what to do next. Here is what they say."), ERRORS
    ),
}
