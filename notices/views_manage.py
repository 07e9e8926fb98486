"""What officers do: write a notice, see whom it would reach, give it, correct the record, send a stuck mail again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import Refused
from common.pages import form_context
from common.permissions import Permission, needs
from notices import actions, screen
from notices.forms import CorrectionForm, GiveForm, NoticeForm, RecordForm
from notices.models import Delivery, Notice
from staff.requests import PortalRequest

READ_AND_SEND = ["GET", "HEAD", "POST"]
officers = needs(Permission.MANAGE_NOTICES)


@officers
@require_http_methods(READ_AND_SEND)
def give(request: PortalRequest) -> HttpResponse:
    """Write a notice, see whom it would reach, then give it."""
    form, today = GiveForm(_sent(request), initial=screen.new_form_values()), timezone.localdate()
    title = _("Give a notice")
    context: dict[str, Any] = {"form": form, "title": title, "breadcrumbs": screen.trail(here=title)}
    if form.is_valid() and "edit" not in request.POST:
        if "send" not in request.POST:
            return render(request, "notices/preview.html", context | screen.preview(form.cleaned_data, today))
        if given := _done(request, form, actions.give_notice):
            messages.success(request, _("The notice is given. Mails are sent now."))
            return redirect("notices:notice", pk=given.pk)
    refused = form.is_bound and not form.is_valid()
    return render(request, "notices/give.html", context, status=400 if refused else 200)


@officers
@require_http_methods(READ_AND_SEND)
def record(request: PortalRequest) -> HttpResponse:
    """Record a notice that was given outside the portal."""
    form = RecordForm(_sent(request), initial=screen.new_form_values())
    if form.is_valid() and (noted := _done(request, form, actions.record_notice)):
        messages.success(request, _("The notice is recorded."))
        return redirect("notices:notice", pk=noted.pk)
    title = _("Record a notice given outside the portal")
    context = form_context(form, title, _("Record"), reverse("notices:index"))
    context["lead"] = _("It is kept with its date and counted; nobody gets a message.")
    context["breadcrumbs"] = screen.trail(here=title)
    return render(request, "form_page.html", context, status=400 if form.is_bound else 200)


def _sent(request: PortalRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _done(request: PortalRequest, form: NoticeForm, action: Callable[..., Notice]) -> Notice | None:
    try:
        return action(by=request.user, on=timezone.localdate(), **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


@officers
@require_http_methods(READ_AND_SEND)
def correct(request: PortalRequest, pk: int) -> HttpResponse:
    """Correct the record of a notice, with the reason; what was told stays."""
    notice = get_object_or_404(Notice, pk=pk)
    form = CorrectionForm(_sent(request), notice=notice)
    if form.is_valid() and _corrected(request, form, notice):
        messages.success(request, _("Saved."))
        return redirect("notices:notice", pk=pk)
    title, back = _("Correct the record"), reverse("notices:notice", args=[pk])
    context = form_context(form, title, _("Save"), back)
    context |= {"above": notice.title, "lead": _("The subject and the text stay as they were told.")}
    context["breadcrumbs"] = screen.trail(notice, title)
    return render(request, "form_page.html", context, status=400 if form.is_bound else 200)


def _corrected(request: PortalRequest, form: CorrectionForm, notice: Notice) -> bool:
    values = dict(form.cleaned_data)
    reason, seen = values.pop("reason"), values.pop("seen")
    words = {"values": values, "on": timezone.localdate(), "reason": reason, "expected_state": seen}
    try:
        actions.correct_notice(by=request.user, notice=notice, **words)
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return form.is_valid()


@officers
@require_POST
def send_again(request: PortalRequest, pk: int) -> HttpResponse:
    """Send one stuck mail again."""
    delivery = get_object_or_404(Delivery.objects.filter(notice__isnull=False), pk=pk)
    actions.send_again(by=request.user, deliveries=Delivery.objects.filter(pk=pk))
    messages.success(request, _("The mail is sent again."))
    return redirect("notices:notice", pk=delivery.notice_id)


@officers
@require_POST
def send_all_again(request: PortalRequest, pk: int) -> HttpResponse:
    """Send all stuck mails of a notice again."""
    notice = get_object_or_404(Notice, pk=pk)
    count = actions.send_again(by=request.user, deliveries=Delivery.objects.filter(notice=notice))
    words = ngettext("%(n)s mail is sent again.", "%(n)s mails are sent again.", count) % {"n": count}
    messages.success(request, words)
    return redirect("notices:notice", pk=pk)
