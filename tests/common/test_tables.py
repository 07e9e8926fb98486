"""Tables in files: what is read is what is there, what cannot be read is named, and what is written comes back."""

import contextlib
import datetime as dt
import io
import warnings
import zipfile

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from common import tables
from common.tables import NotWritable, TableInvalid, check_writable, csv_chunks, excel, read_table

HEADINGS = ["管理番号", "名称"]
PRINTABLE = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=40)


def cells(content: bytes) -> list[list[str]]:
    return [row.cells for row in read_table(content)]


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


BOOK = workbook(HEADINGS, ["0012", dt.date(2019, 4, 1)], ["髙﨑", 3.5])


def repacked(content: bytes, name: str, change: tuple[bytes, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry.filename, data.replace(*change) if entry.filename.endswith(name) else data)
    return buffer.getvalue()


# --- Reading CSV ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_each_encoding_of_a_city_office_is_read(encoding: str) -> None:
    text = "管理番号,名称\r\n0012,髙﨑の台帳\r\n"
    assert cells(text.encode(encoding)) == [HEADINGS, ["0012", "髙﨑の台帳"]]


def test_two_encodings_in_one_file_are_refused_with_the_line() -> None:
    mixed = "管理番号,名称\n1,台帳\n".encode() + "2,髙﨑".encode("cp932") + b"\x81"
    with pytest.raises(TableInvalid, match="3"):
        cells(mixed)


def test_a_quotation_mark_left_open_is_refused() -> None:
    with pytest.raises(TableInvalid):
        cells('管理番号,名称\n1,"台帳\n2,x\n'.encode())


@pytest.mark.parametrize("character", ["\0", "\x01", "\x0b", "\x1b", "\uffff"])
def test_a_control_character_and_a_far_too_long_cell_are_named_with_their_place(character: str) -> None:
    rows = list(read_table(f"a,b\n1,x{character}y\n{'z' * 10_001},2\n".encode()))
    assert [(row.number, list(row.faults)) for row in rows] == [(1, []), (2, [1]), (3, [0])]


def test_empty_rows_are_passed_over_and_the_others_keep_their_numbers() -> None:
    assert [(row.number, row.cells) for row in read_table(b"a,b\n,\n\n1,2\n")] == [(1, ["a", "b"]), (4, ["1", "2"])]


def test_a_file_too_large_or_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "ROWS_MAX", 3)
    with pytest.raises(TableInvalid):
        cells(b"a\n1\n2\n3\n")
    monkeypatch.setattr(tables, "FILE_BYTES_MAX", 5)
    with pytest.raises(TableInvalid):
        cells(b"a\n1\n2\n")


def test_a_row_with_far_too_many_columns_is_refused() -> None:
    with pytest.raises(TableInvalid):
        cells(b",".join([b"a"] * 101))


# --- Reading Excel --------------------------------------------------------------------------------------------------


def test_a_worksheet_is_read_as_text() -> None:
    book = workbook(HEADINGS, [12, 3.5], [dt.date(2019, 4, 1), True], [None, "𠮷\n二行"])
    assert cells(book) == [HEADINGS, ["12", "3.5"], ["2019-04-01", "True"], ["", "𠮷\n二行"]]


def test_a_formula_and_an_error_are_named_and_never_read_as_nothing() -> None:
    rows = list(read_table(workbook(HEADINGS, ["=1+1", "#REF!"])))
    assert sorted(rows[1].faults) == [0, 1]


def test_rows_beyond_a_size_that_lies_are_read() -> None:
    book = workbook(HEADINGS, *[[str(n), "x"] for n in range(50)])
    lying = repacked(book, "sheet1.xml", (b'ref="A1:B51"', b'ref="A1:B2"'))
    assert lying != book
    assert len(cells(lying)) == 51


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "UNPACKED_BYTES_MAX", 100_000)
    bomb = repacked(workbook(HEADINGS), "sheet1.xml", (b"<sheetData>", b"<sheetData>" + b" " * 200_000))
    assert len(bomb) < 20_000
    with pytest.raises(TableInvalid):
        cells(bomb)


@pytest.mark.parametrize("content", [b"PK\x03\x04junk", b"PK\x03\x04" + b"\0" * 500])
def test_a_damaged_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(TableInvalid):
        cells(content)


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_a_workbook_with_any_bytes_changed_is_read_or_refused(data: st.DataObject) -> None:
    """A damaged file never ends in anything else than its rows or a sentence."""
    content = bytearray(BOOK)
    for place in data.draw(st.lists(st.integers(0, len(BOOK) - 1), min_size=1, max_size=8)):
        content[place] = data.draw(st.integers(0, 255))
    with warnings.catch_warnings(), contextlib.suppress(TableInvalid):
        warnings.simplefilter("ignore")
        assert all(len(row.cells) <= 100 for row in read_table(bytes(content)))


@pytest.mark.parametrize(
    "content",
    [
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100),
        b"<!DOCTYPE html><table></table>",
        b"\xef\xbb\xbf\r\n <table>",
        b"<?xml version='1.0'?>",
    ],
)
def test_an_old_or_locked_workbook_and_a_web_page_are_told_what_to_do(content: bytes) -> None:
    with translation.override("en"), pytest.raises(TableInvalid, match="without a password"):
        cells(content)


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("readme.txt", "x")
    with pytest.raises(TableInvalid):
        cells(buffer.getvalue())


# --- Writing --------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.lists(st.lists(PRINTABLE, min_size=2, max_size=2), max_size=5))
def test_what_is_written_reads_back(rows: list[list[str]]) -> None:
    kept = [HEADINGS, *[row for row in rows if any(row)]]
    assert cells(b"".join(csv_chunks(HEADINGS, rows))) == kept
    padded = [row if row[1] else row[:1] for row in kept]
    assert cells(excel("台帳", HEADINGS, rows)) == padded


@pytest.mark.parametrize("text", ["=1+1", "+81", "-5", "@x", "'=1", "\tx"])
def test_nothing_becomes_a_formula(text: str) -> None:
    content = b"".join(csv_chunks(["a"], [[text]]))
    assert content.decode("utf-8-sig").splitlines()[1].strip('"').startswith("'")
    assert cells(content) == [["a"], [text]]
    cell = load_workbook(io.BytesIO(excel("x", ["a"], [[text]]))).active["A2"]
    assert (cell.data_type, cell.value) == ("s", text)


def test_a_worksheet_is_ready_for_the_office() -> None:
    sheet = load_workbook(io.BytesIO(excel("台帳/1", HEADINGS, [["0012", "x"]]))).active
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("台帳 1", "A2", "A1:B2")
    assert sheet["A2"].value == "0012"
    assert sheet["A2"].number_format == "@"
    assert sheet["A1"].font.bold
    assert sheet.print_title_rows == "$1:$1"


def test_a_character_that_cp932_lacks_is_named_and_not_replaced() -> None:
    rows = [["1", "髙﨑"], ["2", "𠮷野—☑"]]
    with pytest.raises(NotWritable) as refusal:
        check_writable(HEADINGS, rows, "cp932")
    assert refusal.value.cells == [(3, "名称", "𠮷"), (3, "名称", "—"), (3, "名称", "☑")]
    assert "3行目の「名称」の「𠮷」" in str(refusal.value)
    check_writable(HEADINGS, rows, "utf-8")
    assert b"".join(csv_chunks(HEADINGS, rows[:1], "cp932")).decode("cp932") == "管理番号,名称\r\n1,髙﨑\r\n"


def test_a_control_character_cannot_go_into_a_worksheet() -> None:
    with pytest.raises(NotWritable) as refusal:
        excel("x", HEADINGS, [["1", "a\x01b"]])
    assert refusal.value.cells == [(2, "名称", "\x01")]
