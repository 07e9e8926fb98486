"""The cast of the tests: who they are, where they work and what they may do."""

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from reports.actions import save_programme
from reports.models import Programme
from reports.programme_file import parse
from staff import actions
from staff.models import Department, Staff
from staff.roles import Role

SINCE = dt.date(2016, 4, 1)
CITY_FILE = Path(__file__).parent.parent / "reports" / "data" / "moka-security-policy.json"
ROLES = ("anonymous", "employee", "manager", "officer", "ciso", "auditor", "administrator", "other_department")


def department(code: str, name: str, parent_code: str = "", valid_from: dt.date = SINCE, **more: object) -> Department:
    """Add a department."""
    by = actions.system_actor()
    order = Department.objects.count() + 1
    return actions.add_department(
        by=by, code=code, name=name, parent_code=parent_code, order=order, valid_from=valid_from, **more
    )


def person(number: str, name: str = "真岡 太郎", **more: object) -> Staff:
    """Register a person on the staff since 2016."""
    return actions.register(by=actions.system_actor(), employee_number=number, name=name, joined_on=SINCE, **more)


def people() -> SimpleNamespace:
    """Return the cast: an employee, her manager, an officer, the CISO, an auditor, an administrator, an outsider."""
    department("0110", "総務部")
    policy = department("011010", "情報政策課", "0110")
    citizens = department("012010", "市民課")
    other = department("013010", "税務課")
    by = actions.system_actor()
    places = {
        "employee": ("𠮷田 瀨奈", citizens, False, None),
        "manager": ("德永 誠", citizens, True, None),
        "officer": ("髙橋 花子", policy, False, Role.OFFICER),
        "ciso": ("山﨑 隆", policy, False, Role.CISO),
        "auditor": ("草彅 薫", other, False, Role.AUDITOR),
        "administrator": ("中村 真", policy, False, Role.ADMINISTRATOR),
        "other_department": ("佐藤 実", other, False, None),
    }
    found = {}
    for number, (role, (name, where, is_head, granted)) in enumerate(places.items(), start=1):
        one = found[role] = person(f"00{number}", name)
        actions.post(by=by, person=one, department=where, is_head=is_head, valid_from=SINCE)
        if granted:
            actions.grant_role(by=by, person=one, role=granted, valid_from=SINCE)
    return SimpleNamespace(**found)


def device(number: str, **more: Any) -> dict[str, Any]:
    """Return the values of a network device."""
    values = {"number": number, "name": f"端末{number}", "kind": "PC", "department_code": "011010", "place": "2階"}
    return {**values, "acquired_on": SINCE, "disposed_on": None, **more}


def city_programme(*, counted: bool = False) -> Programme:
    """Import the city's own programme file; unless `counted`, with every figure as its printed sheet says."""
    document = parse(CITY_FILE.read_bytes())
    for line in document["indicators"]:
        if not counted:
            line.update(source="manual", as_of="during", recorded_from=None)
    return save_programme(by=actions.system_actor(), document=document).programme
