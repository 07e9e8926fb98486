"""Sending the owed mails: claim some rows, hand each to the mail server, write down its answer.

A row is committed as SENDING before the server hears of it and closed after the answer. Whoever dies in between
leaves a mail of which nobody knows whether it arrived: the sweep marks it UNCERTAIN, it is never sent again by
itself, and a person decides. So nobody gets a mail twice, and nothing is lost unseen.
"""

import datetime as dt
import logging
import smtplib
import time
import uuid
from email.message import EmailMessage

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from common import mail
from common.bell import ring
from common.mail import Answer, Outcome
from notices.models import Delivery

logger = logging.getLogger(__name__)
BATCH = 50
BATCH_SECONDS = 40
"""Counted from before the connection: with one more mail, each of whose answers may take EMAIL_TIMEOUT, a batch stays
below the soft time limit of a task."""
TASK = "notices.send_mails"
PREFIX = {"notice": "【お知らせ】", "reminder": "【要確認】"}


def send_mails() -> None:
    """Send one batch of the mails that are due over one connection, and ring for the rest."""
    batch = claim()
    if not batch:
        return
    until = time.monotonic() + BATCH_SECONDS
    try:
        with mail.connected() as server:
            send_batch(server, batch, until=until)
    except mail.Unreachable as error:
        put_back(batch, str(error), wait=settings.MAIL_RETRY_SECONDS)
    if Delivery.objects.claimable(timezone.now()).exists():
        ring(TASK)


@transaction.atomic
def claim(*, now: dt.datetime | None = None) -> list[Delivery]:
    """Take some due mails for MAIL_LEASE_SECONDS."""
    now = now or timezone.now()
    due = Delivery.objects.claimable(now).select_for_update(skip_locked=True, of=("self",))
    batch = list(due.select_related("person", "notice", "reminder").order_by("due_at", "pk")[:BATCH])
    token, until = uuid.uuid4(), now + dt.timedelta(seconds=settings.MAIL_LEASE_SECONDS)
    for delivery in batch:
        delivery.state, delivery.token, delivery.lease_until = Delivery.State.CLAIMED, token, until
    Delivery.objects.bulk_update(batch, ["state", "token", "lease_until"])
    return batch


def send_batch(server: smtplib.SMTP, batch: list[Delivery], *, until: float) -> None:
    """Hand the mails of `batch` over while the connection holds and the clock is before `until`; the rest waits."""
    for number, delivery in enumerate(batch):
        if time.monotonic() > until:
            put_back(batch[number:], "", wait=0)
            return
        letter = _letter(delivery)
        if letter is None or not _begin(delivery):
            continue
        answer = mail.hand_over(server, letter)
        close(delivery, answer)
        if not answer.is_connected:
            put_back(batch[number + 1 :], answer.words, wait=settings.MAIL_RETRY_SECONDS)
            return


def _letter(delivery: Delivery) -> EmailMessage | None:
    """Return the mail of a delivery; one that cannot be written is closed as refused, and None."""
    try:
        return composed(delivery)
    except ValueError as error:
        logger.error("Delivery %s cannot be written as a mail: %s", delivery.pk, error)
        close(delivery, Answer(Outcome.REFUSED, str(error)[: mail.ANSWER_MAX]))
        return None


def _begin(delivery: Delivery) -> bool:
    """Commit that the mail is about to be handed over; False when the lease was lost."""
    until = timezone.now() + dt.timedelta(seconds=settings.MAIL_LEASE_SECONDS)
    held = Delivery.objects.filter(pk=delivery.pk, token=delivery.token, state=Delivery.State.CLAIMED)
    delivery.attempts += 1
    return bool(held.update(state=Delivery.State.SENDING, lease_until=until, attempts=delivery.attempts))


def close(delivery: Delivery, answer: Answer) -> None:
    """Write down what the server said; a mail to be tried later waits longer each time, and is given up one day."""
    fields: dict[str, object] = {"token": None, "lease_until": None, "answer": answer.words}
    now = timezone.now()
    if answer.outcome is Outcome.ACCEPTED:
        fields |= {"state": Delivery.State.SENT, "sent_at": now}
    elif answer.outcome is Outcome.REFUSED:
        fields |= {"state": Delivery.State.REFUSED}
    elif answer.outcome is Outcome.UNKNOWN:
        fields |= {"state": Delivery.State.UNCERTAIN}
    elif delivery.attempts >= settings.MAIL_MAX_ATTEMPTS:
        fields |= {"state": Delivery.State.GIVEN_UP}
    else:
        wait = dt.timedelta(seconds=settings.MAIL_RETRY_SECONDS * 2 ** (delivery.attempts - 1))
        fields |= {"state": Delivery.State.WAITING, "due_at": now + wait}
    Delivery.objects.filter(pk=delivery.pk, token=delivery.token).update(**fields)


def put_back(batch: list[Delivery], why: str, *, wait: int) -> None:
    """Let mails wait `wait` seconds that the server never heard of; that costs them no attempt."""
    if why:
        logger.warning("%s mails wait, the mail server cannot be reached: %s", len(batch), why)
    held = Delivery.objects.filter(pk__in=[one.pk for one in batch], state=Delivery.State.CLAIMED)
    held = held.filter(token__in={one.token for one in batch})
    due = timezone.now() + dt.timedelta(seconds=wait)
    held.update(state=Delivery.State.WAITING, token=None, lease_until=None, due_at=due, answer=why)


def composed(delivery: Delivery) -> EmailMessage:
    """Return the mail of a delivery; its Message-ID is that of the row, so that a second copy is known as one."""
    kind, about = ("notice", delivery.notice) if delivery.notice else ("reminder", delivery.reminder)
    path = reverse("notices:notice", args=[delivery.notice_id]) if delivery.notice else reverse("home")
    with translation.override("ja"):
        words = {"person": delivery.person, "about": about, "url": settings.PORTAL_URL.rstrip("/") + path}
        text = render_to_string("emails/message.txt", words)
    host = settings.MAIL_FROM.rpartition("@")[2].rstrip(">")
    return mail.message(
        to=delivery.address,
        subject=f"{PREFIX[kind]}{about}",
        text=text,
        message_id=f"<delivery-{delivery.pk}@{host}>",
    )


def sweep(*, now: dt.datetime | None = None) -> int:
    """Find mails nobody rang for, and those whose worker died; returns how many wait."""
    now = now or timezone.now()
    lost = {"state": Delivery.State.UNCERTAIN, "token": None, "lease_until": None}
    interrupted = Delivery.objects.interrupted(now).update(**lost)
    if interrupted:
        logger.warning("%s mails are uncertain: their worker died while it was sending them", interrupted)
    waiting = Delivery.objects.claimable(now).count()
    if waiting:
        ring(TASK)
    return waiting
