"""Tables in files: CSV and Excel in, CSV and Excel out.

Reading is strict: a file is UTF-8 (with or without BOM) or CP932 throughout, or it is refused; a formula, an error
value or a control character is named with its row and column; nothing is dropped or replaced. Writing is safe for
Excel: a text that would be a formula stays a text, and reading it back gives the same text.
"""

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from common.errors import Refused

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""The content type of an .xlsx file."""
FILE_BYTES_MAX = 20 * 1024 * 1024
UNPACKED_BYTES_MAX = 200 * 1024 * 1024
ZIP_ENTRIES_MAX = 1000
ROWS_MAX = 200_000
COLUMNS_MAX = 100
CELL_MAX = 10_000
ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""What an .xls file begins with, and an .xlsx file with a password."""
OTHER_KINDS = (OLE_MAGIC, b"%PDF", b"\xff\xfe", b"\xfe\xff", b"\x89PNG", b"\xff\xd8\xff")
"""Those, a PDF, UTF-16 and pictures."""
NEVER_SEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What no worksheet can hold and nobody types."""
LIKE_A_FORMULA = re.compile(r"'*[=+\-@\t\r]")
ESCAPED = re.compile(r"'+[=+\-@\t\r]")


class TableInvalid(Exception):
    """The file as a whole cannot be read as a table. The message is a translated sentence."""


class NotWritable(Refused):
    """Cells hold characters that the file cannot: `cells` lists (row number, heading, character), the message a few."""

    SHOWN_MAX = 5

    def __init__(self, cells: list[tuple[int, str, str]]) -> None:
        shown = [
            _("row %(row)s, %(heading)s: %(character)s") % {"row": row, "heading": heading, "character": character}
            for row, heading, character in cells[: self.SHOWN_MAX]
        ]
        sentence = _("This kind of file cannot hold %(n)s characters, for example %(cells)s. Choose another kind.")
        super().__init__(sentence % {"n": len(cells), "cells": ", ".join(shown)})
        self.cells = cells


class Row(NamedTuple):
    """One row of a file: its number as Excel counts (the headings are row 1), its texts, what is wrong by column."""

    number: int
    cells: list[str]
    faults: dict[int, str]


def read_table(content: bytes) -> Iterator[Row]:
    """Yield the rows of a CSV or .xlsx file, the headings first; rows with nothing in them are passed over.

    Raises `TableInvalid` when the file is no table: wrong kind, mixed encodings, too large, unpacked too large.
    """
    if len(content) > FILE_BYTES_MAX:
        raise TableInvalid(_("The file is larger than %(mb)s MB.") % {"mb": FILE_BYTES_MAX // 1024 // 1024})
    if content.startswith(OTHER_KINDS) or content[:100].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        sentence = _("This is neither CSV nor .xlsx. Open it in Excel and save it as .xlsx without a password.")
        raise TableInvalid(sentence)
    rows = _excel_rows(content) if content.startswith(ZIP_MAGIC) else _csv_rows(decode(content))
    for number, row in enumerate(rows, start=1):
        if number > ROWS_MAX:
            raise TableInvalid(_("The file has more than %(rows)s rows.") % {"rows": ROWS_MAX})
        if len(row.cells) > COLUMNS_MAX:
            raise TableInvalid(_("Row %(row)s has more than %(n)s columns.") % {"row": row.number, "n": COLUMNS_MAX})
        if row.faults or any(row.cells):
            yield row


def decode(content: bytes) -> str:
    """Return the text of a CSV file: UTF-8 with or without BOM, else CP932; raises `TableInvalid` for anything else."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        first = error.start
    try:
        return content.decode("cp932")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, max(first, error.start)) + 1
        raise TableInvalid(
            _("Line %(line)s is neither UTF-8 nor Shift_JIS (CP932): save the whole file in one of them.")
            % {"line": line}
        ) from None


def _csv_rows(text: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            yield _row(number, [_unescaped(cell) for cell in cells])
    except csv.Error as error:
        sentence = _("Line %(line)s is no CSV: look there for a quotation mark that is not closed.")
        raise TableInvalid(sentence % {"line": reader.line_num}) from error


def _row(number: int, cells: list[str], faults: dict[int, str] | None = None) -> Row:
    found = dict(faults or {})
    for index, cell in enumerate(cells):
        if NEVER_SEEN.search(cell):
            found[index] = _("The cell holds a control character, which cannot be seen.")
        elif len(cell) > CELL_MAX:
            found[index] = _("The cell holds more than %(n)s characters.") % {"n": CELL_MAX}
    return Row(number, cells, found)


def _unescaped(cell: str) -> str:
    return cell[1:] if ESCAPED.match(cell) else cell


def _excel_rows(content: bytes) -> Iterator[Row]:
    _check_unpacked_size(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            yield _excel_row(number, cells)
    except Exception as error:
        # There is hardly an exception that a damaged workbook does not raise in openpyxl and zipfile.
        raise TableInvalid(_("The Excel file is damaged or is not a workbook (.xlsx).")) from error


def _check_unpacked_size(content: bytes) -> None:
    """Refuse what would unpack to more than it is worth before anything is unpacked."""
    try:
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise TableInvalid(_("The Excel file is damaged or is not a workbook (.xlsx).")) from error
    if len(entries) > ZIP_ENTRIES_MAX or sum(entry.file_size for entry in entries) > UNPACKED_BYTES_MAX:
        raise TableInvalid(_("The Excel file unpacks to far more than a table needs."))


def _excel_row(number: int, cells: Sequence[Any]) -> Row:
    texts, faults = [], {}
    for index, cell in enumerate(cells):
        kind = getattr(cell, "data_type", "n")
        if kind == "f":
            faults[index] = _("The cell holds a formula: paste its value instead.")
        elif kind == "e":
            faults[index] = _("The cell holds an error of Excel: %(error)s") % {"error": cell.value}
        texts.append("" if index in faults else _text(cell.value))
    while texts and not texts[-1] and len(texts) - 1 not in faults:
        texts.pop()
    return _row(number, texts, faults)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    return str(value)


def csv_chunks(headings: Sequence[str], rows: Iterable[Sequence[Any]], encoding: str = "utf-8-sig") -> Iterator[bytes]:
    """Yield a CSV file row by row, ready for a streaming answer; `encoding` is utf-8-sig or cp932.

    Call `check_writable` first: a character that the encoding lacks is a `UnicodeEncodeError` half way through.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    prefix = b"\xef\xbb\xbf" if encoding == "utf-8-sig" else b""
    plain = "utf-8" if encoding == "utf-8-sig" else encoding
    for row in _with_headings(headings, rows):
        writer.writerow([_escaped(_text(value)) for value in row])
        yield prefix + buffer.getvalue().encode(plain)
        prefix = b""
        buffer.seek(0)
        buffer.truncate()


def check_writable(headings: Sequence[str], rows: Iterable[Sequence[Any]], encoding: str) -> None:
    """Raise `NotWritable` naming every cell with a character that `encoding` lacks (CP932: 𠮷, —, ☑)."""
    faults = []
    for number, row in enumerate(_with_headings(headings, rows), start=1):
        for heading, value in zip(headings, row, strict=True):
            text = _text(value)
            if not _fits(text, encoding):
                faults += [(number, heading, c) for c in dict.fromkeys(text) if not _fits(c, encoding)]
    if faults:
        raise NotWritable(faults)


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _escaped(text: str) -> str:
    return f"'{text}" if LIKE_A_FORMULA.match(text) else text


def _with_headings(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    yield headings
    yield from rows


def excel(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return an .xlsx file: every cell a text (numbers of people and things keep their zeros), headings frozen, a
    filter over all, headings repeated on each printed page. `title` names the worksheet (31 characters at most).

    Raises `NotWritable` for control characters, which no worksheet can hold.
    """
    texts = [[_text(value) for value in row] for row in _with_headings(headings, rows)]
    if faults := _unprintable(headings, texts):
        raise NotWritable(faults)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title)[:31])
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    for index in range(1, len(headings) + 1):
        sheet.column_dimensions[get_column_letter(index)].width = 18
    for number, row in enumerate(texts):
        sheet.append([_excel_cell(sheet, text, bold=number == 0) for text in row])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{len(texts)}"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _unprintable(headings: Sequence[str], rows: list[list[str]]) -> list[tuple[int, str, str]]:
    faults = []
    for number, row in enumerate(rows, start=1):
        for heading, text in zip(headings, row, strict=True):
            if found := NEVER_SEEN.search(text):
                faults.append((number, heading, found[0]))
    return faults


def _excel_cell(sheet: Any, text: str, *, bold: bool) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = bool(LIKE_A_FORMULA.match(text))
    if bold:
        cell.font = Font(bold=True)
    return cell
