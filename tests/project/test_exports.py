"""Whatever leaves the portal as a file leaves one event: an address that hands out a file without one fails here."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.test import Client

from audit.models import Event
from audit.wording import FILES, action_codes
from staff.models import Staff
from tests.project.test_query_ceilings import PAGES, address, reader

__all__ = ["reader"]
KINDS = ("xlsx", "csv", "cp932")
NO_FILES = {"accounts:session", "health"}
"""Answers for programs, which hold nothing to take away."""
KNOWN = {
    "assets:export",
    "notices:deliveries_file",
    "policies:readers_file",
    "reports:download",
    "reports:programme_file",
    "staff:headcount_file",
    "staff:people_file",
    "staff:roll_file",
    "staff:trail_file",
    "training:material",
    "training:roster_file",
}


ASKED_BY_A_FORM = {
    "staff:export_directory": {"on": "2026-11-24", "kind": "xlsx"},
    "staff:export_departments": {"kind": "csv"},
}


def test_every_file_that_is_handed_out_is_one_event_and_nothing_else_is(
    reader: Client, people: SimpleNamespace
) -> None:
    files = {name for name in PAGES for kind in KINDS if handed_out(name, reader.get, {"kind": kind}, people.officer)}
    assert files >= KNOWN


def test_a_file_that_a_form_asks_for_is_one_event_too(reader: Client, people: SimpleNamespace) -> None:
    for name, data in ASKED_BY_A_FORM.items():
        assert handed_out(name, reader.post, data, people.officer), name


def handed_out(name: str, ask: Callable[..., Any], data: dict[str, str], by: Staff) -> bool:
    """Tell whether the address hands out a file, and assert that this, and nothing else, leaves its one event."""
    before = Event.objects.latest("pk").pk
    response = ask(address(name), data)
    b"".join(response)
    events = [event for event in Event.objects.filter(pk__gt=before) if _hands_out(event.action)]
    if "attachment" not in response.get("Content-Disposition", ""):
        assert events == [], f"{name} hands nothing out and says that it did"
        return False
    assert len(events) == 1, f"{name} with {data}: {len(events)} events"
    assert events[0].actor_uid == by.uid
    return True


def test_what_is_no_page_is_a_file(reader: Client) -> None:
    for name in PAGES:
        response = reader.get(address(name), {"kind": "csv"})
        if response.headers.get("Content-Type", "").startswith("text/html") or name in NO_FILES:
            continue
        if response.status_code == 200:
            assert "attachment" in response["Content-Disposition"], name


def _hands_out(action: str) -> bool:
    known = action_codes().get(action)
    return known is not None and known.topic == FILES
