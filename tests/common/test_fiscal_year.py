"""The fiscal year turns at midnight of 1 April in Japan, whatever the server's clock or UTC says."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import fiscal_year as fy

YEARS = st.integers(fy.EARLIEST, fy.LATEST)
DAYS = st.dates(dt.date(fy.EARLIEST, 1, 1), dt.date(fy.LATEST, 12, 31))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("on", "year"),
    [
        ("2019-03-31", 2018),
        ("2019-04-01", 2019),
        ("2019-04-02", 2019),
        ("2019-12-31", 2019),
        ("2020-01-01", 2019),
        ("2020-02-28", 2019),
        ("2020-02-29", 2019),
        ("2020-03-01", 2019),
        ("2020-03-30", 2019),
        ("2020-03-31", 2019),
        ("2020-04-01", 2020),
        ("2000-02-29", 1999),
    ],
)
def test_a_day_belongs_to_the_year_that_began_in_april(on: str, year: int) -> None:
    assert fy.fiscal_year_of(day(on)) == year


def test_fiscal_year_2019_runs_from_1_april_2019_to_31_march_2020() -> None:
    assert fy.first_day(2019) == day("2019-04-01")
    assert fy.last_day(2019) == day("2020-03-31")


@given(YEARS)
def test_years_follow_each_other_without_gap_and_hold_365_or_366_days(year: int) -> None:
    assert fy.last_day(year) + dt.timedelta(days=1) == fy.first_day(year + 1)
    assert fy.fiscal_year_of(fy.first_day(year)) == fy.fiscal_year_of(fy.last_day(year)) == year
    leap = (year + 1) % 4 == 0 and ((year + 1) % 100 != 0 or (year + 1) % 400 == 0)
    assert (fy.last_day(year) - fy.first_day(year)).days + 1 == (366 if leap else 365)


@given(DAYS)
def test_every_day_lies_in_its_own_year(on: dt.date) -> None:
    year = fy.fiscal_year_of(on)
    assert fy.first_day(year) <= on <= fy.last_day(year)


@pytest.mark.parametrize(
    ("on", "ended"),
    [("2019-04-01", False), ("2020-03-30", False), ("2020-03-31", False), ("2020-04-01", True), ("2020-04-02", True)],
)
def test_a_year_is_over_only_after_its_last_day(on: str, ended: bool) -> None:
    assert fy.has_ended(2019, on=day(on)) is ended


@pytest.mark.parametrize(
    ("utc", "year"),
    [
        ("2020-03-31T14:59:58+00:00", 2019),
        ("2020-03-31T14:59:59+00:00", 2019),
        ("2020-03-31T14:59:59.999999+00:00", 2019),
        ("2020-03-31T15:00:00+00:00", 2020),
        ("2020-03-31T15:00:01+00:00", 2020),
        ("2020-03-31T23:59:59+00:00", 2020),
        ("2020-04-01T00:00:00+00:00", 2020),
    ],
)
def test_the_year_turns_at_midnight_in_japan_which_is_the_afternoon_of_31_march_in_utc(
    utc: str, year: int, time_machine: Any
) -> None:
    assert fy.current(moment(utc)) == year
    time_machine.move_to(moment(utc), tick=False)
    assert fy.current() == year


def test_a_moment_in_another_zone_is_read_in_japan() -> None:
    assert fy.current(moment("2020-03-31T11:00:00-04:00")) == 2020
    assert fy.current(moment("2020-03-31T10:59:59-04:00")) == 2019


def test_a_moment_is_not_taken_for_a_day() -> None:
    with pytest.raises(TypeError):
        fy.fiscal_year_of(moment("2020-03-31T15:00:00+00:00"))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        fy.current(dt.datetime(2020, 4, 1))  # noqa: DTZ001


def test_the_first_month_is_a_setting(settings: Any) -> None:
    settings.FISCAL_YEAR_FIRST_MONTH = 10
    assert fy.fiscal_year_of(day("2019-09-30")) == 2018
    assert fy.fiscal_year_of(day("2019-10-01")) == 2019
    assert (fy.first_day(2019), fy.last_day(2019)) == (day("2019-10-01"), day("2020-09-30"))


@pytest.mark.parametrize(
    ("on", "nearest"),
    [
        ("2026-03-31", "2026-04-01"),
        ("2026-04-01", "2026-04-01"),
        ("2026-04-20", "2026-04-01"),
        ("2026-09-30", "2026-04-01"),
        ("2026-10-02", "2027-04-01"),
        ("2027-03-01", "2027-04-01"),
    ],
)
def test_the_nearest_first_day_is_the_last_one_in_spring_and_the_next_one_from_autumn(on: str, nearest: str) -> None:
    assert fy.nearest_first_day(day(on)) == day(nearest)
