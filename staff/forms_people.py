"""How the lists of people are narrowed, and the day on which a department is looked at."""

import datetime as dt
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.fields import JapaneseDateField
from common.listing import TEXT_MAX, ListForm
from staff.fields import DepartmentField


class PeopleFilter(ListForm):
    """The directory: a part of the name or ふりがな, and a department with all below it."""

    q = forms.CharField(
        label=_("Name or furigana"), max_length=TEXT_MAX, widget=forms.TextInput(attrs={"type": "search"})
    )
    department = DepartmentField(label=_("Department"), empty=_("all departments"))


class RecordsFilter(PeopleFilter):
    """The directory for those who see people's records: the number too, and those who have left."""

    STATES = (
        ("", _("on the staff now")),
        ("left", _("have left")),
        ("coming", _("are still to come")),
        ("all", _("everybody")),
    )

    state = forms.ChoiceField(label=_("Which people"), choices=STATES)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.fields["q"].label = _("Name, furigana or employee number")


class DayForm(ListForm):
    """The day on which the departments are looked at; empty is today."""

    on = JapaneseDateField(label=_("On the day"))

    @property
    def day(self) -> dt.date:
        """The day asked for, today when none was or it could not be read."""
        chosen: Any = self.cleaned_data.get("on") if self.is_valid() else None
        return chosen or timezone.localdate()
