"""Notices (情報提供), reminders, and one owed message for each person: the row is the queue."""

import datetime as dt
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from common.canonical import sha256_of
from common.fiscal_year import days_of
from common.permissions import Permission
from staff.audience import Audience
from staff.models import Staff

CORRECTED = ("given_on", "channels", "audience", "audience_note", "counts")
"""What may be corrected in the record of a notice."""


class Channel(models.TextChoices):
    """By which way a notice is given."""

    MAIL = "mail", _("mail")
    MEETING = "meeting", _("section heads' meeting")
    GROUPWARE = "groupware", _("groupware")
    DOCUMENT = "document", _("document")


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Reads of notices."""

    def visible_to(self, user: Staff) -> "NoticeQuerySet":
        """All notices for those who may see the list, otherwise those given to `user`."""
        if user.has_permission(Permission.VIEW_NOTICES):
            return self
        return self.filter(deliveries__person=user)

    def in_year(self, fiscal_year: int) -> "NoticeQuerySet":
        """The notices given in the fiscal year."""
        return self.filter(given_on__range=days_of(fiscal_year))

    def counting(self) -> "NoticeQuerySet":
        """The notices that count as 情報提供; those given outside the portal count as well."""
        return self.filter(counts=True)


class Notice(models.Model):
    """One matter told to people, by one or several channels. What was told never changes and is never deleted.

    `record_only` is one given outside the portal (記録のみ): nobody gets a message. `counts` tells whether it is
    an 情報提供 of the yearly sheet. Date, channels, audience and counting can be corrected with a reason. `form_key`
    is that of the form it was written in, so that a form sent twice gives one notice.
    """

    frozen_fields: ClassVar = ("title", "text", "record_only", "author", "created_at", "form_key")

    title = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"), blank=True)
    channels = ArrayField(models.CharField(max_length=16, choices=Channel), verbose_name=_("channels"))
    given_on = models.DateField(_("date given"))
    audience = models.CharField(_("audience"), max_length=16, choices=Audience)
    audience_note = models.CharField(_("audience in words"), max_length=200, blank=True)
    department_codes = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    counts = models.BooleanField(_("counts as information given"), default=True)
    record_only = models.BooleanField(_("record only"), default=False)
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    created_at = models.DateTimeField(_("created at"), db_default=Now())
    form_key = models.CharField(max_length=64, null=True, blank=True, unique=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        ordering: ClassVar = ["-given_on", "-pk"]
        indexes: ClassVar = [models.Index(fields=["given_on"], name="notice_day")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(channels__len__gte=1), name="notice_has_a_channel"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def facts(self) -> dict[str, Any]:
        """What can be corrected, as JSON values."""
        facts = {name: getattr(self, name) for name in CORRECTED}
        return facts | {"given_on": self.given_on.isoformat(), "channels": sorted(map(str, self.channels))}

    @property
    def state(self) -> str:
        """The hash of what can be corrected, as it is now."""
        return sha256_of(self.facts)


class Reminder(models.Model):
    """A message that asks again for something owed. Never a notice, and never counted as one.

    `about` names what is owed, for example `policies.PolicyVersion 3`.
    """

    append_only: ClassVar = True

    title = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"))
    about = models.CharField(max_length=100)
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    created_at = models.DateTimeField(_("created at"), db_default=Now())

    class Meta:
        verbose_name = _("reminder")
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.title


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Reads of owed messages."""

    def claimable(self, now: dt.datetime) -> "DeliveryQuerySet":
        """Mails that wait and are due at `now`, and those whose worker died before it spoke to the mail server."""
        waiting = Q(state=Delivery.State.WAITING, due_at__lte=now)
        return self.filter(waiting | Q(state=Delivery.State.CLAIMED, lease_until__lt=now))

    def interrupted(self, now: dt.datetime) -> "DeliveryQuerySet":
        """Mails whose worker died while it spoke to the mail server: nobody knows whether they arrived."""
        return self.filter(state=Delivery.State.SENDING, lease_until__lt=now)

    def stuck(self) -> "DeliveryQuerySet":
        """Mails that were not taken or of which nobody knows: a person decides whether they are sent again."""
        return self.filter(state__in=Delivery.STUCK)


class Delivery(models.Model):
    """One message owed to one person, on his or her home page and, where `address` is not empty, by mail.

    A worker holds it by `lease_until` and `token`. From SENDING on it is never sent again by itself: a worker that
    dies there leaves UNCERTAIN, and a person decides. So nobody gets a mail twice.
    """

    class State(models.TextChoices):
        """How far the mail is."""

        HOME_ONLY = "home_only", _("on the home page only")
        WAITING = "waiting", _("waiting")
        CLAIMED = "claimed", _("taken by a worker")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("accepted by the mail server")
        REFUSED = "refused", _("refused by the mail server")
        GIVEN_UP = "given_up", _("given up")
        UNCERTAIN = "uncertain", _("uncertain")

    frozen_fields: ClassVar = ("notice", "reminder", "person", "department_code", "created_at")
    STUCK: ClassVar = ("refused", "given_up", "uncertain")

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries", null=True, blank=True)
    reminder = models.ForeignKey(Reminder, on_delete=models.PROTECT, related_name="deliveries", null=True, blank=True)
    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="deliveries")
    department_code = models.CharField(_("department code"), max_length=20, blank=True)
    address = models.EmailField(_("mail address"), blank=True)
    state = models.CharField(_("state"), max_length=16, choices=State)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(db_default=Now())
    token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("answer of the mail server"), max_length=500, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), db_default=Now())

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"], condition=Q(state__in=["waiting", "claimed", "sending"]), name="delivery_open"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "person"], name="delivery_of_notice"),
            models.UniqueConstraint(fields=["reminder", "person"], name="delivery_of_reminder"),
            models.CheckConstraint(
                condition=Q(notice__isnull=False, reminder__isnull=True)
                | Q(notice__isnull=True, reminder__isnull=False),
                name="delivery_of_one_message",
            ),
            models.CheckConstraint(condition=~Q(address="") | Q(state="home_only"), name="delivery_mail_has_address"),
            models.CheckConstraint(
                condition=Q(state__in=["claimed", "sending"], token__isnull=False, lease_until__isnull=False)
                | (~Q(state__in=["claimed", "sending"]) & Q(token__isnull=True, lease_until__isnull=True)),
                name="delivery_claimed_is_leased",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice or self.reminder} {self.person}"
