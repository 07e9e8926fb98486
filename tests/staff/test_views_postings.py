"""Posting a person, ending a posting, recording leave and its end: by administrators, with the reason."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Event
from common.errors import Refused
from staff import actions
from staff.models import Department, Leave, Posting
from tests import cast

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
WHY = {"reason": "人事異動"}


@pytest.fixture
def browser(people: SimpleNamespace, sign_in: Any) -> Client:
    """A browser of the administrator, in English."""
    client: Client = sign_in(people.administrator)
    client.cookies["django_language"] = "en"
    return client


def told(response: Any, status: int = 400) -> str:
    assert response.status_code == status, response.content.decode()[-2000:]
    return " ".join(response.content.decode().split())


def add(browser: Client, person: Any, **typed: str) -> Any:
    return browser.post(f"/people/{person.pk}/postings/new/", {**WHY, **typed})


def test_a_transfer_ends_the_old_posting_the_day_before(browser: Client, people: SimpleNamespace) -> None:
    today, one = timezone.localdate(), people.employee
    response = add(browser, one, code="013010", position="主査", valid_from=today.isoformat(), replaces="on")
    assert (response.status_code, response["Location"]) == (302, f"/people/{one.pk}/")
    old, new = one.postings.order_by("valid_from")
    assert (old.department.code, old.valid_to) == ("012010", today - DAY)
    assert (new.department.code, new.position, new.valid_from, new.valid_to) == ("013010", "主査", today, None)
    ended, posted = Event.objects.order_by("-pk")[:2][::-1]
    assert (ended.action, posted.action) == ("staff.end_posting", "staff.post")
    assert {ended.data["reason"], posted.data["reason"]} == {"人事異動"}
    assert posted.actor_uid == people.administrator.uid


def test_a_transfer_may_be_recorded_late_and_a_concurrent_post_ends_nothing(
    browser: Client, people: SimpleNamespace
) -> None:
    one = people.employee
    assert add(browser, one, code="013010", valid_from="R2.4.1", replaces="on").status_code == 302
    assert one.main_posting_on(dt.date(2020, 3, 31)).department.code == "012010"
    assert one.main_posting_on(dt.date(2020, 4, 1)).department.code == "013010"
    typed = {"valid_from": "2021-04-01", "concurrent": "on", "is_head": "on", "replaces": "on"}
    assert add(browser, one, code="011010", **typed).status_code == 302
    assert one.postings.in_force(dt.date(2021, 4, 1)).count() == 2
    assert one.headed_codes_on(dt.date(2021, 4, 1)) == {"011010"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"code": ""}, "This field is required."),
        ({"code": "099"}, "Select a valid choice"),
        ({"code": "013010", "valid_from": ""}, "This field is required."),
        ({"code": "013010", "valid_from": "13/13"}, "cannot be read as a date"),
        ({"code": "013010", "valid_from": "2016-03-31"}, "The person is not on the staff on this day."),
        ({"code": "013010", "valid_from": "2020-04-01", "valid_to": "2020-03-31"}, "must not be before the first"),
        ({"code": "013010", "valid_from": "2020-04-01"}, "already has a main posting"),
        ({"code": "013010", "valid_from": "2016-04-01", "replaces": "on"}, "already has a main posting"),
        ({"code": "0140", "valid_from": "2020-04-01"}, "This department does not exist on the first day."),
        ({"code": "0150", "valid_from": "2020-04-01", "replaces": "on"}, "This department ends on 2030-03-31."),
        ({"code": "013010", "valid_from": "2020-04-01", "position": "長" * 51}, "at most 50"),
        ({"code": "013010", "valid_from": "2020-04-01", "reason": ""}, "This field is required."),
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(
    typed: dict[str, str], said: str, browser: Client, people: SimpleNamespace
) -> None:
    cast.department("0140", "未来課", valid_from=timezone.localdate() + DAY)
    cast.department("0150", "臨時対策室", valid_to=dt.date(2030, 3, 31))
    before = (list(Posting.objects.values()), Event.objects.count())
    assert said in told(add(browser, people.employee, **typed))
    assert (list(Posting.objects.values()), Event.objects.count()) == before


def test_a_second_concurrent_post_in_the_same_department_is_refused_even_after_a_rename(
    people: SimpleNamespace,
) -> None:
    where = Department.objects.get(code="013010")
    words = {"by": people.administrator, "person": people.employee, "concurrent": True}
    actions.post(**words, department=where, valid_from=cast.SINCE)
    with pytest.raises(Refused, match=r"兼務|concurrent"):
        actions.post(**words, department=where, valid_from=dt.date(2020, 4, 1))
    Department.objects.filter(pk=where.pk).update(valid_to=dt.date(2020, 3, 31))
    renamed = cast.department("013010", "収税課", valid_from=dt.date(2020, 4, 1))
    with pytest.raises(Refused):
        actions.post(**words, department=renamed, valid_from=dt.date(2020, 4, 1))
    assert people.employee.postings.count() == 2


def test_what_the_database_alone_can_see_is_refused_in_words(people: SimpleNamespace) -> None:
    today = timezone.localdate()
    words = {"by": people.administrator, "person": people.employee, "reason": "育休"}
    actions.record_leave(**words, valid_from=today, valid_to=today + DAY)
    for first, last in ((today, None), (today + DAY, today + DAY), (today - DAY, today)):
        with pytest.raises(Refused):
            actions.record_leave(**words, valid_from=first, valid_to=last)
    actions.record_leave(**words, valid_from=today + 2 * DAY)
    assert Leave.objects.count() == 2


def test_a_posting_gets_its_last_day(browser: Client, people: SimpleNamespace) -> None:
    posting = people.employee.postings.get()
    address = f"/postings/{posting.pk}/end/"
    assert "市民課" in told(browser.get(address), 200)
    for last_day, said in (("", "required"), ("2016-03-31", "must not be before the first")):
        assert said in told(browser.post(address, {**WHY, "last_day": last_day}))
    assert browser.post(address, {**WHY, "last_day": "R8.3.31"}).status_code == 302
    posting.refresh_from_db()
    assert posting.valid_to == dt.date(2026, 3, 31)
    event = Event.objects.latest("pk")
    assert (event.action, event.data["last_day"], event.data["reason"]) == (
        "staff.end_posting",
        "2026-03-31",
        "人事異動",
    )
    assert "ends on that day or earlier already" in told(browser.post(address, {**WHY, "last_day": "2026-03-31"}))


def test_a_posting_that_has_not_begun_can_be_taken_back(browser: Client, people: SimpleNamespace) -> None:
    tomorrow = timezone.localdate() + DAY
    where = Department.objects.get(code="013010")
    words = {"by": people.officer, "person": people.employee, "department": where, "concurrent": True}
    posting = actions.post(**words, valid_from=tomorrow)
    address = f"/postings/{posting.pk}/end/"
    assert "takes it back" in told(browser.get(address), 200)
    assert browser.post(address, {**WHY, "last_day": timezone.localdate().isoformat()}).status_code == 302
    assert not Posting.objects.filter(pk=posting.pk).exists()
    event = Event.objects.latest("pk")
    assert (event.action, event.object_id) == ("staff.withdraw_posting", str(posting.pk))


def test_leave_is_recorded_and_ended(browser: Client, people: SimpleNamespace) -> None:
    one, today = people.employee, timezone.localdate()
    address = f"/people/{one.pk}/leave/new/"
    assert told(browser.get(address), 200)
    assert "not on the staff" in told(browser.post(address, {**WHY, "valid_from": "2016-03-31"}))
    assert browser.post(address, {**WHY, "valid_from": "2026-04-01"}).status_code == 302
    leave = one.leaves.get()
    assert (leave.valid_from, leave.valid_to) == (dt.date(2026, 4, 1), None)
    assert Event.objects.latest("pk").action == "staff.record_leave"
    assert "Nothing was changed" in told(browser.post(address, {**WHY, "valid_from": today.isoformat()}))
    address = f"/leave/{leave.pk}/end/"
    assert "must not be before the first" in told(browser.post(address, {**WHY, "last_day": "2026-03-31"}))
    assert browser.post(address, {**WHY, "last_day": "2026-09-30"}).status_code == 302
    assert browser.post(address, {**WHY, "last_day": "2026-10-31"}).status_code == 302, "it may become longer"
    leave.refresh_from_db()
    assert leave.valid_to == dt.date(2026, 10, 31)
    assert str(one.uid) in str(Event.objects.latest("pk").data)


def test_a_leave_that_has_not_begun_can_be_taken_back(browser: Client, people: SimpleNamespace) -> None:
    tomorrow = timezone.localdate() + DAY
    leave = actions.record_leave(by=people.officer, person=people.employee, valid_from=tomorrow, reason="育休")
    assert browser.post(f"/leave/{leave.pk}/end/", {**WHY, "last_day": "2026-01-01"}).status_code == 302
    assert not Leave.objects.exists()
    assert Event.objects.latest("pk").action == "staff.withdraw_leave"


def test_the_page_of_a_person_leads_there_for_an_administrator(browser: Client, people: SimpleNamespace) -> None:
    one, tomorrow = people.employee, timezone.localdate() + DAY
    actions.record_leave(by=people.officer, person=one, valid_from=tomorrow, reason="育休")
    shown = told(browser.get(f"/people/{one.pk}/"), 200)
    posting, leave = one.postings.get(), one.leaves.get()
    for address in (f"/people/{one.pk}/postings/new/", f"/people/{one.pk}/leave/new/"):
        assert f'href="{address}"' in shown
    assert f'href="/postings/{posting.pk}/end/"' in shown
    assert f'href="/leave/{leave.pk}/end/"' in shown


@pytest.mark.parametrize("role", ["employee", "manager", "officer", "ciso", "auditor"])
def test_only_administrators_change_where_people_belong(role: str, people: SimpleNamespace, sign_in: Any) -> None:
    client, posting = sign_in(getattr(people, role)), people.employee.postings.get()
    for address in (f"/people/{people.employee.pk}/postings/new/", f"/postings/{posting.pk}/end/", "/leave/1/end/"):
        assert client.get(address).status_code == 403
        assert client.post(address, {**WHY, "last_day": "2026-03-31"}).status_code == 403
    shown = client.get(f"/people/{people.employee.pk}/").content.decode()
    assert f"/postings/{posting.pk}/end/" not in shown
