"""What the events of programmes and sheets are called in the audit trail, and which pages their objects have."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audit.wording import FILES, Link, Topic, name_actions, opens
from reports.models import Programme, SheetBuild
from staff.models import Staff

name_actions(
    Topic("reports", _("Evaluation sheets")),
    {
        "reports.save_programme": _("Saved a programme"),
        "reports.request_build": _("Asked for a PDF"),
        "reports.finish_build": _("Finished a PDF"),
        "reports.give_up_build": _("Gave up a PDF"),
    },
)
name_actions(
    FILES,
    {
        "reports.download": _("Downloaded a PDF"),
        "reports.export_programme": _("Took a programme file away"),
    },
)


@opens("reports.Programme")
def _programmes(viewer: Staff, keys: set[int], on: dt.date) -> dict[int, Link]:
    rows = Programme.objects.visible_to(viewer).filter(pk__in=keys)
    return {one.pk: Link(one.name, reverse("reports:programme", args=[one.code])) for one in rows}


@opens("reports.SheetBuild")
def _builds(viewer: Staff, keys: set[int], on: dt.date) -> dict[int, Link]:
    rows = SheetBuild.objects.visible_to(viewer).select_related("sheet__programme").filter(pk__in=keys)
    return {one.pk: Link(str(one), reverse("reports:build", args=[one.pk])) for one in rows.defer("snapshot")}
