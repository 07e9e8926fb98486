"""The made-up people of the demo city: always the same, and as many each year as the printed sheet says."""

import datetime as dt
import itertools

import pytest

from staff.demo_city import employees
from staff.models import Staff

REGULAR = Staff.EmploymentKind.REGULAR
ACCOUNTS = 5


def described(accounts: int) -> list[tuple[object, ...]]:
    return [(one.number, one.name, one.joined_on, one.left_on, len(one.postings)) for one in employees(accounts)]


def test_they_are_the_same_each_time() -> None:
    assert described(ACCOUNTS) == described(ACCOUNTS)


@pytest.mark.parametrize(("year", "headcount"), [(2016, 470), (2017, 467), (2018, 472), (2019, 485)])
def test_on_the_first_of_april_they_are_as_many_as_printed(year: int, headcount: int) -> None:
    day = dt.date(year, 4, 1)
    there = [
        one
        for one in employees(ACCOUNTS)
        if one.kind == REGULAR and one.joined_on <= day and (one.left_on is None or one.left_on >= day)
    ]
    assert len(there) == headcount - ACCOUNTS


def test_everybody_belongs_somewhere_on_each_day_on_the_staff() -> None:
    for one in employees(ACCOUNTS):
        days = sorted((posting.since, posting.until) for posting in one.postings)
        assert days[0][0] <= max(one.joined_on, dt.date(2016, 4, 1)), one.number
        for (_since, until), (since, _until) in itertools.pairwise(days):
            assert until is not None and until + dt.timedelta(days=1) == since, one.number
        assert days[-1][1] == one.left_on, one.number


def test_numbers_are_never_given_twice() -> None:
    numbers = [one.number for one in employees(ACCOUNTS)]
    assert len(set(numbers)) == len(numbers)
