"""Sessions as people see them: mine, all of a year, one with its materials."""

import logging

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common import files
from common.errors import Refused
from common.fiscal_year import fiscal_year_of
from common.listing import listing
from common.permissions import Permission
from staff.requests import PortalRequest
from training import actions, screen
from training.forms import SessionFilter
from training.models import Enrolment, Material, TrainingSession

logger = logging.getLogger(__name__)
SORTS = {"date": ("held_on",), "title": ("title",), "kind": ("kind",), "state": ("state",)}


@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """Show my sessions, and to those who may see the training all sessions of a fiscal year with their counts."""
    today = timezone.localdate()
    mine = Enrolment.objects.filter(person=request.user).select_related("session", "attendance")
    context = {
        "mine": [(one, screen.mark(one)) for one in mine.order_by("-session__held_on")[:20]],
        "may_manage": request.user.has_permission(Permission.MANAGE_TRAINING),
        "breadcrumbs": screen.trail(),
    }
    if request.user.has_permission(Permission.VIEW_TRAINING):
        rows = screen.with_counts(TrainingSession.objects.visible_to(request.user))
        narrow = screen.narrow(today)
        found = listing(rows, request.GET, form=SessionFilter, narrow=narrow, sorts=SORTS, default="-date")
        year = found.form.cleaned_data.get("year") or fiscal_year_of(today)
        context |= {"listing": found, "counts": screen.year_counts(year), "kinds": screen.KINDS}
    return render(request, "training/index.html", context)


@require_safe
def session(request: PortalRequest, pk: int) -> HttpResponse:
    """Show one session: what, when, where, its materials, and the roster to those who may see it."""
    shown = get_object_or_404(TrainingSession.objects.visible_to(request.user).select_related("course"), pk=pk)
    today = timezone.localdate()
    visible = shown.enrolments.visible_to(request.user, today)
    may_follow = request.user.has_permission(Permission.VIEW_TRAINING)
    context = {
        "session": shown,
        "facts": screen.facts(shown),
        "kind": screen.KINDS[shown.state],
        "materials": shown.materials.filter(removed_at__isnull=True),
        "history": screen.history(shown) if may_follow else [],
        "may_follow": may_follow,
        "may_manage": request.user.has_permission(Permission.MANAGE_TRAINING),
        "has_begun": shown.held_on <= today,
        "breadcrumbs": screen.trail(shown),
    }
    own = visible.select_related("attendance")
    context |= screen.people(shown, visible, request.GET) if may_follow else {"mark": screen.mark(own.get())}
    return render(request, "training/session.html", context)


@require_safe
def material(request: PortalRequest, pk: int) -> HttpResponse:
    """Hand out a file to those who may see its session, and record it."""
    sessions = TrainingSession.objects.visible_to(request.user)
    found = get_object_or_404(Material, pk=pk, removed_at__isnull=True, session__in=sessions)
    try:
        return screen.material_response(found, actions.download_material(by=request.user, material=found))
    except files.FileDamaged as damage:
        logger.error("Material %s: %s", found.pk, damage)
        raise Refused(_("The stored file is missing or was changed, so it is not handed out.")) from damage
