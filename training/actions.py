"""Changing sessions, rosters and attendance. Each change leaves its event: before, after, who and why."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import record
from common import files
from common.errors import Refused
from common.overlap import SENTENCE
from staff.audience import people_of
from staff.models import Staff, StaffQuerySet
from training.models import Attendance, Course, Enrolment, Material, TrainingSession

FACTS = (
    "title",
    "state",
    "kind",
    "audience",
    "audience_note",
    "department_codes",
    "held_on",
    "until",
    "starts_at",
    "ends_at",
    "place",
    "instructor",
    "participants",
)
NAMES = ("instructor",)
"""The facts that are a person's name: the trail keeps only whether there was one, and that it changed."""
NAMED = "…"
Session = TrainingSession


@transaction.atomic
def save_session(
    *,
    by: Staff,
    session: Session | None,
    course: str,
    values: Mapping[str, Any],
    on: dt.date,
    reason: str = "",
    expected_revision: int | None = None,
    key: str = "",
) -> Session:
    """Add a session of the course named `course`, or change `session` to hold `values` (by the names of `FACTS`).

    `key` names the form it was written in: sending the same form twice gives the session that is there. Raises
    `Refused` for dates that cannot be, for a session held in the future or cancelled after people came, for a form
    sent again with other contents, and when somebody else saved since `expected_revision`. Nothing is written when
    nothing changes.
    """
    shown = Session(revision=0, form_key=key or None) if session is None else _locked(session.pk)
    before = {} if session is None else _facts(shown)
    shown.course = Course.objects.get_or_create(name=course)[0]
    for name, value in values.items():
        setattr(shown, name, value)
    if session is None and (there := _of_the_same_form(shown)):
        return there
    changes = _changes(before, _facts(shown))
    if not changes:
        return shown
    if session and expected_revision not in (None, shown.revision):
        raise Refused(str(SENTENCE))
    if before.get("state") == Session.State.HELD and not reason.strip():
        raise Refused(_("Enter why you change a session that was held: it counts on the evaluation sheet."))
    _check(shown, on)
    shown.revision += 1
    shown.save()
    action = "training.change_session" if session else "training.add_session"
    record(by=by, action=action, on=shown, data={"changes": changes, "reason": reason})
    return shown


def _locked(pk: int) -> Session:
    """Return the session as it is now; whoever else would change it, its roster or its attendance waits."""
    return Session.objects.select_for_update().get(pk=pk)


def _of_the_same_form(new: Session) -> Session | None:
    """Return the session that this form added before; of one form sent twice at once, the second waits here."""
    if not new.form_key:
        return None
    Course.objects.select_for_update().get(pk=new.course.pk)
    there = Session.objects.select_related("course").filter(form_key=new.form_key).first()
    if there and _facts(there) != _facts(new):
        raise Refused(
            _("This form was sent already, and its session is saved with other contents. Open a new form for another.")
        )
    return there


def _facts(session: Session) -> dict[str, Any]:
    """Return what is known of a session, as JSON values."""
    plain = {name: getattr(session, name) for name in FACTS}
    return {"course": session.course.name} | {
        name: value.isoformat() if isinstance(value, dt.date | dt.time) else value for name, value in plain.items()
    }


def _changes(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the history keeps of a change."""
    return [
        {"place": name, "before": _told(name, before.get(name)), "after": _told(name, value)}
        for name, value in after.items()
        if before.get(name) != value
    ]


def _told(name: str, value: Any) -> Any:
    return NAMED if name in NAMES and value else value


def _check(session: Session, on: dt.date) -> None:
    try:
        session.full_clean(exclude=["course", "form_key"])
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    if session.state == Session.State.HELD and session.held_on > on:
        raise Refused(_("This session lies in the future, so it cannot have been held yet."))
    recorded = session.pk and Attendance.objects.filter(enrolment__session=session).exists()
    if recorded and session.state != Session.State.HELD:
        raise Refused(_("Attendance is recorded for this session, so it was held."))


@transaction.atomic
def enrol(*, by: Staff, session: Session, people: StaffQuerySet) -> int:
    """Ask `people` to come to `session`, with their departments of its day; returns how many were not asked before.

    Raises `Refused` for a cancelled session and for nobody at all.
    """
    session = _locked(session.pk)
    if session.state == Session.State.CANCELLED:
        raise Refused(_("This session is cancelled."))
    rows: Any = people.with_department_on(session.held_on)
    wanted = list(rows.values_list("pk", "uid", "department_code"))
    if not wanted:
        raise Refused(_("Nobody belongs to this audience on the day of the session."))
    there = set(session.enrolments.filter(person__in=people.values("pk")).values_list("person", flat=True))
    new = [one for one in wanted if one[0] not in there]
    Enrolment.objects.bulk_create(
        Enrolment(session=session, person_id=pk, department_code=code) for pk, _uid, code in new
    )
    if new:
        record(by=by, action="training.enrol", on=session, data={"people": [str(uid) for _pk, uid, _code in new]})
    return len(new)


def enrol_audience(*, by: Staff, session: Session) -> int:
    """Ask everybody of the session's audience, as it is on the session's day; see `enrol`."""
    people = people_of(session.audience, on=session.held_on, department_codes=session.department_codes)
    return enrol(by=by, session=session, people=people)


@transaction.atomic
def withdraw(*, by: Staff, enrolment: Enrolment, reason: str) -> None:
    """Take one person off the roster; raises `Refused` once attendance is recorded."""
    _locked(enrolment.session_id)
    if Attendance.objects.filter(enrolment=enrolment).exists():
        raise Refused(_("Attendance is recorded for this person. Correct it instead."))
    data = {"person": str(enrolment.person.uid), "reason": reason}
    count, _rows = enrolment.delete()
    if count:
        record(by=by, action="training.withdraw", on=enrolment.session, data=data)


@transaction.atomic
def record_attendance(
    *,
    by: Staff,
    session: Session,
    marks: Mapping[int, str],
    on: dt.date,
    reason: str = "",
    seen: Mapping[int, str] | None = None,
) -> int:
    """Record who came: `marks` maps the key of an enrolment to an `Attendance.State`. Returns how many changed.

    The session then counts as held. Raises `Refused` for somebody not enrolled, for a cancelled session or one that
    has not begun on the day `on`, when a mark that was there changes without a reason, and when one of them is no
    longer what it was in `seen`, the marks (empty: none) that the person chose by.
    """
    shown = _locked(session.pk)
    if shown.state == Session.State.CANCELLED:
        raise Refused(_("This session is cancelled."))
    if shown.held_on > on:
        raise Refused(_("This session has not begun yet."))
    enrolled = shown.enrolments.select_related("person", "attendance").in_bulk(list(marks))
    if set(marks) - set(enrolled):
        raise Refused(_("Somebody in this list is not enrolled for the session."))
    new = {key: state for key, state in marks.items() if enrolled[key].mark != state}
    if seen is not None and any(enrolled[key].mark != seen.get(key, "") for key in new):
        raise Refused(str(SENTENCE))
    changes = [_mark(enrolled[key], state) for key, state in new.items()]
    if any(change["before"] for change in changes) and not reason.strip():
        raise Refused(_("Enter why you correct what was recorded."))
    if not changes:
        return 0
    _write_marks(enrolled, new, reason)
    if shown.state == Session.State.PLANNED:
        Session.objects.filter(pk=shown.pk).update(state=Session.State.HELD, revision=shown.revision + 1)
    record(by=by, action="training.record_attendance", on=shown, data={"changes": changes, "reason": reason})
    return len(changes)


def _mark(enrolment: Enrolment, state: str) -> dict[str, Any]:
    return {"place": str(enrolment.person.uid), "before": enrolment.mark or None, "after": str(state)}


def _write_marks(enrolled: Mapping[int, Enrolment], marks: Mapping[int, str], reason: str) -> None:
    now = timezone.now()
    new, changed = [], []
    for key, state in marks.items():
        if not enrolled[key].mark:
            new.append(Attendance(enrolment=enrolled[key], state=state))
        else:
            row = enrolled[key].attendance
            row.state, row.reason, row.recorded_at = state, reason, now
            changed.append(row)
    Attendance.objects.bulk_create(new)
    Attendance.objects.bulk_update(changed, ["state", "reason", "recorded_at"])


@transaction.atomic
def add_material(*, by: Staff, session: Session, name: str, suffix: str, content: bytes) -> Material:
    """Keep a file that is handed out with `session`; `suffix` is its kind, for example `.pdf`, checked before.

    The same file under the same name, added again, is the one that is there.
    """
    sha256 = files.store(content, suffix)
    session = _locked(session.pk)
    if there := session.materials.filter(name=name, sha256=sha256, removed_at__isnull=True).first():
        return there
    material = Material.objects.create(session=session, name=name, suffix=suffix, sha256=sha256, size=len(content))
    record(by=by, action="training.add_material", on=material, data={"session": session.pk, "sha256": sha256})
    return material


@transaction.atomic
def remove_material(*, by: Staff, material: Material) -> Material:
    """Hide a file from the session; the row and the file stay. Removing it again changes nothing."""
    material = Material.objects.select_for_update().get(pk=material.pk)
    if material.removed_at is not None:
        return material
    material.removed_at = timezone.now()
    material.save(update_fields=["removed_at"])
    record(by=by, action="training.remove_material", on=material, data={"session": material.session_id})
    return material


@transaction.atomic
def download_material(*, by: Staff, material: Material) -> bytes:
    """Return the file of `material` and record who fetched it.

    Raises `common.files.FileDamaged` when the stored file is not the one that was added.
    """
    content = files.load(material.sha256, material.suffix)
    data = {"session": material.session_id, "sha256": material.sha256}
    record(by=by, action="training.download_material", on=material, data=data)
    return content


@transaction.atomic
def export_roster(*, by: Staff, session: Session, rows: int) -> int:
    """Write down that `by` takes `rows` people of a roster away as a file; returns `rows`."""
    record(by=by, action="training.export_roster", on=session, data={"rows": rows})
    return rows


@transaction.atomic
def save_import(
    *, by: Staff, rows: Iterable[tuple[Session | None, str, dict[str, Any]]], on: dt.date, reason: str
) -> int:
    """Save the sessions of a file, each as (held row or None, course, values); all or nothing; returns how many."""
    count = 0
    for session, course, values in rows:
        save_session(by=by, session=session, course=course, values=values, on=on, reason=reason)
        count += 1
    return count
