"""What somebody who leaves or moves leaves unfinished among the policies."""

import datetime as dt
from collections.abc import Collection, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from common import handover
from common.permissions import Permission
from policies.models import PolicyVersion
from staff.models import Staff


@handover.people
def drafts(people: Collection[Staff], on: dt.date) -> Iterator[tuple[int, handover.Item]]:
    """Yield the drafts that each of those who leave or move wrote."""
    rows = PolicyVersion.objects.drafts().filter(author__in=people).select_related("policy").defer("text")
    for version in rows.order_by("pk"):
        title = _("draft of %(policy)s") % {"policy": version.policy.name}
        todo = _("Have it published, discard it, or let a successor go on with it.")
        yield (
            version.author_id,
            handover.Item(title, reverse("policies:version", args=[version.pk]), todo, Permission.MANAGE_POLICIES),
        )
