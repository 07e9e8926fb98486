"""The bad rows of a file as a file, each with what is wrong with it, to be corrected or sent back."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from common.importing import Problem
from common.tables import NEVER_SEEN, TableInvalid, csv_chunks, excel, read_table

REASON = "理由"
SHOWN_MAX = 1000
"""A longer cell is cut, so that Excel takes it."""
CONTROL_PICTURES = 0x2400
"""Where Unicode has a visible sign for each control character."""


class Rejects(NamedTuple):
    """A table of bad rows: the headings of the file and the reason, and rows of just as many cells."""

    headings: list[str]
    rows: list[list[str]]

    def as_csv(self) -> bytes:
        """Return the table as CSV in UTF-8."""
        return b"".join(csv_chunks(self.headings, self.rows))

    def as_excel(self) -> bytes:
        """Return the table as .xlsx."""
        return excel(_("Rows with errors"), self.headings, self.rows)


def rejected(content: bytes, problems: Iterable[Problem]) -> Rejects:
    """Return the rows of a file that `problems` name; what is wrong with the file as a whole is a row of its own."""
    reasons: dict[int, list[str]] = {}
    for problem in problems:
        told = f"{problem.column}: {problem.reason}" if problem.column else problem.reason
        reasons.setdefault(problem.row, []).append(told)
    rows = _rows(content, reasons)
    headings = rows.pop(1, [])
    width = max(map(len, [headings, *rows.values()]))
    whole = [reason for number in (0, 1) for reason in reasons.get(number, [])]
    found = [[""] * width + [reason] for reason in whole]
    found += [[*_padded(cells, width), " / ".join(reasons[number])] for number, cells in rows.items()]
    return Rejects([*_padded(headings, width), REASON], found)


def _rows(content: bytes, wanted: Iterable[int]) -> dict[int, list[str]]:
    """Return the cells of the headings and of the wanted rows by number, as far as the file can be read."""
    found: dict[int, list[str]] = {}
    try:
        for row in read_table(content):
            if row.number in wanted or not found:
                found[1 if not found else row.number] = [_visible(cell) for cell in row.cells]
    except TableInvalid:
        return found
    return found


def _padded(cells: list[str], width: int) -> list[str]:
    return cells + [""] * (width - len(cells))


def _visible(cell: str) -> str:
    shown = NEVER_SEEN.sub(lambda found: chr(CONTROL_PICTURES + ord(found[0])) if found[0] < " " else "\ufffd", cell)
    return shown if len(shown) <= SHOWN_MAX else shown[:SHOWN_MAX] + "…"
