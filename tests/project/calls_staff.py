"""How the actions of rights, records and postings are called, for the sweep over all actions."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from staff import actions
from staff.reorganisation import Part, Wanted
from tests.cast import SINCE, department


def granted(scene: SimpleNamespace, role: str = "officer") -> Any:
    return actions.grant_role(by=scene.people.ciso, person=scene.other, role=role, valid_from=SINCE)


def appointed(scene: SimpleNamespace) -> dict[str, Any]:
    term = {"valid_from": timezone.localdate(), "valid_to": timezone.localdate() + dt.timedelta(days=9)}
    return {"head": scene.people.manager, "person": scene.other, **term, "reason": "出張"}


CALLS: dict[str, Any] = {
    "staff.actions.register": (
        lambda s: {"employee_number": "new", "name": "新人", "joined_on": SINCE},
        "staff.register",
    ),
    "staff.actions.set_password": (
        lambda s: {"person": s.other, "password": "とても長い合い言葉です-123"},
        "staff.set_password",
    ),
    "staff.actions.add_department": (
        lambda s: {"code": "9", "name": "九課", "parent_code": "", "order": 9, "valid_from": SINCE},
        "staff.add_department",
    ),
    "staff.actions_rights.grant_role": (
        lambda s: {"person": s.other, "role": "auditor", "valid_from": SINCE},
        "staff.grant_role",
    ),
    "staff.actions_rights.end_grant": (
        lambda s: {"grant": granted(s), "last_day": timezone.localdate(), "on": timezone.localdate(), "reason": "異動"},
        "staff.end_grant",
    ),
    "staff.actions_rights.appoint_deputy": (appointed, "staff.appoint_deputy"),
    "staff.actions_rights.end_deputy": (
        lambda s: {
            "deputy": actions.appoint_deputy(by=s.people.ciso, **appointed(s)),
            "last_day": timezone.localdate(),
            "on": timezone.localdate(),
            "reason": "復帰",
        },
        "staff.end_deputy",
    ),
    "staff.actions.export_people": (lambda s: {"of": "people", "kind": "csv", "rows": 3}, "staff.export_people"),
    "staff.actions.change_person": (
        lambda s: {"person": s.other, "values": {"name": "改名 後"}, "on": timezone.localdate(), "reason": "婚姻"},
        "staff.change_person",
    ),
}


def on_leave(scene: SimpleNamespace) -> Any:
    first = {"valid_from": timezone.localdate(), "reason": "育休"}
    return actions.record_leave(by=scene.by, person=scene.other, **first)


CALLS |= {
    "staff.actions_postings.post": (
        lambda s: {"person": s.other, "department": department("8", "八課"), "valid_from": SINCE},
        "staff.post",
    ),
    "staff.actions_postings.end_posting": (
        lambda s: {
            "posting": s.people.employee.postings.get(),
            "last_day": timezone.localdate(),
            "today": timezone.localdate(),
            "reason": "異動",
        },
        "staff.end_posting",
    ),
    "staff.actions_postings.record_leave": (
        lambda s: {"person": s.other, "valid_from": timezone.localdate(), "reason": "育休"},
        "staff.record_leave",
    ),
    "staff.actions_postings.end_leave": (
        lambda s: {
            "leave": on_leave(s),
            "last_day": timezone.localdate(),
            "today": timezone.localdate(),
            "reason": "復職",
        },
        "staff.end_leave",
    ),
    "staff.actions_postings.reorganise": (
        lambda s: {
            "wanted": Wanted("add", timezone.localdate(), parts=(Part("88", "八八課"),)),
            "today": timezone.localdate(),
            "reason": "組織改正",
        },
        "staff.add_department",
    ),
    "staff.actions_postings.export_headcount": (
        lambda s: {"on": timezone.localdate(), "kind": "csv", "rows": 3},
        "staff.export_headcount",
    ),
}
