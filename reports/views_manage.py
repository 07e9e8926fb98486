"""What officers do: edit a programme's parts, and ask for a PDF."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.permissions import Permission, needs
from reports import actions, screen
from reports.editor import Editor
from reports.forms import BuildForm
from reports.models import EvaluationSheet, Programme
from staff.requests import PortalRequest


@needs(Permission.EDIT_PROGRAMMES)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PortalRequest, code: str, part: str, key: str = "") -> HttpResponse:
    """Edit one part of a programme, or add one when `key` is empty."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    editor = Editor(programme, part, key, request.POST if request.method == "POST" else None)
    if not editor.exists:
        raise Http404
    if request.method == "POST" and editor.save(by=request.user):
        messages.success(request, _("Saved."))
        return redirect("reports:programme", code=code)
    context = {
        "programme": programme,
        "editor": editor,
        "form": editor.form,
        **screen.edit_context(part, key),
    }
    context["breadcrumbs"] = screen.trail(programme, context["heading"])
    return render(request, "reports/edit.html", context, status=400 if editor.is_refused else 200)


@needs(Permission.EDIT_PROGRAMMES)
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: PortalRequest, code: str, part: str, key: str) -> HttpResponse:
    """Ask whether to remove a part of a programme, then remove it."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    editor = Editor(programme, part, key)
    if not editor.exists:
        raise Http404
    if request.method == "POST":
        editor.remove(by=request.user)
        messages.success(request, _("Removed. The history keeps what it was."))
        return redirect("reports:programme", code=code)
    context = {"programme": programme, **screen.remove_context(part, editor.form.initial)}
    context["breadcrumbs"] = screen.trail(programme, context["heading"])
    return render(request, "reports/remove.html", context)


@needs(Permission.EDIT_PROGRAMMES)
@require_POST
def open_next_sheet(request: PortalRequest, code: str, fiscal_year: int) -> HttpResponse:
    """Open the sheet of the next fiscal year and go to it."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    today = timezone.localdate()
    sheet = actions.open_next_sheet(by=request.user, programme=programme, fiscal_year=fiscal_year, on=today)
    messages.success(request, _("The sheet is open. Write what was done in this fiscal year, and go over the plan."))
    return redirect("reports:sheet", code=code, fiscal_year=sheet.fiscal_year)


@needs(Permission.BUILD_SHEETS)
@require_POST
def request_build(request: PortalRequest, code: str, fiscal_year: int) -> HttpResponse:
    """Ask for the PDF of a sheet and go to its progress."""
    sheets = EvaluationSheet.objects.visible_to(request.user).select_related("programme")
    sheet = get_object_or_404(sheets, programme__code=code, fiscal_year=fiscal_year)
    form = BuildForm(request.POST)
    form.is_valid()
    build = actions.request_build(by=request.user, sheet=sheet, archive=form.cleaned_data["archive"])
    return redirect("reports:build", pk=build.pk)
