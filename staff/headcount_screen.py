"""What the page of head-counts shows and hands out."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.pages import breadcrumb
from common.permissions import Permission
from staff.headcount import KINDS, Headcount, Heads, headcount
from staff.models import Department, Staff

LAST_COLUMNS = (
    gettext_lazy("Total"),
    gettext_lazy("of whom on leave"),
    gettext_lazy("at work"),
    gettext_lazy("not in a department below"),
    gettext_lazy("Concurrent posts"),
)
"""What stands behind the kinds of employment, in the order of `_numbers`."""


def codes_shown(viewer: Staff, on: dt.date, today: dt.date) -> set[str] | None:
    """Return the codes whose head-counts `viewer` sees for the day `on`: None for all, a head those of today's part.

    Raises `PermissionDenied` for everybody else.
    """
    if _sees_all(viewer):
        return None
    headed = viewer.headed_codes_on(today)
    if not headed:
        raise PermissionDenied
    return Department.objects.codes_below(headed, on)


def _sees_all(viewer: Staff) -> bool:
    return viewer.has_permission(Permission.VIEW_PEOPLE_RECORDS) or viewer.has_permission(Permission.VIEW_WHOLE_CITY)


def sees_counts(viewer: Staff) -> bool:
    """Tell whether `viewer` sees any head-counts today."""
    return _sees_all(viewer) or bool(viewer.standing.headed or viewer.standing.heads)


def counted(viewer: Staff, on: dt.date, today: dt.date) -> Headcount:
    """Return the head-counts of the day `on` that `viewer` sees."""
    return headcount(on, codes_shown(viewer, on, today))


def columns() -> list[str]:
    """Return the words over the columns of numbers."""
    return [*(str(kind.label) for kind in KINDS), *map(str, LAST_COLUMNS)]


def context_of(found: Headcount) -> dict[str, Any]:
    """Return what the page shows besides its form."""
    return {
        "columns": columns(),
        "rows": [(line, _numbers(line.whole, line.own)) for line in found.lines],
        "total": _numbers(found.total, None),
        "breadcrumbs": breadcrumb(here=_("Head-counts")),
    }


def _numbers(whole: Heads, own: Heads | None) -> list[int | str]:
    return [*whole.kinds, whole.people, whole.away, whole.working, "" if own is None else own.people, whole.concurrent]


def headings() -> list[str]:
    """Return the headings of the file."""
    return [_("Department code"), _("Department"), _("Level"), *columns()]


def cells_of(found: Headcount) -> list[list[Any]]:
    """Return the rows of the file, the total last; a level is 1 at the top."""
    rows = [[line.code, line.name, line.depth + 1, *_numbers(line.whole, line.own)] for line in found.lines]
    return [*rows, ["", _("Total"), "", *_numbers(found.total, None)]]
