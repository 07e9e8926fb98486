"""Examples of forms: one form in its states, and formsets. The forms to try are in `sections`."""

import datetime as dt
from functools import partial
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from common.formsets import TableHelper
from moka_secpolicy.style.examples import Example, state
from moka_secpolicy.style.forms import STORED_ROWS, SampleForm, SampleRow, SampleRows, StoredSample

FILLED: dict[str, Any] = {
    "name": _("Register of residents"),
    "amount": "80123",
    "section": "citizens",
    "remarks": _("Kept on the server in the machine room."),
    "answer": "partly",
    "kept_on": ["paper", "disk"],
    "meeting": dt.datetime(2026, 6, 1, 4, 30, tzinfo=dt.UTC),
    "report": StoredSample(),
    "read": True,
}
WRONG = MultiValueDict(
    {
        "wrong-name": ["x" * 30],
        "wrong-amount": ["abc"],
        "wrong-section": ["none"],
        "wrong-kept_on": ["cloud"],
        "wrong-meeting_0": ["13/13"],
        "wrong-meeting_1": ["25:00"],
    }
)
ROWS_WRONG = {
    "wrong-TOTAL_FORMS": "2",
    "wrong-INITIAL_FORMS": "2",
    "wrong-0-name": "",
    "wrong-0-records": "many",
    "wrong-1-name": "A",
    "wrong-1-records": "10",
}


def filled(prefix: str, *, locked: bool = False) -> SampleForm:
    """Return the sample form as a stored asset fills it."""
    return SampleForm(prefix=prefix, initial=FILLED, locked=locked)


def wrong_rows() -> forms.BaseFormSet:
    """Return the sample table with an error in a field and one of a whole row."""
    return SampleRows(ROWS_WRONG, prefix="wrong")


def wrong_helper() -> TableHelper:
    """Return a helper whose summary has a name of its own and leaves the focus alone."""
    helper = TableHelper(caption=_("Assets with errors"), add_row="")
    helper.formset_error_title, helper.without_focus = str(_("Please check these rows")), True
    return helper


def entries() -> forms.BaseFormSet:
    """Return two entries, each in a group of its own."""
    return forms.formset_factory(SampleRow, extra=1)(initial=STORED_ROWS[:1], prefix="entries")


FORM_STATES = [
    Example(
        "empty",
        _("Not filled in yet"),
        _("As a person finds it. Words say which fields must be filled and which may stay empty."),
        "style/_form.html",
        [state(form=partial(SampleForm, prefix="empty"))],
        "{% crispy form %}",
    ),
    Example(
        "filled",
        _("Filled in"),
        _("As it is when something stored is edited: a stored file can be seen, replaced or removed."),
        "style/_form.html",
        [state(form=partial(filled, "filled"))],
        "{{ form|crispy }}",
    ),
    Example(
        "disabled",
        _("Locked"),
        _("What cannot be changed now. Locked fields carry no mark; say above the form why they are locked."),
        "style/_form.html",
        [state(form=partial(filled, "locked", locked=True))],
        'self.fields["name"].disabled = True',
    ),
    Example(
        "errors",
        _("With errors"),
        _("All errors in one list, each a link to its field; then each beside its field. What was typed is kept."),
        "style/_form.html",
        [state(form=partial(SampleForm, WRONG, prefix="wrong", title=_("Please check this example")))],
        "{% crispy form %}",
    ),
]

FORMSETS = [
    Example(
        "table-errors",
        _("Table with errors"),
        _("An error names its row and its column; one of the whole row stands below the row."),
        "style/_formset.html",
        [state(formset=wrong_rows, helper=wrong_helper)],
        "{% crispy formset formset.helper %}",
    ),
    Example(
        "entries",
        _("Entries one below the other"),
        _("For entries with many fields. Each is a group with a number."),
        "style/_entries.html",
        [state(formset=entries)],
        "{{ formset|crispy }}",
    ),
]
