"""Form fields about people and departments."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.fields import CodeField
from staff.models import Department
from staff.tree import Tree


class DepartmentCodesField(forms.CharField):
    """Department codes with blanks or commas between them; width is folded."""

    def clean(self, value: Any) -> list[str]:
        """Return the codes; raises `ValidationError` naming one that no department ever had."""
        text = super().clean(value) or ""
        codes = CodeField(required=False).clean(text.replace("、", " ")) or ""
        wanted = codes.replace(",", " ").split()
        known = set(Department.objects.filter(code__in=wanted).values_list("code", flat=True)) if wanted else set()
        for code in wanted:
            if code not in known:
                raise ValidationError(_("No department has the code %(code)s.") % {"code": code})
        return wanted


class DepartmentField(forms.ChoiceField):
    """One department of today to choose, in the official order and indented; `empty` says what no choice means."""

    def __init__(self, *, empty: Any = "", **kwargs: Any) -> None:
        first = empty or _("Please choose")
        super().__init__(choices=lambda: [("", first), *Tree(timezone.localdate()).choices], **kwargs)
