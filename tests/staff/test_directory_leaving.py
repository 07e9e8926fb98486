"""`manage.py import_staff`: who leaves, comes back, is on leave, and what a full list may do."""

import datetime as dt
from typing import Any

import pytest

from audit.models import Event
from staff import actions
from staff.roles import Role
from tests.staff.listing import beside, departments, events, leaves, load, person, postings, refuse, row

__all__ = ["departments", "load", "refuse"]
pytestmark = pytest.mark.django_db


# --- Leaving and coming back ----------------------------------------------------------------------------------------


def test_a_day_of_leaving_closes_the_person_and_all_postings(load: Any) -> None:
    load(row("1"), beside("1", "011010"), on="2025-04-01")
    gone = (row("1", left_on="2026-03-31"), beside("1", "011010", left_on="2026-03-31"))
    assert load(*gone) == "0 added, 0 changed, 0 unchanged, 1 left, 0 errors"
    assert [one[4] for one in postings("1")] == ["2026-03-31", "2026-03-31"]
    assert not person("1").is_active_on(dt.date(2026, 4, 1))
    assert load(*gone).startswith("0 added, 0 changed, 1 unchanged, 0 left")


def test_a_day_of_leaving_to_come_is_a_change_and_bounds_the_postings(load: Any) -> None:
    load(row("1"), on="2025-04-01")
    assert load(row("1", left_on="2027-03-31")) == "0 added, 1 changed, 0 unchanged, 0 left, 0 errors"
    assert postings("1") == [("012010", "主事", False, "2025-04-01", "2027-03-31")]
    load(row("1", left_on="2028-03-31"))
    assert postings("1") == [("012010", "主事", False, "2025-04-01", "2028-03-31")]
    load(row("1", left_on="2028-03-31", code="011010"), on="2026-10-01")
    assert [one[3:] for one in postings("1")] == [("2025-04-01", "2026-09-30"), ("2026-10-01", "2028-03-31")]


def test_one_who_was_closed_by_mistake_comes_back_as_if_nothing_had_been(load: Any) -> None:
    load(row("1"), on="2025-04-01")
    load(row("1", left_on="2026-03-31"))
    assert load(row("1")).startswith("0 added, 1 changed")
    assert postings("1") == [("012010", "主事", False, "2025-04-01", "")]
    assert person("1").left_on is None


def test_one_who_left_is_not_registered_anew_under_the_old_number(load: Any, refuse: Any) -> None:
    load(row("1"), on="2025-04-01")
    load(row("1", left_on="2026-03-31"))
    (fault,) = refuse(row("1", name="別の 人", joined_on="2026-05-01"), on="2026-05-01")
    assert fault.startswith("row 2 採用日: This person left on 2026-03-31. A number holds one time on the staff")


def test_a_posting_that_began_on_the_base_date_is_taken_back_when_the_person_had_left(load: Any) -> None:
    load(row("1"), on="2025-04-01")
    load(row("1", code="011010"))
    load(row("1", left_on="2026-03-31"))
    assert postings("1") == [("012010", "主事", False, "2025-04-01", "2026-03-31")]


@pytest.mark.parametrize("on", ["2026-04-01", "2027-04-01"])
def test_a_day_of_leaving_before_a_posting_of_another_day_is_refused(load: Any, refuse: Any, on: str) -> None:
    """A day of leaving with a wrong year must not take years of postings away."""
    load(row("1"), on="2025-04-01")
    load(row("1", code="011010"), on="2026-10-01")
    (fault,) = refuse(row("1", left_on="2026-03-31"), on=on)
    assert fault.startswith("row 2 退職日: A posting or leave begins on 2026-10-01, after the day of leaving.")


# --- Leave ----------------------------------------------------------------------------------------------------------


def test_leave_is_recorded_its_end_changed_and_ended_by_coming_back(load: Any) -> None:
    load(row("1"), on="2025-04-01")
    assert load(row("1", leave_from="2026-02-01")).startswith("0 added, 1 changed")
    assert leaves("1") == [("2026-02-01", "")]
    load(row("1", leave_from="2026-02-01", leave_to="2027-01-31"))
    assert leaves("1") == [("2026-02-01", "2027-01-31")]
    assert load(row("1"), on="2026-10-01", leave=False).startswith("0 added, 0 changed, 1 unchanged")
    load(row("1"), on="2026-10-01")
    assert leaves("1") == [("2026-02-01", "2026-09-30")]
    assert [event.action for event in Event.objects.filter(object_type="staff.Leave").order_by("pk")] == [
        "staff.record_leave",
        "staff.end_leave",
        "staff.end_leave",
    ]


def test_a_leave_that_overlaps_another_is_told(load: Any, refuse: Any) -> None:
    load(row("1", leave_from="2026-02-01", leave_to="2026-12-31"))
    (fault,) = refuse(row("1", leave_from="2026-03-01"))
    assert fault == "row 2 休職等開始日: A leave from 2026-02-01 on is recorded for these days already."
    load(row("1", leave_from="2027-01-01"), on="2027-02-01")
    assert leaves("1") == [("2026-02-01", "2026-12-31"), ("2027-01-01", "")]


def test_a_leave_to_come_is_taken_back_by_leaving_before_it(load: Any) -> None:
    load(row("1", leave_from="2026-08-01"))
    load(row("1", left_on="2026-04-30"), on="2026-05-01")
    assert leaves("1") == []
    (event,) = events("staff.withdraw_leave")
    assert event.data["valid_from"] == "2026-08-01"


def test_leaving_ends_the_leave_too(load: Any) -> None:
    load(row("1", leave_from="2026-02-01"))
    load(row("1", leave_from="2026-02-01", left_on="2026-06-30"), on="2026-07-01")
    assert leaves("1") == [("2026-02-01", "2026-06-30")]


# --- A full list ----------------------------------------------------------------------------------------------------

TEN = tuple(row(f"0{n}") for n in range(10))


def test_missing_people_stay_unless_the_list_is_a_full_one(load: Any) -> None:
    load(*TEN, on="2025-04-01")
    assert load(*TEN[:9]) == "0 added, 0 changed, 9 unchanged, 0 left, 0 errors"
    assert load(*TEN[:9], words=("--full",)) == "0 added, 0 changed, 9 unchanged, 1 left, 0 errors"
    assert person("09").left_on == dt.date(2026, 3, 31)
    assert postings("09") == [("012010", "主事", False, "2025-04-01", "2026-03-31")]
    assert load(*TEN[:9], words=("--full",)) == "0 added, 0 changed, 9 unchanged, 0 left, 0 errors"
    event = events("staff.import_people")[-2]
    told = {name: event.data[name] for name in ("on", "full", "added", "changed", "unchanged", "left")}
    assert told == {"on": "2026-04-01", "full": True, "added": 0, "changed": 0, "unchanged": 9, "left": 1}
    assert len(event.data["sha256"]) == 64


def test_a_full_list_by_which_more_than_a_fifth_would_leave_has_to_be_confirmed(load: Any, refuse: Any) -> None:
    load(*TEN, on="2025-04-01")
    (fault,) = refuse(*TEN[:7], words=("--full",))
    assert fault == "退職日: 3 of 10 people would leave the staff. So many have to be confirmed. (--confirm-many)"
    assert load(*TEN[:8], words=("--full", "--dry-run")).endswith("2 left, 0 errors")
    assert load(*TEN[:7], words=("--full", "--confirm-many")).endswith("3 left, 0 errors")


def test_a_full_list_leaves_the_system_and_those_to_come_alone(load: Any) -> None:
    by = actions.system_actor()
    load(*TEN, row("11", joined_on="2026-12-01"))
    assert load(*TEN, words=("--full",)).endswith("0 left, 0 errors")
    by.refresh_from_db()
    assert by.left_on is None


def test_somebody_missing_who_joined_on_the_base_date_is_told_by_number(load: Any, refuse: Any) -> None:
    load(*TEN, row("11", joined_on="2026-04-01"))
    (fault,) = refuse(*TEN, words=("--full",))
    assert fault == "職員番号: 11: This person joined on 2026-04-01 and is not in the list."


def test_two_administrators_are_left_and_nobody_closes_the_own_account(load: Any, refuse: Any) -> None:
    load(*TEN, on="2025-04-01")
    for number in ("00", "01"):
        words = {"role": Role.ADMINISTRATOR, "valid_from": dt.date(2025, 4, 1)}
        actions.grant_role(by=actions.system_actor(), person=person(number), **words)
    gone = row("00", left_on="2026-03-31")
    assert [fault.partition(".")[0] for fault in refuse(gone)] == ["退職日: At least two administrators must be left"]
    assert refuse(*TEN[1:], words=("--full",))
    (fault,) = refuse(gone, words=("--by", "00"))
    assert fault == "row 2 退職日: You would take yourself off the staff. Let another administrator do that."
    actions.grant_role(by=actions.system_actor(), person=person("02"), **words)
    assert load(gone, words=("--by", "01")).endswith("1 left, 0 errors")
