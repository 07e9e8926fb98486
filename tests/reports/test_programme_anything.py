"""Whatever is thrown at the validator, it takes it or refuses it; and what it takes survives a round trip."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports import programme_document as limits
from reports.programme_file import Document, ProgrammeFileInvalid, check, parse, to_json
from tests.reports.programmes import (
    CITY,
    MINIMAL,
)

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=8)
KNOWN_KEYS = st.sampled_from(
    [*MINIMAL, *limits.COST_KEYS, *limits.KINDS, "kind", "from", "slot", "group", "done", "2019", "2020"]
)
ANY_VALUE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | ANY_TEXT
    | st.sampled_from(["programme/1", "single", "activity", "era"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KNOWN_KEYS | ANY_TEXT, inner, max_size=5),
    max_leaves=20,
)
CALM = settings(deadline=None, suppress_health_check=list(HealthCheck))


def accepted(read: Callable[[], Document]) -> bool:
    """Whether the input was taken; anything raised but ``ProgrammeFileInvalid`` fails the test."""
    try:
        document = read()
    except ProgrammeFileInvalid as refusal:
        told = refusal.problems
    else:
        assert parse(to_json(document).encode()) == document
        return True
    assert told
    assert all(str(problem).encode() and problem.message for problem in told)
    return False


@CALM
@given(data=ANY_VALUE)
def test_any_data_is_taken_or_refused(data: object) -> None:
    assert not accepted(lambda: check(data))


@CALM
@given(raw=st.binary(max_size=200))
def test_any_bytes_are_taken_or_refused(raw: bytes) -> None:
    assert not accepted(lambda: parse(raw))


def spots(data: Any) -> list[tuple[Any, Any]]:
    """Every container of the data with every key or index in it."""
    keys = list(data) if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else []
    return [spot for key in keys for spot in [(data, key), *spots(data[key])]]


@CALM
@given(draw=st.data())
def test_a_good_programme_with_anything_put_anywhere_is_taken_or_refused(draw: st.DataObject) -> None:
    data = json.loads(CITY)
    for _ in range(draw.draw(st.integers(1, 3))):
        target, key = draw.draw(st.sampled_from(spots(data)))
        target[key] = draw.draw(ANY_VALUE)
    accepted(lambda: check(data))


@CALM
@given(draw=st.data())
def test_a_good_file_with_bytes_changed_is_taken_or_refused(draw: st.DataObject) -> None:
    start = draw.draw(st.integers(0, len(CITY)))
    end = draw.draw(st.integers(start, min(len(CITY), start + 20)))
    accepted(lambda: parse(CITY[:start] + draw.draw(st.binary(max_size=10)) + CITY[end:]))


NUMBERS = st.decimals(Decimal("-999999999999.99"), Decimal("999999999999.99"), places=2)
EFFORT = st.decimals(0, Decimal("999999999999.99"), places=2)
YEARS = st.integers(1950, 2100)
GOOD_TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=30)
FILLED = GOOD_TEXT.filter(lambda text: bool(text.strip()))
PARAGRAPHS = st.lists(FILLED, max_size=4)
FIGURES = st.dictionaries(YEARS, NUMBERS, max_size=4)
INDICATORS = st.fixed_dictionaries(
    {
        "group": st.sampled_from(limits.GROUPS),
        "slot": st.integers(1, 5),
        "name": FILLED,
        "unit": GOOD_TEXT.map(lambda text: text[:20]),
        "actual": FIGURES,
        "forecast": FIGURES,
    }
)
COSTS = st.dictionaries(
    st.sampled_from(limits.KINDS),
    st.fixed_dictionaries({key: EFFORT if key in limits.NEVER_NEGATIVE else NUMBERS for key in limits.COST_KEYS}),
    min_size=1,
)
SHEETS = st.fixed_dictionaries(
    {
        "fiscal_year": YEARS.filter(lambda year: year >= 1992),
        "era_style": st.sampled_from(limits.ERA_STYLES),
        "done": PARAGRAPHS,
        "planned": PARAGRAPHS,
    }
)
NEEDED: dict[str, st.SearchStrategy[Any]] = {
    "format": st.just("programme/1"),
    "code": st.from_regex(limits.CODE_PATTERN, fullmatch=True).map(lambda code: code[:64].rstrip("-")),
    "name": FILLED,
    "section": st.lists(FILLED, min_size=1, max_size=3),
    "policy": st.fixed_dictionaries({"code": st.just("G"), "name": GOOD_TEXT}),
    "measure": st.fixed_dictionaries({"code": st.just("1"), "name": GOOD_TEXT}),
    "period": st.fixed_dictionaries({"kind": st.just("yearly"), "from": YEARS}),
    "indicators": st.lists(INDICATORS, max_size=6, unique_by=lambda one: (str(one["group"]), str(one["slot"]))),
    "costs": st.dictionaries(YEARS, COSTS, max_size=3),
    "sheets": st.lists(SHEETS, max_size=3, unique_by=lambda sheet: str(sheet["fiscal_year"])),
}
OPTIONAL: dict[str, st.SearchStrategy[Any]] = {
    "priority": st.booleans(),
    "legal_basis": GOOD_TEXT,
    "overview": PARAGRAPHS,
    "notes": PARAGRAPHS,
}
PROGRAMMES = st.fixed_dictionaries(NEEDED, optional=OPTIONAL)


@CALM
@given(data=PROGRAMMES)
def test_every_good_programme_survives_being_written_and_read(data: object) -> None:
    document = check(data)
    text = to_json(document)
    assert parse(text.encode()) == document
    assert to_json(parse(text.encode())) == text
    assert text.endswith("}\n")
