"""The record of one person, for those who may see it: postings, roles with their reasons, deputies, leave, changes."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from audit.models import Event
from common.duties import Duty, duties_of
from common.templatetags.dates import day
from staff.history import Entry, history_of, people_of
from staff.models import Deputy, Leave, Posting, RoleGrant, Staff

LABELS = {
    "employee_number": gettext_lazy("Employee number"),
    "name": pgettext_lazy("person", "Name"),
    "kana": gettext_lazy("Furigana"),
    "email": gettext_lazy("Mail address"),
    "employment_kind": gettext_lazy("Kind of employment"),
    "joined_on": gettext_lazy("Joined on"),
    "left_on": gettext_lazy("Last day on the staff"),
}
GIVEN = {"staff.grant_role", "staff.appoint_deputy"}
TAKEN = {"staff.end_grant", "staff.end_deputy"}


class Why(NamedTuple):
    """Who gave or ended something, when and why, as the trail tells."""

    event: Event
    person: Staff | None
    reason: str


class Term(NamedTuple):
    """Something held for a time: the row, the kind and words of its state, who gave it and who ended it early."""

    row: Any
    state: tuple[str, str]
    given: Why | None
    ended: Why | None

    @property
    def is_over(self) -> bool:
        """Whether it holds no longer, so that there is nothing to end."""
        return self.state[0] == "neutral"


class Record(NamedTuple):
    """What the page of a person shows to those who may see the record."""

    postings: list[Posting]
    grants: list[Term]
    deputies: list[Term]
    deputyships: list[Term]
    leaves: list[Leave]
    duties: list[Duty]
    history: list[Entry]


def state_of(row: Any, on: dt.date) -> tuple[str, str]:
    """Return the kind and the words of the state of something held for a time, on the day `on`."""
    if row.valid_from > on:
        return "info", _("from %(day)s") % {"day": day(row.valid_from)}
    if row.valid_to is not None and row.valid_to < on:
        return "neutral", _("ended")
    return "success", _("holds now")


def record_of(person: Staff, viewer: Staff, on: dt.date) -> Record:
    """Read the record of `person` as `viewer` may see it on the day `on`."""
    deputies = list(person.deputies.select_related("person"))
    deputyships = list(person.deputyships.select_related("head"))
    stood_in = terms([*deputies, *deputyships], on)
    return Record(
        list(person.postings.select_related("department").order_by("-valid_from", "concurrent")),
        terms(person.role_grants.order_by("-valid_from"), on),
        stood_in[: len(deputies)],
        stood_in[len(deputies) :],
        list(person.leaves.all()),
        duties_of(person, viewer, on),
        history_of(person, LABELS, _in_words),
    )


def terms(rows: Iterable[RoleGrant | Deputy], on: dt.date) -> list[Term]:
    """Return each of `rows`, all of one kind, with its state on the day `on` and what the trail tells of it."""
    rows = list(rows)
    whys = _whys(rows)
    return [Term(row, state_of(row, on), *whys.get(str(row.pk), (None, None))) for row in rows]


def _whys(rows: list[Any]) -> Mapping[str, tuple[Why | None, Why | None]]:
    """Return for each row, by its key as text, who gave it and who ended it."""
    if not rows:
        return {}
    keys = [str(row.pk) for row in rows]
    about = Event.objects.filter(object_type=rows[0]._meta.label, object_id__in=keys, action__in=GIVEN | TAKEN)
    events = list(about.order_by("pk"))
    people = people_of(events)
    found: dict[str, tuple[Why | None, Why | None]] = {}
    for event in events:
        why = Why(event, people.get(event.actor_uid), event.data.get("reason", ""))
        given, ended = found.get(event.object_id, (None, None))
        found[event.object_id] = (why, ended) if event.action in GIVEN else (given, why)
    return found


def _in_words(place: str, value: str) -> str:
    if place == "employment_kind":
        return str(Staff.EmploymentKind(value).label)
    return day(dt.date.fromisoformat(value)) if place in ("joined_on", "left_on") else value


def facts(person: Staff, *, record: bool) -> list[tuple[Any, Any]]:
    """Return what is to be known of a person; number, kind of employment and days only with the `record`."""
    rows: list[tuple[Any, Any]] = [(LABELS["kana"], person.kana), (LABELS["email"], person.email)]
    if record:
        rows += [
            (LABELS["employee_number"], person.employee_number),
            (LABELS["employment_kind"], person.get_employment_kind_display()),
            (LABELS["joined_on"], day(person.joined_on)),
            (LABELS["left_on"], day(person.left_on)),
        ]
    return rows
