"""How the registers are filtered and handed out."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.fields import CodeField
from common.listing import SearchForm


class RegisterFilter(SearchForm):
    """Which entries of a register to show."""

    CHOICES = (("", _("held now")), ("disposed", _("disposed of")), ("all", _("all")))

    department = CodeField(label=_("Department code"), max_length=20)
    state = forms.ChoiceField(label=_("State"), choices=CHOICES)


class ExportForm(forms.Form):
    """As what a register is handed out."""

    CHOICES = (("xlsx", _("Excel (.xlsx)")), ("csv", _("CSV (UTF-8)")), ("cp932", _("CSV (Shift_JIS)")))

    kind = forms.ChoiceField(label=_("Kind of file"), choices=CHOICES)
