"""What administrators enter about a person, a granted role and a deputy, and what heads enter about their deputies."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.canonical import canonical_json
from common.fields import CodeField, JapaneseDateField, MailField, OneLineField
from common.overlap import say_overlap
from staff.changes import FIELDS
from staff.models import Staff
from staff.roles import Role

REASON = _("Reason")
REASON_MAX = 200
KINDS = [(value, label) for value, label in Staff.EmploymentKind.choices if value != Staff.EmploymentKind.SYSTEM]
ENDS_BEFORE_START = _("The last day must not be before the first.")


class TermForm(forms.Form):
    """For which days something is given, not before the day `on`, and why."""

    valid_from = JapaneseDateField(label=_("From"))
    valid_to = JapaneseDateField(label=_("Until (this day included)"))
    reason = forms.CharField(label=REASON, max_length=REASON_MAX)

    def __init__(self, data: Mapping[str, Any] | None = None, *, on: dt.date) -> None:
        super().__init__(data, initial={"valid_from": on})
        self.on = on

    def clean_valid_from(self) -> dt.date:
        """Refuse days gone by: nobody can have had a right then."""
        first: dt.date = self.cleaned_data["valid_from"]
        if first < self.on:
            raise ValidationError(_("Rights cannot be given for days gone by."))
        return first

    def clean(self) -> dict[str, Any]:
        """Tell a last day before the first."""
        data = super().clean() or {}
        first, last = data.get("valid_from"), data.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", ENDS_BEFORE_START)
        return data


class GrantForm(TermForm):
    """A role for a person."""

    role = forms.ChoiceField(label=_("Role"), choices=[("", _("Please choose")), *Role.choices])
    field_order = ("role", "valid_from", "valid_to", "reason")

    def __init__(self, data: Mapping[str, Any] | None = None, *, on: dt.date) -> None:
        super().__init__(data, on=on)
        self.fields["valid_to"].required = False
        self.fields["valid_to"].help_text = _("Empty: until it is taken away. For example R8.4.1 or 2026/4/1.")


class DeputyForm(TermForm):
    """Who stands in for `head`: somebody of the departments headed and below, or anybody by the employee number."""

    person = forms.ModelChoiceField(Staff.objects.none(), label=_("Deputy"), required=False)
    number = CodeField(
        label=_("Or the employee number of somebody of another department"), max_length=20, required=False
    )
    field_order = ("person", "number", "valid_from", "valid_to", "reason")

    def __init__(self, data: Mapping[str, Any] | None = None, *, on: dt.date, head: Staff) -> None:
        super().__init__(data, on=on)
        near = Staff.objects.belonging_to(head.headed_codes_on(on), on).exclude(pk=head.pk)
        self.fields["person"].queryset = near.order_by("kana", "employee_number")  # type: ignore[attr-defined]

    def clean_number(self) -> str:
        """Refuse a number that nobody on the staff has."""
        number: str = self.cleaned_data["number"]
        self.by_number = Staff.objects.employed_on(self.on).filter(employee_number=number).first() if number else None
        if number and self.by_number is None:
            raise ValidationError(_("Nobody on the staff has this employee number."))
        return number

    def clean(self) -> dict[str, Any]:
        """Return the deputy as `person`; tell when nobody is chosen, or two."""
        data = super().clean()
        chosen, number = data.get("person"), data.get("number")
        if chosen and number:
            self.add_error("number", _("Choose a person or enter a number, not both."))
        elif number:
            data["person"] = self.by_number
        elif not chosen and "number" not in self.errors and "person" not in self.errors:
            self.add_error("person", _("Choose a person or enter a number."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        """What the action is to write."""
        return {name: self.cleaned_data[name] for name in ("person", "valid_from", "valid_to", "reason")}


class EndForm(forms.Form):
    """The last day of something held for a time, and why."""

    last_day = JapaneseDateField(label=_("Last day"))
    reason = forms.CharField(label=REASON, max_length=REASON_MAX)

    def __init__(self, data: Mapping[str, Any] | None = None, *, on: dt.date) -> None:
        super().__init__(data, initial={"last_day": on})
        self.fields["last_day"].help_text = _("Yesterday ends it at once. For example R8.4.1 or 2026/4/1.")


class PersonForm(forms.Form):
    """What is recorded of a person: a new one, or `person` to be changed, then with the reason."""

    employee_number = CodeField(label=_("Employee number"), max_length=20)
    name = OneLineField(label=pgettext_lazy("person", "Name"), max_length=100)
    kana = OneLineField(label=_("Furigana"), max_length=100, required=False)
    email = MailField(label=_("Mail address"), required=False)
    employment_kind = forms.ChoiceField(label=_("Kind of employment"), choices=KINDS)
    joined_on = JapaneseDateField(label=_("Joined on"))
    left_on = JapaneseDateField(label=_("Last day on the staff"), required=False)
    reason = forms.CharField(label=REASON, max_length=REASON_MAX)
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, person: Staff | None = None) -> None:
        self.person = person
        held = {name: getattr(person, name) for name in FIELDS} if person else {}
        self.now = fingerprint(held)
        super().__init__(data, initial={**held, "seen": self.now})
        if person is None:
            del self.fields["reason"]

    def clean_employee_number(self) -> str:
        """Refuse a number that somebody else has."""
        number: str = self.cleaned_data["employee_number"]
        held = Staff.objects.filter(employee_number=number).first()
        if held is not None and held != self.person:
            raise ValidationError(_("This employee number is taken."))
        return number

    def clean(self) -> dict[str, Any]:
        """Tell a last day before the first, and a record that somebody else changed meanwhile."""
        data = super().clean() or {}
        joined, left = data.get("joined_on"), data.get("left_on")
        if joined and left and left < joined:
            self.add_error("left_on", ENDS_BEFORE_START)
        if self.person is not None and data.get("seen") != self.now:
            say_overlap(self, "seen", self.now)
        return data

    @property
    def values(self) -> dict[str, Any]:
        """What the action is to record."""
        return {name: self.cleaned_data[name] for name in FIELDS}


def fingerprint(held: Mapping[str, Any]) -> str:
    """Return a mark that differs when anything recorded of a person does."""
    plain = [value.isoformat() if isinstance(value, dt.date) else value for value in held.values()]
    return hashlib.sha256(canonical_json(plain).encode()).hexdigest()
