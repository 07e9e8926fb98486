"""Secrets of second factors are encrypted in the database: a copy of it alone opens no account.

Each text of MFA_ENCRYPTION_KEYS is a key. The first encrypts, all decrypt; `manage.py encrypt_factors_again` moves what
is stored to the first, after which the others can be dropped.
"""

import base64
import logging

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Refused

logger = logging.getLogger(__name__)
PURPOSE = b"moka second factors"
KEPT_SECRET = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}
"""Where each kind of factor keeps its secret; of a passkey the portal has the public half only."""


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(_derived(text)) for text in settings.MFA_ENCRYPTION_KEYS])


def _derived(text: str) -> bytes:
    return base64.urlsafe_b64encode(HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(text.encode()))


def encrypt(secret: str) -> str:
    """Return `secret` as it is stored."""
    return _keys().encrypt(secret.encode()).decode()


def decrypt(stored: str) -> str:
    """Return the secret; raises `Refused`, and says so in the log, when no key fits."""
    try:
        return _keys().decrypt(stored).decode()
    except InvalidToken as error:
        logger.exception("No key of MFA_ENCRYPTION_KEYS fits the secret of a second factor.")
        words = _("The portal cannot read your second factor. Please tell the information-policy section.")
        raise Refused(words) from error


@transaction.atomic
def encrypt_again() -> int:
    """Encrypt every stored secret with the first key; return how many. Raises `Refused`, none changed, if one fails."""
    held = list(Authenticator.objects.filter(type__in=KEPT_SECRET).select_for_update(of=("self",)).order_by("pk"))
    for factor in held:
        name = KEPT_SECRET[Authenticator.Type(factor.type)]
        factor.data[name] = encrypt(decrypt(factor.data[name]))
        factor.save(update_fields=["data"])
    return len(held)
