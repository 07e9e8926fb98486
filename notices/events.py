"""What the events of the notices are called in the audit trail, and which pages their objects have."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audit.wording import FILES, Link, Topic, name_actions, name_objects, opens
from notices.models import Notice
from staff.models import Staff

name_actions(
    Topic("notices", _("Notices")),
    {
        "notices.give_notice": _("Gave a notice"),
        "notices.record_notice": _("Recorded a notice given elsewhere"),
        "notices.correct_notice": _("Corrected a notice"),
        "notices.remind": _("Sent a reminder"),
        "notices.send_again": _("Had a mail sent again"),
    },
)
name_actions(FILES, {"notices.export_deliveries": _("Took a notice's deliveries away")})
name_objects({"notices.Delivery": _("mail to a person"), "notices.Reminder": _("reminder of a task")})


@opens("notices.Notice")
def _notices(viewer: Staff, keys: set[int], on: dt.date) -> dict[int, Link]:
    rows = Notice.objects.visible_to(viewer).filter(pk__in=keys)
    return {one.pk: Link(one.title, reverse("notices:notice", args=[one.pk])) for one in rows}
