"""The screens speak Japanese unless the person chose English."""

import gettext
from http.cookies import SimpleCookie
from pathlib import Path

import django
import pytest
from django.test import Client

from common.language import REWORDED, REWORDED_COUNTS

SIGN_IN = {"ja": "職員番号", "en": "Employee number"}


def page(cookie: str | None = None, **headers: str) -> tuple[str, str]:
    """Return the language that the sign-in page says it is in, and its text."""
    browser = Client(**headers)
    if cookie is not None:
        browser.cookies = SimpleCookie({"django_language": cookie})
    response = browser.get("/sign-in/")
    return response.headers["Content-Language"], response.content.decode()


def in_language(language: str, answer: tuple[str, str]) -> bool:
    other = "en" if language == "ja" else "ja"
    says, text = answer
    return (
        says == language
        and f'<html lang="{language}"' in text
        and SIGN_IN[language] in text
        and SIGN_IN[other] not in text
    )


@pytest.mark.django_db
@pytest.mark.parametrize("cookie", ["", "fr", "EN", "en-us", "ja-jp", "../en", "x" * 1000], ids=ascii)
def test_an_unknown_choice_gives_japanese(cookie: str) -> None:
    assert in_language("ja", page(cookie))


@pytest.mark.django_db
def test_without_a_choice_it_is_japanese_whatever_the_browser_asks_for() -> None:
    assert in_language("ja", page())
    assert in_language("ja", page(HTTP_ACCEPT_LANGUAGE="en-US,en;q=0.9"))
    assert in_language("ja", page(HTTP_ACCEPT_LANGUAGE="de"))


@pytest.mark.django_db
def test_the_choice_holds() -> None:
    assert in_language("en", page("en"))
    assert in_language("ja", page("ja", HTTP_ACCEPT_LANGUAGE="en"))


@pytest.mark.django_db
def test_one_persons_english_does_not_stay_for_the_next() -> None:
    assert in_language("en", page("en"))
    assert in_language("ja", page())


@pytest.mark.django_db
def test_django_s_own_sentence_for_a_missing_entry_is_in_the_language_too() -> None:
    browser = Client()
    assert "This field is required." not in browser.post("/sign-in/", {"password": ""}).content.decode()
    browser.cookies = SimpleCookie({"django_language": "en"})
    assert "This field is required." in browser.post("/sign-in/", {"password": ""}).content.decode()


def test_what_is_reworded_is_still_a_sentence_of_django() -> None:
    folder = Path(django.__file__).parent / "conf" / "locale"
    original = gettext.translation("django", folder, ["ja"])
    for sentence in REWORDED:
        assert original.gettext(sentence) != sentence, sentence
    for sentence in REWORDED_COUNTS:
        words = sentence.__reduce__()[1][-1]
        assert original.ngettext(words["singular"], words["plural"], 2) != words["plural"], words
