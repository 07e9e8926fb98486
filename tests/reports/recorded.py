"""Records for tests of counted figures: rows that count, each beside one that must not."""

import datetime as dt
from typing import Any

from assets.models import NetworkDevice, PersonalDataItem
from notices.models import Notice
from reports.models import Indicator, Programme
from staff.models import Staff
from training.models import Course, TrainingSession


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def session(on: str, state: str = "held", course: str = "全職員研修", **more: Any) -> TrainingSession:
    made, _created = Course.objects.get_or_create(name=course)
    values = {"title": course, "audience": "all", "kind": "sitting", **more}
    return TrainingSession.objects.create(course=made, held_on=day(on), state=state, **values)


def notice(by: Staff, on: str, channels: list[str] | None = None, **more: Any) -> Notice:
    return Notice.objects.create(
        title="不審なメールへの注意", channels=channels or ["mail"], given_on=day(on), audience="all", author=by, **more
    )


def person(number: str, joined: str, left: str | None = None, kind: str = "regular") -> Staff:
    return Staff.objects.create(
        employee_number=number,
        name=f"見本 {number}",
        employment_kind=kind,
        joined_on=day(joined),
        left_on=day(left) if left else None,
    )


def device(number: str, acquired: str, disposed: str | None = None) -> NetworkDevice:
    return NetworkDevice.objects.create(
        number=number,
        name="端末",
        kind="パソコン",
        department_code="011010",
        acquired_on=day(acquired),
        disposed_on=day(disposed) if disposed else None,
    )


def item(number: str, acquired: str, disposed: str | None = None) -> PersonalDataItem:
    return PersonalDataItem.objects.create(
        number=number,
        name="氏名",
        file_name="台帳",
        department_code="011010",
        acquired_on=day(acquired),
        disposed_on=day(disposed) if disposed else None,
    )


def indicator(programme: Programme, source: str, **more: Any) -> Indicator:
    """Return the city's indicator of that source, counted from 2017 on."""
    place = {
        "sessions_held": ("activity", 1),
        "notices_given": ("activity", 2),
        "headcount": ("target", 1),
        "devices": ("target", 2),
        "personal_data_items": ("target", 3),
    }[source]
    found = programme.indicators.get(group=place[0], slot=place[1])
    as_of = {"headcount": "start", "devices": "end", "personal_data_items": "end"}.get(source, "during")
    for name, value in {"source": source, "as_of": as_of, "recorded_from": 2017, "rule": {}, **more}.items():
        setattr(found, name, value)
    found.save()
    return found
