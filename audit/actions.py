"""Writing to the trail."""

import json
import uuid
from collections.abc import Iterable
from itertools import islice
from typing import Any, Protocol

from django.db import connection, models
from django.db.models import Func, Value
from django.db.models.functions import Now

from audit.models import DATABASE_TIME_FORMAT, Event, canonical_bytes
from common import request_context

BATCH = 1000
LEAF_HASH = "ENCODE(SHA256(CONVERT_TO(%(expressions)s, 'UTF8')), 'hex')"
TIME_BETWEEN = f" || TO_CHAR(TIMEZONE('UTC', STATEMENT_TIMESTAMP()), '{DATABASE_TIME_FORMAT}') || "
"""The time of the inserting statement, as in `Now`, between the canonical bytes that stand before and after it."""
INSERT_MANY = f"""
INSERT INTO audit_event (
    action, request_id, address, actor_uid, form_version, at, object_type, object_id, data, leaf_hash
)
SELECT %s, %s, %s, %s, %s, STATEMENT_TIMESTAMP(), object_type, object_id, data::jsonb,
    {LEAF_HASH % {"expressions": f"before{TIME_BETWEEN}after"}}
FROM UNNEST(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
    WITH ORDINALITY AS event (object_type, object_id, data, before, after, place)
ORDER BY place
"""  # noqa: S608


class Actor(Protocol):
    """Whoever acts: all that the trail keeps of a person is this random id."""

    uid: uuid.UUID


def record(*, by: Actor, action: str, on: models.Model, data: dict[str, Any] | None = None) -> Event:
    """Write one event in the caller's transaction and return it.

    `action` is `app.verb`; `on` the object, saved before; `data` holds str, int, bool, None, list and dict, and
    never a name, number or mail address of a person. One INSERT; the database sets the time and hashes the leaf.
    What a deputy does by the right of a head names the head too: `acting_for`, a list of uids, is added to `data`.
    """
    event = _event(by=by, action=action, on=on, data=data or {})
    before, after = (Value(part.decode()) for part in canonical_bytes(event))
    event.at, event.leaf_hash = Now(), Func(before, after, template=LEAF_HASH, arg_joiner=TIME_BETWEEN)
    event.save(force_insert=True)
    return event


def record_many(*, by: Actor, action: str, entries: Iterable[tuple[models.Model, dict[str, Any]]]) -> int:
    """Write one event for each (object, data) in the caller's transaction, a thousand an INSERT; return how many.

    The INSERT selects from arrays, a quarter of the time that `bulk_create` takes to write each row's expression out.
    """
    events = (_event(by=by, action=action, on=on, data=data) for on, data in entries)
    count = 0
    with connection.cursor() as cursor:
        while batch := list(islice(events, BATCH)):
            one = batch[0]
            same: list[Any] = [one.action, one.request_id, one.address, one.actor_uid, one.form_version]
            arrays: list[Any] = [list(texts) for texts in zip(*map(_differing, batch), strict=True)]
            cursor.execute(INSERT_MANY, [*same, *arrays])
            count += len(batch)
    return count


def _event(*, by: Actor, action: str, on: models.Model, data: dict[str, Any]) -> Event:
    """Return an event not yet written and without its time and hash, which the inserting statement gives it."""
    context = request_context.current()
    return Event(
        action=action,
        object_type=on._meta.label,
        object_id=str(on.pk),
        data=_with_heads(data, context),
        request_id=context.request_id,
        address=context.address,
        actor_uid=by.uid,
    )


def _differing(event: Event) -> tuple[str, str, str, str, str]:
    """Return what the events of one INSERT differ in, in the order of its arrays."""
    before, after = canonical_bytes(event)
    return event.object_type, event.object_id, json.dumps(event.data), before.decode(), after.decode()


def _with_heads(data: dict[str, Any], context: request_context.RequestContext) -> dict[str, Any]:
    heads = [str(uid) for uid in context.acting_for]
    return {**data, "acting_for": heads} if heads else data
