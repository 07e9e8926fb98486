"""Reading policies and confirming them, and who has confirmed."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.errors import Refused
from common.listing import listing
from common.permissions import Permission, needs
from policies import actions, screen
from policies.forms import ReaderFilter
from policies.models import Acknowledgement, Policy, PolicyVersion, Reader
from staff.requests import PortalRequest

SORTS = {
    "department": ("department_code", "person__kana"),
    "name": ("person__kana",),
    "number": ("person__employee_number",),
    "confirmed": ("confirmed_at", "person__kana"),
}


@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """Show what I have to confirm, and every policy with the version in force."""
    today = timezone.localdate()
    context = {
        "outstanding": Reader.objects.outstanding_for(request.user, today),
        "rows": screen.policy_rows(today),
        "today": today,
        "may_write": request.user.has_permission(Permission.MANAGE_POLICIES),
        "breadcrumbs": screen.trail(),
    }
    return render(request, "policies/index.html", context)


@require_safe
def policy(request: PortalRequest, code: str) -> HttpResponse:
    """Show the versions of one policy."""
    shown = get_object_or_404(Policy, code=code)
    context = {
        "policy": shown,
        "rows": screen.version_rows(shown, request.user, timezone.localdate()),
        "may_write": request.user.has_permission(Permission.MANAGE_POLICIES),
        "may_follow": request.user.has_permission(Permission.VIEW_READERS),
        "breadcrumbs": screen.trail(shown),
    }
    return render(request, "policies/policy.html", context)


@require_safe
def version(request: PortalRequest, pk: int) -> HttpResponse:
    """Show one version to be read, and its confirm button to those who are asked."""
    shown = _version_or_404(request, pk)
    return render(request, "policies/version.html", screen.version_context(shown, request.user, timezone.localdate()))


@require_POST
def acknowledge(request: PortalRequest, pk: int) -> HttpResponse:
    """Confirm for oneself that one has read this version, and go to the receipt."""
    shown = _version_or_404(request, pk)
    actions.acknowledge(by=request.user, version=shown, on=timezone.localdate())
    return redirect("policies:receipt", pk=shown.pk)


@require_safe
def receipt(request: PortalRequest, pk: int) -> HttpResponse:
    """Show my own receipt: which text I confirmed, and when."""
    given = get_object_or_404(
        Acknowledgement.objects.select_related("version__policy"), version=pk, person=request.user
    )
    context = {
        "given": given,
        "version": given.version,
        "event": screen.event_of(given),
        "breadcrumbs": screen.trail(given.version.policy, given.version, _("Receipt")),
    }
    return render(request, "policies/receipt.html", context)


@needs(Permission.VIEW_READERS)
@require_safe
def readers(request: PortalRequest, pk: int) -> HttpResponse:
    """Show by department who has and who has not confirmed, and the list of names."""
    shown, today = _published_or_404(pk), timezone.localdate()
    visible = shown.readers.visible_to(request.user, today)
    found = listing(
        visible.with_confirmation().select_related("person"),
        request.GET,
        form=ReaderFilter,
        narrow=screen.narrow_readers(today),
        sorts=SORTS,
        default="department",
    )
    context = screen.readers_context(shown, visible, found, today)
    return render(request, "policies/readers.html", context)


@needs(Permission.VIEW_READERS)
@require_safe
def readers_file(request: PortalRequest, pk: int) -> HttpResponse:
    """Hand out the readers that the filters leave as an Excel file."""
    shown, today = _published_or_404(pk), timezone.localdate()
    filters = ReaderFilter(request.GET)
    if not filters.is_valid():
        raise Refused(_("The filters could not be read. Go back and choose them again."))
    visible = shown.readers.visible_to(request.user, today).with_confirmation()
    cells = screen.reader_cells(screen.narrow_readers(today)(visible, filters.cleaned_data), today)
    response = screen.readers_file(shown, cells, today)
    actions.export_readers(by=request.user, version=shown, rows=len(cells))
    return response


def _version_or_404(request: PortalRequest, pk: int) -> PolicyVersion:
    versions = PolicyVersion.objects.visible_to(request.user)
    return get_object_or_404(versions.select_related("policy", "author", "last_edited_by", "published_by"), pk=pk)


def _published_or_404(pk: int) -> PolicyVersion:
    return get_object_or_404(PolicyVersion.objects.published().select_related("policy"), pk=pk)
