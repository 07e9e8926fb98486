"""What the tree of departments and the page of one of them show on a day."""

import datetime as dt
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from common.listing import listing
from common.permissions import Permission
from common.templatetags.dates import day
from staff.forms_people import DayForm
from staff.headcount import headcount
from staff.headcount_screen import sees_counts
from staff.models import Department, Posting, Staff, employed
from staff.people import department_trail, heads_of, sees_people_of
from staff.reorganise_screen import coming
from staff.tree import Tree

SORTS = {
    "rank": ("-is_head", "concurrent", "person__search_key", "person__employee_number"),
    "kana": ("person__search_key", "person__employee_number"),
}


def tree_context(viewer: Staff, on: dt.date, today: dt.date) -> dict[str, Any]:
    """Return the departments of the day `on`, each with its heads and how many people belong to it."""
    tree, seen = Tree(on), sees_people_of(viewer, "", on, today)
    heads: dict[str, list[Staff]] = {}
    postings = Posting.objects.in_force(on).filter(employed(on, "person__"), is_head=True)
    for posting in postings.select_related("person", "department").order_by("concurrent", "pk") if seen else ():
        heads.setdefault(posting.department.code, []).append(posting.person)
    lines = [(line, heads.get(line.code, [])) for line in headcount(on).lines if line.code in tree.nodes]
    return {
        "lines": lines,
        "day": on,
        "is_today": on == today,
        "shows_heads": seen,
        "sees_counts": sees_counts(viewer),
        "breadcrumbs": department_trail(),
    }


def context_of(rows: list[Department], viewer: Staff, data: QueryDict, form: DayForm, today: dt.date) -> dict[str, Any]:
    """Return one department, given by all its `rows`, as it was on the day that `form` asks for."""
    on, code = form.day, rows[0].code
    tree, seen = Tree(on), sees_people_of(viewer, code, on, today)
    postings = Posting.objects.in_force(on).of_codes([code]).filter(employed(on, "person__"))
    shown = postings.select_related("person") if seen and form.is_valid() else Posting.objects.none()
    title = next((row.name for row in rows if row.valid_from <= on), rows[-1].name)
    return {
        "code": code,
        "title": title,
        "day": on,
        "is_today": on == today,
        "exists": code in tree.nodes,
        "path": tree.path(code)[:-1],
        "below": tree.children(code),
        "seen": seen,
        "heads": heads_of([code], tree, on) if seen else [],
        "names": [(row, _state(row, today)) for row in rows],
        "coming": coming(today, [code]),
        "may_reorganise": viewer.has_permission(Permission.MANAGE_PEOPLE),
        "listing": listing(shown, data, form=DayForm, narrow=lambda found, _wanted: found, sorts=SORTS, default="rank"),
        "breadcrumbs": department_trail(title),
    }


def _state(row: Department, today: dt.date) -> tuple[str, str]:
    if row.valid_from > today:
        return "info", _("from %(day)s") % {"day": day(row.valid_from)}
    if row.valid_to is not None and row.valid_to < today:
        return "neutral", _("until %(day)s") % {"day": day(row.valid_to)}
    return "success", _("current name")
