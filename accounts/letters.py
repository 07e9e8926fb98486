"""Mails about a person's own account, sent straight out: whoever did not do it must hear of it at once.

A mail server that does not answer never undoes what was done: it is logged and said on the page.
"""

import logging
import smtplib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from email.message import EmailMessage
from functools import partial
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.sessions import device_words
from common import mail, request_context
from common.mail import Answer, Outcome
from staff.models import Staff

logger = logging.getLogger(__name__)
Words = str | Promise


class Kind(NamedTuple):
    """What a mail tells: its subject and one sentence."""

    subject: Words
    sentence: Words


KINDS: Mapping[str, Kind] = {
    "password_changed": Kind(
        gettext_lazy("Your password was changed"), gettext_lazy("The password of your account was changed.")
    ),
    "temporary_password": Kind(
        gettext_lazy("A temporary password was made for you"),
        gettext_lazy("An administrator printed a temporary password for your account. The old one no longer works."),
    ),
    "mail_address_changed": Kind(
        gettext_lazy("Your mail address was changed"),
        gettext_lazy("Mails of the portal now go to another address. This is the last one to the old address."),
    ),
    "factors_removed": Kind(
        gettext_lazy("Your second factors were removed"),
        gettext_lazy("An administrator removed every second factor and passkey of your account."),
    ),
    "totp_activated": Kind(
        gettext_lazy("An authenticator app was added"),
        gettext_lazy("An authenticator app was added to your account as a second factor."),
    ),
    "totp_deactivated": Kind(
        gettext_lazy("An authenticator app was removed"),
        gettext_lazy("The authenticator app of your account was removed."),
    ),
    "recovery_codes_generated": Kind(
        gettext_lazy("New recovery codes were made"),
        gettext_lazy("New recovery codes were made for your account. The old ones no longer work."),
    ),
    "recovery_code_used": Kind(
        gettext_lazy("A recovery code was used"),
        gettext_lazy(
            "Somebody signed in with your password and one of your recovery codes, or confirmed a step with it."
        ),
    ),
    "webauthn_added": Kind(
        gettext_lazy("A passkey was added"), gettext_lazy("A passkey or security key was added to your account.")
    ),
    "webauthn_removed": Kind(
        gettext_lazy("A passkey was removed"), gettext_lazy("A passkey or security key of your account was removed.")
    ),
    "factor_failed": Kind(
        gettext_lazy("Somebody was stopped at your second factor"),
        gettext_lazy(
            "Somebody gave your right password and then wrong codes, so the sign-in was stopped. If that was not you, "
            "change your password at once: somebody else knows it."
        ),
    ),
    "account_disabled": Kind(
        gettext_lazy("Your account was disabled"),
        gettext_lazy("An administrator disabled your account. You cannot sign in until it is enabled again."),
    ),
    "account_enabled": Kind(
        gettext_lazy("Your account was enabled"), gettext_lazy("An administrator enabled your account again.")
    ),
    "sessions_ended": Kind(
        gettext_lazy("You were signed out everywhere"),
        gettext_lazy("An administrator ended all your sessions. You can sign in again."),
    ),
}
SAME_AS = {"password_set": "password_changed", "password_reset": "password_changed"}
OTHER = Kind(
    gettext_lazy("The settings of your sign-in were changed"),
    gettext_lazy("The settings with which you sign in were changed."),
)


class Letter(NamedTuple):
    """One mail to be written: to whom, at which address, and what stands in it."""

    person: Staff
    to: str
    subject: str
    template: str
    words: Mapping[str, Any]


def tell(request: HttpRequest | None, person: Staff, kind: str, *, to: str = "") -> None:
    """Mail the person, or the address `to`, once the transaction has committed; a failure is logged and told."""
    if to or person.email:
        transaction.on_commit(partial(_tell_now, request, [_about(request, person, kind, to or person.email)]))


def mail_addresses_changed(changes: Iterable[tuple[Staff, str]]) -> None:
    """Tell the old address of each person, given as (person, old address), once the transaction has committed."""
    told = [_about(None, person, "mail_address_changed", old) for person, old in changes if old and old != person.email]
    transaction.on_commit(partial(_tell_now, None, told))


def _about(request: HttpRequest | None, person: Staff, kind: str, to: str) -> Letter:
    told = KINDS.get(SAME_AS.get(kind, kind), OTHER)
    with translation.override(person.language):
        subject, facts = str(told.subject), {"sentence": str(told.sentence), "at": timezone.now()}
    if request is not None and request.user == person:
        facts["address"] = request_context.current().address
        facts["device"] = device_words(request.headers.get("User-Agent", ""))
    return Letter(person, to, subject, "emails/account.txt", facts)


def _tell_now(request: HttpRequest | None, letters: Sequence[Letter]) -> None:
    failed = False
    for letter, answer in zip(letters, send(letters), strict=True):
        if answer.outcome is not Outcome.ACCEPTED:
            logger.error("No mail about the account of person %s: %s", letter.person.uid, answer.words)
            failed = True
    if failed and request is not None:
        messages.warning(request, _("The mail that tells of this could not be sent, because of the mail server."))


def send(letters: Sequence[Letter]) -> list[Answer]:
    """Send mails over one connection and return the server's answer to each; never raises for what goes wrong.

    Once the server no longer answers, the rest is not tried, so that a dead one costs one time-out.
    """
    answers: list[Answer] = []
    try:
        if letters:
            with mail.connected() as server:
                for letter in letters:
                    answers.append(_handed_over(server, letter))
                    if not answers[-1].is_connected:
                        break
    except mail.Unreachable as error:
        answers.append(Answer(Outcome.LATER, str(error), is_connected=False))
    untried = Answer(Outcome.LATER, "The mail server no longer answered.", is_connected=False)
    return [*answers, *[untried] * (len(letters) - len(answers))]


def _handed_over(server: smtplib.SMTP, letter: Letter) -> Answer:
    try:
        return mail.hand_over(server, _written(letter))
    except ValueError as error:
        return Answer(Outcome.REFUSED, str(error)[: mail.ANSWER_MAX])


def _written(letter: Letter) -> EmailMessage:
    """Return the mail in the person's language; raises `ValueError` for a head that cannot be written."""
    host = settings.MAIL_FROM.rpartition("@")[2].rstrip(">")
    home = settings.PORTAL_URL.rstrip("/") + reverse("home")
    with translation.override(letter.person.language):
        words = {"person": letter.person, "city": settings.CITY_NAME, "url": home, **letter.words}
        text = render_to_string(letter.template, words)
        line = _("[Please check] %(subject)s") % {"subject": letter.subject}
    return mail.message(to=letter.to, subject=line, text=text, message_id=f"<account-{uuid.uuid4()}@{host}>")
