"""Sessions, rosters and attendance: what is recorded, what is refused, and what the history keeps."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from audit.models import Event
from common.errors import Refused
from staff.models import Department, Posting, Staff
from tests import cast
from training import actions
from training.models import Attendance, TrainingSession

TODAY = dt.date(2026, 11, 24)
TOMORROW = TODAY + dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def values(**more: Any) -> dict[str, Any]:
    return {
        "title": "全職員研修",
        "state": "planned",
        "kind": "sitting",
        "audience": "all",
        "held_on": TODAY,
        "place": "大会議室",
        **more,
    }


def session(people: SimpleNamespace, **more: Any) -> TrainingSession:
    return actions.save_session(by=people.officer, session=None, course="全職員研修", values=values(**more), on=TODAY)


def roster(people: SimpleNamespace, **more: Any) -> TrainingSession:
    made = session(people, **more)
    actions.enrol_audience(by=people.officer, session=made)
    return made


def mark(people: SimpleNamespace, of: TrainingSession, person: Staff, state: str, reason: str = "") -> int:
    key = of.enrolments.get(person=person).pk
    return actions.record_attendance(by=people.officer, session=of, marks={key: state}, on=TODAY, reason=reason)


def test_a_change_leaves_what_was_before_and_why(people: SimpleNamespace) -> None:
    made = session(people)
    actions.save_session(
        by=people.officer,
        session=made,
        course="全職員研修",
        values=values(place="第二会議室"),
        on=TODAY,
        reason="会場の変更",
    )
    event = Event.objects.about("training.TrainingSession", made.pk).first()
    assert event.data["reason"] == "会場の変更"
    assert event.data["changes"] == [{"place": "place", "before": "大会議室", "after": "第二会議室"}]


def test_the_trail_says_that_the_instructor_changed_and_never_who_it_is(people: SimpleNamespace) -> None:
    made = session(people, instructor="外部 講師")
    words = {"by": people.officer, "session": made, "course": "全職員研修", "on": TODAY}
    actions.save_session(values=values(instructor="別の 講師"), **words)
    actions.save_session(values=values(instructor=""), **words)
    assert not any("講師" in json.dumps(event.data, ensure_ascii=False) for event in Event.objects.all())
    changed = Event.objects.about("training.TrainingSession", made.pk).changing("instructor")
    assert [one["after"] for event in changed for one in event.data["changes"] if one["place"] == "instructor"] == [
        "",
        "…",
        "…",
    ]


def test_saving_what_is_there_writes_nothing(people: SimpleNamespace) -> None:
    made = session(people)
    before = Event.objects.count()
    actions.save_session(by=people.officer, session=made, course="全職員研修", values=values(), on=TODAY)
    assert Event.objects.count() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"until": TODAY - dt.timedelta(days=1)},
        {"starts_at": dt.time(15), "ends_at": dt.time(13)},
        {"state": "held", "held_on": TOMORROW},
        {"title": ""},
        {"kind": "party"},
    ],
)
def test_a_session_that_cannot_be_is_refused(people: SimpleNamespace, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        session(people, **wrong)
    assert not TrainingSession.objects.exists()


def test_two_officers_at_once_are_told(people: SimpleNamespace) -> None:
    made = session(people)
    words = {"by": people.officer, "session": made, "course": "全職員研修", "on": TODAY, "expected_revision": 1}
    actions.save_session(values=values(place="甲"), **words)
    with pytest.raises(Refused, match="Somebody else"):
        actions.save_session(values=values(place="乙"), **words)


def test_what_another_officer_saved_in_the_same_words_is_no_overlap(people: SimpleNamespace) -> None:
    made = session(people)
    words = {"by": people.officer, "session": made, "course": "全職員研修", "on": TODAY, "expected_revision": 1}
    saved = [actions.save_session(values=values(place="甲"), **words).revision for _ in range(2)]
    assert saved == [2, 2]


def test_the_roster_asks_everybody_of_the_audience_with_the_department_of_that_day(people: SimpleNamespace) -> None:
    made = roster(people)
    assert made.enrolments.count() == 7
    assert made.enrolments.get(person=people.manager).department_code == "012010"
    cast.person("newcomer")
    assert actions.enrol_audience(by=people.officer, session=made) == 1


def asked(made: TrainingSession) -> set[str]:
    return set(made.enrolments.values_list("person__employee_number", flat=True))


@pytest.mark.parametrize(
    ("audience", "codes", "expected"),
    [
        ("managers", [], {"002"}),
        ("newcomers", [], {"new"}),
        ("other", ["012010"], {"001", "002"}),
        ("other", ["0110"], {"003", "004", "006"}),
        ("other", ["0110", "013010"], {"003", "004", "005", "006", "007"}),
    ],
)
def test_each_audience_means_its_people_with_the_departments_below(
    people: SimpleNamespace, audience: str, codes: list[str], expected: set[str]
) -> None:
    Staff.objects.create(employee_number="new", name="新人", employment_kind="regular", joined_on=dt.date(2026, 4, 1))
    assert asked(roster(people, audience=audience, department_codes=codes)) == expected


def test_the_audience_is_that_of_the_session_s_day(people: SimpleNamespace) -> None:
    Staff.objects.create(employee_number="new", name="新人", employment_kind="regular", joined_on=dt.date(2025, 4, 1))
    Posting.objects.filter(person=people.manager).update(is_head=False)
    Posting.objects.filter(person=people.ciso).update(is_head=True, valid_from=TOMORROW)
    last_year = dt.date(2026, 3, 31)
    assert asked(roster(people, audience="newcomers", held_on=last_year)) == {"new"}
    assert asked(roster(people, audience="managers", held_on=TOMORROW)) == {"004"}
    for audience in ("newcomers", "managers"):
        with pytest.raises(Refused, match="Nobody"):
            roster(people, audience=audience)


def test_who_left_before_the_day_is_not_asked(people: SimpleNamespace) -> None:
    Staff.objects.filter(pk=people.auditor.pk).update(left_on=TODAY - dt.timedelta(days=1))
    assert roster(people).enrolments.count() == 6


def test_nobody_and_a_cancelled_session_have_no_roster(people: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="Nobody"):
        roster(people, audience="other", department_codes=[])
    with pytest.raises(Refused, match="cancelled"):
        roster(people, state="cancelled")


def test_attendance_makes_a_planned_session_held_and_a_correction_gives_its_reason(people: SimpleNamespace) -> None:
    made = roster(people)
    assert mark(people, made, people.employee, "present") == 1
    made.refresh_from_db()
    assert made.state == "held"
    with pytest.raises(Refused, match="why"):
        mark(people, made, people.employee, "absent")
    assert mark(people, made, people.employee, "absent", "押印の誤り") == 1
    attendance = Attendance.objects.get()
    assert (attendance.state, attendance.reason) == ("absent", "押印の誤り")
    event = Event.objects.filter(action="training.record_attendance").latest("pk")
    assert event.data["changes"] == [{"place": str(people.employee.uid), "before": "present", "after": "absent"}]


def test_the_same_mark_again_writes_nothing(people: SimpleNamespace) -> None:
    made = roster(people)
    mark(people, made, people.employee, "present")
    before, events = Attendance.objects.values().get(), Event.objects.count()
    assert mark(people, made, people.employee, "present", "念のため") == 0
    assert (Attendance.objects.values().get(), Event.objects.count()) == (before, events)


def test_a_mark_chosen_by_what_is_no_longer_recorded_is_refused(people: SimpleNamespace) -> None:
    made = roster(people)
    mark(people, made, people.employee, "absent")
    key = made.enrolments.get(person=people.employee).pk
    words = {"by": people.officer, "session": made, "on": TODAY, "reason": "照合", "seen": {key: "present"}}
    with pytest.raises(Refused, match="Somebody else"):
        actions.record_attendance(marks={key: "late"}, **words)
    assert actions.record_attendance(marks={key: "absent"}, **words) == 0
    assert Attendance.objects.get().state == "absent"


def test_attendance_is_refused_for_strangers_cancelled_and_future_sessions(people: SimpleNamespace) -> None:
    made, other = roster(people), roster(people, title="別の研修")
    stranger = {other.enrolments.first().pk: "present"}
    for of, marks in (
        (made, stranger),
        (made, {10**9: "present"}),
        (roster(people, held_on=TOMORROW), None),
        (roster(people, title="中止になる"), "cancel"),
    ):
        if marks == "cancel":
            TrainingSession.objects.filter(pk=of.pk).update(state="cancelled")
        wanted = marks if isinstance(marks, dict) else {of.enrolments.first().pk: "present"}
        with pytest.raises(Refused):
            actions.record_attendance(by=people.officer, session=of, marks=wanted, on=TODAY)
    assert not Attendance.objects.exists()


def test_a_session_with_attendance_is_not_cancelled_and_nobody_of_it_withdrawn(people: SimpleNamespace) -> None:
    made = roster(people)
    mark(people, made, people.employee, "present")
    made.refresh_from_db()
    with pytest.raises(Refused, match="was held"):
        actions.save_session(
            by=people.officer, session=made, course="全職員研修", values=values(state="cancelled"), on=TODAY
        )
    with pytest.raises(Refused, match="Correct it"):
        actions.withdraw(by=people.officer, enrolment=made.enrolments.get(person=people.employee), reason="異動")
    actions.withdraw(by=people.officer, enrolment=made.enrolments.get(person=people.manager), reason="異動")
    assert not made.enrolments.filter(person=people.manager).exists()


def test_a_planned_session_is_cancelled_and_then_asks_nobody_more(people: SimpleNamespace) -> None:
    made = roster(people)
    words = {"by": people.officer, "course": "全職員研修", "on": TODAY, "reason": "台風"}
    made = actions.save_session(session=made, values=values(state="cancelled"), **words)
    assert Event.objects.about("training.TrainingSession", made.pk)[0].data["changes"] == [
        {"place": "state", "before": "planned", "after": "cancelled"}
    ]
    with pytest.raises(Refused, match="cancelled"):
        actions.enrol_audience(by=people.officer, session=made)


def test_who_is_taken_off_twice_was_taken_off_once(people: SimpleNamespace) -> None:
    made = roster(people)
    in_two_tabs = [made.enrolments.get(person=people.employee) for _ in range(2)]
    for enrolment in in_two_tabs:
        actions.withdraw(by=people.officer, enrolment=enrolment, reason="異動")
    assert Event.objects.filter(action="training.withdraw").count() == 1


def test_taking_a_roster_away_is_written_down(people: SimpleNamespace) -> None:
    made = roster(people)
    assert actions.export_roster(by=people.officer, session=made, rows=7) == 7
    event = Event.objects.about("training.TrainingSession", made.pk)[0]
    assert (event.action, event.data, event.actor_uid) == ("training.export_roster", {"rows": 7}, people.officer.uid)


def both_at_once(act: Callable[[], Any]) -> list[Any]:
    """Do the same twice at once, as a double click does, each on a connection of its own."""

    def done(_number: int) -> Any:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(done, range(2)))


def test_one_form_sent_twice_at_once_adds_one_session(transactional_db: None) -> None:
    people = cast.people()
    words = {"by": people.officer, "session": None, "course": "全職員研修", "values": values(), "on": TODAY}
    first, second = both_at_once(lambda: actions.save_session(key="0" * 32, **words))
    assert first == second == TrainingSession.objects.get()
    actions.save_session(key="1" * 32, **words)
    assert TrainingSession.objects.count() == 2


@pytest.mark.parametrize("other", [{"place": "市民ホール"}, {"held_on": TOMORROW}, {"department_codes": ["0110"]}])
def test_one_form_sent_again_with_other_contents_is_refused(people: SimpleNamespace, other: dict[str, Any]) -> None:
    words = {"by": people.officer, "session": None, "on": TODAY, "key": "0" * 32}
    actions.save_session(course="全職員研修", values=values(), **words)
    for course, changed in (("全職員研修", values(**other)), ("別の研修", values())):
        with pytest.raises(Refused, match="sent already"):
            actions.save_session(course=course, values=changed, **words)
    assert TrainingSession.objects.get().place == "大会議室"


def test_an_audience_asked_twice_at_once_is_asked_once(transactional_db: None) -> None:
    people = cast.people()
    made = session(people)
    assert sorted(both_at_once(lambda: actions.enrol_audience(by=people.officer, session=made))) == [0, 7]
    assert made.enrolments.count() == 7


def test_a_session_counts_in_the_fiscal_year_of_its_first_day(people: SimpleNamespace) -> None:
    for held_on in (dt.date(2026, 3, 31), dt.date(2026, 4, 1)):
        session(people, state="held", held_on=held_on)
    session(people, state="cancelled", held_on=dt.date(2026, 4, 1))
    assert [TrainingSession.objects.in_year(year).held().count() for year in (2025, 2026)] == [1, 1]


def test_the_department_of_the_session_s_day_is_kept_after_a_move(people: SimpleNamespace) -> None:
    made = roster(people)
    people.employee.postings.update(department=Department.objects.get(code="013010"))
    assert made.enrolments.get(person=people.employee).department_code == "012010"
