"""Programme files for tests: the city's own, a small one, and what is said about a bad one."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from reports import programme_document as limits
from reports.programme_file import Problem, ProgrammeFileInvalid, check, parse

CITY_FILE = Path(__file__).resolve().parents[2] / "reports" / "data" / "moka-security-policy.json"
CITY = CITY_FILE.read_bytes()
COST = dict.fromkeys(limits.COST_KEYS, 0)
MINIMAL: dict[str, Any] = {
    "format": "programme/1",
    "code": "a-1",
    "name": "事業",
    "section": ["総務部"],
    "policy": {"code": "", "name": ""},
    "measure": {"code": "", "name": ""},
    "period": {"kind": "single"},
    "indicators": [],
    "costs": {},
    "sheets": [],
}
INDICATOR: dict[str, Any] = {"group": "activity", "slot": 1, "name": "回数"}
UNWRITTEN: dict[str, Any] = {
    "unit": "",
    "source": "manual",
    "as_of": "during",
    "recorded_from": None,
    "rule": {},
    "ground": "",
    "actual": {},
    "forecast": {},
    "override": {},
}
SHEET: dict[str, Any] = {"fiscal_year": 2019, "era_style": "era"}


def programme(**changes: Any) -> dict[str, Any]:
    """A small good programme as JSON data, with ``changes`` to its keys."""
    return copy.deepcopy(MINIMAL) | changes


def changed(path: str, value: object) -> dict[str, Any]:
    """The city's programme as JSON data with the value at ``path`` replaced."""
    data: dict[str, Any] = json.loads(CITY)
    target: Any = data
    *way, last = path.split(".")
    for step in way:
        target = target[int(step) if isinstance(target, list) else step]
    target[int(last) if isinstance(target, list) else last] = value
    return data


def as_file(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode()


def with_number(path: str, digits: str) -> bytes:
    """The city's programme file with ``digits`` written as the number at ``path``."""
    return as_file(changed(path, 123123123)).replace(b"123123123", digits.encode())


def problems_of(data: object) -> list[Problem]:
    with translation.override("en"), pytest.raises(ProgrammeFileInvalid) as caught:
        check(data)
    return caught.value.problems


def problems_in(raw: bytes) -> list[Problem]:
    with translation.override("en"), pytest.raises(ProgrammeFileInvalid) as caught:
        parse(raw)
    return caught.value.problems


def the_problem(problems: list[Problem], place: str, words: str) -> None:
    """Exactly one problem is told, at ``place``, and its sentence holds ``words``."""
    assert [problem.place for problem in problems] == [place], problems
    assert words in problems[0].message


def place_of(path: str) -> str:
    """``indicators.0.name`` as the place that is told: ``indicators[0].name``."""
    steps = path.split(".")
    return "".join(f"[{step}]" if len(step) == 1 else f".{step}" for step in steps).removeprefix(".")


def label(value: object) -> str:
    """A short plain test id for a hostile parameter."""
    return ascii(value)[:30] if isinstance(value, str | bytes) else type(value).__name__
