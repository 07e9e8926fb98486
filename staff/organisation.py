"""Reads of departments and postings: the organisation as it was on a day, and who belonged where."""

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from common.periods import covers

if TYPE_CHECKING:
    from staff.models import Department, Posting


class DepartmentQuerySet(models.QuerySet["Department"]):
    """Reads of the organisation, always as it was on a day."""

    def in_force(self, on: dt.date) -> "DepartmentQuerySet":
        """The departments that existed on `on`, in the city's official order (建制順)."""
        return self.filter(covers(on)).order_by("order", "code")

    def not_over(self, on: dt.date) -> "DepartmentQuerySet":
        """The rows in force on `on` and those that begin later."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))

    def subtree(self, of: "Department", on: dt.date) -> "DepartmentQuerySet":
        """`of` and everything below it on the day `on`, found by code so that a renamed parent keeps its children."""
        return self.in_force(on).filter(code__in=self.codes_below([of.code], on))

    def names_on(self, on: dt.date) -> dict[str, str]:
        """Return the names by code as they were on the day `on`, in the city's official order."""
        return dict(self.in_force(on).values_list("code", "name"))

    def codes_below(self, codes: Iterable[str], on: dt.date) -> set[str]:
        """Return `codes` and those of every department below them on the day `on`."""
        found = set(codes)
        frontier = set(found)
        while frontier:
            children = self.in_force(on).filter(parent_code__in=frontier).values_list("code", flat=True)
            frontier = set(children) - found
            found |= frontier
        return found


class PostingQuerySet(models.QuerySet["Posting"]):
    """Reads of who belonged where. A posting counts under its department's code, which outlives a rename."""

    def in_force(self, on: dt.date) -> "PostingQuerySet":
        """The postings held on the day `on`."""
        return self.filter(covers(on))

    def not_over(self, on: dt.date) -> "PostingQuerySet":
        """The postings held on `on` and those that begin later."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))

    def of_codes(self, codes: Iterable[str]) -> "PostingQuerySet":
        """The postings in the departments with these codes, whichever row of theirs they point at."""
        return self.filter(department__code__in=list(codes))

    def heads_by_code(self, on: dt.date) -> dict[str, list["Posting"]]:
        """Return the postings of those who head a department on the day `on`, by its code, each with its person."""
        found: dict[str, list[Posting]] = {}
        heads = self.in_force(on).filter(is_head=True).select_related("person", "department")
        for posting in heads.order_by("concurrent", "pk"):
            found.setdefault(posting.department.code, []).append(posting)
        return found

    def with_department_name_on(self, day: dt.date) -> "PostingQuerySet":
        """Add `department_name`: what the department of the posting was called on `day`, or on the posting's own day.

        The row that a posting points at keeps the name of the day on which the posting began.
        """
        rows = DepartmentQuerySet(apps.get_model("staff", "Department")).in_force(day)
        named = rows.filter(code=models.OuterRef("department__code")).values("name")[:1]
        return self.annotate(department_name=Coalesce(models.Subquery(named), models.F("department__name")))
