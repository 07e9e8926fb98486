"""Years and dates as a city prints them: 令和元年, 昭和64年, 31年度; and dates as its people type them."""

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import wareki
from common.wareki import DateFault, DateInvalid, DateStyle, EraStyle, parse_date


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


@pytest.mark.parametrize(
    ("on", "era_first", "era_only", "western", "short", "short_western"),
    [
        ("2026-04-01", "令和8年（2026年）4月1日", "令和8年4月1日", "2026年4月1日", "R8.4.1", "2026/4/1"),
        ("2019-05-01", "令和元年（2019年）5月1日", "令和元年5月1日", "2019年5月1日", "R1.5.1", "2019/5/1"),
        ("2019-04-30", "平成31年（2019年）4月30日", "平成31年4月30日", "2019年4月30日", "H31.4.30", "2019/4/30"),
        ("1868-10-23", "明治元年（1868年）10月23日", "明治元年10月23日", "1868年10月23日", "M1.10.23", "1868/10/23"),
    ],
)
def test_a_day_in_each_style(
    on: str, era_first: str, era_only: str, western: str, short: str, short_western: str
) -> None:
    day = dt.date.fromisoformat(on)
    assert [wareki.format_date(day, style) for style in DateStyle] == [era_first, era_only, western]
    assert [wareki.format_short_date(day, style) for style in DateStyle] == [short, short, short_western]


def test_a_day_is_written_in_its_era_alone_where_no_style_is_asked_for() -> None:
    assert wareki.format_date(dt.date(2026, 4, 1)) == "令和8年4月1日"


def test_a_date_style_nobody_knows_is_refused() -> None:
    for write in (wareki.format_date, wareki.format_short_date):
        with pytest.raises(ValueError, match="imperial"):
            write(dt.date(2026, 4, 1), "imperial")


@pytest.mark.parametrize(
    ("typed", "on"),
    [
        ("R8.4.1", "2026-04-01"),
        ("r8/4/1", "2026-04-01"),
        ("R8-4-1", "2026-04-01"),
        ("R08.04.01", "2026-04-01"),
        ("R8年4月1日", "2026-04-01"),
        ("令和8.4.1", "2026-04-01"),
        ("H31.4.1", "2019-04-01"),
        ("R1.5.1", "2019-05-01"),
        ("R元.5.1", "2019-05-01"),
        ("S64.1.7", "1989-01-07"),
        ("T15.12.24", "1926-12-24"),
        ("m45.7.29", "1912-07-29"),
        ("令和8年4月1日", "2026-04-01"),
        ("令和元年5月1日", "2019-05-01"),
        ("令和1年5月1日", "2019-05-01"),
        ("平成31年4月30日", "2019-04-30"),
        ("令和8年（2026年）4月1日", "2026-04-01"),
        ("令和8年(2026)4月1日", "2026-04-01"),
        ("2026/4/1", "2026-04-01"),
        ("2026-04-01", "2026-04-01"),
        ("2026年4月1日", "2026-04-01"),
        ("2026.4.1", "2026-04-01"),
        ("Ｒ８．４．１", "2026-04-01"),
        ("ｒ８／４／１", "2026-04-01"),
        ("２０２６－０４－０１", "2026-04-01"),
        ("2026−4−1", "2026-04-01"),
        ("㋿８年４月１日", "2026-04-01"),
        (" 令和 8 年 4 月 1 日 ", "2026-04-01"),
        ("\u3000令和８年\u3000（２０２６年）　４月\u00a0１日\t", "2026-04-01"),
        ("R 8. 4. 1", "2026-04-01"),
        ("2026 / 4 / 1", "2026-04-01"),
        ("R6.2.29", "2024-02-29"),
        ("1868-10-23", "1868-10-23"),
        ("令和181年12月31日", "2199-12-31"),
    ],
    ids=ascii,
)
def test_a_date_is_read_as_people_write_it(typed: str, on: str) -> None:
    assert parse_date(typed) == dt.date.fromisoformat(on)


def fault_of(typed: str) -> tuple[DateFault, str | None, str | None]:
    with pytest.raises(DateInvalid) as caught:
        parse_date(typed)
    return caught.value.fault, *(on and on.isoformat() for on in (caught.value.edge, caught.value.meant))


@pytest.mark.parametrize(
    "typed",
    ["", " ", "8.4.1", "R8", "R8.4", "8年4月1日", "26/4/1", "R8.4/1", "R8.4.1.", "R8.4.1\0", "\0", "20260401", "R080401",
     "2026 4 1", "20 26/4/1", "2026年(2026年)4月1日", "令和八年四月一日", "X8.4.1", "大化1.1.1", "4月1日", "2026年4月",
     "4/1/2026", "2026-04-01T00:00", "平成31年度4月1日", "令和８年(2026年4月1日", "R-8.4.1", "٢٠٢٦/٤/١", "R8.004.1",
     "R8000.4.1", "02026-04-01", "😀", "𠮷", "<b>R8.4.1</b>", "{{ 1 }}", "今日", "R8.4.1" + " " * 99_000, "9" * 100_000],
    ids=lambda text: ascii(text)[:15],
)  # fmt: skip
def test_what_is_no_date_is_refused(typed: str) -> None:
    assert fault_of(typed) == (DateFault.UNREADABLE, None, None)


@pytest.mark.parametrize(
    "typed", ["R8.2.29", "2026/2/30", "2100-02-29", "R8.13.1", "R8.0.1", "R8.4.0", "R8.4.31", "R0.5.1", "0000/1/1"]
)
def test_a_day_the_calendar_does_not_have_is_refused(typed: str) -> None:
    assert fault_of(typed) == (DateFault.NO_SUCH_DAY, None, None)


@pytest.mark.parametrize("typed", ["1868-10-22", "明治元年10月22日", "0026/4/1", "2200/1/1", "R182.1.1", "R999.1.1"])
def test_a_day_out_of_range_is_refused(typed: str) -> None:
    assert fault_of(typed) == (DateFault.OUT_OF_RANGE, None, None)


@pytest.mark.parametrize("typed", ["令和8年（2025年）4月1日", "平成31年(2020)4月1日"])
def test_two_years_that_differ_are_refused(typed: str) -> None:
    assert fault_of(typed) == (DateFault.YEARS_DIFFER, None, None)


@pytest.mark.parametrize(
    ("typed", "fault", "edge", "meant"),
    [
        ("H31.5.1", "era_over", "2019-04-30", "2019-05-01"),
        ("平成38年4月1日", "era_over", "2019-04-30", "2026-04-01"),
        ("S64.1.8", "era_over", "1989-01-07", "1989-01-08"),
        ("昭和101年4月1日", "era_over", "1989-01-07", "2026-04-01"),
        ("T15.12.25", "era_over", "1926-12-24", "1926-12-25"),
        ("M45.7.30", "era_over", "1912-07-29", "1912-07-30"),
        ("令和元年4月30日", "era_not_begun", "2019-05-01", "2019-04-30"),
        ("H1.1.7", "era_not_begun", "1989-01-08", "1989-01-07"),
        ("S1.12.24", "era_not_begun", "1926-12-25", "1926-12-24"),
        ("T1.7.29", "era_not_begun", "1912-07-30", "1912-07-29"),
    ],
)
def test_a_day_outside_its_era_is_refused_with_the_day_that_is_meant(
    typed: str, fault: str, edge: str, meant: str
) -> None:
    assert fault_of(typed) == (fault, edge, meant)


FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
WRITTEN: list[Callable[[dt.date], str]] = [
    *(lambda on, style=style: wareki.format_date(on, style) for style in DateStyle),
    lambda on: wareki.format_short_date(on, "era_only"),
    lambda on: wareki.format_short_date(on, "era_only").replace(".", "/").lower(),
    lambda on: wareki.format_short_date(on, "western"),
    lambda on: f"{on:%Y.%m.%d}",
    lambda on: f"{on:%Y年%m月%d日}",
    dt.date.isoformat,
    lambda on: wareki.format_date(on).replace("元年", "1年"),
    lambda on: " " + wareki.format_date(on, "era_first").replace("年", " 年 ").replace("月", " 月 ") + " ",
]


def test_every_day_in_every_form_is_read_back() -> None:
    for number in range(wareki.EARLIEST_DAY.toordinal(), wareki.LATEST_DAY.toordinal() + 1):
        day = dt.date.fromordinal(number)
        text = WRITTEN[number % len(WRITTEN)](day)
        assert parse_date(text) == day, text


@given(st.dates(wareki.EARLIEST_DAY, wareki.LATEST_DAY), st.sampled_from(WRITTEN), st.booleans())
def test_a_day_in_any_form_and_width_is_read_back(day: dt.date, write: Callable[[dt.date], str], wide: bool) -> None:
    text = write(day)
    assert parse_date(text.translate(FULL_WIDTH) if wide else text) == day


DATELIKE = st.text("RHSTMrh令和平成元年月日0123456789０１９./-（）() 　\0", max_size=20)


@given(st.text(max_size=80) | DATELIKE)
def test_whatever_is_typed_is_a_day_of_the_calendar_or_refused(typed: str) -> None:
    try:
        day = parse_date(typed)
    except DateInvalid:
        return
    assert wareki.EARLIEST_DAY <= day <= wareki.LATEST_DAY
    assert {parse_date(write(day)) for write in WRITTEN} == {day}
