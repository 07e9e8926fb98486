"""How long the counted figures and the lists behind them take, on the demo city and with many people and devices.

Ratios within one run: the figures of a sheet against the same counts written as bare SQL, 100,000 rows against 10,000.
It makes a database of its own on the server of DATABASE_URL and DATABASE_OWNER_URL, and drops it at the end:
``python -m devservers run python bench/figures.py [--rounds N] [--rows N]``.
"""

import argparse
import datetime as dt
import io
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moka_secpolicy.settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from assets.models import NetworkDevice  # noqa: E402
from reports.figures import columns, indicator_figures  # noqa: E402
from reports.models import EvaluationSheet  # noqa: E402
from staff.models import Department, Posting, Staff  # noqa: E402
from tests.database import own_database  # noqa: E402

FIRST = dt.date(2010, 4, 1)
ON = dt.date(2026, 11, 24)
BATCH = 5000
ADDRESSES = {
    "devices, first page": "/assets/devices/",
    "devices, page 100": "/assets/devices/?page=100",
    "devices, searched": "/assets/devices/?q=N-1000",
    "people of a figure, first page": "/reports/programmes/moka-security-policy/figures/target-1/2019/",
    "devices of a figure, page 100": "/reports/programmes/moka-security-policy/figures/target-2/2019/?page=100",
}
YEARS = range(2016, 2020)
BARE = (
    ("training_trainingsession", "state = 'held' AND held_on BETWEEN '{first}' AND '{last}'"),
    ("notices_notice", "counts AND given_on BETWEEN '{first}' AND '{last}'"),
    (
        "staff_staff",
        "employment_kind = 'regular' AND joined_on <= '{first}' AND (left_on IS NULL OR left_on >= '{first}')",
    ),
    ("assets_networkdevice", "acquired_on <= '{last}' AND (disposed_on IS NULL OR disposed_on > '{last}')"),
    ("assets_personaldataitem", "acquired_on <= '{last}' AND (disposed_on IS NULL OR disposed_on > '{last}')"),
)


def grow(rows: int) -> None:
    """Add people with a posting, and devices, until there are `rows` of each."""
    unit = Department.objects.get(code="01201010")
    numbers = range(Staff.objects.count(), rows)
    many(Staff, (person(number) for number in numbers))
    posted = Staff.objects.filter(employee_number__startswith="bench-", postings__isnull=True)
    many(Posting, (Posting(person=one, department=unit, valid_from=dt.date(2016, 4, 1)) for one in posted.iterator()))
    numbers = range(NetworkDevice.objects.count(), rows)
    many(NetworkDevice, (device(number) for number in numbers))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def many(model: type[models.Model], made: Any) -> None:
    """Insert the rows in batches."""
    model._default_manager.bulk_create(made, batch_size=BATCH)


def person(number: int) -> Staff:
    """One of many people."""
    joined = FIRST + dt.timedelta(days=number % 4000)
    return Staff(
        employee_number=f"bench-{number:06d}",
        name="試験 一郎",
        kana="しけん",
        employment_kind="regular",
        joined_on=joined,
    )


def device(number: int) -> NetworkDevice:
    """One of many devices; every fourth is disposed of some day."""
    acquired = FIRST + dt.timedelta(days=number % 4000)
    disposed = acquired + dt.timedelta(days=1500) if number % 4 == 0 else None
    return NetworkDevice(
        number=f"N-{100_000 + number}",
        name=f"端末{number}",
        kind="パソコン",
        department_code="012010",
        acquired_on=acquired,
        disposed_on=disposed,
    )


def portal_figures() -> list[Any]:
    """Return the values of the sheet of 2019 as the page, the snapshot and the command count them."""
    sheet = EvaluationSheet.objects.get(programme__code="moka-security-policy", fiscal_year=2019)
    tables = indicator_figures(sheet, columns(2019, on=ON), on=ON)
    return [
        int(figure.counted or 0)
        for group in ("activity", "target")
        for _i, line in tables[group]
        for figure in line[:4]
    ]


def bare_figures() -> list[Any]:
    """Return the same values by five statements of bare SQL, one a table."""
    values: list[Any] = []
    with connection.cursor() as cursor:
        for table, condition in BARE:
            counts = ", ".join(
                f"count(*) FILTER (WHERE {condition.format(first=f'{year}-04-01', last=f'{year + 1}-03-31')})"
                for year in YEARS
            )
            cursor.execute(f"SELECT {counts} FROM {table}")
            values += cursor.fetchone()
    return values


def alternate(rounds: int, *actions: Callable[[], object]) -> list[float]:
    """Return the median seconds of each action over `rounds` rounds, the order turned each time."""
    times: list[list[float]] = [[] for _ in actions]
    for number in range(rounds):
        order = range(len(actions)) if number % 2 == 0 else reversed(range(len(actions)))
        for index in order:
            started = time.perf_counter()
            actions[index]()
            times[index].append(time.perf_counter() - started)
    return [statistics.median(values) for values in times]


def queries_of(action: Callable[[], object]) -> int:
    """Return how many statements `action` sends."""
    with CaptureQueriesContext(connection) as captured:
        action()
    return len(captured)


def measure(label: str, rounds: int) -> dict[str, float]:
    """Print figures against bare SQL and each list's time and statements; return the seconds by name."""
    assert portal_figures() == bare_figures()
    ours, bare = alternate(rounds, portal_figures, bare_figures)
    print(
        f"{label}: figures {ours * 1000:.1f} ms, bare SQL {bare * 1000:.1f} ms, ratio {ours / bare:.2f}, "
        f"{queries_of(portal_figures)} statements"
    )
    found = {"figures": ours}
    browser = Client(headers={"host": "localhost"})
    browser.force_login(Staff.objects.get(employee_number="demo-officer"))
    for name, address in ADDRESSES.items():
        assert browser.get(address).status_code == 200, address
        statements = queries_of(lambda address=address: browser.get(address))
        (found[name],) = alternate(rounds, lambda address=address: browser.get(address))
        print(f"  {name}: {found[name] * 1000:.0f} ms, {statements} statements")
    return found


def main() -> None:
    """Read the command line, fill a database of its own step by step, and measure at each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--rows", type=int, default=100_000)
    options = parser.parse_args()
    with own_database():
        call_command("load_demo", stdout=io.StringIO())
        measure("demo city", options.rounds)
        taken = []
        for rows in (options.rows // 10, options.rows):
            grow(rows)
            taken.append(measure(f"{rows:,} people and devices", options.rounds))
        for name in taken[0]:
            print(f"ten times the rows, {name}: {taken[1][name] / taken[0][name]:.1f} times the time")


if __name__ == "__main__":
    main()
