"""Deputies (代理): they see and do what the head of a department may, for a time, and the trail names both."""

import datetime as dt
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from assets.actions import save_entry
from assets.registers import REGISTERS
from audit.models import Event
from common import request_context
from common.errors import Refused
from common.permissions import Permission
from staff import actions
from staff.models import Department, Deputy, Posting, Staff
from staff.roles import MANAGER_PERMISSIONS, Role
from tests import cast
from tests.project.scene import policy_versions

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def today() -> dt.date:
    return timezone.localdate()


def appoint(people: SimpleNamespace, person: Staff, since: int = 0, until: int = 9, head: Any = None) -> Deputy:
    today = timezone.localdate()
    term = {"valid_from": today + since * DAY, "valid_to": today + until * DAY}
    return actions.appoint_deputy(
        by=people.administrator, head=head or people.manager, person=person, **term, reason="出張"
    )


def fresh(one: Staff) -> Staff:
    return Staff.objects.get(pk=one.pk)


def test_a_deputy_may_what_the_head_may_from_the_first_day_to_the_last(people: SimpleNamespace, today: dt.date) -> None:
    appoint(people, people.other_department, since=1, until=5)
    one = people.other_department
    for day, rights, codes in (
        (today, set(), set()),
        (today + DAY, MANAGER_PERMISSIONS, {"012010"}),
        (today + 5 * DAY, MANAGER_PERMISSIONS, {"012010"}),
        (today + 6 * DAY, set(), set()),
    ):
        assert (one.permissions_on(day), one.headed_codes_on(day)) == (rights, codes)


def test_departments_below_are_seen_too(people: SimpleNamespace, today: dt.date) -> None:
    division = Department.objects.get(code="0110")
    actions.post(
        by=people.officer, person=people.employee, department=division, is_head=True, concurrent=True, valid_from=today
    )
    appoint(people, people.other_department, head=people.employee)
    assert people.other_department.headed_codes_on(today) == {"0110", "011010"}


def test_roles_granted_to_the_head_do_not_pass_on(people: SimpleNamespace, today: dt.date) -> None:
    actions.grant_role(by=people.officer, person=people.manager, role=Role.OFFICER, valid_from=today)
    appoint(people, people.employee)
    assert people.employee.permissions_on(today) == MANAGER_PERMISSIONS


def test_a_deputyship_ends_with_the_head_s_post_and_does_not_follow_the_head(
    people: SimpleNamespace, today: dt.date
) -> None:
    appoint(people, people.employee)
    Posting.objects.filter(person=people.manager).update(valid_to=today)
    assert people.employee.permissions_on(today) == MANAGER_PERMISSIONS
    assert people.employee.permissions_on(today + DAY) == set()
    assert people.employee.headed_codes_on(today + DAY) == set()


def test_a_deputy_of_a_deputy_is_nobody_s(people: SimpleNamespace, today: dt.date) -> None:
    appoint(people, people.employee)
    with pytest.raises(Refused, match="heads no department"):
        appoint(people, people.other_department, head=people.employee)


def test_a_deputy_who_has_left_is_none(people: SimpleNamespace, today: dt.date) -> None:
    appoint(people, people.employee)
    Staff.objects.filter(pk=people.employee.pk).update(left_on=today - DAY)
    assert fresh(people.employee).permissions_on(today) == set()
    assert fresh(people.employee).headed_codes_on(today) == set()


def test_the_role_line_says_for_which_head(people: SimpleNamespace, sign_in: Callable[..., Client]) -> None:
    appoint(people, people.employee)
    assert fresh(people.employee).role_names == ["deputy for the head of 市民課"]
    with translation.override("ja"):
        assert fresh(people.employee).role_names == ["市民課長 代理"]


def test_rights_cost_one_query(people: SimpleNamespace) -> None:
    appoint(people, people.employee)
    one = fresh(people.employee)
    with CaptureQueriesContext(connection) as queries:
        assert one.has_permission(Permission.VIEW_READERS)
        assert not one.has_permission(Permission.EDIT_ASSETS)
        assert one.heads_behind(Permission.VIEW_READERS) == (people.manager.uid,)
    assert len(queries) == 1


# --- What is refused ------------------------------------------------------------------------------------------------


def test_nobody_makes_himself_a_deputy(people: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="his or her own rights"):
        appoint(people, people.administrator)
    with pytest.raises(Refused, match="stands in for himself"):
        appoint(people, people.manager)
    assert not Deputy.objects.exists()


@pytest.mark.parametrize(
    ("since", "until", "said"), [(5, 4, "heads no|before the first"), (-5000, 1, "not on the staff")]
)
def test_days_that_make_no_sense_are_refused(people: SimpleNamespace, since: int, until: int, said: str) -> None:
    with pytest.raises(Refused, match=said):
        appoint(people, people.employee, since, until)


def test_only_a_head_has_a_deputy(people: SimpleNamespace, today: dt.date) -> None:
    with pytest.raises(Refused, match="heads no department"):
        appoint(people, people.other_department, head=people.employee)
    Posting.objects.filter(person=people.manager).update(valid_to=today)
    with pytest.raises(Refused, match="heads no department"):
        appoint(people, people.employee, since=1)


def test_the_same_deputy_twice_is_refused_and_two_deputies_are_not(people: SimpleNamespace) -> None:
    appoint(people, people.employee)
    with pytest.raises(Refused, match="already stands in"):
        appoint(people, people.employee, since=9, until=12)
    appoint(people, people.other_department)
    appoint(people, people.employee, since=10, until=12)
    assert Deputy.objects.count() == 3


def test_a_deputyship_is_ended_early_and_told(people: SimpleNamespace, today: dt.date) -> None:
    deputy = appoint(people, people.employee)
    event = Event.objects.latest("pk")
    assert (event.action, event.data["head"], event.data["person"], event.data["reason"]) == (
        "staff.appoint_deputy",
        str(people.manager.uid),
        str(people.employee.uid),
        "出張",
    )
    actions.end_deputy(by=people.manager, deputy=deputy, last_day=today, on=today, reason="復帰")
    assert people.employee.permissions_on(today + DAY) == set()
    assert Event.objects.latest("pk").data["valid_to"] == today.isoformat()
    actions.end_deputy(by=people.manager, deputy=deputy, last_day=today - DAY, on=today, reason="復帰")
    assert not Deputy.objects.exists()
    with pytest.raises(Refused, match="withdrawn meanwhile"):
        actions.end_deputy(by=people.manager, deputy=deputy, last_day=today, on=today, reason="復帰")


# --- Both names in the trail ----------------------------------------------------------------------------------------


def download(browser: Client) -> Event:
    """Take the readers of the newest policy version away as a file, and return the event of it."""
    version = Event.objects.filter(action="policies.publish").latest("pk").object_id
    assert browser.get(f"/policies/versions/{version}/readers/file/").status_code == 200
    event = Event.objects.filter(action="policies.export_readers").latest("pk")
    assert event.leaf_hash == event.computed_leaf_hash()
    return event


def test_what_a_deputy_does_as_such_names_the_head(people: SimpleNamespace, sign_in: Callable[..., Client]) -> None:
    policy_versions(people)
    appoint(people, people.other_department)
    event = download(sign_in(people.other_department))
    assert event.actor_uid == people.other_department.uid
    assert event.data["acting_for"] == [str(people.manager.uid)]


def test_what_a_deputy_does_for_himself_does_not(people: SimpleNamespace, sign_in: Callable[..., Client]) -> None:
    appoint(people, people.other_department)
    browser = sign_in(people.other_department)
    browser.post("/language/", {"language": "en", "next": "/"})
    assert "acting_for" not in Event.objects.get(action="staff.choose_language").data


def test_what_the_head_and_the_officer_do_names_nobody_else(
    people: SimpleNamespace, sign_in: Callable[..., Client]
) -> None:
    policy_versions(people)
    appoint(people, people.officer)
    appoint(people, people.employee)
    for one in (people.manager, people.officer):
        assert "acting_for" not in download(sign_in(one)).data


def test_a_head_who_also_stands_in_names_the_other_head_where_the_other_s_department_is_seen(
    people: SimpleNamespace, sign_in: Callable[..., Client], today: dt.date
) -> None:
    policy_versions(people)
    taxes = Department.objects.get(code="013010")
    actions.post(
        by=people.officer, person=people.employee, department=taxes, is_head=True, concurrent=True, valid_from=today
    )
    assert "acting_for" not in download(sign_in(people.employee)).data
    appoint(people, people.employee)
    assert download(sign_in(people.employee)).data["acting_for"] == [str(people.manager.uid)]


def test_standing_in_for_two_heads_names_both(
    people: SimpleNamespace, sign_in: Callable[..., Client], today: dt.date
) -> None:
    policy_versions(people)
    taxes = Department.objects.get(code="013010")
    actions.post(
        by=people.officer, person=people.employee, department=taxes, is_head=True, concurrent=True, valid_from=today
    )
    for head in (people.manager, people.employee):
        appoint(people, people.other_department, head=head)
    expected = {str(people.manager.uid), str(people.employee.uid)}
    assert set(download(sign_in(people.other_department)).data["acting_for"]) == expected


def test_outside_of_a_request_nobody_acts_for_anybody(people: SimpleNamespace, today: dt.date) -> None:
    appoint(people, people.employee)
    people.employee.headed_codes_on(today)
    assert request_context.current().acting_for == ()
    actions.choose_language(by=people.employee, language="en")
    assert "acting_for" not in Event.objects.latest("pk").data


def test_one_request_does_not_speak_for_the_next(people: SimpleNamespace, sign_in: Callable[..., Client]) -> None:
    policy_versions(people)
    appoint(people, people.other_department)
    browser = sign_in(people.other_department)
    download(browser)
    browser.post("/language/", {"language": "ja", "next": "/"})
    assert "acting_for" not in Event.objects.latest("pk").data


def test_a_deputy_opens_the_department_s_entries_and_not_those_of_others(
    people: SimpleNamespace, sign_in: Callable[..., Client]
) -> None:
    words = {"by": people.officer, "register": REGISTERS["devices"], "entry": None, "reason": "購入"}
    own = save_entry(**words, values=cast.device("X-1", department_code="012010"))
    other = save_entry(**words, values=cast.device("X-2", department_code="011010"))
    browser = sign_in(people.other_department)
    assert browser.get(f"/assets/devices/{own.pk}/").status_code == 403
    appoint(people, people.other_department)
    assert browser.get(f"/assets/devices/{own.pk}/").status_code == 200
    assert browser.get(f"/assets/devices/{other.pk}/").status_code == 404
    assert browser.get(f"/assets/devices/{own.pk}/edit/").status_code == 403
