"""What people in a Japanese office type into a form, and what becomes of it."""

from decimal import Decimal

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from common.canonical import decimal_text
from common.fields import FigureField, LinesField, YearField


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1096", "1096"),
        ("1,096", "1096"),
        ("１，０９６", "1096"),
        ("１２．５", "12.5"),
        (" 12.50 ", "12.50"),
        ("\u300012\u3000", "12"),
        ("▲12.5", "-12.5"),
        ("▲１，２３４．５６", "-1234.56"),
        ("△3", "-3"),
        ("-3", "-3"),
        ("－３", "-3"),
        ("0", "0"),
        ("0.00", "0"),
        ("999,999,999,999.99", "999999999999.99"),
    ],
)
def test_a_figure_is_read_as_it_is_written_in_an_office(typed: str, value: str) -> None:
    assert FigureField().clean(typed) == Decimal(value)


@pytest.mark.parametrize(
    "typed",
    ["1.005", "１．００５", "1000000000000", "-1000000000000.5", "12円", "abc", "▲", "1.2.3", "▲▲1", "NaN", "Infinity",
     "-inf", "12\0", "\0", "😀", "十二", "1e15", "1e-3", "9" * 100_000, "1;DROP", "{{1}}"],
    ids=lambda text: ascii(text)[:15],
)  # fmt: skip
def test_what_is_no_figure_of_the_sheet_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        FigureField().clean(typed)


def test_an_empty_figure_is_no_zero() -> None:
    assert FigureField(required=False).clean("") is None
    assert FigureField(required=False).clean(" \u3000 ") is None
    with pytest.raises(forms.ValidationError):
        FigureField().clean("")


NUMBERLIKE = st.text("0123456789０１９.,．，-▲△eE+_ 　", max_size=20)


@given(st.text(max_size=40) | NUMBERLIKE)
def test_whatever_is_typed_becomes_a_figure_with_room_on_the_sheet_or_an_error(typed: str) -> None:
    try:
        value = FigureField(required=False).clean(typed)
    except forms.ValidationError:
        return
    if value is not None:
        assert abs(value) < 10**12
        assert value == value.quantize(Decimal("0.01"))
        assert len(decimal_text(value)) <= 16


def test_a_zero_with_a_huge_exponent_stays_small() -> None:
    try:
        value = FigureField().clean("0e999999999")
    except forms.ValidationError:
        return
    assert decimal_text(value) == "0"


def test_a_figure_is_typed_into_a_box_for_figures() -> None:
    html = str(FigureField().widget.render("value", "12.5"))
    assert 'inputmode="decimal"' in html
    assert 'type="text"' in html


@pytest.mark.parametrize(("typed", "year"), [("2019", 2019), ("２０１９", 2019), (" 2019 ", 2019), ("2019.0", 2019)])
def test_a_year_is_read(typed: str, year: int) -> None:
    assert YearField().clean(typed) == year


@pytest.mark.parametrize(
    "typed",
    ["", "令和元年", "2019年", "2019.5", "20\0", "😀", "9" * 5000, "1e3", "▲1"],
    ids=lambda text: ascii(text)[:12],
)
def test_what_is_no_year_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        YearField().clean(typed)


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("一つ", ["一つ"]),
        ("一つ\r\n二つ\n三つ", ["一つ", "二つ", "三つ"]),
        ("\r\n\r\n一つ\r\n\u3000\r\n  \r\n二つ\r\n", ["一つ", "二つ"]),
        ("\u3000字下げ\n末尾 ", ["\u3000字下げ", "末尾 "]),
        ("①か\u3099\n髙橋𠮷田㋿", ["①か\u3099", "髙橋𠮷田㋿"]),
        ("😀\n👩‍👩‍👧", ["😀", "👩‍👩‍👧"]),
    ],
    ids=ascii,
)
def test_each_line_is_a_text_kept_as_typed(typed: str, lines: list[str]) -> None:
    assert LinesField().clean(typed) == lines


def test_lines_may_not_hold_nul() -> None:
    with pytest.raises(forms.ValidationError):
        LinesField().clean("一つ\0\n二つ")


def test_lines_may_be_left_empty_only_where_that_is_allowed() -> None:
    assert LinesField(required=False).clean("") == []
    assert LinesField(required=False).clean(None) == []
    assert LinesField(required=False).clean("\n \n") == []
    with pytest.raises(forms.ValidationError):
        LinesField().clean("")


class LinesForm(forms.Form):
    lines = LinesField()


def test_lines_come_back_as_they_were_when_the_form_is_shown_again() -> None:
    assert "一つ\n二つ" in str(LinesForm(initial={"lines": ["一つ", "二つ"]})["lines"])
    assert "一つ\n二つ" in str(LinesForm({"lines": "一つ\n二つ"})["lines"])
    assert not LinesForm({"lines": "一つ\r\n二つ"}, initial={"lines": ["一つ", "三つ"]}).errors


@given(
    st.lists(
        st.text(st.characters(exclude_characters="\0\r\n", exclude_categories=["Cs"]), min_size=1).filter(str.strip)
    )
)
def test_lines_shown_and_sent_back_are_the_same_lines(lines: list[str]) -> None:
    field = LinesField(required=False)
    assert field.clean(field.prepare_value(lines).replace("\n", "\r\n")) == lines
