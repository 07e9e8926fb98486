"""What a browser sends for a person about passkeys. Whatever it is, the person reads one sentence, never a fault."""

import struct
from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as allauth_forms
from cryptography.exceptions import UnsupportedAlgorithm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import CollectedClientData, RegistrationResponse

from accounts import actions_factors
from accounts.factors import PASSKEYS_MAX
from staff.models import Staff

NAME_MAX = 50
ANSWER_MAX = 50_000
UNREADABLE = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError),
    *(struct.error, UnsupportedAlgorithm),
)
"""What libraries raise for an answer that no browser gives."""


class Answer(forms.JSONField):
    """A browser's answer about a passkey, given on a page of this very address."""

    widget = forms.HiddenInput
    default_error_messages = {
        "required": gettext_lazy("The browser sent no passkey. Please press the button again."),
        "invalid": gettext_lazy("The browser sent no passkey. Please press the button again."),
    }

    def clean(self, value: Any) -> Any:
        """Return the answer; raises `ValidationError` when it is none or was given elsewhere."""
        if isinstance(value, str) and len(value) > ANSWER_MAX:
            raise ValidationError(self.error_messages["invalid"])
        try:
            answer = super().clean(value)
            said = CollectedClientData(websafe_decode(answer["response"]["clientDataJSON"]))
        except UNREADABLE as error:
            raise ValidationError(self.error_messages["invalid"]) from error
        own = f"{context.request.scheme}://{context.request.get_host()}"
        if said.origin != own or said.cross_origin:
            raise get_adapter().validation_error("incorrect_code")
        return answer


class NewPasskeyForm(allauth_forms.AddWebAuthnForm):
    """A new passkey: its name, and what the browser made."""

    user: Staff

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("passwordless", None)
        self.fields["name"] = name_field(required=False)
        self.fields["credential"] = Answer()

    def clean(self) -> dict[str, Any]:
        """Check the passkey, and keep of the answer only what the portal needs."""
        held = Authenticator.objects.filter(user_id=self.user.pk, type=Authenticator.Type.WEBAUTHN).count()
        if held >= PASSKEYS_MAX:
            raise get_adapter().validation_error("too_many_passkeys")
        try:
            cleaned = super().clean()
            if cleaned.get("credential"):
                cleaned["credential"] = _kept(cleaned["credential"])
        except UNREADABLE as error:
            raise get_adapter().validation_error("incorrect_code") from error
        return cleaned


def _kept(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the public key with its proof, written anew from what was understood."""
    made = RegistrationResponse.from_dict(answer)
    number = websafe_encode(made.raw_id)
    signs_in_alone = answer.get("clientExtensionResults", {}).get("credProps", {}).get("rk") is True
    return {
        "id": number,
        "rawId": number,
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(made.response.client_data),
            "attestationObject": websafe_encode(made.response.attestation_object),
        },
        "clientExtensionResults": {"credProps": {"rk": signs_in_alone}},
    }


def name_field(*, required: bool) -> forms.CharField:
    """Return the field of a passkey's name."""
    return forms.CharField(
        label=gettext_lazy("Name of the passkey"),
        help_text=gettext_lazy("By it you tell your passkeys apart, for example “Computer at my desk”."),
        max_length=NAME_MAX,
        required=required,
    )


class PasskeyNameForm(allauth_forms.EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = name_field(required=True)


class _Passkey(allauth_forms.AuthenticateWebAuthnForm):
    """A passkey that is shown."""

    user: Staff | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = Answer()

    def clean_credential(self) -> Authenticator:
        """Check it; a wrong one of a person who is known by then is recorded."""
        try:
            return super().clean_credential()
        except (*UNREADABLE, ValidationError) as error:
            raise self._failed() from error

    def _failed(self) -> ValidationError:
        if self.user is not None:
            actions_factors.fail_factor(by=self.user, kind="webauthn")
        return get_adapter().validation_error("incorrect_code")


class PasskeyForm(_Passkey):
    """The passkey that is asked for after the password."""


class PasskeySignInForm(_Passkey, allauth_forms.LoginWebAuthnForm):
    """The passkey that signs in by itself."""


class PasskeyAgainForm(_Passkey, allauth_forms.ReauthenticateWebAuthnForm):
    """The passkey that is asked for again before a sensitive act."""
