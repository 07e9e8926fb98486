"""Who is on the staff on a day, where, and with which rights."""

import datetime as dt
import hashlib
import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import IntegrityError

from common.errors import Refused
from common.permissions import Permission
from staff import actions
from staff.models import Department, Posting, RoleGrant, Staff
from staff.roles import ROLE_PERMISSIONS, Role
from tests import cast

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 4, 1)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def person(number: str = "1", joined: str = "2020-04-01", left: str | None = None) -> Staff:
    return actions.register(
        by=actions.system_actor(),
        employee_number=number,
        name="真岡 太郎",
        joined_on=day(joined),
        left_on=day(left) if left else None,
    )


def department(
    code: str, name: str, above: str = "", since: str = "2016-04-01", until: str | None = None, order: int = 1
) -> Department:
    return actions.add_department(
        by=actions.system_actor(),
        code=code,
        name=name,
        parent_code=above,
        order=order,
        valid_from=day(since),
        valid_to=day(until) if until else None,
    )


@pytest.mark.parametrize(
    ("on", "employed"),
    [
        ("2020-03-31", False),
        ("2020-04-01", True),
        ("2020-04-02", True),
        ("2024-02-29", True),
        ("2026-03-30", True),
        ("2026-03-31", True),
        ("2026-04-01", False),
    ],
)
def test_the_first_and_the_last_day_count(on: str, employed: bool) -> None:
    one = person(left="2026-03-31")
    assert (one in Staff.objects.employed_on(day(on))) is employed
    assert (one in Staff.objects.all().employed_on(day(on))) is employed
    assert one.is_active_on(day(on)) is employed


def test_who_has_not_left_stays_and_the_system_is_nobody_on_the_staff() -> None:
    one = person()
    assert list(Staff.objects.employed_on(day("2099-12-31"))) == [one]
    assert not actions.system_actor().is_active_on(TODAY)


def test_one_may_leave_on_the_day_one_joined_and_not_before() -> None:
    assert person("1", "2020-04-01", "2020-04-01").is_active_on(day("2020-04-01"))
    with pytest.raises(Refused, match="退職日は採用日以後"):
        person("2", "2020-04-01", "2020-03-31")
    with pytest.raises(IntegrityError, match="staff_left_after_joined"), transaction.atomic():
        Staff.objects.update(left_on=day("2020-03-31"))


def test_a_person_must_have_a_first_day_and_a_number_of_his_own() -> None:
    with pytest.raises(IntegrityError, match="staff_joined_on_known"), transaction.atomic():
        Staff.objects.create(employee_number="9", name="真岡 太郎", employment_kind="regular")
    person("1")
    with pytest.raises(Refused, match="職員番号"):
        person("1")


@pytest.mark.parametrize(
    ("utc", "active"),
    [
        ("2020-03-31T14:59:59Z", False),
        ("2020-03-31T15:00:00Z", True),
        ("2026-03-31T14:59:59Z", True),
        ("2026-03-31T15:00:00Z", False),
    ],
)
def test_days_turn_at_midnight_in_japan(utc: str, active: bool, time_machine: Any) -> None:
    time_machine.move_to(dt.datetime.fromisoformat(utc), tick=False)
    assert person(left="2026-03-31").is_active is active


def test_somebody_disabled_is_not_active() -> None:
    one = person()
    one.disabled_at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    assert not one.is_active_on(TODAY)


def test_a_name_is_kept_as_it_was_given() -> None:
    for number, name in enumerate(["𠮷田 瀨奈", "か\u3099まん", "葛\U000e0100城", "ｶﾅ 太郎", "O'Brien <b>"]):
        given = actions.register(by=actions.system_actor(), employee_number=f"n{number}", name=name, joined_on=TODAY)
        given.refresh_from_db()
        assert (given.name, str(given)) == (name, name)


def test_the_identity_hash_ties_uid_number_and_name_with_a_salt_of_their_own() -> None:
    one, two = person("1"), person("2")
    by_the_book = json.dumps(
        [one.identity_salt, str(one.uid), "1", "真岡 太郎"], ensure_ascii=False, separators=(",", ":")
    )
    assert one.identity_hash() == hashlib.sha256(by_the_book.encode()).hexdigest()
    assert len(one.identity_salt) == 64
    assert one.identity_salt != two.identity_salt
    assert one.uid.version == 4
    before = one.identity_hash()
    for field, other in (("name", "真岡 次郎"), ("employee_number", "3"), ("uid", two.uid), ("identity_salt", "")):
        kept = getattr(one, field)
        setattr(one, field, other)
        assert one.identity_hash() != before, field
        setattr(one, field, kept)
    assert one.identity_hash() == before


def names(departments: Any) -> list[str]:
    return [one.name for one in departments]


@pytest.fixture
def city() -> SimpleNamespace:
    """A division renamed on 2020-04-01, and a section that moved to it from another division on 2022-04-01."""
    return SimpleNamespace(
        old=department("01", "総務部", until="2020-03-31", order=10),
        new=department("01", "総務企画部", since="2020-04-01", order=10),
        citizens=department("02", "市民部", order=20),
        policy=department("0110", "情報政策課", "01", order=11),
        unit=department("011010", "情報管理係", "0110", order=12),
        statistics_there=department("0120", "統計課", "02", until="2022-03-31", order=21),
        statistics_here=department("0120", "統計課", "01", since="2022-04-01", order=13),
        gone=department("0130", "電算課", "01", until="2018-03-31", order=14),
        gone_unit=department("013010", "電算係", "0130", order=15),
    )


@pytest.mark.parametrize(
    ("on", "below"),
    [
        ("2016-03-31", []),
        ("2018-03-31", ["総務部", "情報政策課", "情報管理係", "電算課", "電算係"]),
        ("2018-04-01", ["総務部", "情報政策課", "情報管理係"]),
        ("2020-03-31", ["総務部", "情報政策課", "情報管理係"]),
        ("2020-04-01", ["総務企画部", "情報政策課", "情報管理係"]),
        ("2022-03-31", ["総務企画部", "情報政策課", "情報管理係"]),
        ("2022-04-01", ["総務企画部", "情報政策課", "情報管理係", "統計課"]),
    ],
)
def test_a_division_keeps_its_sections_through_a_rename_and_gains_one_that_moves_in(
    on: str, below: list[str], city: SimpleNamespace
) -> None:
    assert names(Department.objects.subtree(city.old, day(on))) == below
    assert names(Department.objects.subtree(city.new, day(on))) == below


def test_the_division_left_behind_loses_the_section(city: SimpleNamespace) -> None:
    assert names(Department.objects.subtree(city.citizens, day("2022-03-31"))) == ["市民部", "統計課"]
    assert names(Department.objects.subtree(city.citizens, day("2022-04-01"))) == ["市民部"]


def test_a_unit_is_its_own_whole_tree(city: SimpleNamespace) -> None:
    assert names(Department.objects.subtree(city.unit, TODAY)) == ["情報管理係"]


def test_the_official_order_holds(city: SimpleNamespace) -> None:
    shown = names(Department.objects.in_force(TODAY))
    assert shown == ["総務企画部", "情報政策課", "情報管理係", "統計課", "電算係", "市民部"]


def test_the_path_from_the_top_is_that_of_the_day(city: SimpleNamespace) -> None:
    assert city.unit.path_on(day("2020-03-31")) == ["総務部", "情報政策課", "情報管理係"]
    assert city.unit.path_on(day("2020-04-01")) == ["総務企画部", "情報政策課", "情報管理係"]
    assert city.statistics_here.path_on(TODAY) == ["総務企画部", "統計課"]
    assert city.citizens.path_on(TODAY) == ["市民部"]
    assert city.gone_unit.path_on(TODAY) == ["電算係"], "a department above that is gone ends the path"


def test_departments_in_a_circle_do_not_hang() -> None:
    one, two = department("1", "一", "2"), department("2", "二", "1")
    assert set(names(Department.objects.subtree(one, TODAY))) == {"一", "二"}
    assert two.path_on(TODAY) == ["一", "二"]
    with pytest.raises(IntegrityError, match="department_not_its_own_parent"), transaction.atomic():
        department("3", "三", "3")


def test_a_department_has_one_row_a_first_day_and_ends_after_it_began() -> None:
    department("1", "一")
    with pytest.raises(IntegrityError, match="department_key"), transaction.atomic():
        department("1", "二")
    with pytest.raises(IntegrityError, match="department_ends_after_start"), transaction.atomic():
        department("2", "二", since="2020-04-01", until="2020-03-31")


def post(one: Staff, where: Department, since: str, until: str | None = None, **more: Any) -> Posting:
    until_day = day(until) if until else None
    return actions.post(
        by=actions.system_actor(), person=one, department=where, valid_from=day(since), valid_to=until_day, **more
    )


def test_the_main_posting_is_that_of_the_day_and_a_concurrent_one_stands_beside_it() -> None:
    one, here, there = person(), department("1", "一課"), department("2", "二課")
    assert one.main_posting_on(TODAY) is None
    first = post(one, here, "2020-04-01", "2022-03-31", position="主事")
    second = post(one, there, "2022-04-01")
    beside = post(one, here, "2021-04-01", concurrent=True)
    assert one.main_posting_on(day("2020-03-31")) is None
    assert one.main_posting_on(day("2020-04-01")) == first
    assert one.main_posting_on(day("2022-03-31")) == first
    assert one.main_posting_on(day("2022-04-01")) == second
    assert set(one.postings.in_force(day("2022-04-01"))) == {second, beside}
    assert set(one.postings.in_force(day("2021-03-31"))) == {first}
    assert (str(first), str(second)) == ("一課 主事", "二課")


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2021-04-01", "2021-04-01"),
        ("2020-01-01", "2021-04-01"),
        ("2022-03-31", None),
        ("2020-01-01", None),
        ("2021-06-01", "2021-07-01"),
    ],
)
def test_a_second_main_posting_for_the_same_days_is_refused(since: str, until: str | None) -> None:
    one, here, there = person(), department("1", "一課"), department("2", "二課")
    post(one, here, "2021-04-01", "2022-03-31")
    with pytest.raises(Refused):
        post(one, there, since, until)
    assert one.postings.count() == 1
    assert post(one, there, since, until, concurrent=True).concurrent


@pytest.mark.parametrize(("since", "until"), [("2020-04-01", "2021-03-31"), ("2022-04-01", None)])
def test_a_main_posting_just_before_or_after_is_taken(since: str, until: str | None) -> None:
    one, here, there = person(), department("1", "一課"), department("2", "二課")
    post(one, here, "2021-04-01", "2022-03-31")
    post(one, there, since, until)
    assert one.postings.count() == 2


def test_an_open_main_posting_bars_every_later_one() -> None:
    one, here, there = person(), department("1", "一課"), department("2", "二課")
    post(one, here, "2021-04-01")
    with pytest.raises(Refused):
        post(one, there, "2099-04-01")


def test_a_person_posted_somewhere_cannot_be_deleted() -> None:
    one = person()
    post(one, department("1", "一課"), "2021-04-01")
    with pytest.raises(models_protected()):
        one.delete()


def models_protected() -> type[Exception]:
    from django.db.models import ProtectedError

    return ProtectedError


ADMINISTRATION = frozenset({Permission.MANAGE_PEOPLE, Permission.GRANT_ROLES, Permission.MANAGE_ACCOUNTS})
ALL = frozenset(Permission) - ADMINISTRATION - {Permission.VIEW_TRAIL}
HEAD = frozenset(
    {
        Permission.VIEW_SHEETS,
        Permission.VIEW_ASSETS,
        Permission.VIEW_READERS,
        Permission.VIEW_TRAINING,
        Permission.VIEW_NOTICES,
    }
)
READ = HEAD | {Permission.VIEW_WHOLE_CITY}


def grant(one: Staff, role: Role, since: str, until: str | None = None) -> RoleGrant:
    term = {"valid_from": day(since), "valid_to": day(until) if until else None}
    return actions.grant_role(by=actions.system_actor(), person=one, role=role, **term)


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (Role.OFFICER, ALL),
        (Role.CISO, READ | {Permission.PUBLISH_POLICIES, Permission.VIEW_TRAIL}),
        (Role.AUDITOR, READ | {Permission.VIEW_PEOPLE_RECORDS, Permission.VIEW_TRAIL}),
        (Role.ADMINISTRATOR, ADMINISTRATION | {Permission.VIEW_PEOPLE_RECORDS, Permission.VIEW_STYLE_GUIDE}),
    ],
)
def test_the_rights_of_a_role_hold_from_its_first_to_its_last_day(role: Role, rights: frozenset[Permission]) -> None:
    one = person()
    grant(one, role, "2021-04-01", "2022-03-31")
    assert one.permissions_on(day("2021-03-31")) == frozenset()
    assert one.permissions_on(day("2021-04-01")) == rights
    assert one.permissions_on(day("2022-03-31")) == rights
    assert one.permissions_on(day("2022-04-01")) == frozenset()


def test_every_role_has_its_rights_written_down() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role.values)


def test_an_officer_until_yesterday_is_no_officer_today(time_machine: Any) -> None:
    time_machine.move_to(dt.datetime(2026, 3, 31, 14, 59, tzinfo=dt.UTC), tick=False)
    one = person()
    grant(one, Role.OFFICER, "2021-04-01", "2026-03-31")
    assert one.has_permission(Permission.BUILD_SHEETS)
    time_machine.move_to(dt.datetime(2026, 3, 31, 15, 0, tzinfo=dt.UTC), tick=False)
    assert not Staff.objects.get(pk=one.pk).has_permission(Permission.BUILD_SHEETS)


def test_a_grant_without_an_end_goes_on_and_several_add_up() -> None:
    one = person()
    grant(one, Role.CISO, "2021-04-01")
    grant(one, Role.OFFICER, "2025-04-01")
    ciso = READ | {Permission.PUBLISH_POLICIES, Permission.VIEW_TRAIL}
    assert one.permissions_on(day("2025-03-31")) == ciso
    assert one.permissions_on(day("2099-01-01")) == ALL | ciso
    with pytest.raises(IntegrityError, match="role_grant_ends_after_start"), transaction.atomic():
        RoleGrant.objects.create(person=one, role=Role.CISO, valid_from=TODAY, valid_to=TODAY - DAY)


def test_heading_a_department_makes_a_manager_only_while_it_lasts() -> None:
    one, here = person(), department("1", "一課")
    post(one, here, "2020-04-01", "2021-03-31")
    post(one, here, "2021-04-01", "2022-03-31", is_head=True)
    post(one, here, "2022-04-01")
    assert one.permissions_on(day("2021-03-31")) == frozenset()
    assert one.permissions_on(day("2021-04-01")) == HEAD
    assert one.permissions_on(day("2022-03-31")) == HEAD
    assert one.permissions_on(day("2022-04-01")) == frozenset()


def test_the_head_of_a_concurrent_post_is_a_manager_too() -> None:
    one = person()
    post(one, department("1", "一課"), "2020-04-01")
    post(one, department("2", "二課"), "2020-04-01", concurrent=True, is_head=True)
    assert one.permissions_on(TODAY) == HEAD


def test_the_roles_are_named_in_words(people: SimpleNamespace) -> None:
    from django.utils import translation

    def words(one: Staff) -> list[str]:
        return Staff.objects.get(pk=one.pk).role_names

    with translation.override("en"):
        assert words(people.employee) == ["employee"]
        assert words(people.manager) == ["manager"]
        assert words(people.ciso) == ["CISO"]
        actions.grant_role(by=people.officer, person=people.manager, role=Role.AUDITOR, valid_from=cast.SINCE)
        assert words(people.manager) == ["auditor", "manager"]


def test_a_department_renamed_since_the_posting_began_has_the_name_of_the_day(people: SimpleNamespace) -> None:
    old = Department.objects.get(code="012010")
    Department.objects.filter(pk=old.pk).update(valid_to=dt.date(2018, 3, 31))
    cast.department("012010", "市民窓口課", valid_from=dt.date(2018, 4, 1))

    def named(day: dt.date) -> Staff:
        return Staff.objects.get_queryset().with_department_on(day).get(pk=people.employee.pk)

    assert (named(dt.date(2018, 3, 31)).department_code, named(dt.date(2018, 3, 31)).department_name) == (
        "012010",
        "市民課",
    )
    assert named(dt.date(2018, 4, 1)).department_name == "市民窓口課"
    assert named(dt.date(2010, 1, 1)).department_code == named(dt.date(2010, 1, 1)).department_name == ""


def test_departments_are_named_as_on_the_day_in_the_official_order() -> None:
    department("02", "市民課", order=1)
    department("01", "旧い課", until="2026-03-31", order=2)
    department("01", "新しい課", since="2026-04-01", order=2)
    assert list(Department.objects.names_on(day("2026-03-31")).items()) == [("02", "市民課"), ("01", "旧い課")]
    assert list(Department.objects.names_on(TODAY).items()) == [("02", "市民課"), ("01", "新しい課")]
