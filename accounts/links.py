"""One-time links by which a person chooses a password: made when they are mailed, dead after use, never stored."""

import logging

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.letters import Letter, send
from accounts.models import Link
from common.mail import Outcome
from staff.models import Staff

logger = logging.getLogger(__name__)
TASK = "accounts.send_links"
BATCH = 200


class LinkTokens(PasswordResetTokenGenerator):
    """The secret of a link: it dies with the next password, sign-in or mail address, and after PASSWORD_LINK_HOURS.

    A person who has left or is disabled has no link that works.
    """

    def check_token(self, user: Staff | None, token: str | None) -> bool:
        """Tell whether `token` opens the page on which `user` chooses a password."""
        return user is not None and user.is_active and super().check_token(user, token)


def address_of(person: Staff) -> str:
    """Return a fresh one-time link for `person`."""
    words = {"uidb36": user_pk_to_url_str(person), "key": LinkTokens().make_token(person)}
    return settings.PORTAL_URL.rstrip("/") + reverse("account_reset_password_from_key", kwargs=words)


def send_link(link_id: int) -> Link | None:
    """Mail one link that waits and write down what became of it; None when another process has it.

    The row stays locked while the mail goes out. Whoever dies in between leaves it waiting: the person may then get
    two mails, and either link works once.
    """
    with transaction.atomic():
        waiting = Link.objects.waiting().select_for_update(skip_locked=True, of=("self",))
        link = waiting.select_related("person").filter(pk=link_id).first()
        if link is None:
            return None
        link.state, link.answer = _mailed(link)
        link.attempts += 1
        link.save(update_fields=["state", "answer", "attempts"])
    return link


def _mailed(link: Link) -> tuple[str, str]:
    person = link.person
    if not person.email or not person.is_active:
        return Link.State.FAILED, ""
    with translation.override(person.language):
        subject = _("Choose your password for the portal") if person.last_login is None else _("Choose a new password")
    words = {"link": address_of(person), "hours": settings.PASSWORD_LINK_HOURS, "at": timezone.now()}
    (answer,) = send([Letter(person, person.email, subject, "emails/link.txt", words)])
    if answer.outcome is Outcome.ACCEPTED:
        return Link.State.SENT, answer.words
    logger.warning("Link %s was not mailed: %s", link.pk, answer.words)
    again = answer.outcome is not Outcome.REFUSED and link.attempts + 1 < settings.MAIL_MAX_ATTEMPTS
    return (Link.State.WAITING if again else Link.State.FAILED), answer.words


def send_waiting() -> int:
    """Mail every link that waits, once each; return how many still wait."""
    for link_id in list(Link.objects.waiting().values_list("pk", flat=True)[:BATCH]):
        link = send_link(link_id)
        if link is not None and link.state == Link.State.WAITING:
            break
    return Link.objects.waiting().count()
