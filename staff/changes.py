"""What of a person's record changed, as an audit event may tell it: nobody's name, number or mail address."""

import datetime as dt
from typing import Any

from staff.models import Staff

FIELDS = ("employee_number", "name", "kana", "email", "employment_kind", "joined_on", "left_on")
UNTOLD = {"employee_number", "name", "kana", "email"}
"""What the trail never holds; it tells only that it was changed."""


def change_values(person: Staff, values: dict[str, Any]) -> list[dict[str, Any]]:
    """Set `values` on `person`, unsaved, and return the changes by place, with before and after where they are told."""
    changes = []
    for place, after in values.items():
        before = getattr(person, place)
        if before == after:
            continue
        setattr(person, place, after)
        change: dict[str, Any] = {"place": place, "before": _plain(before), "after": _plain(after)}
        changes.append({"place": place, "untold": True} if place in UNTOLD else change)
    return changes


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
