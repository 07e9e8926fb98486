"""Searching people by name and ふりがな: width, script, blanks and rare forms of kanji make no difference."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staff.models import Staff
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def takahashi() -> Staff:
    return cast.person("1", "髙橋 𠮷\U000e0100子", kana="たかはし　ガツこ")


def found(words: str) -> list[str]:
    people = Staff.objects.get_queryset().found_by(words).exclude(employment_kind="system")
    return list(people.values_list("employee_number", flat=True))


@pytest.mark.parametrize(
    "words",
    [
        "髙橋",
        "高橋",
        "高橋吉子",
        "高 橋　吉 子",
        "橋",
        "𠮷子",
        "吉子",
        "たかはし",
        "タカハシ",
        "ﾀｶﾊｼ",
        "ﾀｶﾊｼ ｶﾞﾂｺ",
        "がつこ",
        "はし が",
    ],
)
def test_it_is_found_however_it_is_typed(takahashi: Staff, words: str) -> None:
    cast.person("2", "佐藤 実", kana="さとう みのる")
    assert found(words) == ["1"]


@pytest.mark.parametrize("words", ["かつこ", "高梨", "%", "_", "\\", "|", "たかはしがつこ髙橋", "子たか"])
def test_what_is_something_else_is_not_found(takahashi: Staff, words: str) -> None:
    assert found(words) == ([] if words != "|" else ["1"])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("神 﨑", "神崎"),
        ("ＡＢＣ株式", "abc"),
        ("Ŵilliams Évan", "ŵilliams"),
        ("瀨戸 德", "瀬戸徳"),
        ("渡邉 齋", "渡辺斉"),
        ("ヴァン ヵヶ", "ゔぁん"),
    ],
)
def test_width_capitals_and_rare_forms_are_folded(name: str, words: str) -> None:
    cast.person("1", name)
    assert found(words) == ["1"]


def test_the_stored_name_stays_as_given(takahashi: Staff) -> None:
    takahashi.refresh_from_db()
    assert (takahashi.name, takahashi.kana) == ("髙橋 𠮷\U000e0100子", "たかはし　ガツこ")


def test_a_rename_is_searched_at_once_however_it_is_written(takahashi: Staff) -> None:
    Staff.objects.filter(pk=takahashi.pk).update(name="伊藤 吉子", kana="イトウ ヨシコ")
    assert found("いとう") == found("伊藤") == ["1"]
    assert found("たかはし") == []
    Staff.objects.bulk_create([Staff(employee_number="9", name="伊藤 九", joined_on=cast.SINCE)])
    assert set(found("伊藤")) == {"1", "9"}


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20))
def test_whatever_the_name_it_is_found_by_itself(name: str) -> None:
    Staff.objects.filter(employee_number="h").delete()
    Staff.objects.bulk_create([Staff(employee_number="h", name=name, joined_on=cast.SINCE)])
    assert "h" in found(name)
