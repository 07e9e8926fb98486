"""Japanese eras (和暦): years, dates and fiscal years as a city prints them.

The first days of the eras are those of the official calendar; the square era signs (㋿ and its like) are never
used because CP932 has no room for the newest.
"""

import datetime as dt
from enum import StrEnum
from typing import NamedTuple


class Era(NamedTuple):
    """One era: its name, its Latin letter and its first day."""

    name: str
    letter: str
    first_day: dt.date


ERAS = (
    Era("令和", "R", dt.date(2019, 5, 1)),
    Era("平成", "H", dt.date(1989, 1, 8)),
    Era("昭和", "S", dt.date(1926, 12, 25)),
    Era("大正", "T", dt.date(1912, 7, 30)),
    Era("明治", "M", dt.date(1868, 10, 23)),
)
HEISEI_OFFSET = 1988


class EraStyle(StrEnum):
    """How a sheet writes its fiscal years: 31年度, 令和元年度 or 2019年度 for the same year."""

    HEISEI_CONTINUED = "heisei_continued"
    ERA = "era"
    WESTERN = "western"


def era_of(day: dt.date) -> Era:
    """Return the era of ``day``; raises ``ValueError`` before 1868-10-23."""
    for era in ERAS:
        if day >= era.first_day:
            return era
    raise ValueError(f"no era is known for {day:%Y-%m-%d}")


def year_in_era(year: int, era: Era) -> str:
    """Return the era year as it is written: 元 for the first, digits after it."""
    number = year - era.first_day.year + 1
    return "元" if number == 1 else str(number)


def format_date(day: dt.date) -> str:
    """Return ``day`` as 令和8年4月1日."""
    era = era_of(day)
    return f"{era.name}{year_in_era(day.year, era)}年{day.month}月{day.day}日"


def format_fiscal_year(fiscal_year: int, style: EraStyle | str) -> str:
    """Return ``fiscal_year`` in the style of a sheet, 年度 included.

    ``heisei_continued`` counts Heisei on past 2019 and names no era (28年度 … 32年度), as the city's printed
    sheet does; raises ``ValueError`` before 1989. ``era`` is 令和元年度, ``western`` 2019年度.
    """
    match EraStyle(style):
        case EraStyle.HEISEI_CONTINUED:
            if fiscal_year <= HEISEI_OFFSET:
                raise ValueError(f"Heisei has no year for {fiscal_year}")
            return f"{fiscal_year - HEISEI_OFFSET}年度"
        case EraStyle.WESTERN:
            return f"{fiscal_year}年度"
        case EraStyle.ERA:
            era = era_of_fiscal_year(fiscal_year)
            return f"{era.name}{year_in_era(fiscal_year, era)}年度"


def era_of_fiscal_year(fiscal_year: int) -> Era:
    """Return the era that names a fiscal year: the one in force on 31 December of its first calendar year.

    FY2019 is 令和元年度 although it began in Heisei; FY1988 is 昭和63年度 although it ended in Heisei.
    """
    return era_of(dt.date(fiscal_year, 12, 31))
