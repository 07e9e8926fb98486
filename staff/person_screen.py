"""What the page of a person and one's own profile show."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.pages import address_of, breadcrumb
from common.permissions import Permission
from staff import people
from staff.models import Staff
from staff.record import facts, record_of
from staff.tree import Tree

ELSEWHERE = (
    ("staff:add_posting", Permission.MANAGE_PEOPLE, gettext_lazy("Add a posting")),
    ("staff:record_leave", Permission.MANAGE_PEOPLE, gettext_lazy("Record leave")),
    ("accounts:person", Permission.MANAGE_ACCOUNTS, gettext_lazy("Help with signing in")),
)


def context_of(person: Staff, viewer: Staff, on: dt.date) -> dict[str, Any]:
    """Return what the page of `person` shows `viewer` on the day `on`; `record` is None where it is not to be seen."""
    tree = Tree(on)
    (row,) = people.rows_of([person], tree, on)
    heads = people.heads_of(people.superior_codes(row, tree), tree, on)
    record = record_of(person, viewer, on) if people.sees_record(viewer, person, on) else None
    heads_now = bool(record and any(one.is_head and _holds(one, on) for one in record.postings))
    return {
        "person": person,
        "row": row,
        "heads": heads,
        "heads_now": heads_now,
        "facts": facts(person, record=record is not None),
        "record": record,
        "state": _state(person, on),
        "actions": _actions(person, viewer),
        "open_postings": _open(record.postings, on) if record else (),
        "open_leaves": _open(record.leaves, on) if record else (),
        "may_change": viewer.has_permission(Permission.MANAGE_PEOPLE),
        "may_grant": viewer.has_permission(Permission.GRANT_ROLES) and viewer.pk != person.pk,
        "may_appoint": heads_now and (viewer.pk == person.pk or viewer.has_permission(Permission.GRANT_ROLES)),
    }


def profile_context(person: Staff) -> dict[str, Any]:
    """Return what one's own page shows besides."""
    return {
        "roles": person.role_names,
        "account_url": address_of("accounts:account"),
        "languages": settings.LANGUAGES,
        "breadcrumbs": breadcrumb(here=_("My profile")),
    }


def _holds(row: Any, on: dt.date) -> bool:
    return bool(row.valid_from <= on and (row.valid_to is None or on <= row.valid_to))


def _open(rows: Iterable[Any], on: dt.date) -> list[int]:
    """Return the keys of the rows that hold on the day `on` or begin later."""
    return [row.pk for row in rows if row.valid_to is None or row.valid_to >= on]


def _state(person: Staff, on: dt.date) -> tuple[str, str]:
    """Return the kind and the words of what stands beside the name; empty for somebody at work."""
    if person.left_on is not None and person.left_on < on:
        return "neutral", _("has left")
    if not person.is_employed_on(on):
        return "info", _("still to come")
    return "", ""


def _actions(person: Staff, viewer: Staff) -> list[tuple[str, str]]:
    """Return the words and addresses of what other parts of the portal let `viewer` do for `person`."""
    may = viewer.has_permission
    found: list[tuple[Any, str]] = [
        (label, address_of(name, person.pk)) for name, right, label in ELSEWHERE if may(right)
    ]
    if may(Permission.VIEW_TRAIL):
        found.append((_("Everything this person did"), f"{address_of('staff:trail')}?person={person.uid}"))
    return [(str(label), url) for label, url in found if url]
