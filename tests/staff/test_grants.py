"""Roles given and taken: by another person, with a reason, and never so that fewer than two administrators are left."""

import datetime as dt
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation

from audit.models import Event
from common.errors import Refused
from staff import actions
from staff.models import RoleGrant, Staff
from staff.roles import Role
from tests import cast

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def today() -> dt.date:
    return timezone.localdate()


def administrator(number: str, until: dt.date | None = None, **more: Any) -> Staff:
    one = cast.person(number, **more)
    give(one, Role.ADMINISTRATOR, until=until)
    return one


def give(one: Staff, role: str, since: dt.date = cast.SINCE, until: dt.date | None = None) -> RoleGrant:
    by = actions.system_actor()
    return actions.grant_role(by=by, person=one, role=role, valid_from=since, valid_to=until, reason="人事異動")


def grant_of(one: Staff) -> RoleGrant:
    return one.role_grants.get(role=Role.ADMINISTRATOR)


def end(by: Staff, grant: RoleGrant, last_day: dt.date, on: dt.date) -> RoleGrant:
    return actions.end_grant(by=by, grant=grant, last_day=last_day, on=on, reason="異動")


def test_a_role_is_given_for_days_with_a_reason_and_the_trail_tells(people: SimpleNamespace, today: dt.date) -> None:
    grant = actions.grant_role(
        by=people.administrator,
        person=people.employee,
        role=Role.OFFICER,
        valid_from=today,
        valid_to=today + DAY,
        reason="担当替え",
    )
    event = Event.objects.latest("pk")
    assert (event.action, event.object_id, event.actor_uid) == (
        "staff.grant_role",
        str(grant.pk),
        people.administrator.uid,
    )
    assert event.data == {
        "person": str(people.employee.uid),
        "role": "officer",
        "valid_from": today.isoformat(),
        "valid_to": (today + DAY).isoformat(),
        "reason": "担当替え",
    }


def test_nobody_gives_or_takes_away_the_own_role(people: SimpleNamespace, today: dt.date) -> None:
    before = Event.objects.count()
    with pytest.raises(Refused, match="his or her own rights"):
        actions.grant_role(by=people.administrator, person=people.administrator, role=Role.OFFICER, valid_from=today)
    with pytest.raises(Refused, match="his or her own rights"):
        end(people.administrator, grant_of(people.administrator), today, today)
    assert Event.objects.count() == before
    assert people.administrator.role_grants.get().valid_to is None


@pytest.mark.parametrize(("since", "until"), [(0, None), (5, 9), (-3000, None)])
def test_a_role_already_held_is_refused_in_words(
    people: SimpleNamespace, today: dt.date, since: int, until: int | None
) -> None:
    first = today + since * DAY
    with pytest.raises(Refused, match=r"already holds this role|is not on the staff"):
        give(people.officer, Role.OFFICER, first, None if until is None else today + until * DAY)
    assert people.officer.role_grants.count() == 1


def test_the_same_role_may_be_given_again_after_its_end(people: SimpleNamespace, today: dt.date) -> None:
    held = people.officer.role_grants.get()
    end(people.administrator, held, today, today)
    with pytest.raises(Refused, match="already holds"):
        give(people.officer, Role.OFFICER, today)
    give(people.officer, Role.OFFICER, today + DAY)
    assert people.officer.role_grants.count() == 2


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ADMINISTRATOR, Role.CISO])
def test_whoever_audits_holds_no_other_role_on_the_same_day(
    people: SimpleNamespace, today: dt.date, role: Role
) -> None:
    with pytest.raises(Refused, match="Whoever audits is not audited"):
        give(people.auditor, role, today)
    give(people.employee, role, today)
    with pytest.raises(Refused, match="Whoever audits is not audited"):
        give(people.employee, Role.AUDITOR, today + 30 * DAY)
    with pytest.raises(IntegrityError, match="auditor_holds_no_other_role"), transaction.atomic():
        RoleGrant.objects.create(person=people.employee, role=Role.AUDITOR, valid_from=today)


def test_an_auditor_may_become_an_officer_the_day_after(people: SimpleNamespace, today: dt.date) -> None:
    end(people.administrator, people.auditor.role_grants.get(), today, today)
    give(people.auditor, Role.OFFICER, today + DAY)
    give(people.auditor, Role.ADMINISTRATOR, today + DAY)
    assert people.auditor.role_grants.count() == 3


@pytest.mark.parametrize(("since", "until", "said"), [(-3, None, "is not on the staff"), (5, 4, "before the first")])
def test_days_that_make_no_sense_are_refused(
    db: None, today: dt.date, since: int, until: int | None, said: str
) -> None:
    one = actions.register(by=actions.system_actor(), employee_number="n1", name="新人", joined_on=today)
    with pytest.raises(Refused, match=said):
        give(one, Role.OFFICER, today + since * DAY, None if until is None else today + until * DAY)
    assert not RoleGrant.objects.exists()


def test_a_role_is_not_given_to_who_has_left(people: SimpleNamespace, today: dt.date) -> None:
    Staff.objects.filter(pk=people.employee.pk).update(left_on=today - DAY)
    with pytest.raises(Refused, match="is not on the staff"):
        give(Staff.objects.get(pk=people.employee.pk), Role.OFFICER, today)


def test_ending_leaves_the_days_gone_by(people: SimpleNamespace, today: dt.date) -> None:
    held = people.officer.role_grants.get()
    with pytest.raises(Refused, match="earliest last day is yesterday"):
        end(people.administrator, held, today - 2 * DAY, today)
    end(people.administrator, held, today - DAY, today)
    assert not people.officer.permissions_on(today)
    assert people.officer.permissions_on(today - DAY)
    data = Event.objects.latest("pk").data
    assert (data["role"], data["valid_to"], data["reason"]) == ("officer", (today - DAY).isoformat(), "異動")
    with pytest.raises(Refused, match="ended already"):
        end(people.administrator, held, today, today)


def test_an_end_is_not_put_off_but_given_anew(people: SimpleNamespace, today: dt.date) -> None:
    held = give(people.employee, Role.OFFICER, today, today + 5 * DAY)
    for last in (today + 5 * DAY, today + 6 * DAY):
        with pytest.raises(Refused, match="ends by then in any case"):
            end(people.administrator, held, last, today)


def test_what_has_not_begun_is_withdrawn_whole_and_only_once(people: SimpleNamespace, today: dt.date) -> None:
    held = give(people.employee, Role.OFFICER, today + 9 * DAY)
    end(people.administrator, held, today, today)
    assert not people.employee.role_grants.exists()
    event = Event.objects.latest("pk")
    assert (event.action, event.object_id, event.data["withdrawn"]) == ("staff.end_grant", str(held.pk), True)
    with pytest.raises(Refused, match="withdrawn meanwhile"):
        end(people.administrator, held, today, today)


# --- Two administrators are left ------------------------------------------------------------------------------------


def test_the_only_administrator_stays_and_another_may_be_added(people: SimpleNamespace, today: dt.date) -> None:
    with pytest.raises(Refused, match="At least two administrators"):
        end(people.officer, grant_of(people.administrator), today, today)
    assert grant_of(people.administrator).valid_to is None
    give(people.employee, Role.ADMINISTRATOR, today)


def test_of_two_none_is_taken_and_of_three_one(people: SimpleNamespace, today: dt.date) -> None:
    second = administrator("a2")
    with pytest.raises(Refused, match="At least two administrators"):
        end(people.administrator, grant_of(second), today + 30 * DAY, today)
    administrator("a3")
    end(people.administrator, grant_of(second), today, today)
    with pytest.raises(Refused, match="At least two administrators"):
        end(second, grant_of(people.administrator), today, today)


def test_a_day_far_ahead_counts_too(people: SimpleNamespace, today: dt.date) -> None:
    second = administrator("a2")
    administrator("a3", until=today + 100 * DAY)
    with pytest.raises(Refused, match=(today + 101 * DAY).isoformat()):
        end(people.administrator, grant_of(second), today, today)
    end(people.administrator, give(people.employee, Role.ADMINISTRATOR, today), today + 50 * DAY, today)


def test_both_may_hand_over_on_the_same_day(people: SimpleNamespace, today: dt.date) -> None:
    second, change = administrator("a2"), today + 30 * DAY
    give(people.employee, Role.ADMINISTRATOR, change)
    give(people.other_department, Role.ADMINISTRATOR, change)
    end(second, grant_of(people.administrator), change - DAY, today)
    end(people.administrator, grant_of(second), change - DAY, today)
    assert set(RoleGrant.objects.filter(role="administrator", valid_to=None).values_list("person", flat=True)) == {
        people.employee.pk,
        people.other_department.pk,
    }


@pytest.mark.parametrize("state", ["left", "disabled", "leaves soon"])
def test_who_cannot_sign_in_is_no_administrator_left(people: SimpleNamespace, today: dt.date, state: str) -> None:
    second, third = administrator("a2"), administrator("a3")
    row = Staff.objects.filter(pk=third.pk)
    if state == "disabled":
        row.update(disabled_at=timezone.now())
    else:
        row.update(left_on=today - DAY if state == "left" else today + 30 * DAY)
    with pytest.raises(Refused, match="At least two administrators"):
        end(people.administrator, grant_of(second), today, today)


def test_an_administrator_who_leaves_is_counted_as_one_taken_away(people: SimpleNamespace, today: dt.date) -> None:
    second = administrator("a2")
    words = {"by": people.administrator, "person": second, "on": today, "reason": "退職"}
    with pytest.raises(Refused, match="At least two administrators"):
        actions.change_person(**words, values={"left_on": today})
    second.refresh_from_db()
    assert second.left_on is None
    administrator("a3")
    actions.change_person(**words, values={"left_on": today})


def test_other_roles_may_be_left_by_everybody(people: SimpleNamespace, today: dt.date) -> None:
    for one in (people.officer, people.ciso, people.auditor):
        end(people.administrator, one.role_grants.get(), today - DAY, today)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(3))
def test_two_administrators_ending_each_other_at_once_leave_two(people: SimpleNamespace, round_: int) -> None:
    today = timezone.localdate()
    second, _third = administrator("a2"), administrator("a3")
    said: list[str] = []
    start = threading.Barrier(2)

    def ending(by: Staff, other: Staff) -> None:
        try:
            start.wait()
            end(by, grant_of(other), today - DAY, today)
            said.append("done")
        except Refused:
            said.append("refused")
        finally:
            connection.close()

    pairs = [(people.administrator, second), (second, people.administrator)]
    threads = [threading.Thread(target=ending, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["done", "refused"]
    assert RoleGrant.objects.filter(role=Role.ADMINISTRATOR, valid_to=None).count() == 2
