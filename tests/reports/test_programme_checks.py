"""Single values of a programme: each wrong one is told at its place, and nothing else is."""

from decimal import Decimal

import pytest

from tests.reports.programmes import (
    COST,
    changed,
    label,
    place_of,
    problems_in,
    problems_of,
    the_problem,
    with_number,
)

TEXT = "must be a text"
NUMBER = "must be a number"
OBJECT = "named values in { }"
LIST = "must be a list"
DIGITS = "at most 12 digits before the point and 2 after it"


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("format", "programme/2", "must be one of: programme/1"),
        ("format", 1, "must be one of: programme/1"),
        ("code", "", "must not be empty"),
        ("code", "../etc/passwd", "small letters"),
        ("code", "Moka", "small letters"),
        ("code", "a--b", "small letters"),
        ("code", "-a", "small letters"),
        ("code", "a\n", "small letters"),
        ("code", "真岡", "small letters"),
        ("code", "１２", "small letters"),
        ("code", 7, TEXT),
        ("name", "", "must not be empty"),
        ("name", " \u3000", "must not be empty"),
        ("name", None, TEXT),
        ("name", ["事業"], TEXT),
        ("name", "一行目\n二行目", "single line"),
        ("name", "a\u0000b", "U+0000"),
        ("name", "a\rb", "U+000D"),
        ("name", "a\u007fb", "U+007F"),
        ("name", "a\u0085b", "U+0085"),
        ("name", "a\ud800b", "U+D800"),
        ("name", "a\uffffb", "U+FFFF"),
        ("section", [], "from 1 to 3"),
        ("section", "総務部", LIST),
        ("section.1", "", "must not be empty"),
        ("policy", "G", OBJECT),
        ("policy.code", 1, TEXT),
        ("measure.name", None, TEXT),
        ("priority", "false", "must be true or false"),
        ("priority", 0, "must be true or false"),
        ("priority", None, "must be true or false"),
        ("legal_basis", None, TEXT),
        ("period", [], OBJECT),
        ("period", {"kind": "yearly"}, "needs the year “from”"),
        ("period", {"kind": "limited", "to": 2019}, "needs the year “from”"),
        ("period", {"kind": "limited", "from": 2019}, "needs the year “to”"),
        ("period", {"kind": "limited", "from": 2020, "to": 2019}, "must not be later"),
        ("period.kind", "always", "must be one of: single, yearly, limited"),
        ("period.from", "2002", "from 1950 to 2100"),
        ("period.from", 1949, "from 1950 to 2100"),
        ("period.to", 2101, "from 1950 to 2100"),
        ("period.to", True, "from 1950 to 2100"),
        ("budget", "一般会計", LIST),
        ("budget.0", "", "must not be empty"),
        ("overview.1", 5, TEXT),
        ("overview.1", "", "must not be empty"),
        ("overview.1", "a\ud83db", "U+D83D"),
        ("purpose", [], OBJECT),
        ("purpose.intent", {}, LIST),
        ("background", None, OBJECT),
        ("indicators", {}, LIST),
        ("indicators.2", [], OBJECT),
        ("indicators.2.group", "activities", "must be one of: activity, target, outcome, upper_outcome"),
        ("indicators.2.group", ["target"], "must be one of"),
        ("indicators.2.slot", 0, "from 1 to 5"),
        ("indicators.2.slot", 6, "from 1 to 5"),
        ("indicators.2.slot", 10**5000, "from 1 to 5"),
        ("indicators.2.slot", True, "from 1 to 5"),
        ("indicators.2.slot", 1.0, "from 1 to 5"),
        ("indicators.2.slot", [1], "from 1 to 5"),
        ("indicators.2.name", "", "must not be empty"),
        ("indicators.2.unit", "\n", "single line"),
        ("indicators.2.actual", [], OBJECT),
        ("indicators.2.actual.2019", "485", NUMBER),
        ("indicators.2.actual.2019", None, NUMBER),
        ("indicators.2.actual.2019", True, NUMBER),
        ("indicators.2.actual.2019", [485], NUMBER),
        ("indicators.2.actual.2019", 10**12, DIGITS),
        ("indicators.2.actual.2019", 10**5000, DIGITS),
        ("indicators.2.actual.2019", 1.005, DIGITS),
        ("indicators.2.actual.2019", float("nan"), DIGITS),
        ("indicators.2.actual.2019", float("-inf"), DIGITS),
        ("indicators.2.actual.2019", Decimal("sNaN"), DIGITS),
        ("indicators.2.actual.2019", Decimal("999999999999.999"), DIGITS),
        ("costs", [], OBJECT),
        ("costs.2016", {}, "needs “actual”, “forecast” or both"),
        ("costs.2016", None, OBJECT),
        ("costs.2016.actual", None, OBJECT),
        ("costs.2016.actual.general", "243", NUMBER),
        ("costs.2016.actual.staff_count", -1, "must be 0 or more"),
        ("costs.2016.actual.hours", -0.01, "must be 0 or more"),
        ("sheets", {}, LIST),
        ("sheets.0", 2019, OBJECT),
        ("sheets.0.fiscal_year", 1868, "from 1950 to 2100"),
        ("sheets.0.fiscal_year", 99999, "from 1950 to 2100"),
        ("sheets.0.fiscal_year", 1991, "begins with the year 1992"),
        ("sheets.0.era_style", "reiwa", "must be one of: heisei_continued, era, western"),
        ("sheets.0.done", "研修", LIST),
        ("notes", "注", LIST),
    ],
    ids=label,
)
def test_a_wrong_value_is_told_at_its_place(path: str, value: object, words: str) -> None:
    place = "sheets[0].era_style" if "1992" in words else place_of(path)
    the_problem(problems_of(changed(path, value)), place, words)


@pytest.mark.parametrize(
    "key",
    ["2019.5", " 2019", "2019 ", "２０１９", "19", "02019", "1949", "2101", "-2019", "", "R1", "2019\n"],
    ids=label,
)
def test_a_year_is_four_plain_digits(key: str) -> None:
    the_problem(problems_of(changed("costs", {key: {"actual": COST}})), "costs", "is no fiscal year")
    problems = problems_of(changed("indicators.2.forecast", {key: 1}))
    the_problem(problems, "indicators[2].forecast", "is no fiscal year")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("1e400", DIGITS),
        ("1e999999", DIGITS),
        ("-1e999999999999999999999", DIGITS),
        ("1e-999999", DIGITS),
        ("1e-999999999999999999999", DIGITS),
        ("1e-999999999999999999", DIGITS),
        ("9" * 5000, DIGITS),
        ("0." + "0" * 5000 + "1", DIGITS),
        ("1000000000000", DIGITS),
        ("999999999999.995", DIGITS),
        ("0.001", DIGITS),
        ("1.005", DIGITS),
        ("NaN", DIGITS),
        ("Infinity", DIGITS),
        ("-Infinity", DIGITS),
        ("true", NUMBER),
    ],
    ids=label,
)
@pytest.mark.parametrize("place", ["costs.2016.actual.general", "indicators[0].actual.2016"])
def test_a_number_the_sheet_has_no_room_for(place: str, number: str, words: str) -> None:
    path = place.replace("[", ".").replace("]", "")
    the_problem(problems_in(with_number(path, number)), place, words)


@pytest.mark.parametrize("number", ["9" * 5000, "1e400", "2019.0", "2.019e3", "1e999999999999999999999"], ids=label)
def test_a_year_or_line_is_no_such_number(number: str) -> None:
    for path, place in [("sheets.0.fiscal_year", "sheets[0].fiscal_year"), ("period.from", "period.from")]:
        the_problem(problems_in(with_number(path, number)), place, "from 1950 to 2100")
