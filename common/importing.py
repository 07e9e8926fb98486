"""Reading records out of a table file: columns by heading in any order, every bad cell named, all or nothing."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from common.tables import Row, TableInvalid, read_table


class Column(NamedTuple):
    """One column of an import file: its heading, the record's key for it, and the form field that reads its cells.

    A column that is not `needed` may be missing; its records then hold nothing for it.
    """

    heading: str
    name: str
    field: forms.Field
    needed: bool = True


class Problem(NamedTuple):
    """What is wrong with one cell, or with a whole row or the file when `column` is empty and `row` is 0."""

    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = " ".join([f"row {self.row}" if self.row else "", self.column]).strip()
        return f"{place}: {self.reason}" if place else self.reason


class Record(NamedTuple):
    """One row that could be read: its number in the file and its values by the names of the columns."""

    row: int
    values: dict[str, Any]


class Reading(NamedTuple):
    """What a file holds: its records, and every problem; nothing may be saved while there is one."""

    records: list[Record]
    problems: list[Problem]


class Tally(NamedTuple):
    """What an import did, or would do; as text the last line of every import command."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: int = 0

    def __str__(self) -> str:
        return f"{self.added} added, {self.changed} changed, {self.unchanged} unchanged, {self.errors} errors"

    @property
    def writes(self) -> int:
        """How many entries saving would write."""
        return self.added + self.changed


class WordField(forms.Field):
    """One of a few words that stand for values, for example はい and いいえ; width is folded, an empty cell is None."""

    def __init__(self, words: Mapping[str, Any], **kwargs: Any) -> None:
        self.words = {folded(word): value for word, value in words.items()}
        self.allowed = list(words)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        """Return what the word stands for; raises `ValidationError` naming the words allowed."""
        word = folded(value or "")
        if not word:
            return None
        if word not in self.words:
            raise ValidationError(_("This must be one of: %(allowed)s.") % {"allowed": ", ".join(self.allowed)})
        return self.words[word]


def folded(text: str) -> str:
    """Return `text` for comparing: full-width forms as ordinary ones, no blanks around it."""
    return unicodedata.normalize("NFKC", text).strip()


def read_records(content: bytes, columns: Sequence[Column], *, key: Iterable[str] = ()) -> Reading:
    """Read a CSV or .xlsx file into records by `columns`; `key` names the columns no two rows may share.

    A missing, unknown or doubled heading, a ragged row, a cell its field refuses and a repeated key are problems.
    """
    problems: list[Problem] = []
    try:
        records = list(each_record(content, columns, problems))
    except TableInvalid as invalid:
        return Reading([], [Problem(0, "", str(invalid))])
    _refuse_repeated(records, [column for column in columns if column.name in set(key)], problems)
    return Reading(records, problems)


def each_record(content: bytes, columns: Sequence[Column], problems: list[Problem]) -> Iterator[Record]:
    """Yield the records of a file one by one, for files too long to be held; what is wrong is added to `problems`.

    A record lacks the values of the cells that could not be read. There is none when the headings are wrong. Raises
    `TableInvalid` when the file is no table.
    """
    rows = read_table(content)
    headings = next(rows, None)
    if headings is None:
        raise TableInvalid(_("The file is empty."))
    order, wrong = _order(headings, columns)
    problems += wrong
    for row in rows if not wrong else ():
        yield _record(row, order, problems)


def paired(
    records: Iterable[Record],
    held: Iterable[Any],
    *,
    keys: Sequence[Callable[[Any], Any]],
    same: Callable[[Any, Any], bool],
) -> list[tuple[Record, Any | None]]:
    """Return each record with the held row that it is about, None for a new one; for tables without a number.

    Each of `keys` names what a record and a held row are about, the first one most narrowly; several may share a key
    (two sittings of one course on one day). A record takes the row it is the `same` as, otherwise the first of the
    narrowest key that no other record takes.
    """
    free = list(held)
    pairs: list[tuple[Record, Any | None]] = [(record, None) for record in records]
    for key, accepts in [(keys[0], same), *((key, lambda _record, _row: True) for key in keys)]:
        by_key: dict[Any, list[Any]] = {}
        for row in free:
            by_key.setdefault(key(row), []).append(row)
        for index, (record, row) in enumerate(pairs):
            candidates = by_key.get(key(record), []) if row is None else []
            found = next((candidate for candidate in candidates if accepts(record, candidate)), None)
            if found is not None:
                candidates.remove(found)
                pairs[index] = (record, found)
        free = [row for rows in by_key.values() for row in rows]
    return pairs


def _order(headings: Row, columns: Sequence[Column]) -> tuple[list[Column], list[Problem]]:
    known = {folded(column.heading): column for column in columns}
    found = [folded(cell) for cell in headings.cells]
    problems = [
        Problem(headings.number, cell, _("This heading is unknown."))
        for cell, name in zip(headings.cells, found, strict=True)
        if name not in known
    ]
    problems += [
        Problem(headings.number, column.heading, _("This heading is there more than once."))
        for name, column in known.items()
        if found.count(name) > 1
    ]
    problems += [
        Problem(headings.number, column.heading, _("This heading is missing."))
        for name, column in known.items()
        if column.needed and name not in found
    ]
    return [known[name] for name in found if name in known], problems


def _record(row: Row, order: list[Column], problems: list[Problem]) -> Record:
    values: dict[str, Any] = {}
    cells = row.cells + [""] * (len(order) - len(row.cells))
    if len(row.cells) > len(order):
        problems.append(Problem(row.number, "", _("This row has more cells than there are headings.")))
    for index, column in enumerate(order):
        if index in row.faults:
            problems.append(Problem(row.number, column.heading, row.faults[index]))
            continue
        try:
            values[column.name] = column.field.clean(cells[index])
        except ValidationError as error:
            problems += [Problem(row.number, column.heading, message) for message in error.messages]
    return Record(row.number, values)


def _refuse_repeated(records: list[Record], key: list[Column], problems: list[Problem]) -> None:
    seen: dict[tuple[Any, ...], int] = {}
    for record in records:
        if not key or any(column.name not in record.values for column in key):
            continue
        values = tuple(record.values[column.name] for column in key)
        if values in seen:
            reason = _("The same entry stands in row %(row)s.") % {"row": seen[values]}
            problems.append(Problem(record.row, key[0].heading, reason))
        seen.setdefault(values, record.row)
