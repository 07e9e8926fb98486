"""How long `manage.py import_staff` takes and how much memory it needs, with 10,000 and with 100,000 rows.

Each run is the command itself in a process of its own, so that its peak memory is its own. It makes a database of its
own on the server of DATABASE_URL and DATABASE_OWNER_URL, and drops it at the end:
``python -m devservers run python bench/directory.py [--rows N]``.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moka_secpolicy.settings")

import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402

from common.tables import csv_chunks, excel  # noqa: E402
from staff.directory import HEADINGS  # noqa: E402
from staff.models import Department  # noqa: E402
from tests.conftest import environment  # noqa: E402
from tests.database import own_database  # noqa: E402

SECTIONS = 400
YEARS = ("2025-04-01", "2026-04-01")


class Taken(NamedTuple):
    """What a run took: seconds, and at its peak how many MB of memory."""

    seconds: float
    memory: float


def code(number: int) -> str:
    """The code of one of the departments."""
    return f"{number % SECTIONS:06d}"


def rows(count: int, *, moved: int = 0) -> Iterator[list[str]]:
    """Yield `count` rows; of each ten people `moved` are in another department than without."""
    for number in range(count):
        where = code(number + 1 if number % 10 < moved else number)
        who = [f"{number:07d}", f"髙﨑 {number}子", "たかさき こ", f"p{number:07d}@staff.moka.example"]
        yield [*who, where, "主事", "正規職員", "いいえ", "本務", f"{1985 + number % 35}-04-01", "", "", ""]


def written(folder: Path, name: str, lines: Iterable[list[str]]) -> Path:
    """Write a file, as CSV or .xlsx by its name, and return where it is."""
    file, headings = folder / name, list(HEADINGS.values())
    if file.suffix == ".xlsx":
        file.write_bytes(excel("職員", headings, lines))
    else:
        file.write_bytes(b"".join(csv_chunks(headings, lines)))
    return file


def run(file: Path, on: str, expected: str) -> Taken:
    """Run the command in a process of its own; its last line must be `expected`."""
    command = [sys.executable, str(ROOT / "manage.py"), "import_staff", str(file), "--on", on]
    started = time.perf_counter()
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(command, env=environment(), stdout=told, stderr=subprocess.DEVNULL)
        _pid, _status, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        seconds = time.perf_counter() - started
        told.seek(0)
        last = told.read().decode().splitlines()[-1]
    assert last == expected, last
    return Taken(seconds, usage.ru_maxrss / 1024)


def departments() -> None:
    """Add the departments to which people are posted."""
    first = "2000-04-01"
    made = (Department(code=code(n), name=f"第{n}課", order=n, valid_from=first) for n in range(SECTIONS))
    Department.objects.bulk_create(made)


def measure(count: int, folder: Path) -> dict[str, Taken]:
    """Read `count` people four times into an empty directory, print what each took, and return it."""
    departments()
    new = written(folder, "new.csv", rows(count))
    moved = written(folder, "moved.csv", rows(count, moved=1))
    book = written(folder, "moved.xlsx", rows(count, moved=1))
    tenth = count // 10
    unchanged = f"0 added, 0 changed, {count} unchanged, 0 left, 0 errors"
    runs = {
        "everybody is new": (new, YEARS[0], f"{count} added, 0 changed, 0 unchanged, 0 left, 0 errors"),
        "nothing changes": (new, YEARS[0], unchanged),
        "every tenth moves": (
            moved,
            YEARS[1],
            f"0 added, {tenth} changed, {count - tenth} unchanged, 0 left, 0 errors",
        ),
        "nothing changes, .xlsx": (book, YEARS[1], unchanged),
    }
    found = {}
    for name, (file, on, expected) in runs.items():
        found[name] = taken = run(file, on, expected)
        print(f"{count:,} rows, {name}: {taken.seconds:.1f} s, {taken.memory:.0f} MB at the peak", flush=True)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return found


def main() -> None:
    """Read the command line and measure both sizes, each in a database of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    options = parser.parse_args()
    taken = []
    with tempfile.TemporaryDirectory() as folder:
        for count in (options.rows // 10, options.rows):
            with own_database():
                taken.append(measure(count, Path(folder)))
    for name, less in taken[0].items():
        more = taken[1][name]
        print(
            f"ten times the rows, {name}: {more.seconds / less.seconds:.1f} times the time, "
            f"{more.memory / less.memory:.1f} times the memory"
        )


if __name__ == "__main__":
    main()
