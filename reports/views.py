"""Reading programmes and sheets, following a build, and downloading the PDF."""

import logging

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.models import Event
from common.errors import Refused
from common.files import FileDamaged
from common.listing import SearchForm, listing
from common.permissions import Permission, needs
from reports import actions, figure_screen, screen, sheet_screen, sources
from reports.figures import figures_of, year_of
from reports.forms import BuildForm, HistoryFilter
from reports.models import EvaluationSheet, Programme, SheetBuild
from reports.programme_file import to_json
from staff.requests import PortalRequest

logger = logging.getLogger(__name__)


@needs(Permission.VIEW_SHEETS)
@require_safe
def programmes(request: PortalRequest) -> HttpResponse:
    """List the programmes with their years."""
    rows = Programme.objects.visible_to(request.user).prefetch_related("sheets")
    found = listing(
        rows, request.GET, form=SearchForm, narrow=screen.narrow_programmes, sorts={"code": ("code",)}, default="code"
    )
    return render(request, "reports/programmes.html", {"listing": found, "breadcrumbs": screen.trail()})


@needs(Permission.VIEW_SHEETS)
@require_safe
def programme(request: PortalRequest, code: str) -> HttpResponse:
    """Show one programme: its sheets, and everything its file holds."""
    shown = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    today = timezone.localdate()
    context = {"programme": shown, "breadcrumbs": screen.trail(shown), **screen.programme_context(shown)}
    context |= {"running": sheet_screen.running_figures(shown, on=today), "today": today}
    context["next_sheet_year"] = shown.next_sheet_year(today)
    return render(request, "reports/programme.html", context | {"may_edit": _may_edit(request)})


@needs(Permission.VIEW_SHEETS)
@require_safe
def programme_file(request: PortalRequest, code: str) -> HttpResponse:
    """Hand out the programme as a programme file, which imports again unchanged, and record it."""
    shown = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    headers = {"Content-Disposition": f'attachment; filename="{shown.code}.json"'}
    content = to_json(actions.export_programme(by=request.user, programme=shown))
    return HttpResponse(content, content_type="application/json", headers=headers)


@needs(Permission.VIEW_SHEETS)
@require_safe
def history(request: PortalRequest, code: str) -> HttpResponse:
    """Show who changed what and when, of the whole programme or of one content by its place."""
    shown = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    events = Event.objects.about("reports.Programme", shown.pk).filter(action="reports.save_programme")
    found = listing(
        events, request.GET, form=HistoryFilter, narrow=screen.narrow_history, sorts={"time": ("pk",)}, default="-time"
    )
    place = found.form.cleaned_data.get("place", "")
    context = {"programme": shown, "listing": found, "place": place}
    context["entries"] = screen.history_entries(found.page, place)
    context["breadcrumbs"] = screen.trail(shown, _("History"))
    return render(request, "reports/history.html", context)


@needs(Permission.VIEW_SHEETS)
@require_safe
def sheet(request: PortalRequest, code: str, fiscal_year: int) -> HttpResponse:
    """Show one sheet with its tables and the PDFs built from it."""
    sheets = EvaluationSheet.objects.visible_to(request.user).select_related("programme")
    shown = get_object_or_404(sheets, programme__code=code, fiscal_year=fiscal_year)
    context = {
        "sheet": shown,
        "programme": shown.programme,
        "breadcrumbs": screen.trail(shown.programme, screen.sheet_title(shown)),
        "builds": shown.builds.select_related("requested_by")[:10],
        "build_form": BuildForm(),
        "may_build": request.user.has_permission(Permission.BUILD_SHEETS),
        "may_edit": _may_edit(request),
        **sheet_screen.sheet_context(shown, on=timezone.localdate()),
    }
    return render(request, "reports/sheet.html", context)


@needs(Permission.VIEW_SHEETS)
@require_safe
def figure(request: PortalRequest, code: str, key: str, fiscal_year: int) -> HttpResponse:
    """Show what one counted figure is made of: its rule in words and the list of its records."""
    programme, today = get_object_or_404(Programme.objects.visible_to(request.user), code=code), timezone.localdate()
    indicator = screen.indicator_or_404(programme, key)
    if not sources.is_counted(indicator, fiscal_year, on=today):
        raise Http404
    (shown,) = figures_of(indicator, [year_of(fiscal_year, on=today)], on=today)
    source, rows = indicator.source, sources.records(indicator, fiscal_year, on=today)
    found = listing(
        figure_screen.prepared(indicator, shown, rows, request.user, today),
        request.GET,
        form=SearchForm,
        narrow=figure_screen.narrow(source),
        sorts=figure_screen.sorts(source),
        default=figure_screen.TABLES[source].sorts[0],
    )
    context = figure_screen.context(indicator, shown, found, request.user)
    return render(request, "reports/figure.html", context)


@needs(Permission.VIEW_SHEETS)
@require_safe
def build(request: PortalRequest, pk: int) -> HttpResponse:
    """Show how far a build is; htmx asks again for the state alone while it is open."""
    builds = SheetBuild.objects.visible_to(request.user).select_related("sheet__programme", "requested_by")
    shown = get_object_or_404(builds, pk=pk)
    trail = screen.trail(shown.sheet.programme, screen.sheet_title(shown.sheet), shown.sheet)
    context = {"build": shown, "breadcrumbs": [*trail, (_("PDF"), "")], **screen.build_context(shown)}
    template = "reports/_build_state.html" if request.htmx else "reports/build.html"
    return render(request, template, context)


@needs(Permission.VIEW_SHEETS)
@require_safe
def download(request: PortalRequest, pk: int) -> HttpResponseBase:
    """Hand out the PDF of a build as a download, and record it."""
    builds = SheetBuild.objects.visible_to(request.user).select_related("sheet__programme")
    found = get_object_or_404(builds, pk=pk)
    try:
        content = actions.download(by=request.user, build=found)
    except FileDamaged as damage:
        logger.error("Sheet build %s: %s", found.pk, damage)
        raise Refused(
            _("The stored PDF is missing or was changed, so it is not handed out. Please build it again.")
        ) from damage
    return screen.pdf_response(found, content)


def _may_edit(request: PortalRequest) -> bool:
    return request.user.has_permission(Permission.EDIT_PROGRAMMES)
