"""Head-counts by department, employment kind and leave on a day, on screen and as a file."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.errors import Refused
from common.exporting import ExportForm, table_response
from staff import actions, headcount_screen
from staff.forms_people import DayForm
from staff.headcount import Headcount, Heads
from staff.requests import PortalRequest


@require_safe
def show(request: PortalRequest) -> HttpResponse:
    """Show the head-counts of a day: the whole city's, or the own departments' for a head."""
    form, today = DayForm(request.GET), timezone.localdate()
    found = headcount_screen.counted(request.user, form.day, today)
    context = headcount_screen.context_of(found if form.is_valid() else Headcount([], Heads()))
    context |= {"form": form, "day": form.day, "exports": ExportForm.CHOICES}
    return render(request, "staff/headcount.html", context)


@require_safe
def file(request: PortalRequest) -> HttpResponse:
    """Hand the head-counts of a day out as a file."""
    form, kinds, today = DayForm(request.GET), ExportForm(request.GET), timezone.localdate()
    found = headcount_screen.counted(request.user, form.day, today)
    if not form.is_valid() or not kinds.is_valid():
        raise Refused(_("The day or the kind of file could not be read. Go back and choose them again."))
    rows, kind = headcount_screen.cells_of(found), kinds.cleaned_data["kind"]
    response = table_response(_("Head-counts"), "headcount", headcount_screen.headings(), rows, kind, form.day)
    actions.export_headcount(by=request.user, on=form.day, kind=kind, rows=len(rows))
    return response
