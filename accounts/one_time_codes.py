"""Codes of an authenticator app and recovery codes: each works once.

django-allauth forgets a used code of the app after 30 seconds, while a code is taken for 90 (the step before and the
one after count too, for clocks that are not exact). Here the factor remembers the newest step it has taken.
"""

import unicodedata

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.db import transaction

from accounts.factor_secrets import decrypt
from staff.models import Staff

LAST_STEP = "last_step"


def plain(typed: str) -> str:
    """Return a code without width and blanks."""
    return "".join(unicodedata.normalize("NFKC", typed).split())


def step_of(secret: str, code: str) -> int | None:
    """Return the step of 30 seconds to which `code` belongs, None when it is not a code of now."""
    steps = yield_hotp_counters_from_time()
    return next((step for step in steps if compare_user_code(actual=code, expected=_code(secret, step))), None)


def _code(secret: str, step: int) -> str:
    return format_hotp_value(hotp_value(secret, step))


@transaction.atomic
def accepting(person: Staff, code: str) -> Authenticator | None:
    """Return the factor of `person` that takes `code`, which is then used up; None when none does."""
    held = Authenticator.objects.filter(user_id=person.pk).exclude(type=Authenticator.Type.WEBAUTHN)
    for factor in held.select_for_update(of=("self",)).order_by("-type"):
        used = _use_step(factor, code) if factor.type == Authenticator.Type.TOTP else _use_recovery_code(factor, code)
        if used is not None:
            used.user = person
            return used
    return None


def _use_step(factor: Authenticator, code: str) -> Authenticator | None:
    step = step_of(decrypt(factor.data["secret"]), code)
    if step is None or step <= factor.data.get(LAST_STEP, 0):
        return None
    factor.data[LAST_STEP] = step
    factor.save(update_fields=["data"])
    return factor


def _use_recovery_code(factor: Authenticator, code: str) -> Authenticator | None:
    codes = RecoveryCodes(factor)
    return codes.instance if codes.validate_code(code) else None


def remember(person: Staff, step: int) -> None:
    """Take no code of the app of `person` up to `step` any more: the last of them was used to add the app."""
    factor = Authenticator.objects.select_for_update(of=("self",)).get(user_id=person.pk, type=Authenticator.Type.TOTP)
    factor.data[LAST_STEP] = step
    factor.save(update_fields=["data"])
