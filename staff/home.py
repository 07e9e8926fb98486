"""What people and departments put on a person's home page."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import home
from common.fiscal_year import fiscal_year_of, is_last_month, last_day
from common.permissions import Permission
from staff.checklist import checklist, open_lines
from staff.models import Staff


@home.tasks
def to_hand_over(person: Staff, on: dt.date) -> Iterator[home.Task]:
    """Yield the hand-over checklist in the last month of the fiscal year while something on it is open."""
    if not is_last_month(on) or not person.has_permission(Permission.MANAGE_PEOPLE):
        return
    year = fiscal_year_of(on)
    count = open_lines(checklist(year, person))
    if count:
        note = ngettext("%(n)s line is open.", "%(n)s lines are open.", count) % {"n": count}
        yield home.Task(_("Hand over at the end of the fiscal year"), reverse("staff:handover"), last_day(year), note)
