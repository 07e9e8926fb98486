"""What happened to one object, as its page shows it: when, who, why, and what changed, in words."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext as _

from audit.models import Event
from staff.models import Staff

Words = Callable[[str, Any], str]
SIDES = ("before", "after")


class Step(NamedTuple):
    """One value before and after."""

    label: str
    before: str
    after: str


class Entry(NamedTuple):
    """One saving of the object; `person` is None for somebody who is no longer known.

    `acting_for` are the heads for whom the person acted as a deputy.
    """

    event: Event
    person: Staff | None
    reason: str
    steps: list[Step]
    acting_for: list[Staff] = []


def history_of(changed: models.Model, labels: Mapping[str, Any], words: Words) -> list[Entry]:
    """Return the savings of an object from the trail, the newest first.

    `labels` names the places that are shown, and `words` writes the value of a place; savings of others are left out.
    """
    events = Event.objects.about(changed._meta.label, changed.pk)
    saved = [(event, steps) for event in events if (steps := _steps(event, labels, words))]
    people = people_of(event for event, _shown in saved)
    return [
        Entry(event, people.get(event.actor_uid), event.data.get("reason", ""), steps, heads_of(event, people))
        for event, steps in saved
    ]


def people_of(events: Iterable[Event]) -> dict[uuid.UUID, Staff]:
    """Return those who acted in `events`, and the heads whom they stood in for, by uid."""
    events = list(events)
    uids = {event.actor_uid for event in events}
    return Staff.objects.in_bulk(uids.union(*map(_heads, events)), field_name="uid")


def heads_of(event: Event, people: Mapping[uuid.UUID, Staff]) -> list[Staff]:
    """Return, of `people`, the heads for whom the person of `event` acted as a deputy."""
    return [people[uid] for uid in _heads(event) if uid in people]


def _heads(event: Event) -> list[uuid.UUID]:
    return [uuid.UUID(uid) for uid in event.data.get("acting_for", [])]


def _steps(event: Event, labels: Mapping[str, Any], words: Words) -> list[Step]:
    shown = [change for change in event.data.get("changes", []) if change["place"] in labels]
    return [
        Step(str(labels[one["place"]]), "", _("changed (the trail does not hold the words)"))
        if one.get("untold")
        else Step(str(labels[one["place"]]), *(_written(one["place"], one.get(side), words) for side in SIDES))
        for one in shown
        if one.get("before") or one.get("after") or one.get("untold")
    ]


def _written(place: str, value: Any, words: Words) -> str:
    return "" if value in (None, "", []) else words(place, value)
