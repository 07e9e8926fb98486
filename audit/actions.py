"""Writing to the trail."""

import uuid
from collections.abc import Iterable
from itertools import islice
from typing import Any, Protocol

from django.db import models
from django.db.models import Func, Value
from django.db.models.functions import Concat, Now

from audit.models import DATABASE_TIME_FORMAT, Event, canonical_bytes
from common import request_context

BATCH = 1000


class Actor(Protocol):
    """Whoever acts: all that the trail keeps of a person is this random id."""

    uid: uuid.UUID


def record(*, by: Actor, action: str, on: models.Model, data: dict[str, Any] | None = None) -> Event:
    """Write one event in the caller's transaction and return it.

    `action` is `app.verb`; `on` the object, saved before; `data` holds str, int, bool, None, list and dict, and
    never a name, number or mail address of a person. One INSERT; the database sets the time and hashes the leaf.
    """
    event = _event(by=by, action=action, on=on, data=data or {})
    event.save(force_insert=True)
    return event


def record_many(*, by: Actor, action: str, entries: Iterable[tuple[models.Model, dict[str, Any]]]) -> int:
    """Write one event for each (object, data) in the caller's transaction, a thousand an INSERT; return how many."""
    events = (_event(by=by, action=action, on=on, data=data) for on, data in entries)
    count = 0
    while batch := list(islice(events, BATCH)):
        Event.objects.bulk_create(batch)
        count += len(batch)
    return count


def _event(*, by: Actor, action: str, on: models.Model, data: dict[str, Any]) -> Event:
    """Return an event not yet written; the database sets its time and hashes its leaf when it is."""
    context = request_context.current()
    event = Event(
        action=action,
        object_type=on._meta.label,
        object_id=str(on.pk),
        data=data,
        request_id=context.request_id,
        address=context.address,
        actor_uid=by.uid,
    )
    before, after = (Value(part.decode()) for part in canonical_bytes(event))
    event.at = Now()
    event.leaf_hash = _sha256(Concat(before, _utc_text(Now()), after, output_field=models.TextField()))
    return event


def _utc_text(moment: Func) -> Func:
    in_utc = Func(Value("UTC"), moment, function="TIMEZONE", output_field=models.TextField())
    return Func(in_utc, Value(DATABASE_TIME_FORMAT), function="TO_CHAR", output_field=models.TextField())


def _sha256(text: Func) -> Func:
    as_bytes = Func(text, Value("UTF8"), function="CONVERT_TO", output_field=models.BinaryField())
    digest = Func(as_bytes, function="SHA256", output_field=models.BinaryField())
    return Func(digest, Value("hex"), function="ENCODE", output_field=models.CharField())
