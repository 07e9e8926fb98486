"""Changes to people and departments, as an auditor finds them in the trail."""

import datetime as dt
import io
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from audit.models import Event
from staff import actions, demo
from staff.models import Staff
from staff.roles import Role
from tests import cast

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 4, 1)


def last() -> Event:
    return Event.objects.latest("pk")


def the_trail() -> str:
    """Every column of every event, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(e::text, E'\\n') FROM audit_event e")
        return str(cursor.fetchone()[0])


def test_registering_writes_the_identity_hash_and_not_the_name(people: SimpleNamespace) -> None:
    one = actions.register(
        by=people.officer,
        employee_number="no-0815",
        name="𠮷田 瀨奈",
        kana="よしだ せな",
        email="sena.yoshida@example.jp",
        employment_kind=Staff.EmploymentKind.FISCAL_YEAR,
        joined_on=DAY,
        left_on=dt.date(2027, 3, 31),
    )
    event = last()
    assert (event.action, event.object_type, event.object_id) == ("staff.register", "staff.Staff", str(one.pk))
    assert event.actor_uid == people.officer.uid
    assert event.data == {"uid": str(one.uid), "identity": one.identity_hash()}
    assert not one.has_usable_password()
    one.refresh_from_db()
    assert (one.name, one.kana, one.email, one.employment_kind) == (
        "𠮷田 瀨奈",
        "よしだ せな",
        "sena.yoshida@example.jp",
        "fiscal_year",
    )
    for told in ("no-0815", "𠮷田", "瀨奈", "よしだ", "sena", "example.jp", one.identity_salt):
        assert told not in the_trail()


def test_a_swapped_name_shows_against_the_trail(people: SimpleNamespace) -> None:
    event = Event.objects.get(action="staff.register", object_id=str(people.employee.pk))
    assert event.data["identity"] == people.employee.identity_hash()
    Staff.objects.filter(pk=people.employee.pk).update(name="別人")
    assert event.data["identity"] != Staff.objects.get(pk=people.employee.pk).identity_hash()


def test_the_whole_trail_of_cast_demo_programme_and_sign_ins_names_nobody(
    programme: Any, people: SimpleNamespace, client: Any
) -> None:
    call_command("load_demo", stdout=io.StringIO())
    client.post("/sign-in/", {"login": "demo-officer", "password": demo.PASSWORD})
    client.post("/sign-in/", {"login": "demo-officer", "password": "wrong"})
    client.get("/reports/programmes/moka-security-policy/")
    client.post("/language/", {"language": "en", "next": "/"})
    client.post("/sign-out/")
    everybody = list(Staff.objects.exclude(employment_kind="system"))
    assert len(everybody) > 700
    trail = the_trail()
    for one in everybody:
        assert str(one.uid) in trail
        made_up = one.employee_number.isdigit() and len(one.employee_number) == 6
        parts = [] if made_up else [part for part in (*one.name.split(), *one.kana.split()) if len(part) > 1]
        for told in (one.name, one.name.replace(" ", ""), one.kana, one.identity_salt, one.password, *parts):
            assert not told or told not in trail, told
        if one.employee_number.startswith("demo-"):
            assert one.employee_number not in trail
    assert demo.PASSWORD not in trail


def test_each_change_is_told_with_its_object_and_actor(people: SimpleNamespace) -> None:
    by = people.officer
    department = actions.add_department(by=by, code="77", name="新設課", parent_code="0110", order=7, valid_from=DAY)
    assert (last().action, last().object_id, last().data) == (
        "staff.add_department",
        str(department.pk),
        {"code": "77", "name": "新設課", "above": "0110"},
    )
    newcomer = cast.person("n1")
    posting = actions.post(by=by, person=newcomer, department=department, is_head=True, concurrent=True, valid_from=DAY)
    assert (last().action, last().object_id, last().actor_uid) == ("staff.post", str(posting.pk), by.uid)
    days = {"valid_from": "2026-04-01", "valid_to": None, "reason": ""}
    where = {"person": str(newcomer.uid), "department": "77", "is_head": True, "concurrent": True}
    assert last().data == where | days
    grant = actions.grant_role(by=by, person=newcomer, role=Role.AUDITOR, valid_from=DAY)
    assert (last().action, last().object_id, last().data) == (
        "staff.grant_role",
        str(grant.pk),
        {"person": str(newcomer.uid), "valid_from": "2026-04-01", "valid_to": None, "role": "auditor", "reason": ""},
    )


def test_a_new_password_is_told_but_not_which(people: SimpleNamespace) -> None:
    actions.set_password(by=people.officer, person=people.employee, password="とても長い合い言葉です-12345")
    assert (last().action, last().object_id, last().data) == ("staff.set_password", str(people.employee.pk), {})
    assert "合い言葉" not in the_trail()
    fresh = Staff.objects.get(pk=people.employee.pk)
    assert fresh.check_password("とても長い合い言葉です-12345")
    assert fresh.password.startswith("argon2$argon2id$")
    assert fresh.password not in the_trail()


def test_the_system_is_registered_once_and_cannot_sign_in() -> None:
    one, two = actions.system_actor(), actions.system_actor()
    assert one == two
    assert Event.objects.filter(action="staff.register").count() == 1
    assert last().actor_uid == one.uid
    assert not one.is_active
    assert not one.has_usable_password()
