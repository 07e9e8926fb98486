"""The tick-list: who came, what another officer recorded meanwhile, and what a double click says."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from tests.project.scene import session
from tests.training.conftest import text_of
from tests.training.test_views import with_more_people
from training.models import Attendance, TrainingSession


def opened(officer: Client, made: TrainingSession, query: str = "") -> dict[str, str]:
    """Return what the tick-list would send as it stands on the screen."""
    page = text_of(officer.get(f"/training/sessions/{made.pk}/attendance/{query}"))
    return shown_on(page)


def shown_on(page: str) -> dict[str, str]:
    seen = dict(re.findall(r'name="(seen_\d+)" value="(\w+)"', page))
    return seen | dict(re.findall(r'name="(mark_\d+)" value="(\w+)"[^>]* checked', page))


def marks_of(made: TrainingSession, chosen: dict[Any, str]) -> dict[str, str]:
    return {f"mark_{made.enrolments.get(person=person).pk}": state for person, state in chosen.items()}


def tick(officer: Client, made: TrainingSession, chosen: dict[Any, str], query: str = "", **more: str) -> Any:
    """Open the tick-list, choose, and send it."""
    typed = opened(officer, made, query) | marks_of(made, chosen) | more
    return officer.post(f"/training/sessions/{made.pk}/attendance/{query}", typed)


def recorded(made: TrainingSession) -> dict[str, str]:
    """Return the attendance of a session by employee number."""
    rows = Attendance.objects.filter(enrolment__session=made)
    return dict(rows.values_list("enrolment__person__employee_number", "state"))


def test_the_tick_list_records_everybody_and_a_correction_asks_why(officer: Client, people: SimpleNamespace) -> None:
    made = session(people)
    address = f"/training/sessions/{made.pk}/attendance/"
    marks = {f"mark_{one.pk}": "present" for one in made.enrolments.all()}
    assert text_of(officer.get(address)).count("checked") == 0
    assert text_of(officer.get(f"{address}?all=present")).count("checked") == 7
    assert officer.post(address, marks).url == f"/training/sessions/{made.pk}/"
    assert Attendance.objects.filter(state="present").count() == 7
    changed = opened(officer, made) | {next(iter(marks)): "late"}
    refused = officer.post(address, changed)
    assert refused.status_code == 400 and "訂正する理由" in text_of(refused)
    assert officer.post(address, changed | {"reason": "電車の遅れ"}).status_code == 302
    assert Attendance.objects.get(state="late").reason == "電車の遅れ"


def test_who_is_left_open_is_recorded_later(officer: Client, people: SimpleNamespace) -> None:
    made = session(people)
    tick(officer, made, {people.employee: "present"})
    tick(officer, made, {people.manager: "absent"})
    assert recorded(made) == {"001": "present", "002": "absent"}


def test_an_old_tick_list_leaves_what_another_officer_corrected(officer: Client, people: SimpleNamespace) -> None:
    made = session(people)
    tick(officer, made, {people.employee: "present", people.manager: "present"})
    old = opened(officer, made)
    tick(officer, made, {people.employee: "absent"}, reason="受付簿と照合")
    sent = old | marks_of(made, {people.manager: "late"}) | {"reason": "電車の遅れ"}
    assert officer.post(f"/training/sessions/{made.pk}/attendance/", sent).status_code == 302
    assert recorded(made) == {"001": "absent", "002": "late"}
    corrected = Attendance.objects.get(enrolment__person=people.employee)
    assert corrected.reason == "受付簿と照合"


def test_of_two_officers_marking_one_person_the_second_is_told_once_and_keeps_the_choice(
    officer: Client, people: SimpleNamespace
) -> None:
    made = session(people)
    address, mine = f"/training/sessions/{made.pk}/attendance/", marks_of(made, {people.employee: "present"})
    old = opened(officer, made) | mine
    tick(officer, made, {people.employee: "absent", people.manager: "excused"})
    told = officer.post(address, old)
    assert told.status_code == 400
    assert "ほかの人がこれを保存しました" in text_of(told)
    assert set(told.context["form"].errors) == {"__all__", *mine}
    assert recorded(made) == {"001": "absent", "002": "excused"}
    again = shown_on(text_of(told))
    assert again | mine == again
    assert officer.post(address, again | {"reason": "名簿の誤り"}).status_code == 302
    assert recorded(made) == {"001": "present", "002": "excused"}


def test_everybody_present_on_an_old_page_does_not_overwrite_an_absence(
    officer: Client, people: SimpleNamespace
) -> None:
    made = session(people)
    old = opened(officer, made, "?all=present")
    tick(officer, made, {people.employee: "absent"})
    told = officer.post(f"/training/sessions/{made.pk}/attendance/?all=present", old | {"reason": "全員出席"})
    assert told.status_code == 400
    assert recorded(made) == {"001": "absent"}


def test_a_double_click_on_those_not_recorded_yet_records_them_and_says_so(
    officer: Client, people: SimpleNamespace
) -> None:
    made = session(people)
    sent = opened(officer, made, "?state=open") | marks_of(made, {people.employee: "present"})
    for _ in range(2):
        answer = officer.post(f"/training/sessions/{made.pk}/attendance/?state=open", sent)
        assert answer.url == f"/training/sessions/{made.pk}/"
    assert recorded(made) == {"001": "present"}
    assert Event.objects.filter(action="training.record_attendance").count() == 1


@pytest.mark.parametrize("name", ["mark_999999", "mark_99999999999999999999", "mark_", "mark_１", "mark_-1"])
def test_a_mark_of_nobody_on_the_roster_is_refused(officer: Client, people: SimpleNamespace, name: str) -> None:
    made = session(people)
    sent = opened(officer, made) | marks_of(made, {people.employee: "present"}) | {name: "present"}
    assert officer.post(f"/training/sessions/{made.pk}/attendance/", sent).status_code == 400
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("seen", ["present", "asleep", "\0"])
def test_a_tick_list_that_claims_what_was_never_recorded_is_told(
    officer: Client, people: SimpleNamespace, seen: str
) -> None:
    made = session(people)
    mine = marks_of(made, {people.employee: "late"})
    sent = mine | {name.replace("mark", "seen"): seen for name in mine}
    assert officer.post(f"/training/sessions/{made.pk}/attendance/", sent).status_code == 400
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("state", ["cancelled", "planned"])
def test_a_session_that_is_cancelled_or_to_come_is_not_ticked(
    officer: Client, people: SimpleNamespace, state: str
) -> None:
    made = session(people)
    held_on = made.held_on if state == "cancelled" else made.held_on.replace(year=made.held_on.year + 1)
    TrainingSession.objects.update(state=state, held_on=held_on)
    refused = tick(officer, made, {people.employee: "present"})
    assert refused.status_code == 400
    assert ("中止" if state == "cancelled" else "まだ始まっていません") in text_of(refused)
    assert not Attendance.objects.exists()


def test_a_long_tick_list_is_recorded_page_by_page(officer: Client, people: SimpleNamespace) -> None:
    made = session(people)
    with_more_people(made, 120)
    address = f"/training/sessions/{made.pk}/attendance/"
    second = officer.get(f"{address}?page=2&all=present")
    assert text_of(second).count("checked") == 27
    marks = {name: "present" for name in second.context["form"].fields if name.startswith("mark_")}
    assert officer.post(f"{address}?page=2&all=present", marks).url == f"{address}?page=2&all=present"
    assert Attendance.objects.count() == 27
    assert text_of(officer.get(address)).count("checked") == 0


def test_somebody_taken_off_meanwhile_is_told_and_nothing_is_lost(officer: Client, people: SimpleNamespace) -> None:
    made = session(people)
    marks = {f"mark_{one.pk}": "present" for one in made.enrolments.all()}
    made.enrolments.get(person=people.employee).delete()
    told = officer.post(f"/training/sessions/{made.pk}/attendance/", marks)
    assert told.status_code == 400
    assert text_of(told).count("checked") == 6
    assert not Attendance.objects.exists()


def test_a_mark_that_is_none_is_refused(officer: Client, people: SimpleNamespace) -> None:
    made = session(people)
    assert tick(officer, made, {people.employee: "asleep"}).status_code == 400
    assert not Attendance.objects.exists()
