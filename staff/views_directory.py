"""The directory and the departments as files: read them, with what they would do first, and take them away."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import Refused
from common.exporting import ExportForm, attachment, table_response
from common.pages import form_context
from common.permissions import Permission, needs
from common.recent_sign_in import needs_recent_sign_in
from common.tables import EXCEL
from common.uploads import Reading
from staff import actions, departments, directory_export, directory_screen
from staff.administration import trail
from staff.directory import read
from staff.directory_form import DirectoryExportForm, DirectoryReading, RejectsForm, terms_of
from staff.directory_plan import compare
from staff.directory_rejects import rejected
from staff.requests import PortalRequest

READ_AND_SEND = ["GET", "HEAD", "POST"]
managers = needs(Permission.MANAGE_PEOPLE)
records = needs(Permission.VIEW_PEOPLE_RECORDS)


@managers
@needs_recent_sign_in
@require_http_methods(READ_AND_SEND)
def import_people(request: PortalRequest) -> HttpResponse:
    """Read the directory from CSV or Excel: what it would do first, then save; all or nothing."""
    reading = DirectoryReading(request.POST if request.method == "POST" else None, request.FILES, by=request.user)
    if reading.found and reading.saves(reading.found) and reading.confirms() and _imported(request, reading):
        return redirect("staff:people")
    context = directory_screen.import_context(reading)
    return render(request, "staff/import_people.html", context, status=reading.status(reading.found))


def _imported(request: PortalRequest, reading: DirectoryReading) -> bool:
    asked = reading.form.cleaned_data
    words: dict[str, Any] = {"listing": reading.listing, "terms": reading.terms, "sha256": asked["token"].sha256}
    words |= {name: asked[name] for name in ("reason", "seen", "confirmed")}
    try:
        found = actions.save_directory(by=request.user, **words)
    except Refused as refusal:
        reading.form.add_error(None, str(refusal))
        return False
    messages.success(request, directory_screen.imported(found))
    return True


@managers
@require_POST
def import_rejects(request: PortalRequest) -> HttpResponse:
    """Hand out the bad rows of the file at hand, each with its reason."""
    form = RejectsForm(request.POST)
    terms = terms_of(form) if form.is_valid() else None
    if terms is None:
        raise Refused(_("The file is no longer there. Choose it again."))
    content, today = form.cleaned_data["token"].content, timezone.localdate()
    found = compare(read(content), terms, by=request.user)
    rejects = rejected(content, found.problems)
    actions.export_rejects(by=request.user, sha256=form.cleaned_data["token"].sha256, rows=len(rejects.rows))
    return HttpResponse(rejects.as_excel(), content_type=EXCEL, headers=attachment("rejects", "xlsx", today))


@records
@require_http_methods(READ_AND_SEND)
def export_directory(request: PortalRequest) -> HttpResponse:
    """Take away the directory as of a day, in the columns in which it is read again."""
    form = DirectoryExportForm(request.POST or None)
    if form.is_valid() and (response := _directory_file(request, form)):
        return response
    title = _("Take the directory away as a file")
    context = form_context(form, title, _("Download"), reverse("staff:administration"))
    context |= {"lead": _("One row a posting, as the directory stood on that day."), "breadcrumbs": trail(title)}
    return render(request, "form_page.html", context, status=400 if form.is_bound else 200)


def _directory_file(request: PortalRequest, form: DirectoryExportForm) -> HttpResponse | None:
    kind, on = form.cleaned_data["kind"], form.cleaned_data["on"]
    rows = list(directory_export.people_rows(on))
    response = _file(form, _("Staff directory"), "directory", directory_export.PEOPLE_HEADINGS, rows, on)
    if response is not None:
        actions.export_directory(by=request.user, on=on, kind=kind, rows=len(rows))
    return response


def _file(form: Any, title: str, name: str, headings: list[str], rows: list[Any], on: Any) -> HttpResponse | None:
    """Return the file; what it cannot hold is said at the choice of its kind."""
    try:
        return table_response(title, name, headings, rows, form.cleaned_data["kind"], on)
    except Refused as refusal:
        form.add_error("kind", str(refusal))
        return None


@managers
@require_http_methods(READ_AND_SEND)
def import_departments(request: PortalRequest) -> HttpResponse:
    """Read departments from CSV or Excel: what it would do first, then save; all or nothing."""
    reading = Reading(request.POST if request.method == "POST" else None, request.FILES)
    found = departments.compare(reading.upload.content) if reading.upload else None
    if found and reading.saves(found) and _departments_imported(request, reading, found):
        return redirect("staff:departments")
    context = directory_screen.departments_context(reading, found)
    return render(request, "staff/import_departments.html", context, status=reading.status(found))


def _departments_imported(request: PortalRequest, reading: Reading, found: departments.Comparison) -> bool:
    try:
        actions.save_departments(by=request.user, plans=found.plans, reason=reading.form.cleaned_data["reason"])
    except Refused as refusal:
        reading.form.add_error(None, str(refusal))
        return False
    words = {"added": found.tally.added, "changed": found.tally.changed}
    messages.success(request, _("Saved: %(added)s added, %(changed)s changed.") % words)
    return True


@records
@require_http_methods(READ_AND_SEND)
def export_departments(request: PortalRequest) -> HttpResponse:
    """Take away the departments over time, in the columns in which they are read again."""
    form = ExportForm(request.POST or None)
    if form.is_valid() and (response := _departments_file(request, form)):
        return response
    title = _("Take the departments away as a file")
    context = form_context(form, title, _("Download"), reverse("staff:administration"))
    context |= {"lead": _("One row for each name and place a department has had."), "breadcrumbs": trail(title)}
    return render(request, "form_page.html", context, status=400 if form.is_bound else 200)


def _departments_file(request: PortalRequest, form: ExportForm) -> HttpResponse | None:
    rows, today = list(directory_export.department_rows()), timezone.localdate()
    response = _file(form, _("Departments"), "departments", directory_export.DEPARTMENT_HEADINGS, rows, today)
    if response is not None:
        actions.export_departments(by=request.user, kind=form.cleaned_data["kind"], rows=len(rows))
    return response
