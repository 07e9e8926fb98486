"""Japanese eras (和暦): years, dates and fiscal years as a city prints them, and dates as its people type them.

The first days of the eras are those of the official calendar; the square era signs (㋿ and its like) are never
written, because CP932 has no room for the newest, but they are read.
"""

import datetime as dt
import re
import unicodedata
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
EARLIEST_DAY = ERAS[-1].first_day
LATEST_DAY = dt.date(2199, 12, 31)
LONGEST_DATE = 60
HEISEI_OFFSET = 1988


class EraStyle(StrEnum):
    """How a sheet writes its fiscal years: 31年度, 令和元年度 or 2019年度 for the same year."""

    HEISEI_CONTINUED = "heisei_continued"
    ERA = "era"
    WESTERN = "western"


class DateStyle(StrEnum):
    """How a day is written: 令和8年（2026年）4月1日, 令和8年4月1日 or 2026年4月1日."""

    ERA_FIRST = "era_first"
    ERA_ONLY = "era_only"
    WESTERN = "western"


class DateFault(StrEnum):
    """Why a text is refused as a date."""

    UNREADABLE = "invalid"
    NO_SUCH_DAY = "no_such_day"
    OUT_OF_RANGE = "out_of_range"
    YEARS_DIFFER = "years_differ"
    ERA_NOT_BEGUN = "era_not_begun"
    ERA_OVER = "era_over"


class DateInvalid(ValueError):
    """A text that is no date, and why.

    When the era written was not in force, `edge` is its first or last day and `meant` the day that its years,
    counted on, lead to: 平成31年5月1日 has the edge 2019-04-30 and means 2019-05-01.
    """

    def __init__(self, fault: DateFault, *, edge: dt.date | None = None, meant: dt.date | None = None) -> None:
        super().__init__(fault.value)
        self.fault, self.edge, self.meant = fault, edge, meant


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


def last_day_of(era: Era) -> dt.date:
    """Return the last day of ``era``, the day before the next began; ``LATEST_DAY`` for the running one."""
    later = [other.first_day for other in ERAS if other.first_day > era.first_day]
    return min(later) - dt.timedelta(days=1) if later else LATEST_DAY


def format_date(day: dt.date, style: DateStyle | str = DateStyle.ERA_ONLY) -> str:
    """Return ``day`` in ``style``; a style with an era raises ``ValueError`` before 1868-10-23."""
    style = DateStyle(style)
    if style is DateStyle.WESTERN:
        return f"{day.year}年{day.month}月{day.day}日"
    era = era_of(day)
    western = f"（{day.year}年）" if style is DateStyle.ERA_FIRST else ""
    return f"{era.name}{year_in_era(day.year, era)}年{western}{day.month}月{day.day}日"


def format_short_date(day: dt.date, style: DateStyle | str) -> str:
    """Return ``day`` for a narrow place: R8.4.1, or 2026/4/1 where years are western."""
    if DateStyle(style) is DateStyle.WESTERN:
        return f"{day.year}/{day.month}/{day.day}"
    era = era_of(day)
    return f"{era.letter}{day.year - era.first_day.year + 1}.{day.month}.{day.day}"


ERA_BY_SIGN = {sign: era for era in ERAS for sign in (era.name, era.letter)}
STRAY_BLANK = re.compile(r"[ \t]+(?![0-9])|(?<![0-9])[ \t]+")
WRITTEN_DATE = re.compile(
    rf"(?:(?P<era>{'|'.join(ERA_BY_SIGN)})(?P<number>元|[0-9]{{1,3}})|(?P<year>[0-9]{{4}}))"
    r"(?:年(?(era)(?:\((?P<western>[0-9]{4})年?\))?)(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})日"
    r"|(?P<mark>[./‐−-])(?P<month_number>[0-9]{1,2})(?P=mark)(?P<day_number>[0-9]{1,2}))"
)


def parse_date(text: str) -> dt.date:
    """Return the day that ``text`` names: R8.4.1, 令和8年4月1日, 令和8年（2026年）4月1日, 2026/4/1 and their like.

    An era is its name or its letter, its first year 1 or 元; numbers stand with 年月日 or between the same marks
    (. / -). Width, case and blanks between the parts do not matter. Raises ``DateInvalid``, a ``ValueError``,
    for everything else, for a day the era written did not have, and outside 1868-10-23 … 2199-12-31.
    """
    folded = unicodedata.normalize("NFKC", text).upper() if len(text) <= LONGEST_DATE else ""
    found = WRITTEN_DATE.fullmatch(STRAY_BLANK.sub("", folded))
    if found is None:
        raise DateInvalid(DateFault.UNREADABLE)
    era = ERA_BY_SIGN.get(found["era"] or "")
    year = _calendar_year(found, era)
    try:
        day = dt.date(year, int(found["month"] or found["month_number"]), int(found["day"] or found["day_number"]))
    except ValueError:
        raise DateInvalid(DateFault.NO_SUCH_DAY) from None
    if not EARLIEST_DAY <= day <= LATEST_DAY:
        raise DateInvalid(DateFault.OUT_OF_RANGE)
    if era and day < era.first_day:
        raise DateInvalid(DateFault.ERA_NOT_BEGUN, edge=era.first_day, meant=day)
    if era and day > last_day_of(era):
        raise DateInvalid(DateFault.ERA_OVER, edge=last_day_of(era), meant=day)
    return day


def _calendar_year(found: re.Match[str], era: Era | None) -> int:
    if era is None:
        return int(found["year"])
    number = 1 if found["number"] == "元" else int(found["number"])
    if number == 0:
        raise DateInvalid(DateFault.NO_SUCH_DAY)
    year = era.first_day.year + number - 1
    if found["western"] and int(found["western"]) != year:
        raise DateInvalid(DateFault.YEARS_DIFFER)
    return year


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
