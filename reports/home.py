"""What stands on a person's front page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from common.permissions import Permission
from reports.models import EvaluationSheet, SheetBuild
from reports.screen import sheet_title, sheet_url
from staff.models import Staff

NEWEST = 5


def home_context(person: Staff) -> dict[str, Any]:
    """Return what `person` has to do, what is new, and in which roles he or she is here."""
    return {"person": person, "roles": person.role_names, "todo": _todo(person), "news": _news(person)}


def _todo(person: Staff) -> list[dict[str, str]]:
    if not person.has_permission(Permission.BUILD_SHEETS):
        return []
    unbuilt = EvaluationSheet.objects.visible_to(person).without_pdf().select_related("programme")
    return [
        {
            "title": _("Build the PDF: %(sheet)s") % {"sheet": sheet_title(s)},
            "url": sheet_url(s),
            "note": s.programme.name,
        }
        for s in unbuilt[:NEWEST]
    ]


def _news(person: Staff) -> list[dict[str, Any]]:
    builds = SheetBuild.objects.visible_to(person).filter(state=SheetBuild.State.DONE)
    return [
        {
            "title": _("PDF ready: %(sheet)s") % {"sheet": sheet_title(build.sheet)},
            "url": reverse("reports:build", args=[build.pk]),
            "note": build.sheet.programme.name,
            "at": build.finished_at,
        }
        for build in builds.select_related("sheet__programme")[:NEWEST]
    ]
