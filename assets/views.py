"""Reading the registers, and taking them away as a file."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assets import actions, screen
from assets.forms import RegisterFilter
from common.errors import Refused
from common.exporting import ExportForm
from common.listing import listing
from common.permissions import Permission, needs
from staff.requests import PortalRequest

SORTS = {name: (name, "number") for name in ("number", "name", "department_code", "acquired_on", "disposed_on")}


@needs(Permission.VIEW_ASSETS)
@require_safe
def register(request: PortalRequest, name: str) -> HttpResponse:
    """List one register, filtered and sorted as the address asks."""
    shown, today = screen.register_or_404(name), timezone.localdate()
    rows = shown.model.objects.visible_to(request.user, today)
    found = listing(
        rows, request.GET, form=RegisterFilter, narrow=screen.narrow(shown, today), sorts=SORTS, default="number"
    )
    context = {
        "register": shown,
        "title": screen.TITLES[shown.name],
        "sections": screen.sections(shown),
        "listing": found,
        "departments": screen.department_names({entry.department_code for entry in found.page}),
        "exports": ExportForm.CHOICES,
        "may_edit": request.user.has_permission(Permission.EDIT_ASSETS),
        "breadcrumbs": screen.trail(shown),
    }
    return render(request, "assets/register.html", context)


@needs(Permission.VIEW_ASSETS)
@require_safe
def export(request: PortalRequest, name: str) -> HttpResponse:
    """Hand out what the filters leave of one register as a file."""
    shown, today = screen.register_or_404(name), timezone.localdate()
    filters, form = RegisterFilter(request.GET), ExportForm(request.GET)
    if not filters.is_valid() or not form.is_valid():
        raise Refused(_("The filters or the kind of file could not be read. Go back and choose them again."))
    rows = shown.model.objects.visible_to(request.user, today)
    entries = screen.narrow(shown, today)(rows, filters.cleaned_data).order_by("number")
    response = screen.file_response(shown, entries, form.cleaned_data["kind"], today)
    actions.export_register(by=request.user, register=shown, kind=form.cleaned_data["kind"], rows=entries.count())
    return response


@needs(Permission.VIEW_ASSETS)
@require_safe
def entry(request: PortalRequest, name: str, pk: int) -> HttpResponse:
    """Show one entry with everything that ever happened to it."""
    register, today = screen.register_or_404(name), timezone.localdate()
    visible = register.rows_with_levels().visible_to(request.user, today)
    shown = get_object_or_404(visible, pk=pk)
    context = {
        "register": register,
        "entry": shown,
        "facts": screen.facts(register, shown),
        "state": screen.state_of(shown, today),
        "history": screen.history(register, shown),
        "may_edit": request.user.has_permission(Permission.EDIT_ASSETS),
        "breadcrumbs": screen.trail(register, shown),
    }
    return render(request, "assets/entry.html", context)
