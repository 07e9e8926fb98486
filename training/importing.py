"""The files of the training: a city's past sessions, and who came to one of them."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext as _

from common.canonical import sha256_of
from common.fields import CodeField, CountField, JapaneseDateField
from common.importing import Column, Problem, Record, Tally, WordField, paired, read_records
from staff.audience import in_words
from training.models import Attendance, Enrolment, TrainingSession

STATES = {
    "予定": TrainingSession.State.PLANNED,
    "実施済": TrainingSession.State.HELD,
    "中止": TrainingSession.State.CANCELLED,
}
KINDS = {
    "集合": TrainingSession.Kind.SITTING,
    "eラーニング": TrainingSession.Kind.E_LEARNING,
    "外部": TrainingSession.Kind.OUTSIDE,
}
ATTENDANCES = {
    "出席": Attendance.State.PRESENT,
    "遅刻": Attendance.State.LATE,
    "公欠": Attendance.State.EXCUSED,
    "欠席": Attendance.State.ABSENT,
}
ATTENDANCE_WORDS = {str(state): word for word, state in ATTENDANCES.items()}
NUMBER, ATTENDED = "職員番号", "出欠"
ROSTER_HEADINGS = ("所属コード", "所属名", NUMBER, "氏名", ATTENDED, "訂正の理由")
"""The columns of a roster that is handed out; filled in, it can be read again."""


class SessionPlan(NamedTuple):
    """What saving a file of sessions would do: the row it is about (None: new), its course and its values."""

    session: TrainingSession | None
    course: str
    values: dict[str, Any]


class Comparison(NamedTuple):
    """The sessions of a file against those that are held."""

    plans: list[SessionPlan]
    problems: list[Problem]
    tally: Tally


def session_columns() -> list[Column]:
    """Return the columns of a file of sessions."""
    return [
        Column("講座名", "course", forms.CharField(max_length=200)),
        Column("開催日", "held_on", JapaneseDateField()),
        Column("対象", "audience", forms.CharField(max_length=200)),
        Column("種別", "kind", WordField(KINDS)),
        Column("状態", "state", WordField(STATES)),
        Column("会場", "place", forms.CharField(max_length=200, required=False, strip=False)),
        Column("講師", "instructor", forms.CharField(max_length=200, required=False, strip=False)),
        Column("参加者数", "participants", CountField(required=False, max_value=1_000_000)),
    ]


def compare_sessions(content: bytes, on: dt.date) -> Comparison:
    """Read a file of sessions on the day `on` and compare it with the sessions held; saves nothing."""
    reading = read_records(content, session_columns())
    problems = [*reading.problems, *(problem for record in reading.records for problem in _faults(record, on))]
    held = TrainingSession.objects.select_related("course").with_attendance().order_by("pk")
    pairs = paired(reading.records, held, keys=(_key, _day), same=_same) if not problems else []
    problems += [problem for record, row in pairs for problem in _contradictions(record, row)]
    if problems:
        return Comparison([], problems, Tally(errors=len(problems)))
    plans = [_plan(record, row) for record, row in pairs if not _same(record, row)]
    added = sum(plan.session is None for plan in plans)
    return Comparison(plans, [], Tally(added, len(plans) - added, len(pairs) - len(plans), 0))


def _faults(record: Record, on: dt.date) -> Iterable[Problem]:
    held_on, state = record.values.get("held_on"), record.values.get("state")
    if state == TrainingSession.State.HELD and held_on and held_on > on:
        yield Problem(record.row, "状態", _("This session lies in the future, so it cannot have been held yet."))


def _contradictions(record: Record, row: Any) -> Iterable[Problem]:
    if row is not None and row.has_attendance and record.values["state"] != TrainingSession.State.HELD:
        yield Problem(record.row, "状態", _("Attendance is recorded for this session, so it was held."))


def _plan(record: Record, row: TrainingSession | None) -> SessionPlan:
    """Return what to save; an existing session keeps its title, which the file does not tell."""
    course, values = record.values["course"], _values(record)
    return SessionPlan(row, course, values if row else {"title": course, **values})


def _values(record: Record) -> dict[str, Any]:
    values = {key: record.values[key] for key in ("held_on", "kind", "state", "place", "instructor", "participants")}
    audience, note = in_words(record.values["audience"])
    return {**values, "audience": audience, "audience_note": note}


def _key(row: Any) -> tuple[Any, ...]:
    if isinstance(row, Record):
        values = _values(row)
        return (row.values["course"], *(values[name] for name in ("held_on", "audience", "audience_note", "kind")))
    return (row.course.name, row.held_on, row.audience, row.audience_note, row.kind)


def _day(row: Any) -> tuple[Any, ...]:
    return _key(row)[:2]


def _same(record: Record, row: TrainingSession | None) -> bool:
    return row is not None and all(getattr(row, name) == value for name, value in _values(record).items())


class Mark(NamedTuple):
    """What a file says of one enrolled person."""

    enrolment: Enrolment
    state: str


class Marks(NamedTuple):
    """The attendance of a file: what it would change, every problem, and how it compares with what is recorded."""

    changes: list[Mark]
    problems: list[Problem]
    tally: Tally

    @property
    def marks(self) -> dict[int, str]:
        """The marks to be recorded, by the key of the enrolment."""
        return {one.enrolment.pk: one.state for one in self.changes}

    @property
    def seen(self) -> dict[int, str]:
        """What was recorded of the same people when the file was compared."""
        return {one.enrolment.pk: one.enrolment.mark for one in self.changes}

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of every change, so that a preview and its saving can be told to be the same."""
        return sha256_of([[one.enrolment.pk, one.enrolment.mark, one.state] for one in self.changes])


def compare_attendance(content: bytes, session: TrainingSession) -> Marks:
    """Read a file of 職員番号 and 出欠 for the people enrolled for `session`; saves nothing.

    An empty 出欠 says nothing of the person. Corrections stand before first records.
    """
    reading = read_records(content, attendance_columns(), key=["number"])
    rows = session.enrolments.select_related("person", "attendance")
    enrolled: dict[str, Enrolment] = {row.person.employee_number: row for row in rows}
    sentence = _("This person is not enrolled for the session.")
    problems = reading.problems + [
        Problem(record.row, NUMBER, sentence)
        for record in reading.records
        if record.values.get("number", "") and record.values["number"] not in enrolled
    ]
    if problems:
        return Marks([], sorted(problems, key=lambda problem: problem.row), Tally(errors=len(problems)))
    filled = [(enrolled[one.values["number"]], one.values["state"]) for one in reading.records if one.values["state"]]
    changes = [Mark(row, str(state)) for row, state in filled if state != row.mark]
    changes.sort(key=lambda one: not one.enrolment.mark)
    changed = sum(bool(one.enrolment.mark) for one in changes)
    return Marks(changes, [], Tally(len(changes) - changed, changed, len(reading.records) - len(changes), 0))


def attendance_columns() -> list[Column]:
    """Return the columns of a file of results; what else a roster holds may be there and is not read."""
    others = [heading for heading in ROSTER_HEADINGS if heading not in (NUMBER, ATTENDED)]
    return [
        Column(NUMBER, "number", CodeField(max_length=20)),
        Column(ATTENDED, "state", WordField(ATTENDANCES, required=False)),
        *(Column(heading, heading, forms.CharField(required=False), needed=False) for heading in others),
    ]
