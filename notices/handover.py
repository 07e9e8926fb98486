"""What is left unfinished among the notices when those who give them leave or move."""

import datetime as dt
from collections.abc import Collection, Iterator

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import handover
from common.permissions import Permission
from notices.models import Delivery, Notice
from staff.models import Staff

MOST = 20


@handover.people
def stuck_mails(people: Collection[Staff], on: dt.date) -> Iterator[tuple[int, handover.Item]]:
    """Yield, for each who may send them again, the notices with mails that did not go out."""
    there = Staff.objects.employed_on(on).holding(Permission.MANAGE_NOTICES, on)
    responsible = list(there.filter(pk__in=[one.pk for one in people]))
    stuck = Delivery.objects.stuck().filter(notice__isnull=False).order_by().values_list("notice")
    counts = dict(stuck.annotate(Count("pk"))) if responsible else {}
    for notice in Notice.objects.filter(pk__in=counts).order_by("-pk")[:MOST] if counts else ():
        count = counts[notice.pk]
        words = ngettext("%(n)s mail of %(notice)s", "%(n)s mails of %(notice)s", count)
        todo = _("Send it again, or decide that it does not go out.")
        for person in responsible:
            item = handover.Item(
                words % {"n": count, "notice": notice.title}, reverse("notices:notice", args=[notice.pk]), todo
            )
            yield person.pk, item
