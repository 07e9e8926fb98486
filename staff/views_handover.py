"""The hand-over checklist before the end of a fiscal year."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.fiscal_year import fiscal_year_of, last_day
from common.pages import breadcrumb
from common.permissions import Permission, needs
from staff.checklist import checklist, open_lines
from staff.forms_handover import YearForm
from staff.requests import PortalRequest


@needs(Permission.VIEW_PEOPLE_RECORDS)
@require_safe
def show(request: PortalRequest) -> HttpResponse:
    """Show what has to be handed over at the end of a fiscal year, this one when none is chosen."""
    form = YearForm(request.GET)
    chosen = form.cleaned_data["year"] if form.is_valid() else None
    year = chosen or fiscal_year_of(timezone.localdate())
    sections = checklist(year, request.user) if form.is_valid() else []
    context = {
        "form": form,
        "year": year,
        "last_day": last_day(year),
        "sections": sections,
        "open": open_lines(sections),
        "breadcrumbs": breadcrumb(here=_("Hand-over checklist")),
    }
    return render(request, "staff/handover.html", context)
