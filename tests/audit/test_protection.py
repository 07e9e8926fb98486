"""Evidence stays as it was written: the portal's role holds no right to change it, the owner's mistakes are stopped."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.db.utils import IntegrityError, ProgrammingError

from audit.actions import record
from audit.models import Event
from audit.protection import frozen_columns, is_append_only, protected_models
from reports.actions import request_build
from reports.models import SheetBuild
from staff.actions import system_actor
from tests.conftest import PRODUCTION, as_owner, environment

ROOT = Path(__file__).resolve().parents[2]
EVENT, BUILD = "audit_event", "reports_sheetbuild"
FROZEN = {"sheet_id", "snapshot", "snapshot_sha256", "archive", "requested_by_id", "requested_at"}
DENIED = "permission denied|must be owner"
by_both_roles = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def run(sql: str, *values: Any) -> list[tuple]:
    """Run `sql` as the role the portal works as."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def run_as_owner(sql: str, *values: Any, keep: bool = False) -> list[tuple]:
    """Run `sql` as the owner of the tables; undone afterwards unless it is to be kept."""
    with closing(as_owner()) as owner, owner.cursor() as cursor:
        try:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []
        finally:
            owner.commit() if keep else owner.rollback()


@pytest.fixture
def event(transactional_db: None) -> Event:
    return record(by=system_actor(), action="staff.greet", on=system_actor(), data={"a": 1})


@pytest.fixture
def build(transactional_db: None, people: Any, sheet: Any) -> SheetBuild:
    return request_build(by=people.officer, sheet=sheet, here=True)


def test_the_portal_works_as_a_role_that_owns_nothing_and_is_nobody_special(db: None) -> None:
    assert run("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole") == [(0,)]
    ((special,),) = run(
        "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication FROM pg_roles "
        "WHERE rolname = current_user"
    )
    assert not special
    owner = connections["owner"].settings_dict["USER"]
    assert run("SELECT pg_has_role(current_user, %s, 'MEMBER')", owner) == [(False,)]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_event SET action = 'x'",
        "UPDATE audit_event SET data = data WHERE false",
        "UPDATE audit_event SET leaf_hash = repeat('0', 64)",
        "DELETE FROM audit_event",
        "DELETE FROM audit_event WHERE false",
        "TRUNCATE audit_event",
        "DROP TABLE audit_event",
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "ALTER TABLE audit_event DISABLE TRIGGER moka_evidence",
        "ALTER TABLE audit_event DROP CONSTRAINT event_leaf_is_sha256",
        "ALTER TABLE audit_event RENAME TO gone",
        "DROP TRIGGER moka_evidence ON audit_event",
        "ALTER TRIGGER moka_evidence ON audit_event RENAME TO gone",
        "CREATE OR REPLACE FUNCTION moka_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TABLE public.mine (a int)",
        "CREATE RULE quiet AS ON INSERT TO audit_event DO INSTEAD NOTHING",
        "SET session_replication_role = replica",
        "INSERT INTO audit_event (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET action = 'x'",
        "DELETE FROM django_migrations",
    ],
)
def test_the_portal_s_role_cannot_touch_the_trail(sql: str, event: Event) -> None:
    before = run("SELECT * FROM audit_event ORDER BY id")
    with pytest.raises(ProgrammingError, match=DENIED):
        run(sql)
    assert run("SELECT * FROM audit_event ORDER BY id") == before
    assert Event.objects.get(pk=event.pk).computed_leaf_hash() == event.leaf_hash


def test_saving_or_deleting_an_event_through_django_is_refused(event: Event) -> None:
    event.action = "staff.other"
    for attempt in (event.save, event.delete, Event.objects.all().delete):
        with pytest.raises(ProgrammingError, match=DENIED), transaction.atomic():
            attempt()
    assert Event.objects.get(pk=event.pk).action == "staff.greet"


def test_the_portal_s_role_may_insert_and_select(event: Event) -> None:
    rights = {
        right
        for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
        if run("SELECT has_table_privilege(%s, %s)", EVENT, right) == [(True,)]
    }
    assert rights == {"SELECT", "INSERT"}
    assert run("SELECT has_any_column_privilege('audit_event', 'UPDATE')") == [(False,)]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_event SET action = 'x'",
        "UPDATE audit_event SET action = action WHERE false",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "TRUNCATE audit_event CASCADE",
        "DELETE FROM reports_sheetbuild",
        "TRUNCATE reports_sheetbuild CASCADE",
        "TRUNCATE staff_staff CASCADE",
    ],
)
def test_the_owner_s_mistakes_are_stopped(sql: str, event: Event, build: SheetBuild) -> None:
    with pytest.raises(psycopg2.errors.RestrictViolation, match="keeps evidence"):
        run_as_owner(sql)
    assert run_as_owner("SELECT count(*) FROM audit_event")[0][0] > 0


def column_values(build: SheetBuild) -> dict[str, Any]:
    """A value other than the one that stands there, for each column of a build."""
    other_time = "2001-01-01 00:00+00"
    return {
        "sheet_id": "(SELECT max(id) FROM reports_evaluationsheet)",
        "snapshot": "'{}'",
        "snapshot_sha256": f"'{'0' * 64}'",
        "archive": "NOT archive",
        "requested_by_id": "(SELECT min(id) FROM staff_staff)",
        "requested_at": f"'{other_time}'",
    }


@pytest.mark.parametrize("column", sorted(FROZEN))
def test_a_frozen_column_of_a_build_is_frozen_for_both_roles(column: str, build: SheetBuild) -> None:
    if column == "sheet_id":
        build.sheet.programme.sheets.create(fiscal_year=2020, era_style="era", done=[], planned=[])
    change = f"UPDATE reports_sheetbuild SET {column} = {column_values(build)[column]} WHERE id = {build.pk}"
    with pytest.raises(ProgrammingError, match=DENIED):
        run(change)
    with pytest.raises(psycopg2.errors.RestrictViolation, match=f"{BUILD}.{column} is frozen"):
        run_as_owner(change)


@pytest.mark.parametrize(
    "sql", ["DELETE FROM reports_sheetbuild", "TRUNCATE reports_sheetbuild", "UPDATE reports_sheetbuild SET id = 0"]
)
def test_the_portal_s_role_cannot_delete_or_renumber_a_build(sql: str, build: SheetBuild) -> None:
    with pytest.raises(ProgrammingError, match=DENIED):
        run(sql)
    assert SheetBuild.objects.filter(pk=build.pk).exists()


def test_the_free_columns_of_a_build_can_be_written_by_both_roles(build: SheetBuild) -> None:
    for field in (field for field in SheetBuild._meta.concrete_fields if field.column not in FROZEN | {"id"}):
        run(f"UPDATE reports_sheetbuild SET {field.column} = {field.column}")
    run("UPDATE reports_sheetbuild SET attempts = 2 WHERE id = %s", build.pk)
    build.refresh_from_db()
    assert build.attempts == 2
    run_as_owner("UPDATE reports_sheetbuild SET attempts = 3 WHERE id = %s", build.pk, keep=True)
    build.refresh_from_db()
    assert build.attempts == 3


def test_a_finished_build_stands_still_for_both_roles(build: SheetBuild) -> None:
    closing = "UPDATE reports_sheetbuild SET state = 'failed', failure = 'time_limit', finished_at = now()"
    run(closing)
    for change in ("state = 'queued', failure = '', finished_at = NULL", "failure = 'not_stored'", "attempts = 9"):
        with pytest.raises(IntegrityError, match="keeps evidence"):
            run(f"UPDATE reports_sheetbuild SET {change}")
        with pytest.raises(psycopg2.errors.RestrictViolation, match="keeps evidence"):
            run_as_owner(f"UPDATE reports_sheetbuild SET {change}")
    build.refresh_from_db()
    assert (build.state, build.failure, build.attempts) == ("failed", "time_limit", 0)


def test_writing_the_value_that_stands_there_is_no_change(build: SheetBuild) -> None:
    run_as_owner("UPDATE reports_sheetbuild SET snapshot = snapshot, attempts = attempts + 1", keep=True)
    build.refresh_from_db()
    assert build.attempts == 1


def test_a_sheet_or_a_person_named_in_a_build_cannot_be_deleted(build: SheetBuild) -> None:
    with pytest.raises(IntegrityError):
        run("DELETE FROM reports_evaluationsheet WHERE id = %s; SET CONSTRAINTS ALL IMMEDIATE", build.sheet_id)
    with pytest.raises(IntegrityError):
        run("DELETE FROM staff_staff WHERE id = %s; SET CONSTRAINTS ALL IMMEDIATE", build.requested_by_id)


def declaring() -> Iterator[tuple[str, str]]:
    """Yield what the models themselves say: (table, what is protected)."""
    for model in apps.get_models():
        if "append_only" in vars(model):
            yield model._meta.db_table, "all"
        for name in vars(model).get("frozen_fields", ()):
            yield model._meta.db_table, model._meta.get_field(name).column


def test_the_protected_models_are_exactly_those_that_declare_it(db: None) -> None:
    listed = set()
    for model in protected_models():
        listed |= {(model._meta.db_table, "all")} if is_append_only(model) else set()
        listed |= {(model._meta.db_table, column) for column in frozen_columns(model)}
    assert listed == set(declaring())
    assert {(EVENT, "all"), *((BUILD, column) for column in FROZEN)} <= listed


def triggers() -> dict[str, set[str]]:
    rows = run(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O' ORDER BY 1, 2"
    )
    return {table: {name for where, name in rows if where == table} for table, _ in rows}


def expected_triggers() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for table, what in declaring():
        found.setdefault(table, {"moka_evidence"}).update(set() if what == "all" else {"moka_frozen"})
    for model in apps.get_models():
        if hasattr(model, "closed_by"):
            found[model._meta.db_table].add("moka_closed")
    return found


def test_the_database_holds_the_triggers_that_the_models_declare_and_no_others(db: None) -> None:
    assert triggers() == expected_triggers()


@by_both_roles
@pytest.mark.parametrize(
    "damage",
    [
        "DROP TRIGGER moka_evidence ON audit_event",
        "DROP TRIGGER moka_frozen ON reports_sheetbuild",
        "DROP FUNCTION moka_refuse() CASCADE",
        "GRANT UPDATE, DELETE, TRUNCATE ON audit_event, reports_sheetbuild TO {portal}",
        "CREATE OR REPLACE FUNCTION moka_refuse_frozen() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    ],
)
def test_migrate_puts_back_what_was_taken_away(damage: str, event: Event, build: SheetBuild) -> None:
    portal = connections["default"].settings_dict["USER"]
    run_as_owner(damage.format(portal=portal), keep=True)
    call_command("migrate", verbosity=0)
    assert triggers() == expected_triggers()
    for sql in ("UPDATE audit_event SET action = ''", "DELETE FROM audit_event", "TRUNCATE reports_sheetbuild"):
        with pytest.raises(ProgrammingError, match=DENIED):
            run(sql)
        with pytest.raises(psycopg2.errors.RestrictViolation):
            run_as_owner(sql)
    with pytest.raises(psycopg2.errors.RestrictViolation, match="frozen"):
        run_as_owner("UPDATE reports_sheetbuild SET archive = NOT archive")


@by_both_roles
def test_only_looking_at_the_plan_changes_nothing(event: Event) -> None:
    run_as_owner("DROP TRIGGER moka_evidence ON audit_event", keep=True)
    try:
        call_command("migrate", plan=True, verbosity=0)
        call_command("migrate", check_unapplied=True, verbosity=0)
        assert EVENT not in triggers()
    finally:
        call_command("migrate", verbosity=0)
    assert EVENT in triggers()


def test_every_other_table_can_be_worked_with(db: None) -> None:
    protected = {model._meta.db_table for model in protected_models()}
    tables = [model._meta.db_table for model in apps.get_models() if model._meta.db_table not in protected]
    for table in tables:
        for right in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            assert run("SELECT has_table_privilege(%s, %s)", table, right) == [(True,)], f"{right} {table}"
        assert run("SELECT has_table_privilege(%s, 'TRUNCATE')", table) == [(False,)]


def test_migrate_without_the_owner_s_address_refuses_and_names_the_variable(db: None) -> None:
    production = environment(**PRODUCTION)
    del production["DATABASE_OWNER_URL"]
    command = [sys.executable, "manage.py", "migrate"]
    done = subprocess.run(
        command, cwd=ROOT, env={**production, "HOME": os.environ["HOME"]}, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "DATABASE_OWNER_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_migrate_over_a_database_nobody_set_up_refuses(db: None) -> None:
    with pytest.raises(CommandError, match="DATABASE_OWNER_URL"):
        call_command("migrate", database="nowhere", verbosity=0)
