"""What officers type about a policy, and how the lists of readers are filtered."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.fields import CodeField, JapaneseDateField, PlainTextField
from common.listing import SearchForm
from policies.models import Policy
from policies.reading import TEXT_MAX

TAKEN_CODES = {"new", "versions"}


class PolicyForm(forms.Form):
    """A new policy; what it says comes with its first version."""

    name = forms.CharField(label=_("Name of the policy"), max_length=200)
    code = forms.SlugField(
        label=_("Code"), max_length=64, help_text=_("Small letters, digits and hyphens; it stands in the address.")
    )
    level = forms.ChoiceField(label=_("Level"), choices=Policy.Level)
    order = forms.IntegerField(label=_("Order in the list"), min_value=0, max_value=100_000, initial=0, required=False)

    def clean_code(self) -> str:
        """Refuse the words that stand in the portal's own addresses."""
        code: str = self.cleaned_data["code"]
        if code in TAKEN_CODES:
            raise ValidationError(_("This code cannot be used. Choose another."))
        return code

    def clean_order(self) -> int:
        """Return 0 when nothing is entered."""
        return self.cleaned_data["order"] or 0


class DraftForm(forms.Form):
    """A draft of a version."""

    text = PlainTextField(
        label=_("Text"),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text=_("Markdown: a line beginning with ## is a chapter, with ### an article, with - a list."),
    )
    summary = PlainTextField(
        label=_("What changed"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    established_on = JapaneseDateField(label=_("Established on"))
    effective_on = JapaneseDateField(label=_("Effective from"))
    confirm_by = JapaneseDateField(
        label=_("To be confirmed by"),
        required=False,
        help_text=_("Empty: nobody is asked to confirm, for example for a version from before this portal."),
    )
    decided_on = JapaneseDateField(label=_("Decided on"), required=False)
    document_number = forms.CharField(label=_("Document number of the decision"), max_length=100, required=False)
    decided_by = forms.CharField(
        label=_("Decided by"),
        max_length=100,
        required=False,
        help_text=_("The post of the person who decided; also whether as a deputy or by delegation."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=1_000_000)

    def clean(self) -> dict[str, Any]:
        """Tell a version that would take effect before it is established."""
        data = super().clean() or {}
        established, effective = data.get("established_on"), data.get("effective_on")
        if established and effective and effective < established:
            self.add_error("effective_on", _("A version cannot take effect before it is established."))
        return data

    def catch_up(self, revision: int) -> bool:
        """Take up the draft's `revision`, so that sending again replaces it; tell whether it was another one."""
        if self.cleaned_data.get("revision") in (None, revision):
            return False
        self.data = dict(self.data.items()) | {"revision": revision}
        return True


class PublishForm(forms.Form):
    """Which saved state of the draft the publisher was reading."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=1_000_000)


class ReaderFilter(SearchForm):
    """Which readers to show."""

    CHOICES = (("", _("all")), ("waiting", _("not confirmed yet")), ("confirmed", _("confirmed")), ("left", _("left")))

    department = CodeField(label=_("Department code"), max_length=20)
    only = forms.BooleanField(label=_("Without the departments below"))
    state = forms.ChoiceField(label=_("State"), choices=CHOICES)
