"""Notices as people see them: those given to me, all of a year, one with its deliveries."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.fiscal_year import fiscal_year_of
from common.listing import listing
from common.permissions import Permission, needs
from notices import actions, screen
from notices.forms import MyNoticeFilter, NoticeFilter
from notices.models import Notice
from staff.requests import PortalRequest

SORTS = {"date": ("given_on",), "title": ("title",)}


@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """Show the notices of a fiscal year: all with their counts to those who may see them, else my own."""
    today = timezone.localdate()
    rows = Notice.objects.visible_to(request.user)
    may_see_all = request.user.has_permission(Permission.VIEW_NOTICES)
    form, narrow = (NoticeFilter, screen.narrow(today)) if may_see_all else (MyNoticeFilter, screen.narrow_mine)
    found = listing(rows, request.GET, form=form, narrow=narrow, sorts=SORTS, default="-date")
    year = found.form.cleaned_data.get("year") or fiscal_year_of(today)
    context = {
        "listing": found,
        "rows": [(notice, screen.channel_names(notice.channels)) for notice in found.page],
        "counts": screen.year_counts(year) if may_see_all else None,
        "may_manage": request.user.has_permission(Permission.MANAGE_NOTICES),
        "breadcrumbs": screen.trail(),
    }
    return render(request, "notices/index.html", context)


@require_safe
def notice(request: PortalRequest, pk: int) -> HttpResponse:
    """Show one notice; htmx asks again for the sending alone while mails wait."""
    shown = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    may_follow = request.user.has_permission(Permission.VIEW_WHOLE_CITY)
    context = {
        "notice": shown,
        "facts": screen.facts(shown),
        "history": screen.history(shown) if request.user.has_permission(Permission.VIEW_NOTICES) else [],
        "progress": screen.progress(shown) if may_follow and not shown.record_only else None,
        "may_manage": request.user.has_permission(Permission.MANAGE_NOTICES),
        "breadcrumbs": screen.trail(shown),
    }
    template = "notices/_progress.html" if request.htmx and context["progress"] else "notices/notice.html"
    return render(request, template, context)


@needs(Permission.VIEW_WHOLE_CITY)
@require_safe
def deliveries_file(request: PortalRequest, pk: int) -> HttpResponse:
    """Hand out to whom a notice went as Excel."""
    shown = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    rows = screen.delivery_rows(shown)
    response = screen.deliveries_file(shown, rows)
    actions.export_deliveries(by=request.user, notice=shown, rows=len(rows))
    return response
