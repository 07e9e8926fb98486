"""One event of the trail, and that data of any shape is shown safely."""

import html
import json
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from audit.models import Event
from staff import trail
from tests.staff.trails import act, shown, written_past_the_portal


@pytest.fixture
def auditor(people: SimpleNamespace, sign_in: Callable[..., Client]) -> Client:
    return sign_in(people.auditor)


def test_an_event_tells_everything_and_that_it_is_sound(people: SimpleNamespace, auditor: Client) -> None:
    event = act(people, "staff.grant_role", role="ciso")
    text = html.unescape(auditor.get(f"/trail/{event.pk}/").content.decode())
    for part in (event.leaf_hash, "staff.grant_role", "staff.Staff", str(event.actor_uid), '"role": "ciso"'):
        assert part in text
    assert "記録されたときのままです" in text


def test_an_event_that_was_changed_says_so(people: SimpleNamespace, auditor: Client) -> None:
    event = written_past_the_portal(people, data='{"role": "officer"}')
    text = auditor.get(f"/trail/{event.pk}/").content.decode()
    assert "記録されたときのままではありません" in text
    assert trail.recomputed(Event.objects.get(pk=event.pk)) in text


HOSTILE = [
    "null",
    "3",
    '"<script>alert(1)</script>"',
    "[]",
    '[1, [2, {"a": null}], "x"]',
    '{"": "", "a": {"b": {"c": [1, 2, {"d": true}]}}}',
    '{"changes": [{"place": null, "before": {"x": 1}, "after": [1]}, 3, {"no": 1}]}',
    '{"changes": "none", "role": ["officer", {"x": 1}], "people": {"a": 1}, "acting_for": {"x": 1}}',
    '{"acting_for": ["x", 3, null, "00000000-0000-0000-0000-000000000000"]}',
    '{"a": 1.5, "b": 1e300, "c": 123456789012345678901234567890}',
    '{"<b>": "</code><script>alert(1)</script>", "e": "{{ 7|add:7 }}{% now %}"}',
    '{"rtl": "\u202ecod\u200b", "kanji": "𠮷󠄀", "control": "\\u0001\\uffff"}',
    json.dumps({"deep": json.loads("[" * 45 + "]" * 45)}),
    json.dumps({"long": "長" * 100_000}),
    json.dumps({str(n): n for n in range(500)}),
]


@pytest.mark.parametrize("data", HOSTILE, ids=lambda text: text[:30])
def test_data_of_any_shape_is_shown_and_nothing_of_it_runs(data: str, people: SimpleNamespace, auditor: Client) -> None:
    event = written_past_the_portal(people, data=data)
    for address in ("/trail/", f"/trail/{event.pk}/"):
        response = auditor.get(address)
        assert response.status_code == 200
        assert "<script>alert" not in response.content.decode()
    for kind in ("csv", "cp932"):
        assert auditor.get(
            "/trail/file/", {"kind": kind, "object_id": "1", "object_type": "staff.Staff"}
        ).status_code in (
            200,
            409,
        )


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "gone.verb"},
        {"action": "<b>"},
        {"object_type": "gone.Model"},
        {"object_type": "no dots"},
        {"object_type": ""},
        {"object_id": "../../etc"},
        {"object_id": "9" * 64},
        {"object_id": "١٢"},
        {"object_id": "-1"},
        {"object_id": "007"},
        {"object_type": "sessions.Session", "object_id": "1"},
        {"object_type": "policies.PolicyVersion", "object_id": "None"},
    ],
)
def test_an_action_or_object_that_nobody_knows_is_shown_as_it_is(
    fields: dict[str, str], people: SimpleNamespace, auditor: Client
) -> None:
    event = written_past_the_portal(people, **fields)
    assert event.pk in shown(auditor)
    assert auditor.get(f"/trail/{event.pk}/").status_code == 200
