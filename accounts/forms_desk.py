"""What administrators type about accounts."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import people
from accounts.notice import NOTICES_MAX
from common.importing import folded
from common.listing import SearchForm
from staff.models import Department, Staff, StaffQuerySet

REASON_MAX = 200


class AccountFilter(SearchForm):
    """Which accounts to show; the keyword is part of a name or ふりがな, or the beginning of an employee number."""

    CHOICES = (
        ("", gettext_lazy("on the staff today")),
        ("never", gettext_lazy("never signed in")),
        ("temporary", gettext_lazy("with a temporary password")),
        ("disabled", gettext_lazy("disabled")),
        ("all", gettext_lazy("all")),
    )

    state = forms.ChoiceField(label=gettext_lazy("State"), choices=CHOICES)


def narrow(rows: StaffQuerySet, wanted: dict[str, Any]) -> StaffQuerySet:
    """Apply the filters of `AccountFilter`."""
    today = timezone.localdate()
    if wanted["state"] == "disabled":
        rows = rows.exclude(disabled_at=None)
    elif wanted["state"] != "all":
        rows = rows.employed_on(today)
    if wanted["state"] == "never":
        rows = rows.filter(last_login=None, disabled_at=None)
    if wanted["state"] == "temporary":
        rows = rows.exclude(password_valid_until=None)
    if not wanted["q"]:
        return rows
    named = Staff.objects.get_queryset().found_by(wanted["q"]).values("pk")
    return rows.filter(Q(employee_number__istartswith=folded(wanted["q"])) | Q(pk__in=named))


class ReasonForm(forms.Form):
    """Why something is done to somebody's account; kept in the audit trail."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=REASON_MAX,
        help_text=gettext_lazy(
            "For example how the person showed who he or she is. Kept in the audit trail; no names."
        ),
    )


class NoticesForm(ReasonForm):
    """For which department notices are printed."""

    with_mail = forms.BooleanField(
        label=gettext_lazy("Also for people who have a mail address and could be sent a link"), required=False
    )
    persons: list[Staff]

    def __init__(self, *args: Any, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        rows = Department.objects.in_force(on).values_list("code", "name")
        self.fields["department"] = forms.ChoiceField(
            label=gettext_lazy("Department, with those below it"),
            choices=[(code, f"{name} {code}") for code, name in rows],
        )
        self.order_fields(["department", "with_mail", "reason"])

    def clean(self) -> dict[str, Any]:
        """Find the people; raises `ValidationError` for nobody, and for more than are printed at once."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        code = cleaned.get("department")
        if code is None:
            return cleaned
        department = Department.objects.in_force(self.on).get(code=code)
        found = people.to_be_printed_notices(self.on, department, with_mail=cleaned["with_mail"])
        self.persons = list(found.with_department_on(self.on).order_by("kana", "employee_number")[: NOTICES_MAX + 1])
        if not self.persons:
            raise ValidationError(_("Nobody of this department waits for a temporary password."))
        if len(self.persons) > NOTICES_MAX:
            raise ValidationError(
                _("More than %(count)d people would be printed at once. Choose a smaller department."),
                params={"count": NOTICES_MAX},
            )
        return cleaned
