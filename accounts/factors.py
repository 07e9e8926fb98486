"""The second factors of a person: which there are, who must have one, and how django-allauth names and keeps them."""

from collections.abc import Mapping
from typing import NamedTuple

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.app_settings import RECOVERY_CODE_COUNT
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from qrcode.main import QRCode

from accounts import factor_secrets
from accounts.passwords import SECOND_FACTORS, has_second_factor
from accounts.sessions import device_words
from common.errors import Refused
from staff.models import Staff

PASSKEYS_MAX = 10
QUIET_ZONE = 4
"""The white edge around a QR code, in modules, that a camera needs."""


class Factor(NamedTuple):
    """One factor as it was at a moment: its kind, and the name that the person gave to a passkey."""

    kind: str
    name: str


def held_by(person: Staff) -> dict[int, Factor]:
    """Return the factors of `person`, recovery codes too, by their number."""
    rows = Authenticator.objects.filter(user_id=person.pk).order_by("pk").values_list("pk", "type", "data__name")
    return {pk: Factor(kind, name or "") for pk, kind, name in rows}


def needs_factor(person: Staff) -> bool:
    """Tell whether a role that `person` holds today is one of MFA_REQUIRED_ROLES."""
    return bool(settings.MFA_REQUIRED_ROLES and settings.MFA_REQUIRED_ROLES & person.standing.roles)


def lacks_factor(person: Staff) -> bool:
    """Tell whether `person` must have a second factor and has none."""
    return needs_factor(person) and not has_second_factor(person)


def codes_left(factor: Authenticator) -> int:
    """Return how many recovery codes are unused, without decrypting any."""
    return int(RECOVERY_CODE_COUNT) - int(factor.data["used_mask"]).bit_count()


def why_not_removed(person: Staff, held: Mapping[int, Factor]) -> str:
    """Return why one of the factors `held` by `person` cannot be removed; "" when it can."""
    is_last = sum(factor.kind in SECOND_FACTORS for factor in held.values()) <= 1
    if is_last and needs_factor(person):
        return _("Your role needs a second factor, and this is your last one. Add another one first.")
    return ""


def refuse_without_factor(person: Staff) -> None:
    """Raise `Refused` when `person` must have a second factor and has none left."""
    if lacks_factor(person):
        raise Refused(_("Your role needs a second factor, and this is your last one. Add another one first."))


def portal_name() -> str:
    """Return what the portal is called in an authenticator app and beside a passkey."""
    return f"{settings.CITY_NAME} {_('Information Security Policy Portal')}"


class FactorsAdapter(DefaultMFAAdapter):
    """The names, the encryption and the QR code of this portal."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": gettext_lazy("This second factor cannot be removed."),
        "cannot_generate_recovery_codes": gettext_lazy("Add an authenticator app or a passkey first."),
        "incorrect_code": gettext_lazy("That did not work. Please try again."),
        "too_many_passkeys": gettext_lazy("You have ten passkeys already. Remove one that you no longer use first."),
    }

    def get_totp_issuer(self) -> str:
        """Return the portal's name, under which an app lists its code."""
        return portal_name()

    def _get_user_identifier(self, user: Staff) -> str:
        return user.employee_number

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the host, to which a passkey is bound, and the portal's name."""
        return super().get_public_key_credential_rp_entity() | {"name": portal_name()}

    def generate_authenticator_name(self, user: Staff, type: str) -> str:  # noqa: A002
        """Return the name offered for a new passkey: the browser and the system in hand."""
        return device_words(context.request.headers.get("User-Agent", ""))

    def build_totp_svg(self, url: str) -> str:
        """Return the QR code of `url` as an inline SVG without styles, which the Content-Security-Policy would drop."""
        code = QRCode(border=0)
        code.add_data(url)
        rows = code.get_matrix()
        path = "".join(
            f"M{x + QUIET_ZONE} {y + QUIET_ZONE}h1v1h-1z"
            for y, row in enumerate(rows)
            for x, dark in enumerate(row)
            if dark
        )
        return render_to_string("mfa/totp/qr.html", {"size": len(rows) + 2 * QUIET_ZONE, "path": path})

    def encrypt(self, text: str) -> str:
        """Return a secret as it is stored."""
        return factor_secrets.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return a stored secret."""
        return factor_secrets.decrypt(encrypted_text)
