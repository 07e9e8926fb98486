"""What people type to sign in and to choose a language."""

import unicodedata
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from staff.models import Staff


class SignInForm(forms.Form):
    """Employee number and password. One sentence answers every wrong combination."""

    employee_number = forms.CharField(
        label=_("Employee number"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        self.request = request
        super().__init__(*args, **kwargs)

    person: Staff

    def clean_employee_number(self) -> str:
        """Read full-width letters and digits as the ordinary ones."""
        return unicodedata.normalize("NFKC", self.cleaned_data["employee_number"])

    def clean(self) -> dict[str, Any]:
        """Authenticate; the person is `self.person` afterwards."""
        data = super().clean() or {}
        if "employee_number" in data and "password" in data:
            person = authenticate(self.request, username=data["employee_number"], password=data["password"])
            if person is None:
                raise forms.ValidationError(_("The employee number or the password is not right."))
            self.person = person
        return data


class LanguageForm(forms.Form):
    """The language switch: a language, and the page to come back to."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)
    next = forms.CharField(required=False, max_length=2000)


def safe_next(request: HttpRequest, url: str, default: str) -> str:
    """Return `url` when it lies within this portal, else `default`."""
    within = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if url.startswith("/") and within else default
