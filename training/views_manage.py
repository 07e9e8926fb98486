"""What officers do: sessions, rosters, attendance and materials."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import Refused
from common.pages import form_context
from common.permissions import Permission, needs
from staff.models import Department, Staff
from staff.requests import PortalRequest
from training import actions, screen
from training.forms import AttendanceForm, EnrolForm, MaterialForm, ReasonForm, SessionForm
from training.models import Enrolment, Material, TrainingSession

READ_AND_SEND = ["GET", "HEAD", "POST"]
officers = needs(Permission.MANAGE_TRAINING)


@officers
@require_http_methods(READ_AND_SEND)
def add_session(request: PortalRequest) -> HttpResponse:
    """Add a session."""
    return _session_page(request, None)


@officers
@require_http_methods(READ_AND_SEND)
def edit_session(request: PortalRequest, pk: int) -> HttpResponse:
    """Change a session: its facts, or what became of it."""
    return _session_page(request, _session_or_404(pk))


def _session_page(request: PortalRequest, session: TrainingSession | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = SessionForm(data, session=session, initial=screen.session_initial(session))
    if form.is_valid() and (saved := _saved(request, form, session)):
        messages.success(request, _("Saved."))
        return redirect("training:session", pk=saved.pk)
    title = _("Edit the session") if session else _("Log a session")
    back = reverse("training:session", args=[session.pk]) if session else reverse("training:index")
    context = form_context(form, title, _("Save"), back) | {"breadcrumbs": screen.trail(session, title)}
    return render(request, "form_page.html", context, status=400 if form.is_bound else 200)


def _saved(request: PortalRequest, form: Form, session: TrainingSession | None) -> TrainingSession | None:
    values = dict(form.cleaned_data)
    words = {name: values.pop(name) for name in ("course", "reason", "key")}
    words |= {"values": values, "expected_revision": values.pop("revision")}
    try:
        return actions.save_session(by=request.user, session=session, on=timezone.localdate(), **words)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


@officers
@require_POST
def enrol_audience(request: PortalRequest, pk: int) -> HttpResponse:
    """Ask everybody of the session's audience."""
    session = _session_or_404(pk)
    count = actions.enrol_audience(by=request.user, session=session)
    said = ngettext("%(n)s person was added to the roster.", "%(n)s people were added to the roster.", count)
    messages.success(request, said % {"n": count})
    return redirect("training:session", pk=pk)


@officers
@require_http_methods(READ_AND_SEND)
def enrol(request: PortalRequest, pk: int) -> HttpResponse:
    """Ask one person more."""
    session = _session_or_404(pk)
    form = EnrolForm(request.POST if request.method == "POST" else None, on=session.held_on)
    if form.is_valid():
        people = Staff.objects.employed_on(session.held_on).filter(**form.cleaned_data)
        actions.enrol(by=request.user, session=session, people=people)
        messages.success(request, _("Saved."))
        return redirect("training:session", pk=pk)
    title, back = _("Add a person to the roster"), reverse("training:session", args=[pk])
    context = form_context(form, title, _("Add"), back) | {"breadcrumbs": screen.trail(session, title)}
    return render(request, "form_page.html", context, status=400 if form.is_bound else 200)


@officers
@require_http_methods(READ_AND_SEND)
def withdraw(request: PortalRequest, pk: int, enrolment: int) -> HttpResponse:
    """Take one person off the roster, with the reason; whoever is off it already, is told so."""
    session = _session_or_404(pk)
    shown = session.enrolments.select_related("person").filter(pk=enrolment).first()
    if shown is None:
        messages.info(request, _("This person is not on the roster any more."))
        return redirect("training:session", pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.withdraw(by=request.user, enrolment=shown, reason=form.cleaned_data["reason"])
        messages.success(request, _("Saved."))
        return redirect("training:session", pk=pk)
    title = _("Take %(name)s off the roster") % {"name": shown.person.name}
    context = form_context(form, title, _("Take off"), reverse("training:session", args=[pk]))
    context["breadcrumbs"] = screen.trail(session, title)
    return render(request, "form_page.html", context, status=400 if form.is_bound else 200)


@officers
@require_http_methods(READ_AND_SEND)
def attendance(request: PortalRequest, pk: int) -> HttpResponse:
    """Tick who came, page by page; `?all=present` starts with everybody present."""
    session = _session_or_404(pk)
    rows = Enrolment.objects.filter(session=session)
    found = screen.roster_list(rows, request.GET, session.held_on, size=screen.TICKED)
    form = AttendanceForm(enrolments=found.page, everybody="present" if "all" in request.GET else "")
    if request.method == "POST":
        form = AttendanceForm(request.POST, enrolments=screen.ticked(rows, request.POST))
    several = found.page.paginator.num_pages > 1
    if form.is_valid() and _recorded(request, form, session):
        messages.success(request, _("The attendance is recorded."))
        return redirect(request.get_full_path() if several else reverse("training:session", args=[pk]))
    context = {
        "session": session,
        "form": form,
        "listing": found,
        "several": several,
        "names": Department.objects.names_on(session.held_on),
        "breadcrumbs": screen.trail(session, _("Attendance")),
    }
    return render(request, "training/attendance.html", context, status=400 if form.is_bound else 200)


def _recorded(request: PortalRequest, form: AttendanceForm, session: TrainingSession) -> bool:
    try:
        words = {"marks": form.marks(), "seen": form.seen(), "reason": form.cleaned_data["reason"]}
        actions.record_attendance(by=request.user, session=session, on=timezone.localdate(), **words)
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return form.is_valid()


@officers
@require_http_methods(READ_AND_SEND)
def add_material(request: PortalRequest, pk: int) -> HttpResponse:
    """Hand out a file with the session."""
    session = _session_or_404(pk)
    form = MaterialForm(request.POST, request.FILES) if request.method == "POST" else MaterialForm()
    if form.is_valid():
        name = form.cleaned_data["file"].name
        actions.add_material(by=request.user, session=session, name=name, suffix=form.suffix, content=form.content)
        messages.success(request, _("Saved."))
        return redirect("training:session", pk=pk)
    title, back = _("Add a file"), reverse("training:session", args=[pk])
    context = form_context(form, title, _("Add"), back) | {"breadcrumbs": screen.trail(session, title)}
    return render(request, "form_page.html", context, status=400 if form.is_bound else 200)


@officers
@require_http_methods(READ_AND_SEND)
def remove_material(request: PortalRequest, pk: int) -> HttpResponse:
    """Ask whether to take a file off the session, then hide it; of one that is off it already, say so."""
    material = get_object_or_404(Material.objects.select_related("session"), pk=pk)
    if material.removed_at:
        messages.info(request, _("This file was removed already."))
        return redirect("training:session", pk=material.session_id)
    if request.method == "POST":
        actions.remove_material(by=request.user, material=material)
        messages.success(request, _("Saved."))
        return redirect("training:session", pk=material.session_id)
    context = {"material": material, "breadcrumbs": screen.trail(material.session, _("Remove a file"))}
    return render(request, "training/remove_material.html", context)


@officers
@require_safe
def roster_file(request: PortalRequest, pk: int) -> HttpResponse:
    """Hand out the roster with the attendance as Excel, and write down that it was."""
    session = _session_or_404(pk)
    rows = screen.roster_rows(session)
    response = screen.roster_file(session, rows)
    actions.export_roster(by=request.user, session=session, rows=len(rows))
    return response


def _session_or_404(pk: int) -> TrainingSession:
    return get_object_or_404(TrainingSession.objects.select_related("course"), pk=pk)
