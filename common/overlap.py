"""Two people editing the same thing: the later one is told once, and everything typed is kept."""

import copy
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

SENTENCE = _(
    "Somebody else saved this while you were editing it. Your entries are kept below and are not saved yet. Open it in "
    "another window to compare, then save again to replace the other person's entries."
)


def say_overlap(form: forms.BaseForm, field: str, now: Any) -> None:
    """Refuse the form; sent again with `now` in its hidden field, it replaces what the other person saved."""
    say_overlaps(form, {field: now})


def say_overlaps(form: forms.BaseForm, now: Mapping[str, Any]) -> None:
    """Refuse the form; sent again with the fields that `now` names as it says, it replaces what was saved."""
    data: Any = copy.copy(form.data)
    for field, value in now.items():
        data[field] = value
    form.data = data
    form.add_error(None, str(SENTENCE))
