"""The sessions of the demo city: as many held each fiscal year as the printed sheet says, and some that never count."""

import datetime as dt
from typing import NamedTuple

from staff.audience import Audience
from staff.models import Staff
from training import actions
from training.models import Attendance, TrainingSession

HELD, CANCELLED, PLANNED = TrainingSession.State.HELD, TrainingSession.State.CANCELLED, TrainingSession.State.PLANNED
SITTING, E_LEARNING = TrainingSession.Kind.SITTING, TrainingSession.Kind.E_LEARNING
OUTSIDE = TrainingSession.Kind.OUTSIDE
NEWCOMERS = ("新規採用職員セキュリティ研修", Audience.NEWCOMERS, SITTING)
EVERYBODY = ("全職員セキュリティ研修", Audience.ALL, SITTING)
MANAGERS = ("管理職セキュリティ研修", Audience.MANAGERS, SITTING)
LEARNING = ("情報セキュリティeラーニング", Audience.ALL, E_LEARNING)
ELSEWHERE = ("県主催 情報セキュリティ講座", Audience.OTHER, OUTSIDE)


class DemoSession(NamedTuple):
    """One session: when, its course with audience and kind, what became of it, and how many came."""

    held_on: str
    course: tuple[str, str, TrainingSession.Kind]
    state: str = HELD
    participants: int | None = None


SESSIONS = (
    DemoSession("2016-04-05", NEWCOMERS, HELD, 14),
    DemoSession("2016-10-20", EVERYBODY, HELD, 212),
    DemoSession("2016-11-17", MANAGERS, CANCELLED),
    DemoSession("2017-04-04", NEWCOMERS, HELD, 16),
    DemoSession("2017-07-12", EVERYBODY, HELD, 198),
    DemoSession("2017-07-13", EVERYBODY, HELD, 187),
    DemoSession("2017-10-05", MANAGERS, HELD, 45),
    DemoSession("2018-03-31", LEARNING, HELD, 402),
    DemoSession("2018-04-01", NEWCOMERS, CANCELLED),
    DemoSession("2018-04-04", NEWCOMERS, HELD, 18),
    DemoSession("2018-09-14", EVERYBODY, HELD, 231),
    DemoSession("2018-11-02", MANAGERS, HELD, 47),
    DemoSession("2019-04-03", NEWCOMERS, HELD, 22),
    DemoSession("2019-08-21", EVERYBODY, HELD, 240),
    DemoSession("2019-10-30", MANAGERS, HELD, 46),
    DemoSession("2020-02-06", ELSEWHERE, HELD, 3),
    DemoSession("2020-03-26", EVERYBODY, CANCELLED),
    *(
        DemoSession(f"{year}-{day}", course, HELD, participants)
        for year in range(2020, 2026)
        for day, course, participants in (
            ("04-03", NEWCOMERS, 15),
            ("07-15", LEARNING, 455),
            ("09-18", EVERYBODY, 236),
            ("11-06", MANAGERS, 48),
        )
    ),
    DemoSession("2026-04-03", NEWCOMERS),
    DemoSession("2026-07-15", LEARNING),
    DemoSession("2026-09-17", MANAGERS),
    DemoSession("2027-02-10", EVERYBODY, PLANNED),
)
PLACES = {SITTING: "市役所 大会議室", E_LEARNING: "", OUTSIDE: "県庁"}
WITH_ROSTER_SINCE = "2026-04-01"


def load(by: Staff, today: dt.date) -> None:
    """Write the sessions, the newest with rosters and attendance; loading again changes nothing."""
    known = set(TrainingSession.objects.values_list("title", "held_on"))
    for session in SESSIONS:
        held_on = dt.date.fromisoformat(session.held_on)
        if (session.course[0], held_on) not in known:
            _add(by, session, held_on, today)


def _add(by: Staff, session: DemoSession, held_on: dt.date, today: dt.date) -> None:
    name, audience, kind = session.course
    values = {
        "title": name,
        "state": session.state if held_on <= today else PLANNED,
        "kind": kind,
        "audience": audience,
        "audience_note": "情報政策課の職員" if audience == Audience.OTHER else "",
        "held_on": held_on,
        "place": PLACES[kind],
        "instructor": "情報政策課",
        "participants": session.participants,
    }
    added = actions.save_session(by=by, session=None, course=name, values=values, on=today, reason="デモ用のデータ")
    if session.held_on >= WITH_ROSTER_SINCE:
        actions.enrol_audience(by=by, session=added)
        if added.state == HELD:
            _attend(by, added, today)


def _attend(by: Staff, session: TrainingSession, today: dt.date) -> None:
    usual = [Attendance.State.PRESENT] * 17 + [Attendance.State.LATE, Attendance.State.EXCUSED, Attendance.State.ABSENT]
    keys = session.enrolments.order_by("person__employee_number").values_list("pk", flat=True)
    marks = {key: usual[number % len(usual)].value for number, key in enumerate(keys)}
    actions.record_attendance(by=by, session=session, marks=marks, on=today)
