"""The administration: its lists, a person's record, granted roles, and deputies, which heads appoint themselves too."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import Refused
from common.exporting import ExportForm, table_response
from common.listing import ListForm, listing
from common.pages import form_context
from common.permissions import Permission, needs
from common.recent_sign_in import needs_recent_sign_in
from staff import actions, administration, people
from staff.forms_rights import DeputyForm, EndForm, GrantForm, PersonForm
from staff.models import Deputy, RoleGrant, Staff
from staff.requests import PortalRequest
from staff.rolls import ROLLS, Roll

READ_AND_SEND = ["GET", "HEAD", "POST"]
records = needs(Permission.VIEW_PEOPLE_RECORDS)
managers = needs(Permission.MANAGE_PEOPLE)
granters = needs(Permission.GRANT_ROLES)


@records
@require_safe
def overview(request: PortalRequest) -> HttpResponse:
    """Show how many stand in each list of the administration, and where its work is done."""
    context = administration.overview_context(request.user, timezone.localdate())
    return render(request, "staff/administration.html", context)


@records
@require_safe
def roll(request: PortalRequest, name: str) -> HttpResponse:
    """Show one list of the administration."""
    shown, today = _roll_or_404(name), timezone.localdate()
    sorts = {"list": shown.order}
    rows = shown.rows(today)
    found = listing(rows, request.GET, form=ListForm, narrow=lambda all_, _wanted: all_, sorts=sorts, default="list")
    context = {
        "name": name,
        "roll": shown,
        "listing": found,
        "cells": shown.cells(found.page),
        "exports": ExportForm.CHOICES,
        "breadcrumbs": administration.trail(str(shown.title)),
    }
    return render(request, "staff/roll.html", context)


@records
@require_safe
def roll_file(request: PortalRequest, name: str) -> HttpResponse:
    """Hand out one list of the administration as a file."""
    shown, today, form = _roll_or_404(name), timezone.localdate(), ExportForm(request.GET)
    if not form.is_valid():
        raise Refused(_("The filters or the kind of file could not be read. Go back and choose them again."))
    kind, headings = form.cleaned_data["kind"], [str(heading) for heading in shown.headings]
    cells = [[cell.text for cell in row] for row in shown.cells(shown.rows(today).order_by(*shown.order, "pk"))]
    response = table_response(str(shown.title), name, headings, cells, kind, today)
    actions.export_people(by=request.user, of=name, kind=kind, rows=len(cells))
    return response


@managers
@require_http_methods(READ_AND_SEND)
def add_person(request: PortalRequest) -> HttpResponse:
    """Register a person who cannot sign in yet."""
    form = PersonForm(request.POST or None)
    if form.is_valid() and (made := _done(form, lambda: actions.register(by=request.user, **form.values))):
        messages.success(request, _("Registered. Add a posting, and help with the first sign-in."))
        return redirect("staff:person", pk=made.pk)
    context = form_context(form, _("Register a person"), _("Register this person"), reverse("staff:administration"))
    context["breadcrumbs"] = administration.trail(_("Register a person"))
    return render(request, "form_page.html", context, status=400 if form.is_bound else 200)


@managers
@require_http_methods(READ_AND_SEND)
def change_person(request: PortalRequest, pk: int) -> HttpResponse:
    """Change what is recorded of a person, with the reason."""
    shown, today = _person_or_404(request, pk), timezone.localdate()
    form = PersonForm(request.POST or None, person=shown)

    def change() -> Staff:
        reason = form.cleaned_data["reason"]
        return actions.change_person(by=request.user, person=shown, values=form.values, on=today, reason=reason)

    if form.is_valid() and _done(form, change):
        return _back_to(request, shown)
    return _form_page(request, form, shown, _("Change the record"), _("Save"))


@granters
@needs_recent_sign_in
@require_http_methods(READ_AND_SEND)
def grant_role(request: PortalRequest, pk: int) -> HttpResponse:
    """Give a person a role."""
    shown = _person_or_404(request, pk)
    form = GrantForm(request.POST or None, on=timezone.localdate())
    if form.is_valid() and _done(form, lambda: actions.grant_role(by=request.user, person=shown, **form.cleaned_data)):
        return _back_to(request, shown)
    return _form_page(request, form, shown, _("Grant a role"), _("Grant"))


@granters
@needs_recent_sign_in
@require_http_methods(READ_AND_SEND)
def end_grant(request: PortalRequest, pk: int) -> HttpResponse:
    """Take a role away from a person."""
    grant, today = get_object_or_404(RoleGrant.objects.select_related("person"), pk=pk), timezone.localdate()
    form = EndForm(request.POST or None, on=today)
    if form.is_valid() and _done(
        form, lambda: actions.end_grant(by=request.user, grant=grant, on=today, **form.cleaned_data)
    ):
        return _back_to(request, grant.person)
    title = _("Take away the role: %(role)s") % {"role": grant.get_role_display()}
    return _form_page(request, form, grant.person, title, _("Take away"))


@require_http_methods(READ_AND_SEND)
def appoint_deputy(request: PortalRequest, pk: int) -> HttpResponse:
    """Let somebody stand in for the head of a department: by an administrator, or by the head."""
    head, today = get_object_or_404(_heads(request), pk=pk), timezone.localdate()
    form = DeputyForm(request.POST or None, on=today, head=head)
    if form.is_valid() and _done(form, lambda: actions.appoint_deputy(by=request.user, head=head, **form.values)):
        return _back_to(request, head)
    return _form_page(request, form, head, _("Appoint a deputy"), _("Appoint"))


@require_http_methods(READ_AND_SEND)
def end_deputy(request: PortalRequest, pk: int) -> HttpResponse:
    """Let a deputy stand in no longer: by an administrator, or by the head."""
    found = Deputy.objects.filter(head__in=_heads(request)).select_related("head", "person")
    deputy, today = get_object_or_404(found, pk=pk), timezone.localdate()
    form = EndForm(request.POST or None, on=today)
    if form.is_valid() and _done(
        form, lambda: actions.end_deputy(by=request.user, deputy=deputy, on=today, **form.cleaned_data)
    ):
        return _back_to(request, deputy.head)
    title = _("End the deputyship of %(name)s") % {"name": deputy.person.name}
    return _form_page(request, form, deputy.head, title, _("End it"))


def _heads(request: PortalRequest) -> QuerySet[Staff]:
    """Return for whom the person may appoint deputies: an administrator for anybody, a head for oneself."""
    if request.user.has_permission(Permission.GRANT_ROLES):
        return Staff.objects.visible_to(request.user, timezone.localdate())
    if not request.user.standing.headed:
        raise PermissionDenied
    return Staff.objects.filter(pk=request.user.pk)


def _roll_or_404(name: str) -> Roll:
    if name not in ROLLS:
        raise Http404
    return ROLLS[name]


def _person_or_404(request: PortalRequest, pk: int) -> Staff:
    return get_object_or_404(Staff.objects.visible_to(request.user, timezone.localdate()), pk=pk)


def _done(form: Form, act: Callable[[], Any]) -> Any:
    """Return what `act` made; None when a rule refused it, which the form then says."""
    try:
        return act()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def _back_to(request: PortalRequest, person: Staff) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("staff:profile") if person.pk == request.user.pk else redirect("staff:person", pk=person.pk)


def _form_page(request: PortalRequest, form: Form, person: Staff, title: str, verb: str) -> HttpResponse:
    context = form_context(form, title, verb, reverse("staff:person", args=[person.pk]))
    context |= {"above": person.name, "breadcrumbs": people.trail(person, title)}
    return render(request, "form_page.html", context, status=400 if form.is_bound else 200)
