"""What the people and the departments of the directory leave behind: granted roles, and standing in for a head."""

import datetime as dt
from collections.abc import Collection, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from common import handover
from staff.models import Deputy, Staff


@handover.people
def deputyships(people: Collection[Staff], on: dt.date) -> Iterator[tuple[int, handover.Item]]:
    """Yield for whom each of those who leave or move was to stand in after the day `on`."""
    rows = Deputy.objects.filter(person__in=people, valid_to__gt=on).select_related("head")
    for row in rows.order_by("head__kana", "pk"):
        title = _("stands in for %(head)s") % {"head": row.head.name}
        todo = _("End it where it does not go on; the head appoints another deputy.")
        yield row.person_id, handover.Item(title, reverse("staff:person", args=[row.head_id]), todo)
