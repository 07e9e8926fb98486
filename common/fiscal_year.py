"""The Japanese fiscal year: 1 April to 31 March, named by the calendar year it begins in.

This is the only place with month arithmetic. A fiscal year is an ``int``: 2019 is 平成31年度, that is
2019-04-01 to 2020-03-31.
"""

import datetime as dt

from django.conf import settings
from django.utils import timezone

EARLIEST = 1950
LATEST = 2100


def fiscal_year_of(day: dt.date) -> int:
    """Return the fiscal year in which ``day`` (a date in Japan) lies."""
    if isinstance(day, dt.datetime):
        raise TypeError("pass a date, not a datetime: take localdate() first")
    return day.year if day.month >= settings.FISCAL_YEAR_FIRST_MONTH else day.year - 1


def first_day(fiscal_year: int) -> dt.date:
    """Return the first day of ``fiscal_year``."""
    return dt.date(fiscal_year, settings.FISCAL_YEAR_FIRST_MONTH, 1)


def last_day(fiscal_year: int) -> dt.date:
    """Return the last day of ``fiscal_year``."""
    return first_day(fiscal_year + 1) - dt.timedelta(days=1)


def nearest_first_day(day: dt.date) -> dt.date:
    """Return the first day of a fiscal year that is nearest to ``day``, before or after it."""
    year = fiscal_year_of(day)
    return min(first_day(year), first_day(year + 1), key=lambda first: abs(first - day))


def days_of(fiscal_year: int) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of ``fiscal_year``, for a ``__range`` of dated rows."""
    return first_day(fiscal_year), last_day(fiscal_year)


def is_last_month(day: dt.date) -> bool:
    """Tell whether ``day`` lies in the last month of its fiscal year, March."""
    return day >= last_day(fiscal_year_of(day)).replace(day=1)


def has_ended(fiscal_year: int, *, on: dt.date) -> bool:
    """Tell whether ``fiscal_year`` is over on the day ``on``; a running year is never an actual (実績)."""
    return last_day(fiscal_year) < on


def current(moment: dt.datetime | None = None) -> int:
    """Return the fiscal year in Asia/Tokyo at ``moment`` (an aware datetime; now when left out)."""
    return fiscal_year_of(timezone.localdate(moment))
