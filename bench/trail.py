"""How long the audit trail's page, its filters and its export take with 10,000, 100,000 and 1,000,000 events.

Ratios within one run: ten times the events against a tenth of them. Also what the five indexes of the page cost when
events are written. It makes a database of its own on the server of DATABASE_URL and DATABASE_OWNER_URL, and drops it
at the end: ``python -m devservers run python bench/trail.py [--rounds N] [--rows N]``.
"""

import argparse
import itertools
import os
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moka_secpolicy.settings")

import django  # noqa: E402

django.setup()

from django.db import connection, connections, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from audit.actions import record_many  # noqa: E402
from audit.models import Event  # noqa: E402
from staff.models import Staff  # noqa: E402
from tests import cast  # noqa: E402
from tests.database import own_database  # noqa: E402

PEOPLE = 500
RARE = uuid.UUID(int=7)
"""Somebody who did ten things, long ago."""
REQUEST = "00000000-0000-4000-8000-00000000beef"
INDEXES = ("event_at", "event_actor", "event_action", "event_address", "event_request")
FILL = """
WITH made AS (
    SELECT n,
        timestamptz '2020-04-01 00:00+09' + n * interval '1 second' AS at,
        (ARRAY['policies.acknowledge', 'training.enrol', 'accounts.sign_in', 'assets.change_entry'])[1 + n %% 4]
            AS action,
        'staff.Staff' AS object_type, (1 + n %% 400)::text AS object_id,
        jsonb_build_object('n', n, 'reason', 'a reason of the usual length for this') AS data,
        md5('r' || n)::uuid::text AS request_id, '10.0.' || (n / 250 %% 8) || '.' || (1 + n %% 250) AS address,
        (%(uids)s::uuid[])[1 + n %% %(people)s] AS actor_uid
    FROM generate_series(%(first)s, %(last)s) AS n
)
INSERT INTO audit_event
    (at, action, object_type, object_id, data, request_id, address, actor_uid, form_version, leaf_hash)
SELECT at, action, object_type, object_id, data, request_id, address, actor_uid, 1,
    encode(sha256(convert_to(concat_ws(',', at, action, object_type, object_id, data, actor_uid), 'UTF8')), 'hex')
FROM made ORDER BY n
"""
RARELY = """
INSERT INTO audit_event
    (at, action, object_type, object_id, data, request_id, address, actor_uid, form_version, leaf_hash)
SELECT timestamptz '2020-05-01 00:00+09' + n * interval '1 second', 'staff.grant_role', 'staff.RoleGrant', '1', '{}',
    %s, '192.0.2.99', %s, 1, repeat('a', 64) FROM generate_series(1, 10) AS n
"""


def addresses(person: uuid.UUID) -> dict[str, str]:
    """Return what is asked of the page, by name."""
    return {
        "newest page": "/trail/",
        "page in the middle": "/trail/?before={middle}",
        "a day long ago": "/trail/?since=2020-04-01&until=2020-04-01",
        "a usual action": "/trail/?action=accounts.sign_in",
        "a rare action": "/trail/?action=staff.grant_role",
        "a group of actions": "/trail/?action=files",
        "one of 500 people": f"/trail/?person={person}",
        "somebody long ago": f"/trail/?person={RARE}",
        "a person's usual action": f"/trail/?person={person}&action=accounts.sign_in",
        "a rare kind of object": "/trail/?object_type=staff.RoleGrant",
        "one object": "/trail/?object_type=staff.Staff&object_id=7",
        "an address never seen": "/trail/?address=192.0.2.1",
        "one request": f"/trail/?request_id={REQUEST}",
        "action and address": "/trail/?action=staff.grant_role&address=10.0.0.7",
    }


def fill(rows: int) -> None:
    """Add events until there are about `rows`, a second apart, with what a trail has; hashes only look so."""
    uids = list(Staff.objects.filter(employee_number__startswith="bench-").values_list("uid", flat=True))
    with connection.cursor() as cursor:
        if not Event.objects.filter(actor_uid=RARE).exists():
            cursor.execute(RARELY, [REQUEST, str(RARE)])
        first = Event.objects.count() + 1
        values = {"uids": [str(uid) for uid in uids], "people": len(uids), "first": first, "last": rows}
        cursor.execute(FILL, values)
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE audit_event")


def median(action: Callable[[], object], rounds: int) -> float:
    """Return the median seconds of `rounds` runs after one that warms up."""
    action()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def measure(browser: Client, person: uuid.UUID, rounds: int) -> dict[str, float]:
    """Return the seconds of each page by name; print them with the number of statements."""
    middle = Event.objects.order_by("at").values_list("pk", flat=True)[Event.objects.count() // 2]
    found = {}
    for name, address in addresses(person).items():
        target = address.format(middle=middle)
        assert browser.get(target).status_code == 200, target
        with CaptureQueriesContext(connection) as captured:
            browser.get(target)
        statements = len(captured)
        found[name] = median(lambda target=target: browser.get(target), rounds)
        print(f"  {name}: {found[name] * 1000:.0f} ms, {statements} statements")
    return found


def export(browser: Client) -> None:
    """Time the CSV file of everything, and say how much memory the process holds at most before and after."""
    before, started = peak_megabytes(), time.perf_counter()
    response = browser.get("/trail/file/?kind=csv")
    size = sum(len(chunk) for chunk in response)
    seconds, rows = time.perf_counter() - started, Event.objects.count()
    print(
        f"  CSV of everything: {seconds:.1f} s, {rows / seconds:,.0f} rows a second, {size / 2**20:.0f} MB of file, "
        f"{peak_megabytes() - before:.0f} MB more memory"
    )


def peak_megabytes() -> float:
    """Return the most memory that this process has held."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def writing(by: Staff, rounds: int) -> float:
    """Return the median seconds of recording 2,000 events, undone again."""

    def once() -> None:
        with transaction.atomic():
            record_many(by=by, action="staff.post", entries=((by, {"n": n}) for n in range(2000)))
            transaction.set_rollback(True)

    return median(once, rounds)


def cost_of_the_indexes(by: Staff, rounds: int) -> None:
    """Print how much longer writing takes with the page's indexes than without them, and how large they are."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_relation_size('audit_event')")
        rows = cursor.fetchone()[0]
        cursor.execute(f"SELECT {' + '.join(f'pg_relation_size({name!r})' for name in INDEXES)}")
        indexes = cursor.fetchone()[0]
    with_indexes = writing(by, rounds)
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"DROP INDEX {', '.join(INDEXES)}")
    without = writing(by, rounds)
    print(f"2,000 events: {with_indexes * 1000:.0f} ms with the indexes, {without * 1000:.0f} ms without", end="")
    print(
        f", ratio {with_indexes / without:.2f}; indexes {indexes / 2**20:.0f} MB beside {rows / 2**20:.0f} MB of rows"
    )


def main() -> None:
    """Read the command line, fill a database of its own step by step, and measure at each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--rows", type=int, default=1_000_000)
    options = parser.parse_args()
    with own_database():
        people = cast.people()
        Staff.objects.bulk_create(
            Staff(employee_number=f"bench-{n:04d}", name="試験 一郎", joined_on=cast.SINCE) for n in range(PEOPLE)
        )
        person = Staff.objects.get(employee_number="bench-0007").uid
        browser = Client(headers={"host": "localhost"})
        browser.force_login(people.auditor)
        taken: list[dict[str, float]] = []
        for rows in (options.rows // 100, options.rows // 10, options.rows):
            started = time.perf_counter()
            fill(rows)
            print(f"{rows:,} events (filled in {time.perf_counter() - started:.0f} s)")
            taken.append(measure(browser, person, options.rounds))
            export(browser)
        for name in taken[0]:
            tens = [later[name] / earlier[name] for earlier, later in itertools.pairwise(taken)]
            print(f"ten times the events, {name}: {', '.join(f'{ratio:.1f}' for ratio in tens)} times the time")
        cost_of_the_indexes(people.officer, options.rounds)


if __name__ == "__main__":
    main()
