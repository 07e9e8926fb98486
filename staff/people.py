"""What the directory and the pages of a person and of a department show."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common.importing import folded
from common.pages import Crumb, breadcrumb
from common.periods import covers
from common.permissions import Permission
from staff.models import Department, Deputy, Posting, Staff, StaffQuerySet, employed
from staff.tree import Tree

SORTS = {
    "kana": ("search_key", "employee_number"),
    "department": ("department_order", "search_key"),
}


def trail(person: Staff | None = None, here: str = "") -> list[Crumb]:
    """Return the breadcrumb: home, the directory, a person; the last is the page itself."""
    steps = [(_("Staff directory"), reverse("staff:people"))]
    if person is not None:
        steps.append((person.name, reverse("staff:person", args=[person.pk])))
    return breadcrumb(*steps, here=here)


def department_trail(name: str = "") -> list[Crumb]:
    """Return the breadcrumb of the departments, and of one of them."""
    return breadcrumb(
        (_("Staff directory"), reverse("staff:people")), (_("Departments"), reverse("staff:departments")), here=name
    )


def in_order(rows: StaffQuerySet, on: dt.date) -> StaffQuerySet:
    """Add `department_order`, the place of the main department of the day `on` in the official order."""
    main = Posting.objects.in_force(on).filter(person=models.OuterRef("pk"), concurrent=False)
    return rows.annotate(department_order=models.Subquery(main.values("department__order")[:1]))


def narrow(viewer: Staff, on: dt.date) -> Callable[[Any, dict[str, Any]], StaffQuerySet]:
    """Return the filter of the directory for `viewer` on the day `on`; unless asked for, those who left are hidden."""
    sees_records = viewer.has_permission(Permission.VIEW_PEOPLE_RECORDS)

    def narrowed(rows: Any, wanted: dict[str, Any]) -> StaffQuerySet:
        state, q, code = wanted.get("state", ""), wanted["q"], wanted["department"]
        if state != "all":
            terms = {"left": Q(left_on__lt=on), "coming": Q(joined_on__gt=on)}
            rows = rows.filter(terms.get(state, employed(on)))
        if code:
            held = Posting.objects.of_codes(Department.objects.codes_below([code], on))
            held = held if state else held.in_force(on)
            rows = rows.filter(pk__in=held.values("person"))
        if not q:
            return rows
        found = Q(pk__in=Staff.objects.get_queryset().found_by(q).values("pk"))
        return rows.filter(found | Q(employee_number__startswith=folded(q))) if sees_records else rows.filter(found)

    return narrowed


class Row(NamedTuple):
    """One person of the directory: the posting that counts and the path of its department, and other postings."""

    person: Staff
    posting: Posting | None
    path: str
    others: list[tuple[Posting, str]]


def rows_of(people: Iterable[Staff], tree: Tree, on: dt.date) -> list[Row]:
    """Return the rows of a page of the directory on the day `on`, in one query."""
    people = list(people)
    held: dict[int, list[Posting]] = {}
    postings = Posting.objects.in_force(on).filter(person__in=people).select_related("department")
    for posting in postings.order_by("concurrent", "department__order"):
        held.setdefault(posting.person_id, []).append(posting)
    return [_row(person, held.get(person.pk, []), tree) for person in people]


def _row(person: Staff, postings: list[Posting], tree: Tree) -> Row:
    main = next((one for one in postings if not one.concurrent), None)
    others = [(one, _path(one, tree)) for one in postings if one is not main]
    return Row(person, main, _path(main, tree) if main else "", others)


def _path(posting: Posting, tree: Tree) -> str:
    return tree.path_name(posting.department.code) or posting.department.name


class Head(NamedTuple):
    """Who heads a department, with those who stand in today."""

    department: str
    person: Staff
    position: str
    deputies: list[Deputy]


def heads_of(codes: Iterable[str], tree: Tree, on: dt.date) -> list[Head]:
    """Return the heads of departments on the day `on` with their deputies, in the order of `codes`; two queries."""
    codes = list(codes)
    postings = Posting.objects.in_force(on).of_codes(codes).filter(employed(on, "person__"), is_head=True)
    found = list(postings.select_related("person", "department").order_by("concurrent", "pk"))
    deputies: dict[int, list[Deputy]] = {}
    standing_in = Deputy.objects.filter(covers(on), employed(on, "person__"), head__in=[one.person_id for one in found])
    for deputy in standing_in.select_related("person"):
        deputies.setdefault(deputy.head_id, []).append(deputy)
    found.sort(key=lambda one: codes.index(one.department.code))
    return [Head(_path(one, tree), one.person, one.position, deputies.get(one.person_id, [])) for one in found]


def superior_codes(row: Row, tree: Tree) -> list[str]:
    """Return the codes of the department of a person's main posting and of those above it, the nearest first."""
    if row.posting is None:
        return []
    return [code for code, _name in reversed(tree.path(row.posting.department.code))]


def sees_record(viewer: Staff, person: Staff, on: dt.date) -> bool:
    """Tell whether `viewer` sees the record of `person`: oneself, who sees people's records, and the own heads."""
    if viewer.pk == person.pk or viewer.has_permission(Permission.VIEW_PEOPLE_RECORDS):
        return True
    if not viewer.standing.headed and not viewer.standing.heads:
        return False
    return person.postings.in_force(on).of_codes(viewer.headed_codes_on(on)).exists()


def sees_people_of(viewer: Staff, code: str, on: dt.date, today: dt.date) -> bool:
    """Tell whether `viewer` sees who belonged to a department on the day `on`: today everybody, else as its records."""
    if on == today or viewer.has_permission(Permission.VIEW_PEOPLE_RECORDS):
        return True
    return code in viewer.headed_codes_on(today)


HEADINGS = (
    gettext_lazy("Employee number"),
    pgettext_lazy("person", "Name"),
    gettext_lazy("Furigana"),
    gettext_lazy("Department code"),
    gettext_lazy("Department"),
    gettext_lazy("Position"),
    gettext_lazy("Concurrent posts"),
    gettext_lazy("Mail address"),
    gettext_lazy("Kind of employment"),
    gettext_lazy("Joined on"),
    gettext_lazy("Last day on the staff"),
)


def cells_of(found: StaffQuerySet, on: dt.date) -> list[list[Any]]:
    """Return the rows of the directory's file; dates are written in ISO."""
    return [_cells(row) for row in rows_of(found, Tree(on), on)]


def _cells(row: Row) -> list[Any]:
    one, held = row.person, row.posting
    others = " / ".join(f"{path} {posting.position}".strip() for posting, path in row.others)
    where = [held.department.code, row.path, held.position] if held else ["", "", ""]
    kind = one.get_employment_kind_display()
    return [one.employee_number, one.name, one.kana, *where, others, one.email, kind, one.joined_on, one.left_on]
