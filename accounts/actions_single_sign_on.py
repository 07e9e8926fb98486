"""What the portal remembers of a provider's accounts. Each writes its audit event in the same transaction."""

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.sessions import end_sessions
from audit.actions import record
from common.errors import Refused
from staff.models import Staff


@transaction.atomic
def link_identity(*, by: Staff, account: SocialAccount) -> SocialAccount:
    """Remember that the provider's `account` is that of `by`, who has just been recognised; nothing else of it is kept.

    Raises `Refused` when another window has just remembered it for somebody else.
    """
    kept, is_new = SocialAccount.objects.get_or_create(
        provider=account.provider, uid=account.uid, defaults={"user": by}
    )
    if kept.user_id != by.pk:
        raise Refused(_("This account of the provider is somebody else's."))
    if is_new:
        record(by=by, action="accounts.link_identity", on=kept)
    return kept


@transaction.atomic
def unlink_identities(*, by: Staff, person: Staff, reason: str) -> int:
    """Forget which accounts of the provider are those of `person`, whose sessions end; return how many.

    The next sign-in there links again. Raises `Refused` when there is none.
    """
    count, _rows = SocialAccount.objects.filter(user=person).delete()
    if not count:
        raise Refused(_("No outside account is linked with this person."))
    end_sessions(person)
    data = {"removed": count} | ({"reason": reason} if reason else {})
    record(by=by, action="accounts.unlink_identities", on=person, data=data)
    return count


@transaction.atomic
def refuse_identity(*, by: Staff, reason: str, linked_to: Staff | None = None) -> None:
    """Write that the provider named somebody who is not let in. `by` is that person, or the system when unknown.

    `linked_to` is whose the same account of the provider was before.
    """
    data = {"method": "oidc", "reason": reason} | ({"linked_to": str(linked_to.uid)} if linked_to else {})
    record(by=by, action="accounts.sign_in_refused", on=by, data=data)
