"""What is wrong with a file of people is named with row, column and reason, and nothing is changed."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from openpyxl import Workbook, load_workbook

from common import tables
from common.tables import excel, read_table
from staff import directory
from staff.directory import HEADINGS
from tests import cast
from tests.common.test_tables import repacked
from tests.project.test_permission_matrix import row_counts
from tests.staff.listing import Run, beside, postings, row, run, text

pytestmark = pytest.mark.django_db
WORDS = list(HEADINGS.values())
GOOD = row("1")
LINE_ENDS = ["\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
"""Whatever str.splitlines takes for the end of a line, and so a mail for the end of a header."""


@pytest.fixture(autouse=True)
def _departments(db: None) -> None:
    for code in ("012010", "011010"):
        cast.department(code, "課")


@pytest.fixture
def refuse(tmp_path: Path) -> Any:
    """Return a function that reads a file, which must change no table, and returns what was said."""

    def refused(content: bytes, *words: str) -> list[str]:
        before = row_counts()
        done: Run = run(tmp_path, content, "2026-04-01", *words)
        assert (done.last, done.status) == (f"0 added, 0 changed, 0 unchanged, 0 left, {len(done.faults)} errors", 1)
        assert row_counts() == before
        return done.faults

    return refused


def places(faults: list[str]) -> list[str]:
    return [fault.partition(": ")[0] for fault in faults]


def sheet(*rows: list[Any]) -> bytes:
    book = Workbook()
    for cells in (WORDS, *rows):
        book.active.append(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


# --- Cells and rows -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"number": ""}, "職員番号"),
        ({"number": "9" * 21}, "職員番号"),
        ({"number": "SYSTEM"}, "職員番号"),
        ({"number": "ＳＹＳＴＥＭ"}, "職員番号"),
        ({"name": ""}, "氏名"),
        ({"name": " 　"}, "氏名"),
        ({"name": "長" * 101}, "氏名"),
        ({"name": "真岡\u202e太郎"}, "氏名"),
        ({"email": "真岡"}, "メール"),
        ({"email": "a@b@moka.example"}, "メール"),
        ({"code": "9999"}, "所属コード"),
        ({"code": ""}, "所属コード"),
        ({"position": "長" * 51}, "役職"),
        ({"employment_kind": "正規社員"}, "雇用区分"),
        ({"employment_kind": ""}, "雇用区分"),
        ({"is_head": "yes"}, "所属長"),
        ({"concurrent": "併任"}, "本務兼務"),
        ({"concurrent": ""}, "本務兼務"),
        ({"joined_on": ""}, "採用日"),
        ({"joined_on": "昨日"}, "採用日"),
        ({"joined_on": "2026-02-29"}, "採用日"),
        ({"joined_on": "平成32年4月1日"}, "採用日"),
        ({"left_on": "2016-03-31"}, "退職日"),
        ({"left_on": "45000"}, "退職日"),
        ({"leave_from": "R8.13.1"}, "休職等開始日"),
        ({"leave_to": "2026-03-31"}, "休職等開始日"),
        ({"leave_from": "2016-03-31"}, "休職等開始日"),
        ({"leave_from": "2026-04-01", "leave_to": "2026-03-31"}, "休職等終了日"),
        ({"leave_from": "2026-04-01", "leave_to": "2027-04-01", "left_on": "2027-03-31"}, "休職等終了日"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_comes_in(refuse: Any, change: dict[str, str], place: str) -> None:
    assert places(refuse(text(GOOD, {**row("2"), **change}))) == [f"row 3 {place}"]


@pytest.mark.parametrize("end", LINE_ENDS)
@pytest.mark.parametrize(
    ("name", "where"),
    [
        *((name, where) for name in ("name", "kana", "email", "position") for where in ("within", "at the end")),
        ("number", "within"),
        ("code", "within"),
    ],
)
def test_what_would_end_the_header_of_a_mail_is_refused_wherever_it_stands(
    refuse: Any, end: str, name: str, where: str
) -> None:
    value = f"a@moka.example{end}" + ("Bcc: x@evil.example" if where == "within" else "")
    cells = {**row("2"), name: value}
    faults = refuse(excel_with(cells) if end in "\n\r\x85\u2028\u2029\r\n" else text(GOOD, cells))
    assert places(faults) == [f"row 3 {HEADINGS[name]}"]
    assert "seen" in faults[0]


def excel_with(cells: dict[str, str]) -> bytes:
    return excel("職員", WORDS, [list(GOOD.values()), list(cells.values())])


def test_every_fault_of_every_row_is_named_at_once(refuse: Any) -> None:
    rows = (row("1", name="", email="x"), row("2", code="77"), row("3", joined_on="2026-13-01"), row("4"))
    assert places(refuse(text(*rows))) == ["row 2 氏名", "row 2 メール", "row 3 所属コード", "row 4 採用日"]


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        ((GOOD, row("1")), ["row 3 本務兼務: The main posting of this person stands in row 2."]),
        ((GOOD, row("１", code="011010")), ["row 3 本務兼務: The main posting of this person stands in row 2."]),
        ((beside("1", "011010"),), ["row 2 本務兼務: No row of this person says 本務."]),
        ((GOOD, beside("1", "012010")), ["row 3 所属コード: Row 2 posts this person to the same department."]),
        (
            (GOOD, beside("1", "011010"), beside("1", "011010")),
            ["row 4 所属コード: Row 3 posts this person to the same department."],
        ),
        ((GOOD, beside("1", "")), ["row 3 所属コード: A concurrent post needs a department."]),
        (
            (beside("1", "011010", name="別の 人", left_on="2027-03-31"), GOOD),
            [
                "row 2 氏名: Row 3 says something else about this person.",
                "row 2 退職日: Row 3 says something else about this person.",
            ],
        ),
        (
            (GOOD, beside("1", "011010", leave_from="2026-04-01")),
            ["row 3 休職等開始日: Row 2 says something else about this person."],
        ),
        (
            (row("1", code="77"), beside("1", "88")),
            [
                "row 2 所属コード: No department has the code 77 on 2026-04-01.",
                "row 3 所属コード: No department has the code 88 on 2026-04-01.",
            ],
        ),
    ],
)
def test_the_rows_of_one_person_must_go_together(
    refuse: Any, rows: tuple[dict[str, str], ...], faults: list[str]
) -> None:
    assert refuse(text(*rows)) == faults


def test_a_department_must_exist_on_the_base_date(refuse: Any, tmp_path: Path) -> None:
    cast.department("09", "室", valid_to=cast.SINCE)
    assert refuse(text(row("1", code="09"))) == ["row 2 所属コード: No department has the code 09 on 2026-04-01."]
    assert run(tmp_path, text(row("1", code="09")), "2016-04-01").last.startswith("1 added")


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("氏名,", "row 1 氏名: This heading is missing."),
        ("メール,メール,氏名,", "row 1 メール: This heading is there more than once."),
        ("氏名,性別,", "row 1 性別: This heading is unknown."),
    ],
)
def test_wrong_headings_are_named(refuse: Any, heading: str, said: str) -> None:
    content = text(GOOD).decode().replace("氏名,", "" if heading == "氏名," else heading, 1).encode()
    assert said in refuse(content)


def test_a_ragged_row_is_named(refuse: Any) -> None:
    faults = refuse(text(GOOD, row("2")).rstrip(b"\n") + b",9,9\n" + b"3,\xe4\xb8\x89\n")
    assert places(faults)[0] == "row 3"
    assert {place.partition(" ")[2].split(" ")[0] for place in places(faults)[1:]} == {"4"}


# --- Files ----------------------------------------------------------------------------------------------------------


def encrypted() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + bytes(2000)


def locked_entry() -> bytes:
    """An .xlsx whose entries say that they are encrypted, as a password on the zip itself leaves it."""
    content = bytearray(sheet(list(GOOD.values())))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(magic)
        while place >= 0:
            content[place + offset] |= 1
            place = content.find(magic, place + 4)
    return bytes(content)


FILES: dict[str, tuple[Any, str]] = {
    "nothing": (lambda: b"", "The file is empty."),
    "empty rows": (lambda: b",,\n\n", "The file is empty."),
    "headings alone": (lambda: text(), "no row below"),
    "headings alone in Excel": (lambda: sheet(), "no row below"),
    "an .xls file": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "neither CSV nor .xlsx"),
    "a workbook with a password": (encrypted, "without a password"),
    "a zip with a password": (locked_entry, "damaged"),
    "a web page named .xlsx": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "neither CSV nor .xlsx"),
    "a damaged workbook": (lambda: sheet()[:300], "damaged"),
    "another zip file": (lambda: zipped(b"a"), "damaged"),
    "two encodings": (lambda: text(GOOD) + "髙".encode("cp932") + b"\x81\n", "Line 3 is neither UTF-8 nor Shift_JIS"),
    "UTF-16": (lambda: text(GOOD).decode().encode("utf-16"), "neither CSV nor .xlsx"),
    "an open quotation mark": (lambda: text(GOOD) + b'2,"x', "no CSV"),
}


def zipped(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", content)
    return buffer.getvalue()


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_table_is_refused_with_its_reason(refuse: Any, name: str) -> None:
    make, said = FILES[name]
    (fault,) = refuse(make())
    assert said in fault


def test_a_zip_bomb_is_refused_before_it_is_unpacked(refuse: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "UNPACKED_BYTES_MAX", 100_000)
    bomb = repacked(sheet(), "sheet1.xml", (b"<sheetData>", b"<sheetData>" + b" " * 200_000))
    assert len(bomb) < 20_000
    (fault,) = refuse(bomb)
    assert "far more than a table needs" in fault


def test_a_nul_is_named_with_its_cell(refuse: Any) -> None:
    assert places(refuse(text(GOOD, row("2", name="真岡\0太郎")))) == ["row 3 氏名"]


def test_a_formula_and_an_error_of_excel_are_named_with_their_cells(refuse: Any) -> None:
    cells = {**row("2"), "name": '="真岡"&"太郎"', "position": "#REF!"}
    faults = refuse(sheet(list(GOOD.values()), list(cells.values())))
    assert places(faults) == ["row 3 氏名", "row 3 役職"]
    assert "formula" in faults[0]


def test_a_sheet_whose_declared_size_lies_is_read_whole(tmp_path: Path) -> None:
    honest = sheet(*(list(row(f"{n}").values()) for n in range(30)))
    lying = repacked(honest, "sheet1.xml", (b'ref="A1:M31"', b'ref="A1:B2"'))
    assert lying != honest
    assert run(tmp_path, lying).last == "30 added, 0 changed, 0 unchanged, 0 left, 0 errors"


def test_a_file_of_nothing_but_errors_is_not_read_to_its_end(refuse: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "PROBLEMS_MAX", 10)
    faults = refuse(text(*(row(f"{n}", name="") for n in range(30))))
    assert len(faults) == 12
    assert faults[0] == "There are more than 10 errors. The file was read as far as row 12."


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_staff", str(tmp_path / "none.csv"), "--on", "2026-04-01")


# --- The bad rows as a file -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "XLSX"])
def test_the_bad_rows_are_written_with_their_reasons(refuse: Any, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"bad.{suffix}"
    rows = (GOOD, row("0002", name="", email="=cmd|x"), row("3", name="真岡\0太郎"), row("4", code="77"))
    refuse(text(*rows), "--reject", str(file))
    headings, *bad = [one.cells for one in read_table(file.read_bytes())]
    assert headings == [*WORDS, "理由"]
    assert [cells[0] for cells in bad] == ["0002", "3", "4"]
    assert [cells[-1].partition(":")[0] for cells in bad] == ["氏名", "氏名", "所属コード"]
    assert bad[0][3] == "=cmd|x"
    assert " / メール: " in bad[0][-1]
    assert bad[1][1] == "真岡\u2400太郎"
    if suffix != "csv":
        assert load_workbook(file).active["A2"].value == "0002"


def test_what_is_wrong_with_the_whole_file_is_a_row_of_its_own(refuse: Any, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    for content in (b"", text(GOOD).replace("氏名".encode(), "名前".encode()), b"<html>"):
        (fault, *_others) = refuse(content, "--reject", str(file))
        bad = [one.cells for one in read_table(file.read_bytes())][1:]
        assert fault.rpartition(": ")[2] in bad[0][-1]


def test_without_errors_no_file_of_bad_rows_is_written(tmp_path: Path) -> None:
    assert run(tmp_path, text(GOOD), "2026-04-01", "--reject", str(tmp_path / "bad.csv")).status == 0
    assert not (tmp_path / "bad.csv").exists()
    assert postings("1")


@pytest.mark.parametrize(("name", "said"), [("bad.txt", "must end in"), ("none/bad.csv", "No such file")])
def test_a_file_of_bad_rows_that_cannot_be_written_is_told(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(CommandError, match=said), translation.override("ja"):
        run(tmp_path, text(row("1", name="")), "2026-04-01", "--reject", str(tmp_path / name))
