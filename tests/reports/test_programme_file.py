"""The programme file: what is good is kept exactly, and a file that is none is told in one sentence."""

from decimal import Decimal

import pytest

from reports import programme_document as limits
from reports.programme_file import check, parse, to_json
from tests.reports.programmes import (
    CITY,
    COST,
    INDICATOR,
    SHEET,
    UNWRITTEN,
    as_file,
    label,
    problems_in,
    programme,
    the_problem,
)


def test_keys_left_out_stand_as_empty() -> None:
    document = check(programme(indicators=[INDICATOR], sheets=[SHEET]))
    assert document["supplementary_measure"] == document["related_plan"] == document["legal_basis"] == ""
    assert document["priority"] is False
    assert document["budget"] == document["overview"] == document["notes"] == []
    assert document["period"] == {"kind": "single", "from": None, "to": None}
    assert document["purpose"] == {"target": "", "intent": [], "result": ""}
    assert document["background"] == {"origin": "", "changes": [], "opinions": ""}
    assert document["indicators"] == [{**INDICATOR, **UNWRITTEN}]
    assert document["sheets"] == [{**SHEET, "done": [], "planned": []}]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("-0.00", "0"),
        ("0e999999", "0"),
        ("4", "4"),
        ("12.50", "12.5"),
        ("12.05", "12.05"),
        ("1.000", "1"),
        ("1e3", "1000"),
        ("1100E-2", "11"),
        ("-3.75", "-3.75"),
        ("0.1", "0.1"),
        ("999999999999.99", "999999999999.99"),
        ("-999999999999.99", "-999999999999.99"),
    ],
)
def test_a_number_is_kept_exactly_and_written_in_one_way(written: str, kept: str) -> None:
    raw = as_file(programme(indicators=[{**INDICATOR, "actual": {"2019": 17}}])).replace(b"17", written.encode())
    document = parse(raw)
    figure = document["indicators"][0]["actual"][2019]
    assert (type(figure), str(figure)) == (Decimal, kept)
    assert f'"2019": {kept}\n' in to_json(document)


def test_texts_are_kept_as_given() -> None:
    name = "  髙﨑𠮷德瀨彅 が　\u304b\u3099 ㋿ &lt; {{ x }} {% load y %} <b>\u200b "
    purpose = {"target": "一行目\n\t二行目\n"}
    document = parse(as_file(programme(name=name, purpose=purpose)))
    assert document["name"] == name
    assert document["purpose"]["target"] == "一行目\n\t二行目\n"
    assert parse(to_json(document).encode()) == document


def test_a_year_may_have_an_actual_and_a_forecast() -> None:
    both = {"2019": {"forecast": {**COST, "other": -1}, "actual": COST}}
    document = check(programme(costs=both, indicators=[{**INDICATOR, "actual": {"2019": 1}, "forecast": {"2019": 2}}]))
    assert list(document["costs"][2019]) == ["actual", "forecast"]
    assert document["costs"][2019]["forecast"]["other"] == -1
    assert document["indicators"][0]["actual"] != document["indicators"][0]["forecast"]


def test_lines_sheets_and_years_come_in_their_order() -> None:
    document = check(
        programme(
            indicators=[
                {**INDICATOR, "group": "outcome"},
                {**INDICATOR, "slot": 2},
                {**INDICATOR, "actual": {"2020": 1, "2019": 2}},
            ],
            sheets=[{**SHEET, "fiscal_year": 2020}, SHEET],
            costs={"2020": {"actual": COST}, "2019": {"actual": COST}},
        )
    )
    assert [(one["group"], one["slot"]) for one in document["indicators"]] == [
        ("activity", 1),
        ("activity", 2),
        ("outcome", 1),
    ]
    assert [sheet["fiscal_year"] for sheet in document["sheets"]] == [2019, 2020]
    assert list(document["costs"]) == list(document["indicators"][0]["actual"]) == [2019, 2020]


def test_a_byte_order_mark_is_allowed() -> None:
    assert parse(b"\xef\xbb\xbf" + CITY) == parse(CITY)


def test_a_checked_document_passes_again_unchanged() -> None:
    document = parse(CITY)
    assert check(document) == document


@pytest.mark.parametrize(
    "period",
    [
        {"kind": "single"},
        {"kind": "single", "from": 2019, "to": 2019},
        {"kind": "yearly", "from": 1950},
        {"kind": "yearly", "from": 2002, "to": None},
        {"kind": "limited", "from": 2019, "to": 2019},
        {"kind": "limited", "from": 1950, "to": 2100},
    ],
)
def test_good_periods(period: dict[str, object]) -> None:
    assert check(programme(period=period))["period"] == {"from": None, "to": None} | period


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b" \r\n\t", "is empty"),
        (b"{", "line 1, column 2"),
        (b"\n\nprogramme", "line 3, column 1"),
        (CITY + b"{}", "Not valid JSON"),
        (CITY.replace(b"\n", b"\n//\n", 1), "line 2, column 1"),
        (b'{"format": "programme/1", }', "Not valid JSON"),
        (b'{"name": "\n"}', "line 1, column 11"),
        (b"\xef\xbb\xbf\xef\xbb\xbf{}", "line 1, column 1"),
        (CITY + b"\0", "NUL"),
        (b'{"name":\n"a\0b"}', "Line 2 holds a NUL"),
        (CITY.decode().encode("utf-16"), "Line 1 is not UTF-8"),
        (b'{"code": "a"}'.decode().encode("utf-16-le"), "NUL"),
        (CITY.decode().encode("cp932"), "Line 4 is not UTF-8"),
        (b'{"name": "\xed\xa0\x80"}', "Line 1 is not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"name":' * 100_000, "nested too deeply"),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
        (b" " * (2 * 1024 * 1024 + 1), "larger than 2097152 bytes"),
        (b"[]", "named values in { }"),
        (b"null", "named values in { }"),
        (b"17", "named values in { }"),
        (b'"programme/1"', "named values in { }"),
        (b"NaN", "named values in { }"),
    ],
    ids=label,
)
def test_a_file_that_is_no_programme_at_all_is_told_for_the_whole_file(raw: bytes, words: str) -> None:
    the_problem(problems_in(raw), "", words)


def test_a_file_cut_off_anywhere_is_told_with_line_and_column() -> None:
    whole = len(CITY.rstrip())
    for length in [*range(1, whole, 97), *range(whole - 40, whole)]:
        (problem,) = problems_in(CITY[:length])
        assert problem.place == ""
        assert "ine " in problem.message


def test_a_file_of_the_largest_size_is_read() -> None:
    parse(CITY + b" " * (limits.FILE_BYTES_MAX - len(CITY)))


def test_half_a_surrogate_pair_written_as_an_escape_is_refused() -> None:
    raw = CITY.replace("真岡市職員数".encode(), rb"\ud842")
    assert {problem.place for problem in problems_in(raw)} == {"purpose.target", "indicators[2].name"}
    assert parse(CITY.replace("真岡市職員数".encode(), rb"\ud842\udfb7"))["indicators"][2]["name"] == "𠮷"
