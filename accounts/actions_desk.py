"""What an administrator does to somebody's account. Each writes its audit event in the same transaction."""

from collections.abc import Sequence
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import people, sessions
from accounts.models import Link
from accounts.passwords import temporary_password
from audit.actions import record, record_many
from common.errors import Refused
from staff.actions import set_password
from staff.administrators import administrators_kept
from staff.models import Staff


@transaction.atomic
def end_sessions(*, by: Staff, person: Staff, keep: str = "", reason: str = "") -> int:
    """End the running sessions of `person`, but for the one with the key `keep`; return how many ended."""
    count = sessions.end_sessions(person, keep=keep)
    record(by=by, action="accounts.end_sessions", on=person, data={"ended": count, **_because(reason)})
    return count


@transaction.atomic
def send_links(*, by: Staff, persons: Sequence[Staff], reason: str) -> list[Link]:
    """Owe each of `persons` a mail with a one-time link, to be sent by `links.send_link`.

    Raises `Refused` when somebody has no mail address or may not sign in.
    """
    if any(not person.email for person in persons):
        raise Refused(_("This person has no mail address. Print a temporary password instead."))
    if any(not person.is_active for person in persons):
        raise Refused(
            _("This person may not sign in: the account is disabled, or the person is not on the staff today.")
        )
    owed = Link.objects.bulk_create([Link(person=person) for person in persons])
    record_many(by=by, action="accounts.send_link", entries=[(person, _because(reason)) for person in persons])
    return owed


@transaction.atomic
def issue_temporary_password(*, by: Staff, person: Staff, reason: str) -> str:
    """Give `person` a temporary password for TEMPORARY_PASSWORD_DAYS and return it, to be printed; it is kept nowhere.

    Running sessions end. Raises `Refused` for oneself and for somebody who may not sign in.
    """
    if person == by:
        raise Refused(_("You cannot do this to your own account."))
    if not person.is_active:
        raise Refused(
            _("This person may not sign in: the account is disabled, or the person is not on the staff today.")
        )
    password = temporary_password()
    set_password(by=by, person=person, password=password, valid_until=people.temporary_until(), reason=reason)
    sessions.end_sessions(person)
    return password


@transaction.atomic
def remove_factors(*, by: Staff, person: Staff, reason: str) -> int:
    """Remove every second factor of somebody who lost them; the sessions end and the password must be changed.

    Raises `Refused` for oneself and when there is none.
    """
    if person == by:
        raise Refused(_("You cannot do this to your own account."))
    factors = Authenticator.objects.filter(user_id=person.pk)
    count = factors.count()
    if not count:
        raise Refused(_("This person has no second factor."))
    factors.delete()
    if person.has_usable_password():
        person.password_must_change = True
        person.save(update_fields=["password_must_change"])
    sessions.end_sessions(person)
    record(by=by, action="accounts.remove_factors", on=person, data={"removed": count, **_because(reason)})
    return count


@transaction.atomic
def disable_account(*, by: Staff, person: Staff, reason: str) -> Staff:
    """Let `person` sign in no more, whatever the directory says; the running sessions end.

    Raises `Refused` for oneself, for one who is disabled already, and when fewer than two administrators would be left.
    """
    if person == by:
        raise Refused(_("You cannot do this to your own account."))
    person = Staff.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if person.disabled_at is not None:
        raise Refused(_("This account is disabled already."))
    with administrators_kept(timezone.localdate()):
        person.disabled_at = timezone.now()
        person.save(update_fields=["disabled_at"])
    ended = sessions.end_sessions(person)
    record(by=by, action="accounts.disable_account", on=person, data={"ended": ended, **_because(reason)})
    return person


@transaction.atomic
def enable_account(*, by: Staff, person: Staff, reason: str) -> Staff:
    """Let `person` sign in again while on the staff. Raises `Refused` when the account is not disabled."""
    person = Staff.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if person.disabled_at is None:
        raise Refused(_("This account is not disabled."))
    person.disabled_at = None
    person.save(update_fields=["disabled_at"])
    record(by=by, action="accounts.enable_account", on=person, data=_because(reason))
    return person


def _because(reason: str) -> dict[str, Any]:
    return {"reason": reason} if reason else {}
