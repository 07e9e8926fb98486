"""A database of one process's own, made by the owner and used as the portal's role, as in production."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connections

PREFIX = "test_moka_"


@contextmanager
def own_database() -> Iterator[None]:
    """Migrate an empty database named by this process's id, work in it, and drop it at the end."""
    name = f"{PREFIX}{os.getpid()}"
    owner, portal = connections["owner"], connections["default"]
    owner.settings_dict["TEST"]["NAME"] = name
    drop_databases_of_dead_processes()
    owner.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    portal.creation.set_as_test_mirror(owner.settings_dict)
    portal.close()
    try:
        yield
    finally:
        portal.close()
        owner.close()
        drop_database(name)


def drop_databases_of_dead_processes() -> None:
    """Drop what a killed run left behind."""
    with connections["owner"]._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname ~ %s", [f"^{PREFIX}[0-9]+$"])
        names = [row[0] for row in cursor.fetchall()]
    for name in names:
        if not Path(f"/proc/{name.rpartition('_')[2]}").exists():
            drop_database(name)


def drop_database(name: str) -> None:
    """Drop a database and whatever is still connected to it."""
    with connections["owner"]._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
