"""The audit trail for those who audit: searching it, looking at one event, taking it away, how long what is kept."""

from django.db.models import Max
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.models import Event
from common.errors import Refused
from common.exporting import ExportForm
from common.pages import breadcrumb
from common.permissions import Permission, needs
from staff import actions, retention, trail, trail_file, trail_screen
from staff.requests import PortalRequest
from staff.trail_form import TrailFilter, TurnForm, narrowed

auditors = needs(Permission.VIEW_TRAIL)


@auditors
@require_safe
def events(request: PortalRequest) -> HttpResponse:
    """List the events that the filters leave, the newest first, a page at a time and without counting them."""
    form, turn = TrailFilter(request.GET), TurnForm(request.GET)
    turn.is_valid()
    found = narrowed(form.cleaned_data) if form.is_valid() else Event.objects.none()
    page = trail.slice_of(found, **turn.cleaned_data)
    context = trail_screen.context(form, page, request.user, timezone.localdate())
    return render(request, "staff/trail.html", context)


@auditors
@require_safe
def event(request: PortalRequest, pk: int) -> HttpResponse:
    """Show one event whole, with its hash as recorded and as taken again now."""
    shown = get_object_or_404(Event, pk=pk)
    (line,) = trail.lines_of([shown], request.user, timezone.localdate())
    context = {
        "line": line,
        "recomputed": trail.recomputed(shown),
        "data": trail.as_json(shown.data),
        "utc": trail.exact_time(shown),
        "breadcrumbs": breadcrumb((_("Audit trail"), reverse("staff:trail")), here=_("Event")),
    }
    return render(request, "staff/event.html", context)


@auditors
@require_safe
def trail_download(request: PortalRequest) -> HttpResponseBase:
    """Hand out the events that the filters leave as a file; that this was done is an event itself, not in the file."""
    form, chosen = TrailFilter(request.GET), ExportForm(request.GET)
    if not form.is_valid() or not chosen.is_valid():
        raise Refused(_("The filters or the kind of file could not be read. Go back and choose them again."))
    kind, last = chosen.cleaned_data["kind"], Event.objects.aggregate(last=Max("pk"))["last"]
    found = narrowed(form.cleaned_data).filter(pk__lte=last or 0)
    rows = found.count()
    trail_file.refuse_too_many(kind, rows)
    response = trail_file.file_response(found, kind, timezone.localdate())
    actions.export_trail(by=request.user, wanted=form.query(), kind=kind, rows=rows)
    return response


@auditors
@require_safe
def kept(request: PortalRequest) -> HttpResponse:
    """Show how long each kind of record is kept, as the settings say."""
    steps = [(_("Audit trail"), reverse("staff:trail"))]
    context = {"kinds": retention.kinds(), "breadcrumbs": breadcrumb(*steps, here=_("How long what is kept"))}
    return render(request, "staff/retention.html", context)
