"""What is left unfinished in training when those who look after it leave or move."""

import datetime as dt
from collections.abc import Collection, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from common import handover
from common.permissions import Permission
from staff.models import Staff
from training.models import TrainingSession

MOST = 20


@handover.people
def without_results(people: Collection[Staff], on: dt.date) -> Iterator[tuple[int, handover.Item]]:
    """Yield, for each who may record them, the sessions that are over by the day `on` and still only planned."""
    there = Staff.objects.employed_on(on).holding(Permission.MANAGE_TRAINING, on)
    responsible = list(there.filter(pk__in=[one.pk for one in people]))
    planned = TrainingSession.objects.over(on).filter(state=TrainingSession.State.PLANNED)
    for session in planned.order_by("held_on", "pk")[:MOST] if responsible else ():
        title = _("results of %(session)s") % {"session": session.title}
        todo = _("Record who came, or that it was cancelled.")
        for person in responsible:
            yield person.pk, handover.Item(title, reverse("training:session", args=[session.pk]), todo)


@handover.departments
def asked(codes: Collection[str], on: dt.date) -> Iterator[handover.Item]:
    """Yield the sessions after the day `on` whose audience names departments that end then."""
    planned = TrainingSession.objects.filter(state=TrainingSession.State.PLANNED, held_on__gt=on)
    for session in planned.filter(department_codes__overlap=list(codes)).order_by("held_on", "pk")[:MOST]:
        title = _("Training session: %(session)s") % {"session": session.title}
        todo = _("Its audience names a department that ends. Change the department codes.")
        yield handover.Item(title, reverse("training:session", args=[session.pk]), todo)
