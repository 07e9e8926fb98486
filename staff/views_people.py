"""People as everybody finds them: the directory, a person, the departments, and one's own profile."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.errors import Refused
from common.exporting import ExportForm, table_response
from common.listing import listing
from common.permissions import Permission, needs
from staff import actions, department_screen, people, person_screen
from staff.forms_people import DayForm, PeopleFilter, RecordsFilter
from staff.models import Department, Staff
from staff.requests import PortalRequest
from staff.tree import Tree


@require_safe
def directory(request: PortalRequest) -> HttpResponse:
    """List the people on the staff, found by name, ふりがな and department."""
    today, viewer = timezone.localdate(), request.user
    sees_records = viewer.has_permission(Permission.VIEW_PEOPLE_RECORDS)
    found = listing(
        people.in_order(Staff.objects.visible_to(viewer, today), today),
        request.GET,
        form=RecordsFilter if sees_records else PeopleFilter,
        narrow=people.narrow(viewer, today),
        sorts=people.SORTS,
        default="kana",
    )
    context = {
        "listing": found,
        "rows": people.rows_of(found.page, Tree(today), today),
        "exports": ExportForm.CHOICES if sees_records else (),
        "sees_records": sees_records,
        "breadcrumbs": people.trail(),
    }
    return render(request, "staff/people.html", context)


@needs(Permission.VIEW_PEOPLE_RECORDS)
@require_safe
def directory_file(request: PortalRequest) -> HttpResponse:
    """Hand out the people that the filters leave as a file."""
    today, filters, form = timezone.localdate(), RecordsFilter(request.GET), ExportForm(request.GET)
    if not filters.is_valid() or not form.is_valid():
        raise Refused(_("The filters or the kind of file could not be read. Go back and choose them again."))
    visible = people.in_order(Staff.objects.visible_to(request.user, today), today)
    found = people.narrow(request.user, today)(visible, filters.cleaned_data).order_by(*people.SORTS["kana"])
    headings, rows, kind = people.HEADINGS, people.cells_of(found, today), form.cleaned_data["kind"]
    response = table_response(_("Staff directory"), "people", list(map(str, headings)), rows, kind, today)
    actions.export_people(by=request.user, of="people", kind=kind, rows=len(rows))
    return response


@require_safe
def person(request: PortalRequest, pk: int) -> HttpResponse:
    """Show a person; the record only to the person, the own heads and those who see people's records."""
    today = timezone.localdate()
    shown = get_object_or_404(Staff.objects.visible_to(request.user, today), pk=pk)
    context = person_screen.context_of(shown, request.user, today)
    return render(request, "staff/person.html", context | {"breadcrumbs": people.trail(shown)})


@require_safe
def profile(request: PortalRequest) -> HttpResponse:
    """Show my own record, my language and the way to my account."""
    context = person_screen.context_of(request.user, request.user, timezone.localdate())
    return render(request, "staff/profile.html", context | person_screen.profile_context(request.user))


@require_safe
def departments(request: PortalRequest) -> HttpResponse:
    """Show the tree of departments on a day, with heads and how many people belong to each."""
    form = DayForm(request.GET)
    context = department_screen.tree_context(request.user, form.day, timezone.localdate())
    return render(request, "staff/departments.html", context | {"form": form})


@require_safe
def department(request: PortalRequest, code: str) -> HttpResponse:
    """Show one department on a day: its people, its head, what lies below, and what it was and will be called."""
    rows = list(Department.objects.filter(code=code).order_by("-valid_from")) if "\0" not in code else []
    if not rows:
        raise Http404
    form, today = DayForm(request.GET), timezone.localdate()
    context = department_screen.context_of(rows, request.user, request.GET, form, today)
    return render(request, "staff/department.html", context | {"form": form})
