"""What the front page of the administration shows: how many stand in each list, and where its work is done."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.pages import Crumb, address_of, breadcrumb
from common.periods import covers
from common.permissions import Permission
from staff.administrators import LEAST
from staff.models import RoleGrant, Staff, employed
from staff.roles import Role
from staff.rolls import ROLLS

WORK = (
    ("staff:add_person", Permission.MANAGE_PEOPLE, gettext_lazy("Register a person")),
    ("staff:import_people", Permission.MANAGE_PEOPLE, gettext_lazy("Read the directory from a file")),
    ("staff:export_directory", Permission.VIEW_PEOPLE_RECORDS, gettext_lazy("Take the directory away as a file")),
    ("staff:import_departments", Permission.MANAGE_PEOPLE, gettext_lazy("Read departments from a file")),
    ("staff:export_departments", Permission.VIEW_PEOPLE_RECORDS, gettext_lazy("Take the departments away as a file")),
    ("staff:reorganise", Permission.MANAGE_PEOPLE, gettext_lazy("Reorganisation")),
    ("staff:handover", Permission.VIEW_PEOPLE_RECORDS, gettext_lazy("Hand-over")),
    ("staff:headcount", Permission.VIEW_PEOPLE_RECORDS, gettext_lazy("Head-counts")),
    ("accounts:desk", Permission.MANAGE_ACCOUNTS, gettext_lazy("Help with signing in")),
    ("staff:trail", Permission.VIEW_TRAIL, gettext_lazy("Audit trail")),
)
"""Address, right and words of each work; one that this portal does not have, or that takes a word more, is left out."""
PRESSING = {"roles-ending", "unused", "disabled"}


def trail(here: str = "") -> list[Crumb]:
    """Return the breadcrumb: home, the administration, a page of it."""
    return breadcrumb((_("Administration"), reverse("staff:administration")), here=here)


def overview_context(viewer: Staff, on: dt.date) -> dict[str, Any]:
    """Return the counts of all lists on the day `on`, and the work that `viewer` may do."""
    counted = [(name, roll, roll.rows(on).count()) for name, roll in ROLLS.items()]
    administrators = _administrators(on)
    return {
        "facts": [
            {
                "label": roll.title,
                "value": count,
                "url": reverse("staff:roll", args=[name]),
                "kind": "warning" if count and name in PRESSING else "neutral",
            }
            for name, roll, count in counted
        ],
        "work": [
            (label, url) for name, right, label in WORK if viewer.has_permission(right) and (url := address_of(name))
        ],
        "too_few": administrators if administrators < LEAST else None,
        "least": LEAST,
        "breadcrumbs": trail(),
    }


def _administrators(on: dt.date) -> int:
    """Return how many administrators there are on the day `on`: on the staff, not disabled, with the role."""
    grants = RoleGrant.objects.filter(covers(on), employed(on, "person__"), role=Role.ADMINISTRATOR)
    return grants.filter(person__disabled_at__isnull=True).values("person").distinct().count()
