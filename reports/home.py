"""What evaluation sheets put on a person's home page."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from common import home
from common.permissions import Permission
from reports.models import EvaluationSheet, SheetBuild
from reports.screen import sheet_title, sheet_url
from staff.models import Staff

NEWEST = 5


@home.tasks
def unbuilt_sheets(person: Staff, on: dt.date) -> Iterator[home.Task]:
    """Yield the sheets whose PDF waits for somebody who may build it."""
    if not person.has_permission(Permission.BUILD_SHEETS):
        return
    unbuilt = EvaluationSheet.objects.visible_to(person).without_pdf().select_related("programme")
    for sheet in unbuilt[:NEWEST]:
        title = _("Build the PDF: %(sheet)s") % {"sheet": sheet_title(sheet)}
        yield home.Task(title, sheet_url(sheet), note=sheet.programme.name)


@home.news
def finished_builds(person: Staff, on: dt.date) -> Iterator[home.News]:
    """Yield the newest PDFs that are ready."""
    builds = SheetBuild.objects.visible_to(person).filter(state=SheetBuild.State.DONE)
    for build in builds.select_related("sheet__programme")[:NEWEST]:
        title = _("PDF ready: %(sheet)s") % {"sheet": sheet_title(build.sheet)}
        at, url = build.finished_at or build.requested_at, reverse("reports:build", args=[build.pk])
        yield home.News(title, at, url, build.sheet.programme.name)
