"""One entry of a register in a form: the fields of its file, with words to choose from instead of codes to type."""

import copy
import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assets.comparing import apply, state_of
from assets.models import ClassLevel, Held, InformationAsset
from assets.registers import ASPECTS, Register, fields
from common.overlap import say_overlap
from staff.models import Department

HELP = {
    "number": _("Every entry has its own; it cannot be changed later."),
    "disposed_on": _("Empty while it is held. A row is never deleted."),
}


class EntryForm(forms.Form):
    """An entry of `register` on the day `on`: a new one, or `entry` to be changed, with the reason."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, register: Register, on: dt.date, entry: Held | None = None
    ) -> None:
        self.register, self.entry = register, entry
        self.names = [name for _heading, name in register.headings]
        self.now = state_of(register, entry)
        super().__init__(data, initial={**self._initial(), "seen": self.now})
        known, labels = fields(on), register.labels()
        shown = {name: self._field(name, known[name], on) for name in self.names}
        for name, field in shown.items():
            field.label, field.help_text = labels[name], HELP.get(name, field.help_text)
        self.fields = {**shown, **self.fields}
        if entry is not None:
            self.fields["number"].disabled = True

    def _initial(self) -> dict[str, Any]:
        if self.entry is None:
            return {}
        values = {name: getattr(self.entry, name) for name in self.names}
        return {name: value.pk if isinstance(value, ClassLevel) else value for name, value in values.items()}

    def _field(self, name: str, field: forms.Field, on: dt.date) -> forms.Field:
        if name == "form":
            return forms.ChoiceField(choices=InformationAsset.Form)
        if name == "department_code":
            return self._department_field(on)
        return self._level_field(name, on) if name in ASPECTS else field

    def _department_field(self, on: dt.date) -> forms.Field:
        names = Department.objects.names_on(on)
        if self.entry is not None:
            names.setdefault(self.entry.department_code, "")
        choices = [(code, f"{name} {code}".strip()) for code, name in names.items()]
        return forms.ChoiceField(choices=[("", _("Please choose")), *choices])

    def _level_field(self, aspect: str, on: dt.date) -> forms.Field:
        levels = {level.pk: level for level in ClassLevel.objects.in_force(on).filter(aspect=aspect)}
        if self.entry is not None:
            held = getattr(self.entry, aspect)
            levels.setdefault(held.pk, held)
        choices = [(pk, level.label) for pk, level in levels.items()]
        return forms.TypedChoiceField(choices=choices, coerce=lambda pk: levels[int(pk)])

    def clean(self) -> dict[str, Any]:
        """Tell a number that is taken, a disposal before the acquisition, and an entry that changed meanwhile."""
        data = super().clean() or {}
        acquired, disposed = data.get("acquired_on"), data.get("disposed_on")
        if acquired and disposed and disposed < acquired:
            self.add_error("disposed_on", _("The day of disposal must not be before the day of acquisition."))
        holder = self.register.rows_with_levels().filter(number=data.get("number", "")).first()
        if self.entry is None and holder and self._differs(holder):
            self.add_error("number", _("This control number is taken."))
        if self.entry is not None and data.get("seen") != self.now and self._differs(self.entry):
            say_overlap(self, "seen", self.now)
        return data

    def _differs(self, entry: Held) -> bool:
        """Tell whether the form says anything else than `entry` holds by now; sent twice, it does not."""
        return bool(self.errors or apply(self.register, copy.copy(entry), self.values).steps)

    @property
    def values(self) -> dict[str, Any]:
        """The values for `actions.save_entry`."""
        return {name: self.cleaned_data[name] for name in self.names}
