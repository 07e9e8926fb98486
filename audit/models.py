"""The audit event: one row for each thing done, never changed and never deleted."""

import datetime as dt
import hashlib
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.canonical import canonical_json

FORM_VERSION = 1
LEVELS_MAX = 50
"""How deeply an event's data may be nested: whoever writes past the portal cannot make the trail unreadable."""
DATABASE_TIME_FORMAT = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'


def nested(data: F, levels: int) -> Func:
    """Return the condition that JSON data has something more than `levels` deep."""
    path = Value(f"$.**{{{levels}}}")
    return Func(data, path, function="JSONB_PATH_EXISTS", output_field=models.BooleanField())


class EventQuerySet(models.QuerySet["Event"]):
    """Reads of the trail."""

    def about(self, object_type: str, object_id: str | int) -> "EventQuerySet":
        """The events of one object, newest first; `object_type` is its label, for example `reports.SheetBuild`."""
        return self.filter(object_type=object_type, object_id=str(object_id)).order_by("-pk")

    def changing(self, place: str) -> "EventQuerySet":
        """The events whose `changes` name this place of their object."""
        return self.filter(data__changes__contains=[{"place": place}])

    def newest_first(self) -> "EventQuerySet":
        """By time and, within one statement, by number; the last thing done stands first."""
        return self.order_by("-at", "-pk")

    def older_than(self, event: "Event") -> "EventQuerySet":
        """The events that stand after `event` when the newest is first."""
        return self.filter(Q(at__lt=event.at) | Q(pk__lt=event.pk), at__lte=event.at)

    def newer_than(self, event: "Event") -> "EventQuerySet":
        """The events that stand before `event` when the newest is first."""
        return self.filter(Q(at__gt=event.at) | Q(pk__gt=event.pk), at__gte=event.at)

    def between(self, since: dt.date | None, until: dt.date | None) -> "EventQuerySet":
        """The events from the day `since` to the day `until` in Japan, both included; None leaves that end open."""
        events = self
        if since:
            events = events.filter(at__gte=timezone.make_aware(dt.datetime.combine(since, dt.time.min)))
        if until:
            after = dt.datetime.combine(until + dt.timedelta(days=1), dt.time.min)
            events = events.filter(at__lt=timezone.make_aware(after))
        return events


class Event(models.Model):
    """What was done (`action`), to what, when by the database's clock, in which request, and by whom.

    The person stands here only as the random `uid` of the Staff row. `leaf_hash` is the SHA-256, taken by the
    database in the inserting statement, over the canonical bytes of form `form_version` (see `canonical_bytes`).
    """

    append_only: ClassVar = True

    at = models.DateTimeField(_("time"), db_default=Now())
    action = models.CharField(_("action"), max_length=64)
    object_type = models.CharField(_("kind of object"), max_length=64)
    object_id = models.CharField(_("object"), max_length=64)
    data = models.JSONField(_("details"))
    request_id = models.CharField(_("request id"), max_length=36, blank=True)
    address = models.CharField(_("address"), max_length=45, blank=True)
    actor_uid = models.UUIDField(_("person"))
    form_version = models.SmallIntegerField(_("byte form"), default=FORM_VERSION)
    leaf_hash = models.CharField(_("hash"), max_length=64, db_default="")

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["object_type", "object_id"], name="event_object"),
            models.Index(fields=["at"], name="event_at"),
            models.Index(fields=["actor_uid", "at"], name="event_actor"),
            models.Index(fields=["action", "at"], name="event_action"),
            models.Index(fields=["address", "at"], condition=Q(address__gt=""), name="event_address"),
            models.Index(fields=["request_id"], condition=Q(request_id__gt=""), name="event_request"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(leaf_hash__regex=r"^[0-9a-f]{64}$"), name="event_leaf_is_sha256"),
            models.CheckConstraint(condition=~nested(F("data"), LEVELS_MAX), name="event_data_is_not_deep"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}"

    def computed_leaf_hash(self) -> str:
        """Return the hash that this row's fields have now; it differs from `leaf_hash` when one was changed."""
        moment = self.at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        before, after = canonical_bytes(self)
        return hashlib.sha256(before + moment.encode() + after).hexdigest()


def canonical_bytes(event: Event) -> tuple[bytes, bytes]:
    """Return the canonical bytes of `event` before and after its time, which only the database knows at insertion.

    Form 1 is the canonical JSON of the list [form version, time, action, object type, object id, data, request id,
    address, actor uid], the time in UTC as 2026-11-23T00:12:33.123456Z.
    """
    head = canonical_json([event.form_version])[:-1] + ',"'
    fields: list[Any] = [event.action, event.object_type, event.object_id, event.data]
    fields += [event.request_id, event.address, str(event.actor_uid)]
    tail = '",' + canonical_json(fields)[1:]
    return head.encode(), tail.encode()
