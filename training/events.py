"""What the events of the training are called in the audit trail, and which pages their objects have."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audit.wording import FILES, Link, Topic, name_actions, name_objects, opens
from staff.models import Staff
from training.models import TrainingSession

name_actions(
    Topic("training", _("Training")),
    {
        "training.add_session": _("Added a training session"),
        "training.change_session": _("Changed a training session"),
        "training.enrol": _("Put people on a roster"),
        "training.withdraw": _("Took a person off a roster"),
        "training.record_attendance": _("Recorded attendance"),
        "training.add_material": _("Added a material"),
        "training.remove_material": _("Removed a material"),
    },
)
name_actions(
    FILES,
    {
        "training.export_roster": _("Took a roster away"),
        "training.download_material": _("Downloaded a material"),
    },
)
name_objects({"training.Material": _("file of a training session")})


@opens("training.TrainingSession")
def _sessions(viewer: Staff, keys: set[int], on: dt.date) -> dict[int, Link]:
    rows = TrainingSession.objects.visible_to(viewer).filter(pk__in=keys)
    return {one.pk: Link(one.title, reverse("training:session", args=[one.pk])) for one in rows}
