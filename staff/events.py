"""What the events of people and departments are called in the audit trail, and which pages their objects have."""

import datetime as dt
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audit.wording import FILES, Link, Topic, name_actions, name_objects, opens
from staff.models import Department, Deputy, Leave, Posting, RoleGrant, Staff

name_actions(
    Topic("staff", _("People and departments")),
    {
        "staff.register": _("Registered a person"),
        "staff.change_person": _("Changed a person's record"),
        "staff.set_password": _("Set a person's password"),
        "staff.choose_language": _("Chose the language of the screens"),
        "staff.import_people": _("Imported the staff list"),
        "staff.add_department": _("Added a department, or a new name or place of one"),
        "staff.change_department": _("Changed a department"),
        "staff.post": _("Posted a person to a department"),
        "staff.change_posting": _("Changed a posting"),
        "staff.end_posting": _("Ended a posting"),
        "staff.withdraw_department": _("Took a department back before it began"),
        "staff.withdraw_posting": _("Took a posting back"),
        "staff.record_leave": _("Recorded a leave"),
        "staff.end_leave": _("Ended a leave"),
        "staff.withdraw_leave": _("Took a leave back"),
        "staff.grant_role": _("Granted a role"),
        "staff.end_grant": _("Ended a granted role"),
        "staff.appoint_deputy": _("Appointed a deputy"),
        "staff.end_deputy": _("Ended a deputyship"),
    },
)
name_actions(
    FILES,
    {
        "staff.export_people": _("Took a list of people away"),
        "staff.export_directory": _("Took the staff list away"),
        "staff.export_departments": _("Took the list of departments away"),
        "staff.export_headcount": _("Took the head-count away"),
        "staff.export_rejects": _("Took the bad rows of an import away"),
        "staff.export_trail": _("Took a part of the audit trail away"),
    },
)
name_objects({"staff.Posting": _("posting of a person"), "staff.RoleGrant": _("role of a person")})


@opens("staff.Staff")
def _people(viewer: Staff, keys: set[int], on: dt.date) -> dict[int, Link]:
    return {one.pk: _to(one) for one in Staff.objects.visible_to(viewer, on).filter(pk__in=keys)}


@opens("staff.Department")
def _departments(viewer: Staff, keys: set[int], on: dt.date) -> dict[int, Link]:
    rows = Department.objects.filter(pk__in=keys)
    return {one.pk: Link(one.name, reverse("staff:department", args=[one.code])) for one in rows}


def _held(model: Any, viewer: Staff, keys: set[int], on: dt.date) -> dict[int, Link]:
    """Return the person behind a posting, a role, a deputyship or a leave: there it is shown."""
    visible = Staff.objects.visible_to(viewer, on)
    rows = model.objects.filter(pk__in=keys, person__in=visible).select_related("person")
    return {one.pk: _to(one.person) for one in rows}


def _to(person: Staff) -> Link:
    return Link(person.name, reverse("staff:person", args=[person.pk]))


for _model in (Posting, RoleGrant, Deputy, Leave):
    opens(_model._meta.label)(partial(_held, _model))
