"""What officers type about notices, and how the list is filtered."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.fields import JapaneseDateField, PlainTextField, YearField
from common.listing import SearchForm
from common.overlap import say_overlap
from notices.models import CORRECTED, Channel, Notice
from staff.audience import Audience
from staff.fields import DepartmentCodesField


class MyNoticeFilter(SearchForm):
    """Which of one's own notices to show."""

    year = YearField(label=_("Fiscal year"))


class NoticeFilter(SearchForm):
    """Which notices to show."""

    COUNTING = (("", _("all")), ("yes", _("counts")), ("no", _("does not count")))

    year = YearField(label=_("Fiscal year"))
    channel = forms.ChoiceField(label=_("Channel"), choices=[("", _("all")), *Channel.choices])
    counting = forms.ChoiceField(label=_("Counts as information given"), choices=COUNTING)


class NoticeForm(forms.Form):
    """What every notice has."""

    title = forms.CharField(label=_("Subject"), max_length=200)
    text = PlainTextField(label=_("Text"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 10}))
    channels = forms.MultipleChoiceField(
        label=_("Channels"), choices=Channel.choices, widget=forms.CheckboxSelectMultiple()
    )
    audience = forms.ChoiceField(label=_("Audience"), choices=Audience)
    counts = forms.BooleanField(
        label=_("Counts as information given on the evaluation sheet"), required=False, initial=True
    )
    key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput, required=False)


class GiveForm(NoticeForm):
    """A notice to be given now."""

    department_codes = DepartmentCodesField(
        label=_("Department codes"),
        max_length=500,
        required=False,
        help_text=_("For others: whom it is for, each with the departments below."),
    )
    field_order = ("title", "text", "channels", "audience", "department_codes", "counts")

    def clean(self) -> dict[str, Any]:
        """Ask for departments where the audience is others, and for none where it is not."""
        data = super().clean() or {}
        if "audience" in data and "department_codes" in data:
            chosen = data["audience"] == Audience.OTHER
            if chosen and not data["department_codes"]:
                self.add_error("department_codes", _("Enter the code of at least one department."))
            elif data["department_codes"] and not chosen:
                self.add_error("department_codes", _("Leave this empty, or choose others as the audience."))
        return data


class RecordForm(NoticeForm):
    """A notice that was given outside the portal."""

    given_on = JapaneseDateField(label=_("Date given"))
    audience_note = forms.CharField(
        label=_("Audience in words"), max_length=200, required=False, help_text=_("For others than the usual ones.")
    )
    field_order = ("title", "text", "given_on", "channels", "audience", "audience_note", "counts")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = False


class CorrectionForm(forms.Form):
    """What the record says of a notice, and why it is corrected."""

    given_on = JapaneseDateField(label=_("Date given"))
    channels = forms.MultipleChoiceField(
        label=_("Channels"), choices=Channel.choices, widget=forms.CheckboxSelectMultiple()
    )
    audience = forms.ChoiceField(label=_("Audience"), choices=Audience)
    audience_note = forms.CharField(label=_("Audience in words"), max_length=200, required=False)
    counts = forms.BooleanField(label=_("Counts as information given on the evaluation sheet"), required=False)
    reason = forms.CharField(label=_("Reason of the correction"), max_length=200)
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, notice: Notice) -> None:
        self.now, self.held = notice.state, {name: getattr(notice, name) for name in CORRECTED}
        super().__init__(data, initial={**self.held, "seen": self.now})
        for name in CORRECTED if not notice.record_only else ():
            self.fields[name].disabled = name != "counts"

    def clean(self) -> dict[str, Any]:
        """Tell a correction that somebody else made meanwhile, unless it is this very one."""
        data = super().clean() or {}
        is_same = all(data.get(name) == value for name, value in self.held.items())
        if not self.errors and data.get("seen") != self.now and not is_same:
            say_overlap(self, "seen", self.now)
        return data
