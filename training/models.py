"""Courses, their sessions, who is asked to come and who came."""

import datetime as dt
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from common.fiscal_year import days_of
from common.permissions import Permission
from staff.audience import Audience
from staff.models import Staff


class Course(models.Model):
    """A course of training; it may be held in several sessions (sittings)."""

    name = models.CharField(_("course"), max_length=200, unique=True)

    class Meta:
        verbose_name = _("course")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


def is_over(on: dt.date) -> Q:
    """Return the condition that a session's last day lies before `on`."""
    return Q(until__lt=on) | Q(until__isnull=True, held_on__lt=on)


class TrainingSessionQuerySet(models.QuerySet["TrainingSession"]):
    """Reads of sessions."""

    def visible_to(self, user: Staff) -> "TrainingSessionQuerySet":
        """All sessions for those who may see the training, otherwise those to which `user` is asked to come."""
        if user.has_permission(Permission.VIEW_TRAINING):
            return self
        return self.filter(enrolments__person=user)

    def in_year(self, fiscal_year: int) -> "TrainingSessionQuerySet":
        """The sessions that begin in the fiscal year."""
        return self.filter(held_on__range=days_of(fiscal_year))

    def over(self, on: dt.date) -> "TrainingSessionQuerySet":
        """The sessions whose last day lies before `on`."""
        return self.filter(is_over(on))

    def not_over(self, on: dt.date) -> "TrainingSessionQuerySet":
        """The sessions to come or going on on the day `on`."""
        return self.filter(~is_over(on))

    def with_attendance(self) -> "TrainingSessionQuerySet":
        """Add `has_attendance`: whether it is recorded of anybody whether he or she came."""
        recorded = Attendance.objects.filter(enrolment__session=models.OuterRef("pk"))
        return self.annotate(has_attendance=models.Exists(recorded))

    def held(self) -> "TrainingSessionQuerySet":
        """The sessions that took place (実施済); planned and cancelled ones do not count."""
        return self.filter(state=TrainingSession.State.HELD)


class TrainingSession(models.Model):
    """One sitting of a course, an e-learning period or an outside course. Its fiscal year is that of `held_on`.

    `participants` is the number of people who came where no names were recorded (past years); None otherwise.
    `form_key` names the form that added it, so that the same form sent twice adds it once.
    """

    class State(models.TextChoices):
        """What became of the session; only a held one counts."""

        PLANNED = "planned", _("planned")
        HELD = "held", _("held")
        CANCELLED = "cancelled", _("cancelled")

    class Kind(models.TextChoices):
        """How the session is given."""

        SITTING = "sitting", _("sitting")
        E_LEARNING = "e_learning", _("e-learning")
        OUTSIDE = "outside", _("outside course")

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("course"))
    title = models.CharField(_("title"), max_length=200)
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.PLANNED)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.SITTING)
    audience = models.CharField(_("audience"), max_length=16, choices=Audience)
    audience_note = models.CharField(_("audience in words"), max_length=200, blank=True)
    department_codes = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    held_on = models.DateField(_("date"))
    until = models.DateField(_("last day"), null=True, blank=True)
    starts_at = models.TimeField(_("start"), null=True, blank=True)
    ends_at = models.TimeField(_("end"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    instructor = models.CharField(_("instructor"), max_length=200, blank=True)
    participants = models.PositiveIntegerField(_("participants"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    form_key = models.CharField(max_length=32, null=True, blank=True, unique=True)

    objects = TrainingSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("training session")
        ordering: ClassVar = ["-held_on", "-pk"]
        indexes: ClassVar = [models.Index(fields=["held_on"], name="training_session_day")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("held_on")),
                name="training_session_ends_after_start",
                violation_error_message=_("The last day must not be before the first."),
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True)
                | Q(ends_at__isnull=True)
                | Q(ends_at__gt=F("starts_at"))
                | Q(until__isnull=False, until__gt=F("held_on")),
                name="training_session_hours",
                violation_error_message=_("The session must not end before it starts."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def last_day(self) -> dt.date:
        """The day on which it ends."""
        return self.until or self.held_on


class Material(models.Model):
    """A file handed out with a session, kept under its hash; who may see the session may fetch it."""

    session = models.ForeignKey(TrainingSession, on_delete=models.PROTECT, related_name="materials")
    name = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(_("size in bytes"))
    suffix = models.CharField(max_length=10)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("material")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.name


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Reads of who is asked to come."""

    def visible_to(self, user: Staff, on: dt.date) -> "EnrolmentQuerySet":
        """Everybody's for the whole city's readers; else one's own and, for a head, those of the departments headed."""
        if user.has_permission(Permission.VIEW_WHOLE_CITY):
            return self
        if user.has_permission(Permission.VIEW_TRAINING):
            return self.filter(Q(department_code__in=user.headed_codes_on(on)) | Q(person=user))
        return self.filter(person=user)

    def in_order(self) -> "EnrolmentQuerySet":
        """By department and name, each with its person and attendance read."""
        return self.select_related("person", "attendance").order_by(
            "department_code", "person__kana", "person__employee_number"
        )


class Enrolment(models.Model):
    """One person asked to come to one session, with the department of the session's day."""

    session = models.ForeignKey(TrainingSession, on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="enrolments")
    department_code = models.CharField(_("department code"), max_length=20, blank=True)
    enrolled_at = models.DateTimeField(_("enrolled at"), db_default=Now())

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        ordering: ClassVar = ["session", "department_code", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["session", "person"], name="enrolment_key")]

    def __str__(self) -> str:
        return f"{self.session} {self.person}"

    @property
    def mark(self) -> str:
        """The `Attendance.State` recorded, empty when none is."""
        attendance = getattr(self, "attendance", None)
        return str(attendance.state) if attendance else ""


class Attendance(models.Model):
    """Whether an enrolled person came; one row a person and session, a correction gives its reason.

    It stays with its enrolment for good: the database refuses to move or to delete it (`audit/protection.py`).
    """

    frozen_fields: ClassVar = ("enrolment",)

    class State(models.TextChoices):
        """Whether the person came."""

        PRESENT = "present", _("present")
        LATE = "late", _("late")
        EXCUSED = "excused", _("excused")
        ABSENT = "absent", _("absent")

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="attendance")
    state = models.CharField(_("attendance"), max_length=16, choices=State)
    reason = models.CharField(_("reason of the correction"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now())

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering: ClassVar = ["enrolment"]

    def __str__(self) -> str:
        return f"{self.enrolment} {self.state}"
