"""What training puts on a person's home page."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common import home
from common.duties import Duty, duties
from common.fiscal_year import fiscal_year_of
from common.permissions import Permission
from staff.models import Staff
from training.models import Attendance, Enrolment, TrainingSession

MOST = 5


@home.tasks
def to_attend(person: Staff, on: dt.date) -> Iterator[home.Task]:
    """Yield the sessions not over yet to which the person is asked and has not come."""
    sessions = TrainingSession.objects.not_over(on).exclude(state=TrainingSession.State.CANCELLED)
    mine = sessions.filter(enrolments__person=person, enrolments__attendance__isnull=True)
    for session in mine.order_by("held_on", "pk")[:MOST]:
        title, url = _("Attend: %(title)s") % {"title": session.title}, reverse("training:session", args=[session.pk])
        yield home.Task(title, url, session.last_day, session.place, on_the_day=session.until is None)


@home.tasks
def to_record(person: Staff, on: dt.date) -> Iterator[home.Task]:
    """Yield the sessions whose last day has passed and that are still only planned."""
    if not person.has_permission(Permission.MANAGE_TRAINING):
        return
    planned = TrainingSession.objects.over(on).filter(state=TrainingSession.State.PLANNED)
    for session in planned.order_by("held_on", "pk")[:MOST]:
        title = _("Record who came: %(title)s") % {"title": session.title}
        url = reverse("training:session", args=[session.pk])
        yield home.Task(title, url, session.last_day, on_the_day=session.until is None)


@home.state
def sessions_this_year(person: Staff, on: dt.date) -> Iterator[home.StateFact]:
    """Yield how many sessions the fiscal year has had so far."""
    if person.has_permission(Permission.VIEW_TRAINING):
        count = TrainingSession.objects.in_year(fiscal_year_of(on)).held().count()
        yield home.StateFact(_("Training sessions held this fiscal year"), str(count), reverse("training:index"))


@duties
def attended(person: Staff, viewer: Staff, on: dt.date) -> Iterator[Duty]:
    """Yield at how many of this fiscal year's sessions the person is known to have been, of those to which asked."""
    if viewer != person and not viewer.has_permission(Permission.VIEW_TRAINING):
        return
    this_year = TrainingSession.objects.in_year(fiscal_year_of(on)).exclude(state=TrainingSession.State.CANCELLED)
    came = Q(attendance__state__in=[Attendance.State.PRESENT, Attendance.State.LATE])
    asked = Enrolment.objects.filter(person=person, session__in=this_year)
    found = asked.aggregate(asked=Count("pk"), came=Count("pk", filter=came))
    value = pgettext("things", "%(done)s of %(must)s") % {"done": found["came"], "must": found["asked"]}
    yield Duty(_("Training attended this fiscal year"), value, reverse("training:index"))
