"""Dates and times on the screens: in Japan's time, in the person's language and the house style."""

import datetime as dt
from typing import Any

import pytest
from django.template import engines
from django.utils import translation

UTC = dt.UTC


def shown(value: Any, tag: str, language: str) -> str:
    template = engines["django"].from_string("{% load dates %}{{ value|" + tag + " }}")
    with translation.override(language):
        return template.render({"value": value, "on": dt.date(2026, 4, 1)})


@pytest.mark.parametrize(
    ("value", "japanese", "english"),
    [
        (dt.date(2026, 11, 23), "令和8年（2026年）11月23日", "2026-11-23"),
        (dt.date(2019, 4, 30), "平成31年（2019年）4月30日", "2019-04-30"),
        (dt.date(2019, 5, 1), "令和元年（2019年）5月1日", "2019-05-01"),
        (dt.date(2020, 2, 29), "令和2年（2020年）2月29日", "2020-02-29"),
    ],
)
def test_a_day(value: dt.date, japanese: str, english: str) -> None:
    assert shown(value, "day", "ja") == japanese
    assert shown(value, "day", "en") == english


@pytest.mark.parametrize(
    ("style", "day", "moment", "short"),
    [
        ("era_first", "令和8年（2026年）4月1日", "令和8年（2026年）4月1日 00:00", "R8.4.1"),
        ("era_only", "令和8年4月1日", "令和8年4月1日 00:00", "R8.4.1"),
        ("western", "2026年4月1日", "2026年4月1日 00:00", "2026/4/1"),
    ],
)
def test_the_house_style_decides_in_japanese_and_not_in_english(
    style: str, day: str, moment: str, short: str, settings: Any
) -> None:
    settings.DATE_STYLE = style
    on, at = dt.date(2026, 4, 1), dt.datetime(2026, 3, 31, 15, 0, tzinfo=UTC)
    assert [shown(on, "day", "ja"), shown(at, "moment", "ja"), shown(on, "short_day", "ja")] == [day, moment, short]
    english = [shown(on, "day", "en"), shown(at, "moment", "en"), shown(on, "short_day", "en")]
    assert english == ["2026-04-01", "2026-04-01 00:00", "2026-04-01"]


@pytest.mark.parametrize("tag", ["day", "short_day"])
def test_the_day_of_a_moment_is_its_day_in_japan(tag: str) -> None:
    last_second, first_second = (dt.datetime(2026, 3, 31, *time, tzinfo=UTC) for time in ((14, 59, 59), (15, 0, 0)))
    assert shown(last_second, tag, "en") == "2026-03-31"
    assert shown(first_second, tag, "en") == "2026-04-01"


@pytest.mark.parametrize("tag", ["day", "short_day", "moment"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_no_day_is_written_as_nothing(tag: str, language: str) -> None:
    assert shown(None, tag, language) == ""


def test_a_day_before_every_era_has_its_western_year() -> None:
    assert shown(dt.date(1868, 10, 22), "day", "ja") == "1868年10月22日"
    assert shown(dt.date(26, 4, 1), "short_day", "ja") == "26/4/1"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (dt.date(2026, 4, 11), "10 days left"),
        (dt.date(2026, 4, 2), "1 day left"),
        (dt.date(2026, 4, 1), "due today"),
        (dt.date(2026, 3, 31), "1 day overdue"),
        (dt.date(2025, 4, 1), "365 days overdue"),
    ],
)
def test_how_long_something_may_still_wait(value: dt.date, words: str) -> None:
    assert shown(value, "due:on", "en") == words


@pytest.mark.parametrize(
    ("value", "japanese", "english"),
    [
        (dt.datetime(2026, 11, 23, 9, 15, 59, tzinfo=UTC), "令和8年（2026年）11月23日 18:15", "2026-11-23 18:15"),
        (dt.datetime(2020, 3, 31, 14, 59, 59, tzinfo=UTC), "令和2年（2020年）3月31日 23:59", "2020-03-31 23:59"),
        (dt.datetime(2020, 3, 31, 15, 0, tzinfo=UTC), "令和2年（2020年）4月1日 00:00", "2020-04-01 00:00"),
        (dt.datetime(2019, 4, 30, 15, 0, tzinfo=UTC), "令和元年（2019年）5月1日 00:00", "2019-05-01 00:00"),
    ],
)
def test_a_moment_is_told_in_japan_s_time_to_the_minute(value: dt.datetime, japanese: str, english: str) -> None:
    assert shown(value, "moment", "ja") == japanese
    assert shown(value, "moment", "en") == english
