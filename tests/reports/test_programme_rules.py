"""The rules between the values: limits, missing, unknown and repeated keys, lines and years taken twice."""

import pytest

from reports import programme_document as limits
from reports.programme_file import check
from tests.reports.programmes import (
    CITY,
    COST,
    INDICATOR,
    MINIMAL,
    SHEET,
    changed,
    label,
    place_of,
    problems_in,
    problems_of,
    programme,
    the_problem,
)


@pytest.mark.parametrize(
    ("path", "longest"),
    [
        ("code", 64),
        ("name", 200),
        ("section.0", 100),
        ("policy.code", 10),
        ("policy.name", 200),
        ("measure.code", 10),
        ("measure.name", 200),
        ("supplementary_measure", 500),
        ("related_plan", 500),
        ("legal_basis", 500),
        ("budget.0", 100),
        ("overview.0", 4000),
        ("purpose.target", 4000),
        ("purpose.intent.0", 4000),
        ("purpose.result", 4000),
        ("background.origin", 4000),
        ("background.changes.0", 4000),
        ("background.opinions", 4000),
        ("indicators.0.name", 60),
        ("indicators.0.unit", 20),
        ("sheets.0.done.0", 4000),
        ("sheets.0.planned.0", 4000),
        ("notes.0", 4000),
    ],
)
def test_a_text_may_be_as_long_as_its_limit_and_no_longer(path: str, longest: int) -> None:
    check(changed(path, "a" * longest))
    for length in (longest + 1, 100_000):
        problems = problems_of(changed(path, "a" * length))
        the_problem(problems, place_of(path), f"{length} characters. At most {longest} ")


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("section", 3),
        ("budget", 6),
        ("overview", 40),
        ("purpose.intent", 40),
        ("background.changes", 40),
        ("sheets.0.done", 40),
        ("sheets.0.planned", 40),
        ("notes", 40),
    ],
)
def test_a_list_may_be_as_long_as_its_limit_and_no_longer(path: str, most: int) -> None:
    check(changed(path, ["文"] * most))
    for count in (most + 1, 100_000):
        the_problem(problems_of(changed(path, ["文"] * count)), place_of(path), f"has {count} entries")


def test_all_twenty_lines_may_be_used_and_no_more() -> None:
    lines = [{"group": group, "slot": slot, "name": "回数"} for group in limits.GROUPS for slot in range(1, 6)]
    assert len(check(programme(indicators=lines))["indicators"]) == 20
    the_problem(problems_of(programme(indicators=[*lines, lines[0]])), "indicators", "has 21 entries")


@pytest.mark.parametrize("key", sorted(MINIMAL))
def test_a_missing_key_is_named(key: str) -> None:
    data = programme()
    del data[key]
    the_problem(problems_of(data), key, "is missing")


@pytest.mark.parametrize(
    ("path", "part", "keys"),
    [
        ("indicators", [{}], {"indicators[0].group", "indicators[0].slot", "indicators[0].name"}),
        ("costs", {"2019": {"forecast": {}}}, {f"costs.2019.forecast.{key}" for key in limits.COST_KEYS}),
        ("sheets", [{}], {"sheets[0].fiscal_year", "sheets[0].era_style"}),
        ("policy", {}, {"policy.code", "policy.name"}),
        ("period", {}, {"period.kind"}),
    ],
)
def test_missing_keys_inside_a_part_are_each_named(path: str, part: object, keys: set[str]) -> None:
    problems = problems_of(changed(path, part))
    assert {problem.place for problem in problems} == keys
    assert {problem.message for problem in problems} == {"This key is missing."}


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("", ""),
        ("policy", "policy"),
        ("period", "period"),
        ("purpose", "purpose"),
        ("background", "background"),
        ("indicators.0", "indicators[0]"),
        ("costs.2016", "costs.2016"),
        ("costs.2016.actual", "costs.2016.actual"),
        ("sheets.0", "sheets[0]"),
    ],
    ids=label,
)
@pytest.mark.parametrize(
    ("key", "named"),
    [
        ("plan", "“plan”"),
        ("Name", "“Name”"),
        ("", "“”"),
        ("a\u0000\ud800", "“a\\u0000\\ud800”"),
        ("x" * 100_000, f"“{'x' * 40}…”"),
        ("%(key)s", "“%(key)s”"),
    ],
    ids=label,
)
def test_an_unknown_key_is_named(path: str, place: str, key: str, named: str) -> None:
    data = changed(f"{path}.{key}".removeprefix("."), 1)
    the_problem(problems_of(data), place, f"Unknown key {named}.")


def test_a_key_given_twice_is_named_with_its_place() -> None:
    raw = CITY.replace(b'"general": 358', b'"general": 1, "general": 358')
    the_problem(problems_in(raw), "costs.2019.actual", "The key “general” is there more than once")
    raw = CITY.replace(b'"code": "moka', b'"name": "a", "code": "moka')
    the_problem(problems_in(raw), "", "The key “name” is there more than once")
    raw = CITY.replace(b'"2019": 485', b'"2019": 485, "2019": 485, "2019": 485')
    the_problem(problems_in(raw), "indicators[2].actual", "The key “2019” is there more than once")


def test_a_year_given_as_text_and_as_number_counts_as_twice() -> None:
    the_problem(
        problems_of(programme(costs={"2019": {"actual": COST}, 2019: {"actual": COST}})),
        "costs",
        "“2019” is there",
    )


def test_two_indicators_on_one_line() -> None:
    lines = [INDICATOR, {**INDICATOR, "slot": 2}, INDICATOR]
    problems = problems_of(programme(indicators=lines))
    the_problem(problems, "indicators[2]", "Line 1 of the table activity is already taken by indicators[0]")


def test_two_sheets_of_one_year() -> None:
    problems = problems_of(programme(sheets=[SHEET, {**SHEET, "era_style": "western"}]))
    the_problem(problems, "sheets[1].fiscal_year", "2019 already has a sheet: sheets[0]")


def test_what_is_wrong_is_not_taken_for_something_else_too() -> None:
    """A wrong slot does not collide with line 1, a wrong year not with 1950."""
    problems = problems_of(
        programme(
            indicators=[INDICATOR, {**INDICATOR, "slot": True}, {**INDICATOR, "group": "x"}],
            sheets=[{**SHEET, "fiscal_year": 1950}, {**SHEET, "fiscal_year": 0}],
            period={"kind": "limited", "from": 2019, "to": "x"},
        )
    )
    assert [problem.place for problem in problems] == [
        "period.to",
        "indicators[1].slot",
        "indicators[2].group",
        "sheets[1].fiscal_year",
    ]
