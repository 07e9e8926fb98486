"""The file of people: one row a posting, its columns by heading, gathered into one entry a person.

A person with concurrent posts (兼務) has several rows, and the columns that are about the person must agree in them.
Names stay as given, down to the byte; numbers, codes and words are read in either width.
"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django import forms
from django.utils.translation import gettext as _

from common.fields import CodeField, JapaneseDateField, MailField, OneLineField
from common.importing import Column, Problem, Record, WordField, each_record
from common.tables import TableInvalid
from staff.models import SYSTEM_NUMBER, Staff

NUMBER, NAME, KANA, MAIL = "職員番号", "氏名", "ふりがな", "メール"
DEPARTMENT, POSITION, KIND, HEAD, CONCURRENT = "所属コード", "役職", "雇用区分", "所属長", "本務兼務"
JOINED, LEFT, LEAVE_FROM, LEAVE_TO = "採用日", "退職日", "休職等開始日", "休職等終了日"
KINDS = {
    "正規職員": Staff.EmploymentKind.REGULAR,
    "正規": Staff.EmploymentKind.REGULAR,
    "会計年度任用職員": Staff.EmploymentKind.FISCAL_YEAR,
    "会計年度": Staff.EmploymentKind.FISCAL_YEAR,
    "再任用職員": Staff.EmploymentKind.REAPPOINTED,
    "再任用": Staff.EmploymentKind.REAPPOINTED,
    "特別職": Staff.EmploymentKind.SPECIAL,
}
YES_OR_NO = {"はい": True, "いいえ": False}
MAIN_OR_CONCURRENT = {"本務": False, "兼務": True}
HEADINGS = {
    "number": NUMBER,
    "name": NAME,
    "kana": KANA,
    "email": MAIL,
    "code": DEPARTMENT,
    "position": POSITION,
    "employment_kind": KIND,
    "is_head": HEAD,
    "concurrent": CONCURRENT,
    "joined_on": JOINED,
    "left_on": LEFT,
    "leave_from": LEAVE_FROM,
    "leave_to": LEAVE_TO,
}
PERSONAL = ("name", "kana", "email", "employment_kind", "joined_on", "left_on")
"""What a row says of the person, whatever the posting."""
LEAVE = ("leave_from", "leave_to")
PROBLEMS_MAX = 10_000
"""After so many problems a file is not read to its end."""
REMEMBERED = 4096
PROGRESS_EVERY = 10_000
Progress = Callable[[str, int], None]


def quietly(_what: str, _done: int) -> None:
    """Tell nobody how far it has come."""


class Line(NamedTuple):
    """One row of the file: a person and one of the person's postings."""

    row: int
    number: str
    name: str
    kana: str
    email: str
    code: str
    position: str
    employment_kind: str
    is_head: bool
    concurrent: bool
    joined_on: date
    left_on: date | None
    leave_from: date | None
    leave_to: date | None


class Listed(NamedTuple):
    """What the file says of one person: the row of the main posting, and those of concurrent posts."""

    main: Line
    concurrent: tuple[Line, ...]


class Listing(NamedTuple):
    """What the file says: people by number, what is wrong with it, and whether it has the columns of leave."""

    people: dict[str, Listed]
    problems: list[Problem]
    tells_leave: bool


def columns() -> list[Column]:
    """Return the columns of the file; those of leave may be missing."""
    fields = {
        "number": CodeField(max_length=20),
        "name": OneLineField(max_length=100),
        "kana": OneLineField(max_length=100, required=False),
        "email": MailField(max_length=254, required=False),
        "code": _remembering(CodeField(max_length=20, required=False)),
        "position": _remembering(OneLineField(max_length=50, required=False)),
        "employment_kind": _remembering(WordField(KINDS)),
        "is_head": _remembering(WordField(YES_OR_NO, required=False)),
        "concurrent": _remembering(WordField(MAIN_OR_CONCURRENT)),
        "joined_on": _remembering(JapaneseDateField()),
        **{name: _remembering(JapaneseDateField(required=False)) for name in ("left_on", *LEAVE)},
    }
    return [Column(HEADINGS[name], name, field, needed=name not in LEAVE) for name, field in fields.items()]


def _remembering(field: forms.Field) -> forms.Field:
    """Return `field`, which from now on knows again the few texts that stand in its column over and over."""
    # The values then are one object each, too, however many rows hold them.
    vars(field)["clean"] = lru_cache(REMEMBERED)(field.clean)
    return field


def read(content: bytes, progress: Progress = quietly) -> Listing:
    """Read a file of people; every problem that shows in the file alone is named, nothing is compared.

    `progress` is told what is being done and how many rows have been.
    """
    gathered = _Gathered()
    try:
        for record in each_record(content, columns(), gathered.problems):
            gathered.take(record)
            if len(gathered.problems) > PROBLEMS_MAX:
                sentence = _("There are more than %(n)s errors. The file was read as far as row %(row)s.")
                told = Problem(0, "", sentence % {"n": PROBLEMS_MAX, "row": record.row})
                return Listing({}, [*gathered.problems, told], tells_leave=False)
            if record.row % PROGRESS_EVERY == 0:
                progress("read", record.row)
    except TableInvalid as invalid:
        return Listing({}, [Problem(0, "", str(invalid))], tells_leave=False)
    return gathered.listing()


class _Gathered:
    """The rows of a file as they are read, gathered by person."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.lines: dict[str, list[Line]] = {}
        self.broken: set[str] = set()
        self.tells_leave = False
        self.told = 0

    def take(self, record: Record) -> None:
        """Put a row to its person; of somebody with a row that could not be read nothing more is said."""
        values, told = record.values, self.told
        self.told = len(self.problems)
        self.tells_leave = self.tells_leave or "leave_from" in values
        if self.told > told:
            self.broken.add(values.get("number", ""))
            return
        values["is_head"] = bool(values["is_head"])
        line = Line._make([record.row, *(values.get(name) for name in HEADINGS)])
        self.lines.setdefault(line.number, []).append(line)

    def listing(self) -> Listing:
        """Return one entry for each person with faultless rows, and all problems by row."""
        people: dict[str, Listed] = {}
        for number, lines in self.lines.items():
            if number in self.broken:
                continue
            main = next((line for line in lines if not line.concurrent), None)
            if faults := list(_faults(lines, main)):
                self.problems += faults
            elif main is not None:
                people[number] = Listed(main, tuple(line for line in lines if line is not main))
        if not self.lines and not self.problems:
            self.problems.append(Problem(0, "", _("The file has headings, but no row below them.")))
        return Listing(people, sorted(self.problems, key=lambda problem: problem.row), self.tells_leave)


def _faults(lines: list[Line], main: Line | None) -> Iterator[Problem]:
    """Yield what is wrong with the rows of one person among themselves; `main` is the first main posting."""
    first = main or lines[0]
    if first.number == SYSTEM_NUMBER:
        yield Problem(first.row, NUMBER, _("This number belongs to the portal itself."))
    if main is None:
        word = next(iter(MAIN_OR_CONCURRENT))
        yield Problem(first.row, CONCURRENT, _("No row of this person says %(word)s.") % {"word": word})
    places = {first.code: first.row}
    for line in lines:
        if line is not first:
            yield from _beside(line, first, places)
            places.setdefault(line.code, line.row)
    yield from _impossible_days(first)


def _beside(line: Line, first: Line, places: dict[str, int]) -> Iterator[Problem]:
    """Yield what is wrong with another row of the person of `first`; `places` are the departments so far."""
    row = {"row": first.row}
    if not line.concurrent:
        yield Problem(line.row, CONCURRENT, _("The main posting of this person stands in row %(row)s.") % row)
    elif not line.code:
        yield Problem(line.row, DEPARTMENT, _("A concurrent post needs a department."))
    elif line.code in places:
        sentence = _("Row %(row)s posts this person to the same department.")
        yield Problem(line.row, DEPARTMENT, sentence % {"row": places[line.code]})
    for name in (*PERSONAL, *LEAVE):
        if getattr(line, name) != getattr(first, name):
            yield Problem(line.row, HEADINGS[name], _("Row %(row)s says something else about this person.") % row)


def _impossible_days(line: Line) -> Iterator[Problem]:
    if line.left_on and line.left_on < line.joined_on:
        yield Problem(line.row, LEFT, _("The day of leaving must not be before the day of joining."))
    if line.leave_to and not line.leave_from:
        yield Problem(line.row, LEAVE_FROM, _("A leave with a last day needs a first day."))
    elif line.leave_from and line.leave_to and line.leave_to < line.leave_from:
        yield Problem(line.row, LEAVE_TO, _("The last day must not be before the first."))
    elif line.leave_from and line.leave_from < line.joined_on:
        yield Problem(line.row, LEAVE_FROM, _("The leave begins before the day of joining."))
    last = line.leave_to or line.leave_from
    if last and line.left_on and last > line.left_on:
        yield Problem(line.row, LEAVE_TO, _("The leave goes on after the day of leaving."))
