"""What officers do: add and change an entry, and read a register from a file."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assets import actions, screen
from assets.comparing import Comparison, compare
from assets.entry_form import EntryForm
from assets.models import Held
from assets.registers import Register
from common.errors import Refused
from common.importing import read_records
from common.pages import form_context
from common.permissions import Permission, needs
from common.uploads import Reading, Upload
from staff.requests import PortalRequest

READ_AND_SEND = ["GET", "HEAD", "POST"]
officers = needs(Permission.EDIT_ASSETS)


@officers
@require_http_methods(READ_AND_SEND)
def add_entry(request: PortalRequest, name: str) -> HttpResponse:
    """Add an entry to a register."""
    return _entry_page(request, screen.register_or_404(name), None)


@officers
@require_http_methods(READ_AND_SEND)
def edit_entry(request: PortalRequest, name: str, pk: int) -> HttpResponse:
    """Change an entry, with the reason; giving it a day of disposal takes it out of what is held."""
    register = screen.register_or_404(name)
    return _entry_page(request, register, get_object_or_404(register.rows_with_levels(), pk=pk))


def _entry_page(request: PortalRequest, register: Register, entry: Held | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = EntryForm(data, register=register, entry=entry, on=timezone.localdate())
    if form.is_valid() and (saved := _saved(request, form)):
        messages.success(request, _("Saved."))
        return redirect("assets:entry", name=register.name, pk=saved.pk)
    title = _("Edit the entry") if entry else _("Add an entry")
    back = reverse("assets:entry", args=[register.name, entry.pk]) if entry else screen.register_url(register)
    context = form_context(form, title, _("Save"), back) | {"above": screen.TITLES[register.name]}
    context["breadcrumbs"] = screen.trail(register, entry, title)
    return render(request, "form_page.html", context, status=400 if form.is_bound else 200)


def _saved(request: PortalRequest, form: EntryForm) -> Held | None:
    reason = form.cleaned_data["reason"]
    try:
        return actions.save_entry(
            by=request.user, register=form.register, entry=form.entry, values=form.values, reason=reason
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


@officers
@require_http_methods(READ_AND_SEND)
def import_file(request: PortalRequest, name: str) -> HttpResponse:
    """Read a register from CSV or Excel: what it would do first, then save; all or nothing."""
    register = screen.register_or_404(name)
    reading = Reading(request.POST if request.method == "POST" else None, request.FILES)
    found = _compared(register, reading.upload) if reading.upload else None
    if found and reading.saves(found) and _imported(request, reading, found):
        return redirect("assets:register", name=name)
    title = _("Read entries from a file")
    context = reading.context(found) | screen.import_context(register, found)
    context |= {"title": title, "breadcrumbs": screen.trail(register, None, title)}
    return render(request, "assets/import.html", context, status=reading.status(found))


def _compared(register: Register, upload: Upload) -> Comparison:
    reading = read_records(upload.content, register.columns(timezone.localdate()), key=["number"])
    return compare(register, reading.records, reading.problems)


def _imported(request: PortalRequest, reading: Reading, found: Comparison) -> bool:
    reason = reading.form.cleaned_data["reason"]
    try:
        tally = actions.save_import(by=request.user, comparison=found, reason=reason)
    except Refused as refusal:
        reading.form.add_error(None, str(refusal))
        return False
    words = {"added": tally.added, "changed": tally.changed}
    messages.success(request, _("Saved: %(added)s added, %(changed)s changed.") % words)
    return True
