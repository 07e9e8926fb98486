"""What happened to one object, as its page shows it: when, who, why, and what changed, in words."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.db import models

from audit.models import Event
from staff.models import Staff

Words = Callable[[str, Any], str]


class Step(NamedTuple):
    """One value before and after."""

    label: str
    before: str
    after: str


class Entry(NamedTuple):
    """One saving of the object; `person` is None for somebody who is no longer known."""

    event: Event
    person: Staff | None
    reason: str
    steps: list[Step]


def history_of(changed: models.Model, labels: Mapping[str, Any], words: Words) -> list[Entry]:
    """Return the savings of an object from the trail, the newest first.

    `labels` names the places that are shown, and `words` writes the value of a place; savings of others are left out.
    """
    events = Event.objects.about(changed._meta.label, changed.pk)
    saved = [(event, steps) for event in events if (steps := _steps(event, labels, words))]
    people = Staff.objects.in_bulk({event.actor_uid for event, _shown in saved}, field_name="uid")
    return [Entry(event, people.get(event.actor_uid), event.data.get("reason", ""), steps) for event, steps in saved]


def _steps(event: Event, labels: Mapping[str, Any], words: Words) -> list[Step]:
    shown = [change for change in event.data.get("changes", []) if change["place"] in labels]
    return [
        Step(str(labels[one["place"]]), *(_written(one["place"], one.get(side), words) for side in ("before", "after")))
        for one in shown
        if one.get("before") or one.get("after")
    ]


def _written(place: str, value: Any, words: Words) -> str:
    return "" if value in (None, "", []) else words(place, value)
