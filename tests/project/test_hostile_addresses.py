"""Every page with every filter and number spoilt: none, NUL, far too long, far too large, unknown: never a fault."""

from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest
from django.test import Client

from tests.project.test_forms import FORMS
from tests.project.test_query_ceilings import PAGES, address, reader

__all__ = ["reader"]
INTEGERS = {"pk", "fiscal_year", "enrolment"}
KNOWN = sorted({name for form in FORMS.values() for name in form.base_fields} | {"page", "q", "sort", "next"})
PAGE_NUMBERS = ("abc", "0", "-1", "1.5", "99999999999999999999", "９", "\0", "")
SPOILT = {
    "NUL": "\0",
    "long": "𠮷" * 10_000,
    "unknown": "x",
    "negative": "-x",
    "list": "a,b,,",
    "markup": "<script>alert(1)</script>",
    "quotes": "'; DROP TABLE staff_staff; --",
    "number": "9" * 400,
}


def queries() -> Iterator[str]:
    for number in PAGE_NUMBERS:
        yield urlencode({"page": number})
    for value in SPOILT.values():
        yield urlencode(dict.fromkeys(KNOWN, value))
        yield urlencode([(name, value) for name in ("q", "sort", "page") for _ in range(3)])
    yield "%00=%00&" + quote("名") + "=" + "&page=%FF&q=%ED%A0%80&sort=%"
    yield "&".join(["=", "page", "q", "sort"])


@pytest.mark.parametrize("name", PAGES)
def test_no_query_is_a_fault(name: str, reader: Client) -> None:
    target = address(name)
    for query in queries():
        response = reader.get(f"{target}?{query}")
        assert response.status_code < 500, f"{target}?{query[:200]}"


def test_the_sweep_knows_the_filters() -> None:
    assert {"place", "page", "language"} <= set(KNOWN)


NUMBERS = (0, 1, 999, 1000, 9999, 10_000, 2**31, 2**63, 10**30)
WITH_NUMBERS = [(name, part) for name, (words, _most, _status) in PAGES.items() for part in words if part in INTEGERS]


@pytest.mark.parametrize(("name", "part"), WITH_NUMBERS)
def test_no_number_in_an_address_is_a_fault(name: str, part: str, reader: Client) -> None:
    for number in NUMBERS:
        response = reader.get(address(name, **{part: number}))
        assert response.status_code < 500, f"{name} {part}={number}"


def test_the_sweep_knows_the_numbers() -> None:
    assert {part for _name, part in WITH_NUMBERS} == INTEGERS
