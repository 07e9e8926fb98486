"""The audit trail as its page shows it: a page of events, who did each, what in words, on what, with what details."""

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from audit.models import Event, EventQuerySet
from audit.wording import Link, kind_of, links, place_of, words_of
from common.templatetags.dates import day
from staff.models import Staff
from staff.roles import Role
from staff.trail_terms import term_of

PAGE_SIZE = 50
LINES_MAX = 10
TEXT_SHOWN = 200
ACTING_FOR = "acting_for"


class Listing(NamedTuple):
    """What the components of a list read of this one: its filters, and whether they narrow it."""

    form: Any
    filtered: bool


class Slice(NamedTuple):
    """One page of the trail, the newest first: its events, and the event to go on from in each direction."""

    events: list[Event]
    older: int | None
    newer: int | None


class Who(NamedTuple):
    """A person as known today; without a name, somebody who is no longer known."""

    uid: uuid.UUID
    name: str = ""
    number: str = ""


class Detail(NamedTuple):
    """One entry of an event's data: what it is, in lines, and how many further lines it has."""

    term: str
    lines: list[str]
    more: int = 0


class Line(NamedTuple):
    """One event ready to be shown; `link` is None for an object the viewer may not open or that has no page."""

    event: Event
    who: Who
    heads: list[Who]
    words: str
    kind: str
    link: Link | None
    details: list[Detail]


def slice_of(events: EventQuerySet, *, before: int | None = None, after: int | None = None) -> Slice:
    """Return a page: the newest, or what follows the event numbered `before`, or what lies before the one `after`.

    Reads one page and one event, however long the trail is. An event that does not exist is passed over.
    """
    number = before or after
    turn = Event.objects.filter(pk=number).first() if number else None
    if turn is None:
        found = list(events.newest_first()[: PAGE_SIZE + 1])
        return _cut(found, has_newer=False)
    if before:
        return _cut(list(events.older_than(turn).newest_first()[: PAGE_SIZE + 1]), has_newer=True)
    found = list(events.newer_than(turn).newest_first().reverse()[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE][::-1]
    older = shown[-1].pk if shown else None
    return Slice(shown, older, shown[0].pk if len(found) > PAGE_SIZE else None)


def _cut(found: list[Event], *, has_newer: bool) -> Slice:
    shown = found[:PAGE_SIZE]
    older = shown[-1].pk if len(found) > PAGE_SIZE else None
    return Slice(shown, older, shown[0].pk if has_newer and shown else None)


def lines_of(events: Sequence[Event], viewer: Staff, on: dt.date) -> list[Line]:
    """Return the events ready for `viewer` on the day `on`: one query for the people, one for each kind of object."""
    people = known_people(uid for event in events for uid in _mentioned(event))
    pages = _pages(events, viewer, on)
    return [
        Line(
            event,
            who(event.actor_uid, people),
            [who(uid, people) for uid in heads_of(event)],
            words_of(event.action),
            kind_of(event.object_type),
            pages.get((event.object_type, event.object_id)),
            _details(event, people),
        )
        for event in events
    ]


def known_people(uids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Staff]:
    """Return those who are still known, by uid."""
    return Staff.objects.get_queryset().only("uid", "name", "employee_number").in_bulk(set(uids), field_name="uid")


def who(uid: uuid.UUID, people: Mapping[uuid.UUID, Staff]) -> Who:
    """Return a person as known today."""
    person = people.get(uid)
    return Who(uid, person.name, person.employee_number) if person else Who(uid)


def heads_of(event: Event) -> list[uuid.UUID]:
    """Return the heads of departments by whose right a deputy (代理) did this; nearly always nobody."""
    named = event.data.get(ACTING_FOR) if isinstance(event.data, dict) else None
    return [uid for text in (named if isinstance(named, list) else []) if (uid := as_uid(text))]


def as_json(data: Any) -> str:
    """Return an event's data as it is recorded, indented."""
    return json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True)


def exact_time(event: Event) -> str:
    """Return an event's time as its hash counts it: UTC, to the microsecond."""
    return f"{event.at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def recomputed(event: Event) -> str:
    """Return the hash that the event's fields have now; empty when they cannot be what was recorded."""
    try:
        return event.computed_leaf_hash()
    except TypeError:
        return ""


def _pages(events: Sequence[Event], viewer: Staff, on: dt.date) -> dict[tuple[str, str], Link]:
    keys: dict[str, set[int]] = {}
    for event in events:
        if event.object_id.isascii() and event.object_id.isdecimal() and len(event.object_id) <= 18:
            keys.setdefault(event.object_type, set()).add(int(event.object_id))
    pages: dict[tuple[str, str], Link] = {}
    for label, wanted in keys.items():
        pages |= {(label, str(key)): link for key, link in links(label, viewer, wanted, on).items()}
    return pages


def _mentioned(event: Event) -> list[uuid.UUID]:
    """Return the people an event's row names: who did it, for whom, and those in the lines that are shown."""
    values = list(event.data.values()) if isinstance(event.data, dict) else []
    shown = [one for value in values for one in (value[:LINES_MAX] if isinstance(value, list) else [value])]
    return [event.actor_uid, *heads_of(event), *(uid for text in shown if (uid := as_uid(text)))]


def as_uid(text: Any) -> uuid.UUID | None:
    """Return the uid that a text is; None for anything else."""
    if not isinstance(text, str) or len(text) != 36:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _details(event: Event, people: Mapping[uuid.UUID, Staff]) -> list[Detail]:
    data, label = event.data, event.object_type
    entries = data.items() if isinstance(data, dict) else [("", data)]
    return [_detail(key, value, label, people) for key, value in entries if key != ACTING_FOR]


def _detail(key: str, value: Any, label: str, people: Mapping[uuid.UUID, Staff]) -> Detail:
    if isinstance(value, dict):
        value = [f"{name}: {_text(part, people)}" for name, part in value.items()]
    values = value if isinstance(value, list) else [value]
    lines = [_role(one) if key == "role" else _line(one, label, people) for one in values[:LINES_MAX]]
    return Detail(term_of(label, key), lines, max(0, len(values) - LINES_MAX))


def _role(value: Any) -> str:
    return str(dict(Role.choices).get(value, value)) if isinstance(value, str) else _text(value, {})


def _line(value: Any, label: str, people: Mapping[uuid.UUID, Staff]) -> str:
    """Return one value in words; a change as its place, before and after."""
    if isinstance(value, dict) and isinstance(value.get("place"), str):
        before, after = (_text(value.get(side), people) for side in ("before", "after"))
        return f"{_shortened(place_of(label, value['place']))}: {before} → {after}"
    return _text(value, people)


def _text(value: Any, people: Mapping[uuid.UUID, Staff]) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, str):
        person = people.get(uid) if (uid := as_uid(value)) else None
        return person.name if person else _shortened(_day(value))
    return _shortened(json.dumps(value, ensure_ascii=False))


def _day(text: str) -> str:
    """Return a recorded date as the screens write it, any other text as it stands."""
    try:
        return day(dt.date.fromisoformat(text)) if len(text) == 10 else text
    except ValueError:
        return text


def _shortened(text: str) -> str:
    return text if len(text) <= TEXT_SHOWN else f"{text[:TEXT_SHOWN]}…"
