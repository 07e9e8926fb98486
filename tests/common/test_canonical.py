"""One byte form for JSON data: what was hashed once can be hashed again."""

import hashlib
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.canonical import canonical_json, decimal_text, sha256_of

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


def test_keys_are_sorted_spaces_left_out_and_characters_kept() -> None:
    data = {"ん": 1, "あ": [True, None, {"b": 1, "a": 2}], "A": '𠮷田\n"引用"\\', "10": "x", "9": "y"}
    assert canonical_json(data) == (
        '{"10":"x","9":"y","A":"𠮷田\\n\\"引用\\"\\\\","あ":[true,null,{"a":2,"b":1}],"ん":1}'
    )


def test_the_order_of_keys_does_not_change_the_hash_and_the_order_of_a_list_does() -> None:
    assert sha256_of({"a": 1, "b": 2}) == sha256_of({"b": 2, "a": 1})
    assert sha256_of([1, 2]) != sha256_of([2, 1])


def test_texts_that_only_look_alike_have_different_hashes() -> None:
    composed, decomposed = "が", "か\u3099"
    assert sha256_of(composed) != sha256_of(decomposed)
    assert sha256_of("髙橋") != sha256_of("高橋")
    assert sha256_of("1") != sha256_of(1) != sha256_of(True)
    assert sha256_of("") != sha256_of(None) != sha256_of([])


def test_the_hash_is_sha256_of_the_utf8_bytes() -> None:
    assert sha256_of({"名": "真岡"}) == hashlib.sha256('{"名":"真岡"}'.encode()).hexdigest()
    assert sha256_of([]) == "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"


@pytest.mark.parametrize(
    "data",
    [
        1.5,
        float("nan"),
        [0.1],
        {"a": [{"b": 2.0}]},
        (1.5,),
        {"a": (1, 2.5)},
        {1: "a"},
        {"a": {None: 1}},
        {"a": ({2: 1},)},
    ],
    ids=repr,
)
def test_what_has_no_one_form_is_refused(data: Any) -> None:
    with pytest.raises(TypeError):
        canonical_json(data)


@pytest.mark.parametrize("data", [Decimal("1.5"), b"a", {1}, object()], ids=lambda data: type(data).__name__)
def test_what_is_no_json_is_refused(data: Any) -> None:
    with pytest.raises(TypeError):
        canonical_json([data])


@given(JSON)
def test_any_json_survives_and_has_one_form(data: Any) -> None:
    text = canonical_json(data)
    assert json.loads(text) == data
    assert canonical_json(json.loads(text)) == text
    assert "\n" not in text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("12.50", "12.5"),
        ("12.00", "12"),
        ("100", "100"),
        ("1E+3", "1000"),
        ("1E-2", "0.01"),
        ("0.00", "0"),
        ("-0", "0"),
        ("-0.00", "0"),
        ("-0.10", "-0.1"),
        ("0E+3", "0"),
        ("999999999999.99", "999999999999.99"),
    ],
)
def test_a_number_has_one_text(value: str, text: str) -> None:
    assert decimal_text(Decimal(value)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=2))
def test_the_text_of_a_number_is_the_number_and_equal_numbers_share_it(value: Decimal) -> None:
    text = decimal_text(value)
    assert Decimal(text) == value
    assert decimal_text(value * Decimal("1.000")) == decimal_text(value.normalize()) == text
    assert "E" not in text
