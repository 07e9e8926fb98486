"""What people in a Japanese office type into a form, and what becomes of it."""

import datetime as dt
from decimal import Decimal

import pytest
from django import forms
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from common.canonical import decimal_text
from common.fields import (
    ClockField,
    CodeField,
    CountField,
    FigureField,
    LinesField,
    MailField,
    OneLineField,
    YearField,
)


def complaints(field: forms.Field, typed: str) -> list[str]:
    """Return in English what the field says against a text; it must say something."""
    with translation.override("en"):
        with pytest.raises(forms.ValidationError) as caught:
            field.clean(typed)
        return caught.value.messages


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
        ("−3", "-3"),
        ("▲ 1,234", "-1234"),
        ("▲　１，２３４", "-1234"),
        ("+3", "3"),
        (".5", "0.5"),
        ("12,345", "12345"),
        ("1,234,567.8", "1234567.8"),
        ("0,123", "123"),
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
     "-inf", "12\0", "\0", "😀", "𠮷", "十二", "1e15", "1e3", "1e-3", "1E3", "9" * 100_000, "1;DROP", "{{1}}", "<b>1</b>",
     "1_000", "1 000", "1 ▲", "- -1", ".", "-.", "10²", "①", "٣", "sNaN", "0x10", "1.2.", "1.,5", "1.5,000"],
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


@pytest.mark.parametrize(
    "typed", ["1,5", "１，５", "1,23,456", "1234,567", "1,2345", "1,,234", ",123", "1,234,", ",", "▲1,5", "1,5.25"]
)
def test_commas_stand_between_thousands_only_and_the_form_says_so(typed: str) -> None:
    assert complaints(FigureField(), typed) == [
        "Commas may stand only between groups of three digits, as in 1,234,567."
    ]


@pytest.mark.parametrize("typed", ["NaN", "1e3", "1_000", "abc", "▲", "\0", "😀", "."])
def test_what_is_no_figure_is_told_how_figures_are_written(typed: str) -> None:
    assert complaints(FigureField(), typed) == ["Enter a number in digits, such as 1234.5 or ▲12."]


@given(st.decimals(-(10**12) + 1, 10**12 - 1, places=2), st.sampled_from(["-", "−", "－", "▲", "△", "▲ "]))
def test_a_figure_written_with_commas_and_any_minus_is_read_back(value: Decimal, minus: str) -> None:
    assert FigureField().clean(f"{value:,}".replace("-", minus)) == value


def test_a_figure_is_typed_into_a_box_for_figures() -> None:
    html = str(FigureField().widget.render("value", "12.5"))
    assert 'inputmode="decimal"' in html
    assert 'type="text"' in html


@pytest.mark.parametrize(("typed", "year"), [("2019", 2019), ("２０１９", 2019), (" 2019 ", 2019), ("2019.0", 2019)])
def test_a_year_is_read(typed: str, year: int) -> None:
    assert YearField().clean(typed) == year


@pytest.mark.parametrize(
    "typed",
    ["", "令和元年", "2019年", "2019.5", "20\0", "😀", "9" * 5000, "1e3", "▲1", "2_019", "２＿０１９"],
    ids=lambda text: ascii(text)[:12],
)
def test_what_is_no_year_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        YearField().clean(typed)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("A-001", "A-001"),
        ("Ａ－００１", "A-001"),
        ("a-001", "a-001"),
        ("\u3000Ａ００１ ", "A001"),
        ("A\u3000001", "A 001"),
        ("情政ー１２", "情政ー12"),
        ("ｶﾞ1", "ガ1"),
        ("0012", "0012"),
        ("𠮷1", "𠮷1"),
        ("😀", "😀"),
        ("<b>&1</b>", "<b>&1</b>"),
    ],
)
def test_a_code_keeps_its_letters_and_loses_its_width(typed: str, code: str) -> None:
    assert CodeField(max_length=20).clean(typed) == code


@pytest.mark.parametrize(
    "typed",
    ["A\0", "\0", "A\n1", "A\t1", "A\x7f1", "A\u200b1", "\ufeffA1", "A\u202e1", "A\u20281", "A\ud800"],
    ids=ascii,
)
def test_a_code_with_a_character_nobody_sees_is_refused_in_plain_words(typed: str) -> None:
    assert complaints(CodeField(max_length=20), typed) == [
        "This contains a character that cannot be seen. Delete it all and type it in again."
    ]


def test_the_length_of_a_code_is_that_of_what_is_kept() -> None:
    assert CodeField(max_length=2).clean("ｶﾞ\u3000") == "ガ"
    with pytest.raises(forms.ValidationError):
        CodeField(max_length=2).clean("㍻1")
    with pytest.raises(forms.ValidationError):
        CodeField(max_length=20).clean("1" * 100_000)


def test_a_code_may_be_left_empty_only_where_that_is_allowed() -> None:
    assert CodeField(required=False).clean(" \u3000 ") == ""
    assert CodeField(required=False).clean(None) == ""
    with pytest.raises(forms.ValidationError):
        CodeField().clean("\u3000")


@given(st.text(max_size=40))
def test_a_code_read_once_is_read_the_same_again(typed: str) -> None:
    try:
        code = CodeField(required=False).clean(typed)
    except forms.ValidationError:
        return
    assert CodeField(required=False).clean(code) == code


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


@pytest.mark.parametrize(
    ("typed", "value"),
    [("0", 0), ("212", 212), ("２１２", 212), ("1,234", 1234), ("１，２３４", 1234), ("　7 ", 7), ("", None)],
)
def test_a_count_is_read_in_full_width_and_with_commas(typed: str, value: int | None) -> None:
    assert CountField(required=False).clean(typed) == value


@pytest.mark.parametrize("typed", ["-1", "1.5", "1_000", "1,23", "十", "1e3", "9999", "1 2", "\0"])
def test_what_is_no_count_is_told(typed: str) -> None:
    assert complaints(CountField(max_value=9998), typed)


@pytest.mark.parametrize("typed", ["13:30", "１３：３０", "13:30:00", " 13:30"])
def test_a_time_of_day_is_read_in_full_width(typed: str) -> None:
    assert ClockField().clean(typed) == dt.time(13, 30)


@pytest.mark.parametrize("typed", ["25:00", "1時", "13.30", "", "\0"])
def test_what_is_no_time_of_day_is_told(typed: str) -> None:
    assert complaints(ClockField(), typed)


LINE_ENDS = [end for end in map(chr, range(0x3000)) if len(f"a{end}b".splitlines()) > 1]


def test_python_knows_as_many_ends_of_a_line_as_are_tried_here() -> None:
    assert len(LINE_ENDS) == 10


@pytest.mark.parametrize("end", [*LINE_ENDS, "\r\n", "\0", "\u200b", "\u202e"], ids=ascii)
@pytest.mark.parametrize("field", [OneLineField(), MailField()], ids=["text", "mail"])
@pytest.mark.parametrize("typed", ["{}a@moka.example", "a{}@moka.example", "a@moka.example{}"])
def test_what_ends_a_line_or_cannot_be_seen_is_refused_and_not_cut_off(
    field: forms.Field, end: str, typed: str
) -> None:
    assert complaints(field, typed.format(end))


@pytest.mark.parametrize("name", ["髙﨑 𠮷德", "\ufa19田 一郎", "渡邉\U000e0101 進", "か\u3099", "\ue000外字"])
def test_a_text_on_one_line_is_kept_to_the_byte_but_for_blanks_around_it(name: str) -> None:
    assert OneLineField().clean(f" 　{name}　") == name
