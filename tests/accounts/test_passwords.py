"""Which passwords are taken, and which are refused and why."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts import passwords
from staff import demo
from staff.models import Staff

pytestmark = pytest.mark.django_db
LONG = "abcdefg hijklmn opqrst"


def refusals(password: str, person: Staff | None = None) -> set[str]:
    """Return the codes of the rules that say no."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        return {str(one.code) for one in error.error_list}
    return set()


def with_factor(person: Staff, kind: str) -> Staff:
    Authenticator.objects.create(user=person, type=kind, data={})
    return person


@pytest.mark.parametrize(
    "password",
    [
        "とても長い合い言葉です-123",
        "correct horse battery staple",
        "     15 blanks and words",
        "𠮷野家で食べた牛丼は並盛りだった",
        "x9$kQ2!vB7@mN4#",
        "#$%&'()=~|{}+*<>?_",
        "夏の夜空に打ち上げる花火大会",
        demo.PASSWORD,
        "a" + "bcdefghij" * 14 + "k",
    ],
)
def test_long_passwords_of_any_characters_are_taken(password: str, person: Staff) -> None:
    expected = {"password_too_short"} if len(password) < 15 else set()
    assert refusals(password, person) == expected
    assert len(password) <= 128


@pytest.mark.parametrize(
    ("length", "said"), [(14, {"password_too_short"}), (15, set()), (128, set()), (129, {"password_too_long"})]
)
def test_the_lengths_are_exact(length: int, said: set[str], person: Staff) -> None:
    assert refusals((LONG * 7)[:length], person) == said


def test_the_shortest_length_is_a_setting(person: Staff, settings: Any) -> None:
    settings.PASSWORD_MIN_LENGTH = 20
    assert refusals(LONG[:19], person) == {"password_too_short"}
    assert refusals(LONG[:20], person) == set()


@pytest.mark.parametrize("kind", ["totp", "webauthn"])
def test_with_a_second_factor_eight_are_enough(kind: str, person: Staff) -> None:
    with_factor(person, kind)
    assert refusals("zq7 kvm", person) == {"password_too_short"}
    assert refusals("zq7 kvmp", person) == set()


def test_recovery_codes_alone_are_no_second_factor(person: Staff) -> None:
    with_factor(person, "recovery_codes")
    assert refusals("zq7 kvmp", person) == {"password_too_short"}


def test_a_second_factor_of_somebody_else_counts_for_nothing(person: Staff, people: Any) -> None:
    with_factor(people.officer, "totp")
    assert refusals("zq7 kvmp", person) == {"password_too_short"}


@pytest.mark.parametrize(
    "password",
    [
        "真岡市情報セキュリティポリシー",
        "moka-security-policy-portal",
        "MOKA MOKA MOKA MOKA MOKA",
        "ＭＯＫＡＭＯＫＡＭＯＫＡＭＯＫＡ",
        "もおかモオカもおかモオカもおか",
        "ポータルぽーたるﾎﾟｰﾀﾙポータル",
        "2016040120160401",
        "moka-20160401-portal",
        "𠮷田瀨奈𠮷田瀨奈𠮷田瀨奈𠮷田瀨奈",
        "sena sena sena sena",
        "password password 1",
    ],
)
def test_words_of_the_place_and_of_the_person_alone_are_refused(password: str, person: Staff) -> None:
    assert "password_of_context_words" in refusals(password, person)


def test_such_a_word_among_enough_others_is_no_harm(person: Staff) -> None:
    assert refusals("moka and seven purple whales", person) == set()


def test_the_words_of_the_place_are_a_setting(person: Staff, settings: Any) -> None:
    settings.PASSWORD_CONTEXT_WORDS, settings.CITY_NAME = ["宇都宮市"], "宇都宮市"
    assert "password_of_context_words" in refusals("宇都宮市宇都宮市宇都宮市宇都宮市", person)
    assert "password_of_context_words" not in refusals("moka-security-policy-portal", person)


@pytest.mark.parametrize("password", ["a" * 20, "あいうえ" * 5, "1212121212121212", "𠮷" * 15])
def test_a_few_characters_over_and_over_are_refused(password: str, person: Staff) -> None:
    assert "password_repeats" in refusals(password, person)


def test_what_many_people_use_is_refused(person: Staff) -> None:
    assert "password_too_common" in refusals("1qaz2wsx3edc4rfv", person)


def test_a_person_without_mail_kana_and_number_of_one_character_is_judged_all_the_same(db: None) -> None:
    assert refusals("correct horse battery staple", Staff(employee_number="1", name="林")) == set()
    assert refusals("correct horse battery staple") == set()


def test_a_temporary_password_is_strong_readable_and_each_time_another(person: Staff) -> None:
    made = {passwords.temporary_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        groups = password.split("-")
        assert [len(group) for group in groups] == [4, 4, 4, 4]
        assert set("".join(groups)) <= set("bcdfghjkmnpqrstvwxyz23456789")
        assert refusals(password, person) == set()


def test_the_rules_are_told_in_the_person_s_own_number(person: Staff) -> None:
    assert "15" in passwords.rules(person)[0]
    with_factor(person, "totp")
    assert "8" in passwords.rules(person)[0]
