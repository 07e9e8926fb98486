"""What the events of the registers are called in the audit trail, and which pages their entries have."""

import datetime as dt
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assets.registers import REGISTERS, Register
from audit.wording import FILES, Link, Topic, name_actions, opens
from staff.models import Staff

name_actions(
    Topic("assets", _("Registers")),
    {
        "assets.add_entry": _("Added an entry to a register"),
        "assets.change_entry": _("Changed an entry of a register"),
    },
)
name_actions(FILES, {"assets.export_register": _("Took a register away")})


def _entries(register: Register, viewer: Staff, keys: set[int], on: dt.date) -> dict[int, Link]:
    rows = register.model.objects.visible_to(viewer, on).filter(pk__in=keys)
    return {one.pk: Link(str(one), reverse("assets:entry", args=[register.name, one.pk])) for one in rows}


for _register in REGISTERS.values():
    opens(_register.model._meta.label)(partial(_entries, _register))
