"""What training puts on a person's home page, and when it goes away."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from tests.training.test_actions import TODAY, mark, roster, session
from training.home import sessions_this_year, to_attend, to_record
from training.models import TrainingSession

YESTERDAY, TOMORROW = TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        ({"held_on": TODAY}, True),
        ({"held_on": TOMORROW}, True),
        ({"held_on": YESTERDAY}, False),
        ({"held_on": YESTERDAY, "until": TOMORROW}, True),
        ({"held_on": YESTERDAY, "until": TODAY}, True),
    ],
)
def test_a_person_is_asked_to_attend_until_the_last_day(
    people: SimpleNamespace, days: dict[str, Any], shown: bool
) -> None:
    made = roster(people, **days)
    tasks = list(to_attend(people.employee, TODAY))
    assert [task.url for task in tasks] == ([f"/training/sessions/{made.pk}/"] if shown else [])
    assert all((task.due, task.on_the_day) == (made.last_day, made.until is None) for task in tasks)


def test_who_came_and_who_is_not_asked_have_nothing_to_attend(people: SimpleNamespace) -> None:
    made = roster(people, until=TOMORROW)
    made.enrolments.get(person=people.auditor).delete()
    mark(people, made, people.employee, "present")
    assert list(to_attend(people.employee, TODAY)) == []
    assert list(to_attend(people.auditor, TODAY)) == []
    assert len(list(to_attend(people.manager, TODAY))) == 1


def test_a_cancelled_session_asks_nobody(people: SimpleNamespace) -> None:
    roster(people)
    TrainingSession.objects.update(state="cancelled")
    assert list(to_attend(people.employee, TODAY)) == []


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ({"held_on": YESTERDAY}, True),
        ({"held_on": TODAY}, False),
        ({"held_on": YESTERDAY, "until": TODAY}, False),
        ({"held_on": YESTERDAY, "state": "held"}, False),
        ({"held_on": YESTERDAY, "state": "cancelled"}, False),
    ],
)
def test_an_officer_is_asked_to_record_what_is_over_and_only_planned(
    people: SimpleNamespace, more: dict[str, Any], shown: bool
) -> None:
    made = session(people, **more)
    assert [task.url for task in to_record(people.officer, TODAY)] == (
        [f"/training/sessions/{made.pk}/"] if shown else []
    )
    assert list(to_record(people.employee, TODAY)) == []


@pytest.mark.parametrize(("until", "on_the_day"), [(None, True), (YESTERDAY, False)])
def test_what_is_to_be_recorded_names_the_day_of_a_sitting_and_the_last_day_of_a_period(
    people: SimpleNamespace, until: dt.date | None, on_the_day: bool
) -> None:
    session(people, held_on=YESTERDAY, until=until)
    (task,) = to_record(people.officer, TODAY)
    assert (task.due, task.on_the_day) == (YESTERDAY, on_the_day)


def test_those_who_follow_the_training_see_how_many_were_held_this_fiscal_year(people: SimpleNamespace) -> None:
    session(people, state="held", held_on=dt.date(2026, 3, 31))
    session(people, state="held", held_on=dt.date(2026, 4, 1))
    session(people, state="cancelled")
    assert [fact.value for fact in sessions_this_year(people.manager, TODAY)] == ["1"]
    assert list(sessions_this_year(people.employee, TODAY)) == []


def test_the_home_page_shows_it(people: SimpleNamespace, sign_in: Any, time_machine: Any) -> None:
    time_machine.move_to(dt.datetime.combine(TODAY, dt.time(12), tzinfo=dt.UTC), tick=False)
    roster(people)
    session(people, title="昨日の研修", held_on=YESTERDAY)
    assert "全職員研修" in sign_in(people.employee).get("/").content.decode()
    assert "昨日の研修" in sign_in(people.officer).get("/").content.decode()
