"""What administrators do about where a person belongs: post, end a posting, record leave and its end."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from common.errors import Refused
from common.pages import form_context
from common.permissions import Permission, needs
from staff import actions, people
from staff.forms_postings import LastDayForm, LeaveForm, PostingForm
from staff.models import Leave, Posting, Staff
from staff.requests import PortalRequest

READ_AND_SEND = ["GET", "HEAD", "POST"]
administrators = needs(Permission.MANAGE_PEOPLE)


@administrators
@require_http_methods(READ_AND_SEND)
def add_posting(request: PortalRequest, pk: int) -> HttpResponse:
    """Post a person to a department."""
    person = _person_or_404(request, pk)
    form = PostingForm(_sent(request), person=person, on=timezone.localdate())
    if form.is_valid() and _done(form, lambda: actions.post(by=request.user, person=person, **form.cleaned_data)):
        return _back(request, person)
    return _page(request, form, person, _("Add a posting"), _("Save"))


@administrators
@require_http_methods(READ_AND_SEND)
def end_posting(request: PortalRequest, pk: int) -> HttpResponse:
    """Give a posting its last day; one that has not begun can be taken back."""
    posting = get_object_or_404(Posting.objects.select_related("person", "department"), pk=pk)
    today = timezone.localdate()
    form = LastDayForm(_sent(request), first=posting.valid_from, on=today)
    words: dict[str, Any] = {"by": request.user, "posting": posting, "today": today}
    if form.is_valid() and _done(form, lambda: actions.end_posting(**words, **form.cleaned_data)):
        return _back(request, posting.person)
    title = _("End the posting: %(department)s") % {"department": posting.department.name}
    return _page(request, form, posting.person, title, pgettext("posting", "End"))


@administrators
@require_http_methods(READ_AND_SEND)
def record_leave(request: PortalRequest, pk: int) -> HttpResponse:
    """Record that a person is on leave."""
    person = _person_or_404(request, pk)
    form = LeaveForm(_sent(request), person=person, on=timezone.localdate())
    words: dict[str, Any] = {"by": request.user, "person": person}
    if form.is_valid() and _done(form, lambda: actions.record_leave(**words, **form.cleaned_data)):
        return _back(request, person)
    return _page(request, form, person, _("Record leave"), _("Save"))


@administrators
@require_http_methods(READ_AND_SEND)
def end_leave(request: PortalRequest, pk: int) -> HttpResponse:
    """Give a leave its last day; one that has not begun can be taken back."""
    leave, today = get_object_or_404(Leave.objects.select_related("person"), pk=pk), timezone.localdate()
    form = LastDayForm(_sent(request), first=leave.valid_from, on=today)
    words: dict[str, Any] = {"by": request.user, "leave": leave, "today": today}
    if form.is_valid() and _done(form, lambda: actions.end_leave(**words, **form.cleaned_data)):
        return _back(request, leave.person)
    return _page(request, form, leave.person, _("End the leave"), pgettext("posting", "End"))


def _sent(request: PortalRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _person_or_404(request: PortalRequest, pk: int) -> Staff:
    return get_object_or_404(Staff.objects.visible_to(request.user, timezone.localdate()), pk=pk)


def _done(form: Form, act: Callable[[], object]) -> bool:
    try:
        act()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _back(request: PortalRequest, person: Staff) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("staff:person", pk=person.pk)


def _page(request: PortalRequest, form: Form, person: Staff, title: str, verb: str) -> HttpResponse:
    context = form_context(form, title, verb, reverse("staff:person", args=[person.pk]))
    context |= {"above": person.name, "breadcrumbs": people.trail(person, title)}
    return render(request, "form_page.html", context, status=400 if form.is_bound else 200)
