"""Years and dates as a city prints them: 令和元年, 昭和64年, 31年度."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import wareki
from common.wareki import EraStyle


@pytest.mark.parametrize(
    ("on", "text"),
    [
        ("2019-04-29", "平成31年4月29日"),
        ("2019-04-30", "平成31年4月30日"),
        ("2019-05-01", "令和元年5月1日"),
        ("2019-05-02", "令和元年5月2日"),
        ("2019-12-31", "令和元年12月31日"),
        ("2020-01-01", "令和2年1月1日"),
        ("1988-12-31", "昭和63年12月31日"),
        ("1989-01-01", "昭和64年1月1日"),
        ("1989-01-06", "昭和64年1月6日"),
        ("1989-01-07", "昭和64年1月7日"),
        ("1989-01-08", "平成元年1月8日"),
        ("1989-01-09", "平成元年1月9日"),
        ("1926-12-23", "大正15年12月23日"),
        ("1926-12-24", "大正15年12月24日"),
        ("1926-12-25", "昭和元年12月25日"),
        ("1926-12-26", "昭和元年12月26日"),
        ("1927-01-01", "昭和2年1月1日"),
        ("1912-07-28", "明治45年7月28日"),
        ("1912-07-29", "明治45年7月29日"),
        ("1912-07-30", "大正元年7月30日"),
        ("1912-07-31", "大正元年7月31日"),
        ("1868-10-23", "明治元年10月23日"),
        ("1868-10-24", "明治元年10月24日"),
        ("2020-02-29", "令和2年2月29日"),
    ],
)
def test_a_day_is_written_in_its_era(on: str, text: str) -> None:
    assert wareki.format_date(dt.date.fromisoformat(on)) == text


def test_no_era_is_made_up_for_a_day_before_meiji() -> None:
    with pytest.raises(ValueError, match="1868-10-22"):
        wareki.era_of(dt.date(1868, 10, 22))


@pytest.mark.parametrize(
    ("year", "heisei_continued", "era", "western"),
    [
        (1989, "1年度", "平成元年度", "1989年度"),
        (1990, "2年度", "平成2年度", "1990年度"),
        (2016, "28年度", "平成28年度", "2016年度"),
        (2018, "30年度", "平成30年度", "2018年度"),
        (2019, "31年度", "令和元年度", "2019年度"),
        (2020, "32年度", "令和2年度", "2020年度"),
        (2026, "38年度", "令和8年度", "2026年度"),
    ],
)
def test_a_fiscal_year_in_each_style(year: int, heisei_continued: str, era: str, western: str) -> None:
    assert wareki.format_fiscal_year(year, EraStyle.HEISEI_CONTINUED) == heisei_continued
    assert wareki.format_fiscal_year(year, EraStyle.ERA) == era
    assert wareki.format_fiscal_year(year, EraStyle.WESTERN) == western


@pytest.mark.parametrize(
    ("year", "text"),
    [(1987, "昭和62年度"), (1988, "昭和63年度"), (1926, "昭和元年度"), (1925, "大正14年度"), (1912, "大正元年度")],
)
def test_a_fiscal_year_before_heisei_has_its_era_and_no_heisei_number(year: int, text: str) -> None:
    assert wareki.format_fiscal_year(year, "era") == text
    assert wareki.format_fiscal_year(year, "western") == f"{year}年度"
    with pytest.raises(ValueError, match=str(year)):
        wareki.format_fiscal_year(year, "heisei_continued")


def test_a_style_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="imperial"):
        wareki.format_fiscal_year(2019, "imperial")


ERA_NAMES = {era.name: era for era in wareki.ERAS}


@given(st.dates(dt.date(1868, 10, 23), dt.date(2100, 12, 31)))
def test_a_written_day_can_be_read_back_and_its_successor_is_never_earlier(on: dt.date) -> None:
    text = wareki.format_date(on)
    era = ERA_NAMES[text[:2]]
    year, month, day = (
        1 if part == "元" else int(part) for part in text[2:].strip("日").replace("月", "年").split("年")
    )
    assert dt.date(era.first_day.year + year - 1, month, day) == on
    assert on >= era.first_day
    later = wareki.era_of(on + dt.timedelta(days=1))
    assert later == era or later.first_day == on + dt.timedelta(days=1)


@given(st.integers(1869, 2100))
def test_fiscal_years_count_on_one_by_one_or_begin_an_era(year: int) -> None:
    before, after = (wareki.format_fiscal_year(one, "era")[:-2] for one in (year, year + 1))
    assert after[2:] != "0"
    if before[:2] == after[:2]:
        assert int(after[2:]) == (2 if before[2:] == "元" else int(before[2:]) + 1)
    else:
        assert after[2:] == "元"


@given(st.integers(1989, 2100))
def test_a_heisei_number_leads_back_to_its_year(year: int) -> None:
    assert int(wareki.format_fiscal_year(year, "heisei_continued").removesuffix("年度")) + 1988 == year


def test_the_era_names_fit_cp932_and_use_no_square_sign() -> None:
    for era in wareki.ERAS:
        assert len(era.name) == 2
        assert era.name.encode("cp932").decode("cp932") == era.name
