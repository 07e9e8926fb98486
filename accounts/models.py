"""Tries to sign in, which are counted to slow an attacker, and the one-time links that were sent by mail."""

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Reads of tries."""

    def failed_since(self, moment: dt.datetime) -> "AttemptQuerySet":
        """The tries after `moment` that were wrong."""
        return self.filter(succeeded=False, at__gt=moment)

    def older_than(self, moment: dt.datetime) -> "AttemptQuerySet":
        """The tries from before `moment`."""
        return self.filter(at__lt=moment)


class Attempt(models.Model):
    """One password that was checked. Number and device stand here only as keyed hashes, and nothing that was typed."""

    at = models.DateTimeField(default=timezone.now)
    account = models.CharField(max_length=64)
    device = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=45, blank=True)
    succeeded = models.BooleanField()

    objects = AttemptQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["account", "device", "at"], name="attempt_bucket"),
            models.Index(fields=["address", "at"], condition=models.Q(succeeded=False), name="attempt_address"),
            models.Index(fields=["at"], name="attempt_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%dT%H:%M:%SZ} {'right' if self.succeeded else 'wrong'}"


class LinkQuerySet(models.QuerySet["Link"]):
    """Reads of one-time links."""

    def waiting(self) -> "LinkQuerySet":
        """The links that are still to be mailed, the oldest first."""
        return self.filter(state=Link.State.WAITING).order_by("pk")

    def alive(self, now: dt.datetime) -> "LinkQuerySet":
        """The links that may still be used by their age: mailed, or about to be, within PASSWORD_LINK_HOURS."""
        return self.filter(made_at__gt=now - dt.timedelta(hours=settings.PASSWORD_LINK_HOURS)).exclude(
            state=Link.State.FAILED
        )


class Link(models.Model):
    """A one-time link that is or was owed to a person by mail. The row is the job; the secret is never stored."""

    class State(models.TextChoices):
        """What became of the mail."""

        WAITING = "waiting", _("to be sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("not delivered")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_in_links")
    made_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    answer = models.CharField(max_length=500, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["person", "made_at"], name="link_of_person"),
            models.Index(fields=["id"], condition=models.Q(state="waiting"), name="link_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.get_state_display()}"
