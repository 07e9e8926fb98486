"""Reading who came from a file: choose it, see what it would do, save."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.errors import Refused
from common.permissions import Permission, needs
from common.uploads import Reading
from staff.requests import PortalRequest
from training import actions, screen
from training.importing import ATTENDED, NUMBER, Marks, compare_attendance
from training.models import TrainingSession


@needs(Permission.MANAGE_TRAINING)
@require_http_methods(["GET", "HEAD", "POST"])
def import_attendance(request: PortalRequest, pk: int) -> HttpResponse:
    """Read the results of a session from CSV or Excel, with a preview; all or nothing."""
    session = get_object_or_404(TrainingSession, pk=pk)
    reading = Reading(request.POST if request.method == "POST" else None, request.FILES)
    found = compare_attendance(reading.upload.content, session) if reading.upload else None
    if found and reading.saves(found) and _saved(request, session, found, reading.form):
        return redirect("training:session", pk=pk)
    title = _("Read results from a file")
    context = reading.context(found) | {"title": title, "breadcrumbs": screen.trail(session, title)}
    context |= {"above": session.title, "cancel_url": reverse("training:session", args=[pk])}
    context |= {"columns": (NUMBER, ATTENDED), "changes": screen.marks_shown(found), "lead": screen.results_lead()}
    return render(request, "training/import.html", context, status=reading.status(found))


def _saved(request: PortalRequest, session: TrainingSession, found: Marks, form: Form) -> bool:
    words = {"marks": found.marks, "seen": found.seen, "reason": form.cleaned_data["reason"]}
    try:
        actions.record_attendance(by=request.user, session=session, on=timezone.localdate(), **words)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("The attendance is recorded."))
    return True
