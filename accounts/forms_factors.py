"""What people type about second factors."""

from typing import Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import get_totp_secret
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import actions_factors, letters, one_time_codes, throttle
from accounts.models import Attempt
from accounts.mounting import THROTTLED
from staff.models import Staff

CODE_MAX = 40


def code_field(label: Any, help_text: Any = "") -> forms.CharField:
    """Return the field of a code: the keyboard of a phone shows digits, and a browser may fill it in."""
    widget = forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"})
    return forms.CharField(label=label, help_text=help_text, max_length=CODE_MAX, widget=widget)


class _Code(BaseAuthenticateForm):
    """A code of the app, or a recovery code, that is used up by being right."""

    user: Staff

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        help_text = gettext_lazy("The six digits that your app shows now, or one of your recovery codes.")
        self.fields["code"] = code_field(gettext_lazy("Code"), help_text)

    def clean_code(self) -> str:
        """Check the code, unless too many were wrong; every wrong one is counted and recorded."""
        code = one_time_codes.plain(self.cleaned_data["code"])
        bucket = throttle.bucket_of_codes(context.request, self.user.employee_number)
        _raise_if_to_wait(throttle.wait_seconds(bucket))
        accepting = one_time_codes.accepting(self.user, code)
        if accepting is None:
            actions_factors.fail_factor(by=self.user, kind="code", bucket=bucket)
            raise ValidationError(
                _("The code is not right, or it was used before. Type the one that the app shows now.")
            )
        Attempt.objects.create(**bucket._asdict(), succeeded=True)
        self.authenticator = accepting
        return code

    def save(self) -> None:
        """Write down which factor was used; tell of a recovery code by mail, and how many are left on the page."""
        super().save()
        if self.authenticator.type == Authenticator.Type.RECOVERY_CODES:
            left = actions_factors.use_recovery_code(by=self.user, factor=self.authenticator)
            words = ngettext(
                "You used a recovery code. %(count)d is left.", "You used a recovery code. %(count)d are left.", left
            )
            messages.warning(context.request, words % {"count": left})
            letters.tell(context.request, self.user, "recovery_code_used")


def _raise_if_to_wait(seconds: int) -> None:
    if seconds:
        raise ValidationError(
            _("Too many wrong codes. Please wait %(time)s, then try again. The code was not checked."),
            code=THROTTLED,
            params={"time": throttle.in_words(seconds), "seconds": seconds},
        )


class CodeForm(_Code, AuthenticateForm):
    """The code that is asked for after the password."""


class CodeAgainForm(_Code, ReauthenticateForm):
    """The code that is asked for again before a sensitive act."""


class AppForm(forms.Form):
    """The first code of an app that has just taken the secret, which stays the same until it is right."""

    code = code_field(gettext_lazy("The six digits that the app shows"))

    def __init__(self, *args: Any, user: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.secret = get_totp_secret()
        self.step = 0

    def clean_code(self) -> str:
        """Take a code of now; `step` then says which, so that it is not taken again at the sign-in."""
        code = one_time_codes.plain(self.cleaned_data["code"])
        step = one_time_codes.step_of(self.secret, code)
        if step is None:
            raise ValidationError(
                _(
                    "The code is not right. Type the digits that the app shows now. If that does not help, check that "
                    "the clock of your phone or computer is set automatically."
                )
            )
        self.step = step
        return code

    @property
    def secret_groups(self) -> list[str]:
        """The secret in groups of four, to be typed where nothing can be scanned."""
        return [self.secret[start : start + 4] for start in range(0, len(self.secret), 4)]
