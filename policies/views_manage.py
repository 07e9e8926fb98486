"""What officers do: add a policy, write a draft, put it aside, and publish another person's."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.errors import Refused
from common.pages import form_context
from common.permissions import Permission, needs
from common.recent_sign_in import needs_recent_sign_in
from policies import actions, screen
from policies.forms import DraftForm, PolicyForm, PublishForm
from policies.models import Policy, PolicyVersion
from policies.reading import read
from staff.audience import Audience, people_of
from staff.requests import PortalRequest

READ_AND_SEND = ["GET", "HEAD", "POST"]


@needs(Permission.MANAGE_POLICIES)
@require_http_methods(READ_AND_SEND)
def add_policy(request: PortalRequest) -> HttpResponse:
    """Add a policy, then write its first draft."""
    form = PolicyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            policy = actions.add_policy(by=request.user, **form.cleaned_data)
            return redirect("policies:add_draft", code=policy.code)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = form_context(form, _("Add a policy"), _("Add and write its text"), reverse("policies:index"))
    context["breadcrumbs"] = screen.trail(here=_("Add a policy"))
    return render(request, "form_page.html", context, status=400 if form.is_bound else 200)


@needs(Permission.MANAGE_POLICIES)
@require_http_methods(READ_AND_SEND)
def add_draft(request: PortalRequest, code: str) -> HttpResponse:
    """Write a new draft; it begins with the newest text."""
    policy = get_object_or_404(Policy, code=code)
    newest = policy.versions.published().order_by("-number").first()
    initial = {"text": newest.text if newest else ""}
    return _draft_page(request, policy, None, initial)


@needs(Permission.MANAGE_POLICIES)
@require_http_methods(READ_AND_SEND)
def edit_draft(request: PortalRequest, pk: int) -> HttpResponse:
    """Go on with a draft."""
    draft = _draft_or_404(request, pk)
    initial = {name: getattr(draft, name) for name in (*actions.WRITTEN, "revision")}
    return _draft_page(request, draft.policy, draft, initial)


def _draft_page(
    request: PortalRequest, policy: Policy, draft: PolicyVersion | None, initial: dict[str, Any]
) -> HttpResponse:
    form = DraftForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid() and (saved := _saved(request, form, policy, draft)):
        messages.success(request, _("The draft is saved. Another person can publish it."))
        return redirect("policies:version", pk=saved.pk)
    title = _("Edit the draft") if draft else _("Write a new version")
    context = form_context(form, title, _("Save the draft"), reverse("policies:policy", args=[policy.code]))
    context |= {"above": policy.name, "breadcrumbs": screen.trail(policy, here=title)}
    if draft and form.is_bound and form.catch_up(draft.revision):
        context |= {"other": draft, "facts": screen.facts(draft)}
    return render(request, "policies/draft.html", context, status=400 if form.is_bound else 200)


def _saved(
    request: PortalRequest, form: DraftForm, policy: Policy, draft: PolicyVersion | None
) -> PolicyVersion | None:
    values = dict(form.cleaned_data)
    seen = values.pop("revision")
    try:
        return actions.save_draft(by=request.user, policy=policy, version=draft, values=values, expected_revision=seen)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


@needs(Permission.MANAGE_POLICIES)
@require_http_methods(READ_AND_SEND)
def discard_draft(request: PortalRequest, pk: int) -> HttpResponse:
    """Ask whether to discard a draft, then discard it."""
    draft = _draft_or_404(request, pk)
    if request.method == "POST":
        actions.discard_draft(by=request.user, version=draft)
        messages.success(request, _("The draft was discarded."))
        return redirect("policies:policy", code=draft.policy.code)
    context = {"version": draft, "breadcrumbs": screen.trail(draft.policy, draft, _("Discard"))}
    return render(request, "policies/discard.html", context)


@needs(Permission.PUBLISH_POLICIES)
@needs_recent_sign_in
@require_http_methods(READ_AND_SEND)
def publish(request: PortalRequest, pk: int) -> HttpResponse:
    """Show the draft whole and what publishing would do, then publish."""
    draft, today = _draft_or_404(request, pk), timezone.localdate()
    form = PublishForm(request.POST if request.method == "POST" else None, initial={"revision": draft.revision})
    if form.is_valid():
        actions.publish(by=request.user, version=draft, on=today, expected_revision=form.cleaned_data["revision"])
        messages.success(request, _("Published. From now on this text cannot be changed."))
        return redirect("policies:version", pk=draft.pk)
    context = {
        "version": draft,
        "reading": read(draft.text),
        "form": form,
        "facts": screen.facts(draft),
        "hindrances": draft.hindrances(request.user, today),
        "asked": people_of(Audience.ALL, on=today).count() if draft.confirm_by else 0,
        "breadcrumbs": screen.trail(draft.policy, draft, _("Publish")),
    }
    return render(request, "policies/publish.html", context, status=400 if form.is_bound else 200)


def _draft_or_404(request: PortalRequest, pk: int) -> PolicyVersion:
    """Return a draft; for what was sent, also one that is a draft no longer: the action then says what became of it."""
    versions = PolicyVersion.objects.all() if request.method == "POST" else PolicyVersion.objects.drafts()
    return get_object_or_404(versions.select_related("policy", "author", "last_edited_by"), pk=pk)
