"""What administrators enter about where a person belongs, and about leave."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.fields import JapaneseDateField, OneLineField
from common.templatetags.dates import day
from staff.forms_reorganise import CHOOSE, ChosenDepartment, offer_departments
from staff.forms_rights import ENDS_BEFORE_START, REASON, REASON_MAX
from staff.models import Department, Staff

OPEN_END = _("Empty: open. For example R8.4.1 or 2026/4/1.")


class DaysForm(forms.Form):
    """For which days something holds for `person`, past days included, and why."""

    valid_from = JapaneseDateField(label=_("From"))
    valid_to = JapaneseDateField(label=_("Until (this day included)"), required=False, help_text=OPEN_END)
    reason = forms.CharField(label=REASON, max_length=REASON_MAX)

    def __init__(self, data: Mapping[str, Any] | None = None, *, person: Staff, on: dt.date) -> None:
        super().__init__(data, initial={"valid_from": on})
        self.person = person

    def clean(self) -> dict[str, Any]:
        """Tell a last day before the first, and days on which the person is not on the staff."""
        data = super().clean() or {}
        first, last = data.get("valid_from"), data.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", ENDS_BEFORE_START)
        for name, chosen in (("valid_from", first), ("valid_to", last)):
            if chosen and name not in self.errors and not self.person.is_employed_on(chosen):
                self.add_error(name, _("The person is not on the staff on this day."))
        return data


class PostingForm(DaysForm):
    """A posting: where, as what, and whether the main posting held until then ends the day before."""

    code = ChosenDepartment(label=_("Department"), empty=CHOOSE)
    position = OneLineField(label=_("Position"), max_length=50, required=False)
    is_head = forms.BooleanField(
        label=_("Head of the department"), required=False, help_text=_("A head sees the people and records there.")
    )
    concurrent = forms.BooleanField(label=_("Concurrent post beside the main one"), required=False)
    replaces = forms.BooleanField(
        label=_("The main posting held until then ends the day before"), required=False, initial=True
    )
    field_order = ("code", "position", "is_head", "concurrent", "valid_from", "valid_to", "replaces", "reason")

    def __init__(self, data: Mapping[str, Any] | None = None, *, person: Staff, on: dt.date) -> None:
        super().__init__(data, person=person, on=on)
        offer_departments(self.fields)

    def clean(self) -> dict[str, Any]:
        """Find the department as it is on the first day; a concurrent post replaces nothing."""
        data = super().clean()
        code, first = data.pop("code", None), data.get("valid_from")
        if code and first:
            data["department"] = Department.objects.in_force(first).filter(code=code).first()
            if data["department"] is None:
                self.add_error("code", _("This department does not exist on the first day."))
            elif (end := data["department"].ends_on) and (not data.get("valid_to") or data["valid_to"] > end):
                self.add_error(
                    "valid_to",
                    _("This department ends on %(day)s. Enter that day or an earlier one.") % {"day": day(end)},
                )
        data["replaces"] = bool(data.get("replaces")) and not data.get("concurrent")
        return data


class LeaveForm(DaysForm):
    """A leave; its last day may still be unknown."""


class LastDayForm(forms.Form):
    """The last day of a posting or a leave, past days included, and why."""

    last_day = JapaneseDateField(label=_("Last day"))
    reason = forms.CharField(label=REASON, max_length=REASON_MAX)

    def __init__(self, data: Mapping[str, Any] | None = None, *, first: dt.date, on: dt.date) -> None:
        super().__init__(data, initial={"last_day": on})
        if first > on:
            self.fields["last_day"].help_text = _(
                "It has not begun yet: a day before its first takes it back. For example R8.4.1 or 2026/4/1."
            )
