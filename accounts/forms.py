"""What people type to sign in and about their passwords, and what administrators type about accounts."""

import unicodedata
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, LoginForm, ResetPasswordKeyForm
from allauth.usersessions.models import UserSession
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import passwords
from staff.models import Staff


def password_field(label: Any, autocomplete: str) -> forms.CharField:
    """Return the field of a password, which is never trimmed and never shown again."""
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=passwords.LENGTH_MAX, strip=False, widget=widget)


class NewPasswordField(forms.CharField):
    """A password that somebody chooses; `person` is whose, so that the rules know the second factor and the name."""

    person: Staff | None = None

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        super().__init__(max_length=passwords.LENGTH_MAX, strip=False, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        """Return the password; raises `ValidationError` with every rule that says no."""
        return get_adapter().clean_password(super().clean(value), user=self.person)


class SignInForm(LoginForm):
    """Employee number and password. One sentence answers every wrong combination."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("Employee number"),
            max_length=20,
            widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        )
        self.fields["password"] = password_field(_("Password"), "current-password")
        self.order_fields(["login", "password"])

    def clean_login(self) -> str:
        """Read full-width letters and digits as the ordinary ones."""
        return unicodedata.normalize("NFKC", self.cleaned_data["login"]).strip()


class _Chosen:
    """A form in which a password is chosen twice, with the rules said first."""

    fields: dict[str, forms.Field]
    rules: list[str]

    def choose_for(self, person: Staff | None) -> None:
        """Set the two fields for `person`, and the rules that stand above them."""
        self.rules = passwords.rules(person)
        new = NewPasswordField(label=_("New password"), help_text=self.rules[0])
        new.person = person
        self.fields["password1"] = new
        self.fields["password2"] = password_field(_("New password again"), "new-password")


class PasswordForm(_Chosen, ChangePasswordForm):
    """The current password, then a new one twice."""

    def __init__(self, *args: Any, user: Staff, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["oldpassword"] = password_field(_("Current password"), "current-password")
        self.choose_for(self.user)

    def clean_oldpassword(self) -> str:
        """Check the current password as at sign-in, so that guessing it on an open session is slowed too."""
        typed: str = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, typed):
            raise get_adapter().validation_error("enter_current_password")
        return typed

    def clean(self) -> dict[str, Any]:
        """Refuse the current password as the new one."""
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("oldpassword") and cleaned.get("oldpassword") == cleaned.get("password1"):
            self.add_error("password1", get_adapter().validation_error("same_as_current"))
        return cleaned


class SessionForm(forms.Form):
    """The button that ends one of the own other sessions."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = UserSession.objects.filter(user_id=request.user.pk).exclude(
            session_key=request.session.session_key or ""
        )
        self.fields["session"] = forms.ModelChoiceField(others, widget=forms.HiddenInput)


class FirstPasswordForm(_Chosen, ResetPasswordKeyForm):
    """A password chosen through a one-time link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose_for(self.user)
