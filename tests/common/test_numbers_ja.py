"""Numbers as the city prints them."""

from decimal import Decimal

import pytest

from common.numbers_ja import format_number


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (None, ""),
        ("", ""),
        ("0", "0"),
        ("-0.00", "0"),
        ("7", "7"),
        ("1096", "1,096"),
        ("12345678901234", "12,345,678,901,234"),
        ("99999999999999999999999999999999", "99,999,999,999,999,999,999,999,999,999,999"),
        ("1000", "1,000"),
        ("100", "100"),
        ("1E+3", "1,000"),
        ("12.50", "12.5"),
        ("12.05", "12.05"),
        ("12.00", "12"),
        ("0.005", "0.01"),
        ("-0.004", "0"),
        ("1.995", "2"),
        ("-1234.5", "▲1,234.5"),
        (Decimal("98.6"), "98.6"),
        (-3, "▲3"),
    ],
)
def test_a_number_is_printed_the_japanese_way(value: str | None, printed: str) -> None:
    assert format_number(value) == printed


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "十", "1,096", "1 2"])
def test_what_is_no_number_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        format_number(value)
