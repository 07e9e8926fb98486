"""Dates and times on the screens, in Japan's time and in the person's language."""

import datetime as dt
from typing import Any

import pytest
from django.template import engines
from django.utils import translation

UTC = dt.UTC


def shown(value: Any, tag: str, language: str) -> str:
    template = engines["django"].from_string("{% load dates %}{{ value|" + tag + " }}")
    with translation.override(language):
        return template.render({"value": value})


@pytest.mark.parametrize(
    ("value", "japanese", "english"),
    [
        (dt.date(2026, 11, 23), "令和8年11月23日", "2026-11-23"),
        (dt.date(2019, 4, 30), "平成31年4月30日", "2019-04-30"),
        (dt.date(2019, 5, 1), "令和元年5月1日", "2019-05-01"),
        (dt.date(2020, 2, 29), "令和2年2月29日", "2020-02-29"),
    ],
)
def test_a_day(value: dt.date, japanese: str, english: str) -> None:
    assert shown(value, "day", "ja") == japanese
    assert shown(value, "day", "en") == english


@pytest.mark.parametrize(
    ("value", "japanese", "english"),
    [
        (dt.datetime(2026, 11, 23, 9, 15, 59, tzinfo=UTC), "令和8年11月23日 18:15", "2026-11-23 18:15"),
        (dt.datetime(2020, 3, 31, 14, 59, 59, tzinfo=UTC), "令和2年3月31日 23:59", "2020-03-31 23:59"),
        (dt.datetime(2020, 3, 31, 15, 0, tzinfo=UTC), "令和2年4月1日 00:00", "2020-04-01 00:00"),
        (dt.datetime(2019, 4, 30, 15, 0, tzinfo=UTC), "令和元年5月1日 00:00", "2019-05-01 00:00"),
    ],
)
def test_a_moment_is_told_in_japan_s_time_to_the_minute(value: dt.datetime, japanese: str, english: str) -> None:
    assert shown(value, "moment", "ja") == japanese
    assert shown(value, "moment", "en") == english
