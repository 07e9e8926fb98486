"""Records out of a file: columns in any order, every bad cell named."""

import datetime as dt

import pytest
from django import forms
from django.utils import translation

from common.fields import CodeField, JapaneseDateField
from common.importing import Column, Problem, Reading, Tally, WordField, each_record, read_records

COLUMNS = [
    Column("管理番号", "number", CodeField(max_length=20)),
    Column("名称", "name", forms.CharField(max_length=10)),
    Column("取得日", "acquired_on", JapaneseDateField(required=False)),
    Column("数える", "counts", WordField({"はい": True, "いいえ": False}, required=False)),
]


@pytest.fixture(autouse=True)
def _english() -> object:
    with translation.override("en"):
        yield


def read(text: str, **options: object) -> Reading:
    return read_records(text.encode(), COLUMNS, **{"key": ["number"], **options})


def test_columns_stand_in_any_order_and_any_width() -> None:
    reading = read("数える,取得日,　名称 ,管理番号\nはい,Ｈ３１．４．１,髙﨑,Ｘ－０００３\n,,𠮷,2\n")
    assert reading.problems == []
    assert [record.values for record in reading.records] == [
        {"number": "X-0003", "name": "髙﨑", "acquired_on": dt.date(2019, 4, 1), "counts": True},
        {"number": "2", "name": "𠮷", "acquired_on": None, "counts": None},
    ]
    assert [record.row for record in reading.records] == [2, 3]


def test_headings_that_are_missing_unknown_or_doubled_are_all_named() -> None:
    reading = read("管理番号,名前,名称,名称\n1,a,b,c\n")
    assert reading.records == []
    assert [(p.row, p.column, p.reason) for p in reading.problems] == [
        (1, "名前", "This heading is unknown."),
        (1, "名称", "This heading is there more than once."),
        (1, "取得日", "This heading is missing."),
        (1, "数える", "This heading is missing."),
    ]


def test_every_bad_cell_of_every_row_is_named() -> None:
    reading = read("管理番号,名称,取得日,数える\n,長い長い長い長い長い名,昨日,たぶん\n2,x,R1.5.1,いいえ,余り\n")
    assert [(p.row, p.column) for p in reading.problems] == [
        (2, "管理番号"),
        (2, "名称"),
        (2, "取得日"),
        (2, "数える"),
        (3, ""),
    ]
    assert "はい, いいえ" in reading.problems[3].reason


def test_a_column_that_is_not_needed_may_be_missing() -> None:
    columns = [COLUMNS[0], Column("備考", "note", forms.CharField(), needed=False)]
    with_it, without = (read_records(text.encode(), columns) for text in ("備考,管理番号\nx,1\n", "管理番号\n1\n"))
    assert [record.values for record in with_it.records] == [{"number": "1", "note": "x"}]
    assert [record.values for record in without.records] == [{"number": "1"}]
    assert with_it.problems == without.problems == []


def test_a_short_row_has_empty_cells_at_its_end() -> None:
    reading = read("管理番号,名称,取得日,数える\n1,x\n")
    assert reading.records[0].values["acquired_on"] is None
    assert read("管理番号,名称,取得日,数える\n1\n").problems[0].column == "名称"


def test_two_rows_with_one_number_are_told_with_the_first() -> None:
    (problem,) = read("管理番号,名称,取得日,数える\nX1,a,,\n2,b,,\nＸ１,c,,\n").problems
    assert problem == Problem(4, "管理番号", "The same entry stands in row 2.")
    assert str(problem) == "row 4 管理番号: The same entry stands in row 2."


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_told(content: bytes) -> None:
    (problem,) = read_records(content, COLUMNS).problems
    assert str(problem) == "The file is empty."


def test_a_file_that_is_no_table_is_told() -> None:
    (problem,) = read_records(b"\x81\xff\xfe", COLUMNS).problems
    assert problem.row == 0
    assert "CP932" in problem.reason


def test_a_tally_is_the_last_line_of_a_command() -> None:
    assert str(Tally(1, 2, 3, 4)) == "1 added, 2 changed, 3 unchanged, 4 errors"


def test_records_may_be_read_one_by_one_and_the_problems_are_those_of_the_rows_so_far() -> None:
    problems: list[Problem] = []
    records = each_record("管理番号,名称,取得日,数える\n1,a,,\n2,,,\n3,c,,\n".encode(), COLUMNS, problems)
    assert (next(records).row, problems) == (2, [])
    assert (next(records).row, [problem.row for problem in problems]) == (3, [3])
    assert [record.row for record in records] == [4]


def test_with_wrong_headings_there_is_no_record() -> None:
    problems: list[Problem] = []
    assert list(each_record("番号\n1\n".encode(), COLUMNS, problems)) == []
    assert problems[0].column == "番号"


def test_a_tally_tells_how_many_entries_would_be_written() -> None:
    assert Tally(1, 2, 3, 0).writes == 3
    assert Tally(0, 0, 3, 0).writes == 0
