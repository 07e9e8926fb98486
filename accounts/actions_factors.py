"""What happens to a person's second factors. Each writes its audit event in the same transaction."""

from collections.abc import Mapping

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction

from accounts import factors
from accounts.actions import require_password_change
from accounts.factors import Factor
from accounts.models import Attempt
from accounts.passwords import SECOND_FACTORS, has_second_factor
from accounts.throttle import Bucket
from audit.actions import record
from staff.models import Staff


@transaction.atomic
def record_changes(*, by: Staff, before: Mapping[int, Factor]) -> None:
    """Write what came, went or got another name among the factors of `by`, who held `before`.

    Raises `Refused` when the last one went and a role needs one. Whose last one went may have a password that is too
    short to stand alone, and must choose a new one.
    """
    after = factors.held_by(by)
    for pk in before.keys() - after.keys():
        record(by=by, action="accounts.remove_factor", on=by, data={"kind": before[pk].kind, "factor": pk})
    for pk in after.keys() - before.keys():
        record(by=by, action="accounts.add_factor", on=by, data={"kind": after[pk].kind, "factor": pk})
    for pk in after.keys() & before.keys():
        if after[pk] != before[pk]:
            record(by=by, action="accounts.rename_factor", on=by, data={"kind": after[pk].kind, "factor": pk})
    if any(factor.kind in SECOND_FACTORS for factor in before.values()) and not has_second_factor(by):
        factors.refuse_without_factor(by)
        if by.has_usable_password() and _short_passwords_stand():
            require_password_change(by=by, person=by)


def _short_passwords_stand() -> bool:
    return bool(settings.PASSWORD_MIN_LENGTH_WITH_SECOND_FACTOR < settings.PASSWORD_MIN_LENGTH)


@transaction.atomic
def fail_factor(*, by: Staff, kind: str, bucket: Bucket | None = None) -> None:
    """Write that a second factor of `by` was wrong; a code, which can be guessed, counts in `bucket`."""
    if bucket is not None:
        Attempt.objects.create(**bucket._asdict(), succeeded=False)
    record(by=by, action="accounts.factor_failed", on=by, data={"kind": kind})


@transaction.atomic
def use_recovery_code(*, by: Staff, factor: Authenticator) -> int:
    """Write that `by` used one of the recovery codes; return how many are left."""
    left = factors.codes_left(factor)
    record(by=by, action="accounts.use_recovery_code", on=by, data={"left": left})
    return left


@transaction.atomic
def export_recovery_codes(*, by: Staff) -> None:
    """Write that `by` loaded the unused recovery codes as a file."""
    record(by=by, action="accounts.export_recovery_codes", on=by)
