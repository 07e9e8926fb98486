"""How the registers are filtered."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.fields import CodeField
from common.listing import SearchForm


class RegisterFilter(SearchForm):
    """Which entries of a register to show."""

    CHOICES = (("", _("held now")), ("disposed", _("disposed of")), ("all", _("all")))

    department = CodeField(label=_("Department code"), max_length=20)
    state = forms.ChoiceField(label=_("State"), choices=CHOICES)
