"""What administrators do when the city's departments change: choose a step, see what it would do, save it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import Refused
from common.pages import form_context
from common.permissions import Permission, needs
from staff import actions, reorganise_screen
from staff.forms_reorganise import STEPS, ArrangeForm, StartForm
from staff.reorganisation import Impossible, Kind
from staff.reorganisation_plan import plan
from staff.requests import PortalRequest

READ_AND_SEND = ["GET", "HEAD", "POST"]
administrators = needs(Permission.MANAGE_PEOPLE)


@administrators
@require_safe
def reorganise(request: PortalRequest) -> HttpResponse:
    """Show the steps there are, and what is recorded for days to come."""
    start = StartForm(request.GET)
    context = {
        "steps": reorganise_screen.steps(start.cleaned_data["code"] if start.is_valid() else ""),
        "coming": reorganise_screen.coming(timezone.localdate()),
        "breadcrumbs": reorganise_screen.trail(),
    }
    return render(request, "staff/reorganise.html", context)


@administrators
@require_http_methods(READ_AND_SEND)
def reorganise_step(request: PortalRequest, kind: str) -> HttpResponse:
    """Type one step, see what it would do and choose who goes where, then save it."""
    if kind not in STEPS:
        raise Http404
    form = _form(request, kind)
    if form.is_valid() and "edit" not in request.POST:
        arrange = ArrangeForm(request.POST if "save" in request.POST else None, found=form.plan)
        if arrange.is_bound and arrange.is_valid():
            refused = _saved(request, form, arrange)
            if refused is None:
                messages.success(request, _("The reorganisation is saved."))
                return redirect("staff:reorganise")
            arrange = refused
        context = reorganise_screen.preview(form, arrange, request.user)
        return render(request, "staff/reorganise_preview.html", context, status=400 if arrange.errors else 200)
    return _form_page(request, kind, form)


def _form(request: PortalRequest, kind: str) -> Any:
    start = StartForm(request.GET)
    field = {Kind.MERGE: "codes", Kind.ADD: "parent_code"}.get(Kind(kind), "code")
    initial = {field: start.cleaned_data["code"]} if start.is_valid() else {}
    return STEPS[Kind(kind)](request.POST if request.method == "POST" else None, initial=initial)


def _form_page(request: PortalRequest, kind: str, form: Any) -> HttpResponse:
    title = str(Kind(kind).label)
    context = form_context(form, title, _("See what would happen"), reverse("staff:reorganise"))
    context |= {"lead": reorganise_screen.LEADS[Kind(kind)], "breadcrumbs": reorganise_screen.trail(title)}
    refused = form.is_bound and not form.is_valid()
    return render(request, "form_page.html", context, status=400 if refused else 200)


def _saved(request: PortalRequest, form: Any, arrange: ArrangeForm) -> ArrangeForm | None:
    """Save the step; return the form again with the reason when it was refused, None once it is saved."""
    today, data = timezone.localdate(), form.cleaned_data
    wanted = form.wanted(data, **arrange.chosen())
    try:
        seen = arrange.cleaned_data["seen"]
        actions.reorganise(by=request.user, wanted=wanted, today=today, reason=data["reason"], seen=seen)
    except Impossible as refusal:
        arrange.add_error(None, str(refusal))
        return arrange
    except Refused as refusal:
        return arrange.say_outdated(refusal, plan(form.wanted(data), today=today))
    return None
