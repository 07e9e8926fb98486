"""Reading the registers, and taking them away as a file."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assets import screen
from assets.forms import ExportForm, RegisterFilter
from assets.registers import REGISTERS, Register
from common.errors import Refused
from common.listing import listing
from common.permissions import Permission, needs
from staff.requests import PortalRequest

SORTS = {name: (name, "number") for name in ("number", "name", "department_code", "acquired_on", "disposed_on")}


@needs(Permission.VIEW_ASSETS)
@require_safe
def register(request: PortalRequest, name: str) -> HttpResponse:
    """List one register, filtered and sorted as the address asks."""
    shown, today = _register_or_404(name), timezone.localdate()
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
        "breadcrumbs": [(_("Home"), reverse("home")), (screen.TITLES[shown.name], "")],
    }
    return render(request, "assets/register.html", context)


@needs(Permission.VIEW_ASSETS)
@require_safe
def export(request: PortalRequest, name: str) -> HttpResponse:
    """Hand out what the filters leave of one register as a file."""
    shown, today = _register_or_404(name), timezone.localdate()
    filters, form = RegisterFilter(request.GET), ExportForm(request.GET)
    if not filters.is_valid() or not form.is_valid():
        raise Refused(_("The filters or the kind of file could not be read. Go back and choose them again."))
    rows = shown.model.objects.visible_to(request.user, today)
    entries = screen.narrow(shown, today)(rows, filters.cleaned_data).order_by("number")
    return screen.file_response(shown, entries, form.cleaned_data["kind"], today)


def _register_or_404(name: str) -> Register:
    if name not in REGISTERS:
        raise Http404
    return REGISTERS[name]
