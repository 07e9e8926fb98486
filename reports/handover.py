"""What is left unfinished of the evaluation sheets when those who build them leave or move."""

import datetime as dt
from collections.abc import Collection, Iterator

from django.utils.translation import gettext as _

from common import handover
from common.permissions import Permission
from reports.models import EvaluationSheet
from reports.screen import sheet_title, sheet_url
from staff.models import Staff

MOST = 20


@handover.people
def unbuilt_sheets(people: Collection[Staff], on: dt.date) -> Iterator[tuple[int, handover.Item]]:
    """Yield, for each who may build them, the sheets without a PDF."""
    there = Staff.objects.employed_on(on).holding(Permission.BUILD_SHEETS, on)
    responsible = list(there.filter(pk__in=[one.pk for one in people]))
    sheets = EvaluationSheet.objects.without_pdf().select_related("programme")
    for sheet in sheets[:MOST] if responsible else ():
        title, todo = _("sheet %(sheet)s") % {"sheet": sheet_title(sheet)}, _("Build its PDF, or hand it over.")
        for person in responsible:
            yield person.pk, handover.Item(title, sheet_url(sheet), todo, Permission.VIEW_SHEETS)
