"""The directory and the departments as files, in the very columns in which they are read again."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch

from common.periods import covers
from staff import departments
from staff.directory import HEADINGS, KINDS, MAIN_OR_CONCURRENT, YES_OR_NO
from staff.models import Department, Leave, Posting, Staff

CHUNK = 2000
PEOPLE_HEADINGS = list(HEADINGS.values())
DEPARTMENT_HEADINGS = [column.heading for column in departments.columns()]
Cells = list[Any]


def people_rows(on: dt.date) -> Iterator[Cells]:
    """Yield a row for each posting of the people on the staff on `on`, the main posting of each first.

    Somebody without a main posting has a row without a department. The leave is that of the day.
    """
    held = (
        Prefetch("postings", Posting.objects.in_force(on).select_related("department").order_by("concurrent", "pk")),
        Prefetch("leaves", Leave.objects.filter(covers(on))),
    )
    people = Staff.objects.employed_on(on).order_by("employee_number").prefetch_related(*held)
    for person in people.iterator(chunk_size=CHUNK):
        postings: list[Posting | None] = list(person.postings.all())
        if not postings or postings[0] is None or postings[0].concurrent:
            postings.insert(0, None)
        yield from (_cells(person, posting) for posting in postings)


def _cells(person: Staff, posting: Posting | None) -> Cells:
    leave = next(iter(person.leaves.all()), None)
    return [
        person.employee_number,
        person.name,
        person.kana,
        person.email,
        posting.department.code if posting else "",
        posting.position if posting else "",
        _word(KINDS, person.employment_kind),
        _word(YES_OR_NO, posting is not None and posting.is_head),
        _word(MAIN_OR_CONCURRENT, posting is not None and posting.concurrent),
        person.joined_on,
        person.left_on,
        leave.valid_from if leave else None,
        leave.valid_to if leave else None,
    ]


def _word(words: dict[str, Any], value: Any) -> str:
    return next(word for word, meant in words.items() if meant == value)


def department_rows() -> Iterator[Cells]:
    """Yield a row for each department and time of it, in the official order."""
    names = [column.name for column in departments.columns()]
    for one in Department.objects.order_by("order", "code", "valid_from"):
        yield [getattr(one, name) for name in names]
