"""Files of people for the tests, and running the command that reads them."""

import io
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.management import call_command

from audit.models import Event
from staff.directory import HEADINGS
from staff.models import Leave, Posting, Staff
from tests import cast

PLAIN = {
    "name": "真岡 太郎",
    "kana": "もおか たろう",
    "email": "",
    "code": "012010",
    "position": "主事",
    "employment_kind": "正規職員",
    "is_head": "いいえ",
    "concurrent": "本務",
    "joined_on": "2016-04-01",
    "left_on": "",
    "leave_from": "",
    "leave_to": "",
}


def row(number: str, **more: str) -> dict[str, str]:
    """A row of the file: somebody in 市民課 since 2016, unless told otherwise."""
    return {"number": number, **PLAIN, **more}


def beside(number: str, code: str, **more: str) -> dict[str, str]:
    """A row of a concurrent post."""
    return row(number, code=code, concurrent="兼務", **more)


def text(*rows: dict[str, str], leave: bool = True) -> bytes:
    """The file as CSV in UTF-8, with or without the columns of leave."""
    names = [name for name in HEADINGS if leave or not name.startswith("leave")]
    lines = [",".join(HEADINGS[name] for name in names)]
    lines += [",".join(f'"{one[name]}"' if "," in one[name] else one[name] for name in names) for one in rows]
    return "\n".join([*lines, ""]).encode()


class Run(NamedTuple):
    """What a run of the command said: the last line, its faults, and the exit status."""

    last: str
    faults: list[str]
    status: int


def run(folder: Path, content: bytes, on: str = "2026-04-01", *words: str) -> Run:
    """Run the command on a file."""
    file = folder / "people.csv"
    file.write_bytes(content)
    told, faults, status = io.StringIO(), io.StringIO(), 0
    try:
        call_command("import_staff", str(file), "--on", on, *words, stdout=told, stderr=faults)
    except SystemExit as ended:
        status = int(ended.code or 0)
    return Run(told.getvalue().splitlines()[-1], faults.getvalue().splitlines(), status)


def person(number: str) -> Staff:
    """The person with that number."""
    return Staff.objects.get(employee_number=number)


def days(row: Any) -> tuple[str, str]:
    """The first and the last day of a row."""
    return str(row.valid_from), str(row.valid_to or "")


def postings(number: str) -> list[tuple[str, str, bool, str, str]]:
    """The postings of a person in time: department, position, concurrent or not, first and last day."""
    rows = Posting.objects.filter(person__employee_number=number).select_related("department")
    return [
        (one.department.code, one.position, one.concurrent, *days(one))
        for one in rows.order_by("valid_from", "concurrent", "department__code")
    ]


def leaves(number: str) -> list[tuple[str, str]]:
    """The leave of a person in time."""
    return [days(one) for one in person(number).leaves.order_by("valid_from")]


OTHERS = {"011010": "情報政策課", "013010": "税務課"}


@pytest.fixture(autouse=True)
def departments(db: None) -> None:
    """The departments of the files."""
    cast.department("012010", "市民課")
    for code, name in OTHERS.items():
        cast.department(code, name)


@pytest.fixture
def load(tmp_path: Path) -> Any:
    """Return a function that reads rows as of a day, which must succeed, and returns the last line."""

    def loaded(*rows: dict[str, str], on: str = "2026-04-01", words: tuple[str, ...] = (), leave: bool = True) -> str:
        done = run(tmp_path, text(*rows, leave=leave), on, *words)
        assert (done.faults, done.status) == ([], 0)
        return done.last

    return loaded


@pytest.fixture
def refuse(tmp_path: Path) -> Any:
    """Return a function that reads rows as of a day, which must change nothing, and returns what was said."""

    def refused(*rows: dict[str, str], on: str = "2026-04-01", words: tuple[str, ...] = ()) -> list[str]:
        before = [list(model.objects.order_by("pk").values()) for model in (Staff, Posting, Leave, Event)]
        done: Run = run(tmp_path, text(*rows), on, *words)
        assert done[0:3:2] == (f"0 added, 0 changed, 0 unchanged, 0 left, {len(done.faults)} errors", 1)
        assert [list(model.objects.order_by("pk").values()) for model in (Staff, Posting, Leave, Event)] == before
        return done.faults

    return refused


def events(action: str) -> list[Event]:
    """The events of that action, the first first."""
    return list(Event.objects.filter(action=action).order_by("pk"))
