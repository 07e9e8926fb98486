"""Notices for tests."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from notices import actions
from notices.models import Notice
from staff.models import Staff

TODAY = dt.date(2026, 11, 24)


def words(**more: Any) -> dict[str, Any]:
    return {
        "title": "不審なメールへの注意",
        "text": "添付ファイルを開かないでください。",
        "channels": ["mail"],
        "audience": "all",
        **more,
    }


def given(people: SimpleNamespace, on: dt.date = TODAY, **more: Any) -> Notice:
    return actions.give_notice(by=people.officer, on=on, **words(**more))


def recorded(people: SimpleNamespace, **more: Any) -> Notice:
    return actions.record_notice(by=people.officer, on=TODAY, **words(**{"given_on": TODAY, **more}))


def with_addresses(*people: Staff) -> None:
    """Give each person a mail address after the employee number."""
    for person in people:
        Staff.objects.filter(pk=person.pk).update(email=address(person))


def address(person: Staff) -> str:
    return f"{person.employee_number}@moka.example"
