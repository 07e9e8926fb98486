"""The desk at which administrators help with sign-in: find a person, see the state of the account, and act on it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts import actions_desk, desk, links, people
from accounts.forms_desk import AccountFilter, NoticesForm, ReasonForm, narrow
from common.bell import ring
from common.listing import listing
from common.pages import form_context
from common.permissions import Permission, needs
from common.recent_sign_in import needs_recent_sign_in
from staff.models import Staff
from staff.requests import PortalRequest

READ_AND_SEND = ["GET", "HEAD", "POST"]
SORTS = {"number": ("employee_number",), "name": ("kana", "name"), "last": ("last_login",)}


@needs(Permission.MANAGE_ACCOUNTS)
@require_safe
def all_accounts(request: PortalRequest) -> HttpResponse:
    """Find a person's account; above the list stands what waits for the first sign-in."""
    rows = people.accounts(timezone.localdate())
    found = listing(rows, request.GET, form=AccountFilter, narrow=narrow, sorts=SORTS, default="number")
    context = {
        "listing": found,
        "rows": [(person, people.state_of(person)) for person in found.page],
        "overview": desk.overview(),
        "breadcrumbs": desk.trail(),
    }
    return render(request, "accounts/desk.html", context)


@needs(Permission.MANAGE_ACCOUNTS)
@require_safe
def person(request: PortalRequest, pk: int) -> HttpResponse:
    """Show the state of one account and what can be done."""
    shown = _person_or_404(pk)
    context = {
        "person": shown,
        "state": people.state_of(shown),
        "facts": desk.facts(shown),
        "acts": desk.offered(shown, request.user),
        "breadcrumbs": desk.trail(here=shown.name),
    }
    return render(request, "accounts/person.html", context)


@needs(Permission.MANAGE_ACCOUNTS)
@needs_recent_sign_in
@require_http_methods(READ_AND_SEND)
def act(request: PortalRequest, pk: int, name: str) -> HttpResponse:
    """Ask for the reason, then do one thing to an account."""
    shown = _person_or_404(pk)
    if name not in desk.ACTS:
        raise Http404
    chosen = desk.ACTS[name]
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return chosen.do(request, shown, form.cleaned_data["reason"])
    back = reverse("accounts:person", args=[pk])
    context = form_context(form, str(chosen.title), str(chosen.verb), back)
    context |= {"above": shown.name, "lead": chosen.consequence, "danger": chosen.danger}
    context["breadcrumbs"] = desk.trail((shown.name, back), here=str(chosen.title))
    return render(request, "accounts/act.html", context, status=400 if form.is_bound else 200)


@needs(Permission.MANAGE_ACCOUNTS)
@needs_recent_sign_in
@require_http_methods(READ_AND_SEND)
def send_links(request: PortalRequest) -> HttpResponse:
    """Send a one-time link to everybody who has a mail address, has never signed in and holds no link yet."""
    persons = list(people.to_be_sent_links(timezone.localdate()))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and persons:
        actions_desk.send_links(by=request.user, persons=persons, reason=form.cleaned_data["reason"])
        ring(links.TASK)
        said = ngettext("%(count)d link is being sent.", "%(count)d links are being sent.", len(persons))
        messages.success(request, said % {"count": len(persons)})
        return redirect("accounts:desk")
    title = _("Send one-time links")
    context = form_context(form, title, _("Send the links"), reverse("accounts:desk"))
    context |= {"count": len(persons), "breadcrumbs": desk.trail(here=title)}
    return render(request, "accounts/send_links.html", context, status=400 if form.is_bound else 200)


@needs(Permission.MANAGE_ACCOUNTS)
@needs_recent_sign_in
@require_http_methods(READ_AND_SEND)
def print_notices(request: PortalRequest) -> HttpResponse:
    """Print temporary passwords for those of a department who have never signed in."""
    form = NoticesForm(request.POST if request.method == "POST" else None, on=timezone.localdate())
    if form.is_valid():
        return desk.notices(request, form.persons, form.cleaned_data["reason"])
    title = _("Print temporary passwords")
    context: dict[str, Any] = form_context(form, title, _("Make the sheets (PDF)"), reverse("accounts:desk"))
    context["lead"] = _(
        "One sheet for each person of the department who has never signed in. Hand the sheets over in person. A sheet "
        "printed earlier stops working when a new one is made."
    )
    context["breadcrumbs"] = desk.trail(here=title)
    return render(request, "form_page.html", context, status=400 if form.is_bound else 200)


def _person_or_404(pk: int) -> Staff:
    return get_object_or_404(people.accounts(timezone.localdate()), pk=pk)
