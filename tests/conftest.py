"""The ground of every test: a real PostgreSQL in which the portal's role owns nothing, and the cast."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg2
import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from celery import current_app
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import connections
from django.test import Client, TransactionTestCase

from tests import cast
from tests.database import own_database


def free_port() -> int:
    """Return a TCP port that is free now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


BROKER_PORT = free_port()
current_app.conf.broker_url = f"redis://127.0.0.1:{BROKER_PORT}/0"
PRODUCTION = {
    "MOKA_ENV": "production",
    "SECRET_KEY": "x" * 60,
    "ALLOWED_HOSTS": "portal.example",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "EMAIL_HOST": "127.0.0.1",
    "MAIL_FROM": "portal@moka.example",
    "PORTAL_URL": "https://portal.example",
    "MFA_ENCRYPTION_KEYS": "y" * 40,
}
"""The environment that production asks for, apart from the database."""


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, django_db_modify_db_settings) -> Iterator[None]:
    """Give the tests of this process a database of their own; it stays usable between them."""
    with django_db_blocker.unblock(), own_database(), django_db_blocker.block():
        yield


def empty_all_tables(_test_case: object = None) -> None:
    """Empty every table as the owner: the portal's role may not, and the evidence's triggers are lifted for it."""
    connections["default"].close()
    kept = ["django_migrations", "django_content_type", "auth_permission"]
    kept += ["assets_classificationscheme", "assets_classlevel"]
    with closing(as_owner()) as owner, owner, owner.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL(%s)", [kept])
        tables = ", ".join(f'"{row[0]}"' for row in cursor.fetchall())
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'moka_%'")
        protected = [row[0] for row in cursor.fetchall()]
        for table in protected:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
        for table in protected:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def as_owner() -> Any:
    """Return a connection to the test database as the role that owns its tables."""
    return psycopg2.connect(url_of(connections["owner"].settings_dict))


@pytest.fixture(scope="session", autouse=True)
def _flush_as_owner() -> Iterator[None]:
    original = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = empty_all_tables
    yield
    TransactionTestCase._fixture_teardown = original


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, settings: Any) -> None:
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def people(db: None) -> SimpleNamespace:
    """The cast, by role."""
    return cast.people()


@pytest.fixture
def programme(db: None) -> Any:
    """The city's own programme, imported from the file that ships with the portal."""
    return cast.city_programme()


@pytest.fixture
def sheet(programme: Any) -> Any:
    """The city's sheet for fiscal year 2019."""
    return programme.sheets.get(fiscal_year=2019)


@pytest.fixture
def sign_in() -> Callable[..., Client]:
    """Return a function that gives a browser signed in as a person."""

    def signed_in(person: Any, **headers: str) -> Client:
        client = Client(**headers)
        client.force_login(person)
        return recent(client)

    return signed_in


def recent(browser: Client) -> Client:
    """Let `browser`, signed in by `force_login`, count as one that has just given its password; return it."""
    session = browser.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = session[SESSION_KEY]
    session.save()
    return browser


class Broker:
    """A Redis of the tests' own, which may be killed."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port, self.folder, self.process = port, folder, None
        self.url = f"redis://127.0.0.1:{port}/0"
        self.start()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        binary = Path(sys.executable).with_name("redis-server")
        command = [binary, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", self.folder]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(lambda: socket.create_connection(("127.0.0.1", self.port), 1).close() is None)

    def kill(self) -> None:
        """Kill it as a crash would."""
        self.process.kill()
        self.process.wait()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """The Redis to which this process rings; it runs for this test only."""
    started = Broker(tmp_path, BROKER_PORT)
    yield started
    started.kill()


def environment(**changes: str) -> dict[str, str]:
    """Return the environment for a process of the portal that works on this test's database and files."""
    portal, owner = (url_of(connections[alias].settings_dict) for alias in ("default", "owner"))
    return {
        **os.environ,
        "DATABASE_URL": portal,
        "DATABASE_OWNER_URL": owner,
        "FILES_DIR": str(settings.FILES_DIR),
        "PYTHONWARNINGS": "default",
        **changes,
    }


def url_of(database: dict[str, Any]) -> str:
    """Return the URL of a database from Django's description of it."""
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)


def wait_for(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """Return the first true value of `condition`, tried for `seconds`; refused connections count as not yet."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if value := condition():
                return value
        except OSError:
            pass
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)
