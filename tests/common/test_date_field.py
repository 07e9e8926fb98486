"""A date in a form: read as people write it, shown as the house writes it, and refused in plain words."""

import datetime as dt
from typing import Any

import pytest
from django import forms
from django.utils import translation

from common.fields import JapaneseDateField

DAY = dt.date(2026, 4, 1)


class DayForm(forms.Form):
    day = JapaneseDateField()


def box(form: forms.Form, language: str = "ja") -> str:
    with translation.override(language):
        return str(form["day"])


@pytest.mark.parametrize(
    "typed", ["R8.4.1", " Ｒ８／４／１\u3000", "令和8年（2026年）4月1日", "2026-04-01", "R8.4.1\n"]
)
def test_a_typed_date_is_read(typed: str) -> None:
    assert JapaneseDateField().clean(typed) == DAY


def test_a_date_given_by_the_program_is_taken() -> None:
    assert JapaneseDateField().clean(DAY) == DAY


def test_a_date_may_be_left_empty_only_where_that_is_allowed() -> None:
    for nothing in ("", " \u3000 ", None):
        assert JapaneseDateField(required=False).clean(nothing) is None
        with pytest.raises(forms.ValidationError) as caught:
            JapaneseDateField().clean(nothing)
        assert caught.value.code == "required"


UNREADABLE = "This cannot be read as a date. Enter it like R8.4.1 or 2026/4/1."


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("8.4.1", UNREADABLE),
        ("R8.4.1\0", UNREADABLE),
        ("\0", UNREADABLE),
        ("😀", UNREADABLE),
        ("𠮷", UNREADABLE),
        ("<script>1</script>", UNREADABLE),
        ("%(edge)s", UNREADABLE),
        ("9" * 100_000, UNREADABLE),
        ("R8.2.29", "There is no such day in the calendar. Check the year, the month and the day."),
        ("1868/10/22", "Enter a day from 1868-10-23 to 2199-12-31."),
        ("令和8年（2025年）4月1日", "The year of the era and the year in brackets are not the same year."),
        ("H31.5.1", "This era ended on 2019-04-30. If you mean 2019-05-01, enter that."),
        ("令和元年4月30日", "This era began on 2019-05-01. If you mean 2019-04-30, enter that."),
    ],
    ids=lambda text: ascii(text)[:20],
)
def test_a_refused_date_is_told_in_plain_words(typed: str, words: str) -> None:
    with translation.override("en"):
        with pytest.raises(forms.ValidationError) as caught:
            JapaneseDateField().clean(typed)
        assert caught.value.messages == [words]


def test_the_days_in_a_message_are_written_in_the_house_style(settings: Any) -> None:
    for style, edge, meant in (
        ("era_first", "平成31年（2019年）4月30日", "令和元年（2019年）5月1日"),
        ("western", "2019年4月30日", "2019年5月1日"),
    ):
        settings.DATE_STYLE = style
        with translation.override("ja"), pytest.raises(forms.ValidationError) as caught:
            JapaneseDateField().clean("H31.5.1")
        assert edge in caught.value.messages[0]
        assert meant in caught.value.messages[0]


def test_a_form_may_have_words_of_its_own() -> None:
    field = JapaneseDateField(help_text="Which day?", error_messages={"invalid": "No."})
    assert field.help_text == "Which day?"
    with pytest.raises(forms.ValidationError, match="No"):
        field.clean("abc")


def test_the_support_text_gives_examples_that_are_read() -> None:
    with translation.override("en"):
        text = str(JapaneseDateField().help_text)
    examples = text.removeprefix("For example ").removesuffix(".").split(" or ")
    assert len(examples) == 2
    assert {JapaneseDateField().clean(example) for example in examples} == {DAY}


@pytest.mark.parametrize(
    ("style", "shown"),
    [("era_first", "令和8年（2026年）4月1日"), ("era_only", "令和8年4月1日"), ("western", "2026年4月1日")],
)
def test_a_stored_date_is_shown_in_the_house_style_and_can_be_sent_back(style: str, shown: str, settings: Any) -> None:
    settings.DATE_STYLE = style
    assert f'value="{shown}"' in box(DayForm(initial={"day": DAY}))
    assert 'value="2026-04-01"' in box(DayForm(initial={"day": DAY}), "en")
    sent_back = DayForm({"day": shown}, initial={"day": DAY})
    assert sent_back.is_valid()
    assert not sent_back.has_changed()


@pytest.mark.parametrize("typed", ["r8.4.1", "Ｒ８．４．１", "H31.5.1", "abc"])
def test_what_was_typed_stays_as_typed(typed: str) -> None:
    assert f'value="{typed}"' in box(DayForm({"day": typed}, initial={"day": dt.date(2020, 1, 1)}))


def test_markup_is_shown_as_text() -> None:
    assert "&lt;b&gt;R8.4.1&lt;/b&gt;" in box(DayForm({"day": "<b>R8.4.1</b>"}))


@pytest.mark.parametrize(
    ("typed", "changed"), [("2026/4/1", False), ("R8.4.2", True), ("", True), ("abc", True), ("H38.4.1", True)]
)
def test_only_another_day_is_a_change(typed: str, changed: bool) -> None:
    assert DayForm({"day": typed}, initial={"day": DAY}).has_changed() is changed


def test_the_box_is_a_plain_one_for_text() -> None:
    html = box(DayForm())
    for part in ('type="text"', 'class="dateinput"', 'autocomplete="off"'):
        assert part in html
    assert "inputmode" not in html
    assert "value=" not in html
