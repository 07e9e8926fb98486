"""What the database refuses of a session, and how sessions stand to a day."""

import datetime as dt
from contextlib import closing
from types import SimpleNamespace
from typing import Any

import psycopg2
import pytest
from django.db import Error, IntegrityError, ProgrammingError, connection, transaction

from tests import cast
from tests.conftest import as_owner
from tests.training.test_actions import TODAY, mark, roster, session
from training.models import Attendance, TrainingSession

YESTERDAY, TOMORROW = TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts_at": dt.time(15), "ends_at": dt.time(15)},
        {"starts_at": dt.time(15), "ends_at": dt.time(13)},
        {"starts_at": dt.time(15), "ends_at": dt.time(13), "until": TODAY},
        {"until": YESTERDAY},
    ],
)
def test_the_database_refuses_a_session_that_ends_before_it_starts(
    people: SimpleNamespace, wrong: dict[str, Any]
) -> None:
    made = session(people)
    with pytest.raises(Error, match="training_session_"), transaction.atomic():
        TrainingSession.objects.filter(pk=made.pk).update(**wrong)


def test_a_session_of_several_days_may_end_earlier_in_the_day_than_it_began(people: SimpleNamespace) -> None:
    made = session(people, until=TOMORROW, starts_at=dt.time(15), ends_at=dt.time(11))
    assert TrainingSession.objects.get() == made


@pytest.mark.parametrize(("until", "is_over"), [(None, True), (YESTERDAY, True), (TODAY, False), (TOMORROW, False)])
def test_a_session_is_over_after_its_last_day(people: SimpleNamespace, until: dt.date | None, is_over: bool) -> None:
    session(people, held_on=YESTERDAY, until=until)
    assert TrainingSession.objects.over(TODAY).exists() is is_over
    assert TrainingSession.objects.not_over(TODAY).exists() is not is_over


TAMPERING = ("DELETE FROM training_attendance", "UPDATE training_attendance SET enrolment_id = enrolment_id + 1")


@pytest.mark.parametrize("sql", [*TAMPERING, "TRUNCATE training_attendance"])
def test_the_portal_s_role_may_neither_delete_attendance_nor_give_it_to_another_person(db: None, sql: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


@pytest.mark.parametrize("sql", TAMPERING)
def test_a_mistake_of_the_owner_with_attendance_is_stopped(transactional_db: None, sql: str) -> None:
    people = cast.people()
    mark(people, roster(people), people.employee, "present")
    with closing(as_owner()) as owner, pytest.raises(psycopg2.errors.RestrictViolation), owner.cursor() as cursor:
        cursor.execute(sql)
    assert Attendance.objects.get().enrolment.person == people.employee


def test_nobody_of_whom_attendance_is_recorded_can_be_taken_off_the_roster(people: SimpleNamespace) -> None:
    made = roster(people)
    mark(people, made, people.employee, "present")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM training_enrolment")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert made.enrolments.count() == 7
