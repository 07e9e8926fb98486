"""What an auditor finds in the trail: one sealed row for each thing done, and none for what was undone."""

import datetime as dt
import hashlib
import json
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, DataError, IntegrityError
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.actions import record, record_many
from audit.models import Event
from common import request_context
from staff.models import Staff
from tests import cast

WHO = uuid.UUID("00000000-0000-4000-8000-00000000a0b1")
ACTOR = SimpleNamespace(uid=WHO)


@pytest.fixture
def person(db: None) -> Staff:
    return cast.person("0001", "𠮷田 瀨奈", email="yoshida@example.jp")


def stored(event: Event) -> dict[str, Any]:
    """Return the row as the database holds it, past Django's models."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(e) FROM audit_event e WHERE id = %s", [event.pk])
        row = cursor.fetchone()[0]
    return json.loads(row) if isinstance(row, str) else row


def hash_by_the_book(row: dict[str, Any]) -> str:
    """Take the hash from the documented form alone: the canonical JSON of a list of nine, time in UTC."""
    moment = dt.datetime.fromisoformat(row["at"]).astimezone(dt.UTC)
    form = [
        row["form_version"],
        f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06}Z",
        row["action"],
        row["object_type"],
        row["object_id"],
        row["data"],
        row["request_id"],
        row["address"],
        row["actor_uid"],
    ]
    text = json.dumps(form, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def is_sound(event: Event) -> bool:
    fresh = Event.objects.get(pk=event.pk)
    return fresh.leaf_hash == fresh.computed_leaf_hash() == hash_by_the_book(stored(event))


def test_one_insert_writes_what_was_done_to_what_by_whom_and_in_which_request(person: Staff) -> None:
    with (
        request_context.use(request_context.RequestContext("req-1", "192.0.2.7")),
        CaptureQueriesContext(connection) as sql,
    ):
        event = record(by=ACTOR, action="staff.greet", on=person, data={"in": "市民課", "times": 2})
    assert [query["sql"].split()[0] for query in sql if "SAVEPOINT" not in query["sql"]] == ["INSERT"]
    row = stored(event)
    moment = dt.datetime.fromisoformat(row.pop("at"))
    assert (row.pop("id"), len(row.pop("leaf_hash"))) == (event.pk, 64)
    assert row == {
        "action": "staff.greet",
        "object_type": "staff.Staff",
        "object_id": str(person.pk),
        "data": {"in": "市民課", "times": 2},
        "request_id": "req-1",
        "address": "192.0.2.7",
        "actor_uid": str(WHO),
        "form_version": 1,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp() - %s < interval '10 seconds'", [moment])
        assert cursor.fetchone() == (True,)
    assert is_sound(event)


def test_the_time_is_the_database_s_even_when_the_server_s_clock_is_wrong(person: Staff, time_machine: Any) -> None:
    time_machine.move_to("2001-01-01 00:00Z")
    event = record(by=ACTOR, action="staff.greet", on=person)
    assert dt.datetime.fromisoformat(stored(event)["at"]).year > 2020
    assert is_sound(event)


def test_the_returned_event_holds_its_time_and_hash(person: Staff) -> None:
    event = record(by=ACTOR, action="staff.greet", on=person)
    assert event.leaf_hash == event.computed_leaf_hash() == hash_by_the_book(stored(event))


def test_a_person_stands_in_the_trail_only_as_a_random_id(person: Staff) -> None:
    event = record(by=person, action="staff.greet", on=person)
    text = json.dumps(stored(event), ensure_ascii=False)
    assert str(person.uid) in text
    for told in (person.name, person.name.split()[0], person.email):
        assert told not in text
    assert person.employee_number not in (stored(event)["data"], stored(event)["object_id"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("at", dt.timedelta(microseconds=1)),
        ("action", "staff.greet "),
        ("object_type", "staff.Posting"),
        ("object_id", "2"),
        ("data", {"in": "市民課", "times": 3}),
        ("data", {"in": "市民課", "times": "2"}),
        ("data", {"in": "市民課"}),
        ("data", {"in": "市民課", "times": 2, "more": None}),
        ("request_id", "req-2"),
        ("address", "192.0.2.8"),
        ("actor_uid", uuid.UUID(int=1)),
        ("form_version", 2),
    ],
)
def test_a_change_of_any_field_shows(field: str, value: Any, person: Staff) -> None:
    with request_context.use(request_context.RequestContext("req-1", "192.0.2.7")):
        event = record(by=ACTOR, action="staff.greet", on=person, data={"in": "市民課", "times": 2})
    event = Event.objects.get(pk=event.pk)
    assert event.computed_leaf_hash() == event.leaf_hash
    setattr(event, field, event.at + value if field == "at" else value)
    assert event.computed_leaf_hash() != event.leaf_hash


def test_moving_text_from_one_field_to_the_next_shows(person: Staff) -> None:
    one = record(by=ACTOR, action='a","b', on=person)
    assert is_sound(one)
    one.action, one.object_type = "a", 'b","' + one.object_type
    assert one.computed_leaf_hash() != one.leaf_hash


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
DATA = st.dictionaries(
    TEXT,
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**30), 10**30) | TEXT,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
        max_leaves=10,
    ),
    max_size=4,
)


@given(DATA)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_details_are_kept_and_hashed_alike_by_the_database_and_by_the_book(
    person: Staff, data: dict[str, Any]
) -> None:
    event = record(by=ACTOR, action="staff.greet", on=person, data=data)
    assert stored(event)["data"] == data
    assert is_sound(event)


@pytest.mark.parametrize("data", [{"a": "x\0y"}, {"\0": 1}], ids=ascii)
def test_nul_cannot_be_stored_and_nothing_is_written(data: dict[str, Any], person: Staff) -> None:
    before = Event.objects.count()
    with pytest.raises((DataError, ValueError)), transaction.atomic():
        record(by=ACTOR, action="staff.greet", on=person, data=data)
    assert Event.objects.count() == before


@pytest.mark.parametrize(
    "data", [{"a": 0.5}, {"a": [{"b": float("inf")}]}, {"a": {1: 2}}, {"a": dt.date(2019, 4, 1)}], ids=repr
)
def test_details_without_one_written_form_are_refused(data: dict[str, Any], person: Staff) -> None:
    before = Event.objects.count()
    with pytest.raises(TypeError):
        record(by=ACTOR, action="staff.greet", on=person, data=data)
    assert Event.objects.count() == before


def test_an_undone_action_leaves_no_event_and_an_event_refused_undoes_the_action(person: Staff) -> None:
    before = Event.objects.count()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(by=ACTOR, action="staff.greet", on=person)
        raise ZeroDivisionError
    assert Event.objects.count() == before
    with pytest.raises(DataError), transaction.atomic():
        Staff.objects.filter(pk=person.pk).update(name="別人")
        record(by=ACTOR, action="a" * 65, on=person)
    person.refresh_from_db()
    assert person.name == "𠮷田 瀨奈"


def test_an_event_without_a_hash_is_refused_by_the_database(person: Staff) -> None:
    with pytest.raises(IntegrityError, match="event_leaf_is_sha256"), transaction.atomic():
        Event.objects.create(action="a.b", object_type="c", object_id="1", data={}, actor_uid=WHO)
    with pytest.raises(IntegrityError, match="event_leaf_is_sha256"), transaction.atomic():
        Event.objects.create(action="a.b", object_type="c", object_id="1", data={}, actor_uid=WHO, leaf_hash="A" * 64)


def test_events_about_one_object_come_newest_first(person: Staff) -> None:
    other = cast.person("0002")
    first = record(by=ACTOR, action="staff.one", on=person)
    record(by=ACTOR, action="staff.other", on=other)
    second = record(by=ACTOR, action="staff.two", on=person)
    assert list(Event.objects.about("staff.Staff", person.pk))[:2] == [second, first]
    assert Event.objects.about("staff.Posting", person.pk).count() == 0


def test_times_in_one_transaction_do_not_run_backwards(person: Staff) -> None:
    events = [record(by=ACTOR, action="staff.greet", on=person) for _ in range(5)]
    times = [stored(event)["at"] for event in events]
    assert times == sorted(times)
    assert all(is_sound(event) for event in events)


def test_many_events_are_as_whole_as_single_ones_and_come_in_few_statements(person: Staff) -> None:
    entries = [(person, {"number": number, "text": "𠮷"}) for number in range(2500)]
    with (
        request_context.use(request_context.RequestContext("a-request", "192.0.2.7")),
        transaction.atomic(),
        CaptureQueriesContext(connection) as queries,
    ):
        assert record_many(by=ACTOR, action="staff.greet", entries=entries) == 2500
    assert len([query for query in queries if "INSERT" in query["sql"]]) == 3
    events = list(Event.objects.filter(action="staff.greet").order_by("pk"))
    assert [event.data["number"] for event in events] == list(range(2500))
    assert {(event.request_id, event.actor_uid) for event in events} == {("a-request", WHO)}
    assert all(event.leaf_hash == event.computed_leaf_hash() for event in events)


@pytest.mark.parametrize("levels", [10, 48])
def test_nested_details_are_kept(person: Staff, levels: int) -> None:
    nested: Any = "x"
    for _ in range(levels):
        nested = [nested]
    assert is_sound(record(by=ACTOR, action="staff.greet", on=person, data={"a": nested}))


@pytest.mark.parametrize("levels", [50, 500, 5_000, 100_000])
def test_details_nested_so_deeply_that_no_page_could_read_them_are_refused(person: Staff, levels: int) -> None:
    deep = '{"a":' + "[" * levels + "]" * levels + "}"
    insert = (
        "INSERT INTO audit_event (action, object_type, object_id, data, request_id, address, actor_uid, form_version, "
        "leaf_hash) VALUES ('a.b', 'c', '1', %s, '', '', %s, 1, repeat('a', 64))"
    )
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(insert, [deep, str(WHO)])


@pytest.mark.parametrize(
    "text", ["\"quoted\" 'twice'", "back\\slash \\u0041", "100 % %s %(x)s", "{1,2},{NULL}", "", "二\n行", "$1 -- ;"]
)
def test_events_written_together_are_as_sound_as_one_written_alone_whatever_they_hold(person: Staff, text: str) -> None:
    data = {"text": text, "list": [text, None, True, 3], "none": None}
    alone = record(by=ACTOR, action="staff.greet", on=person, data=data)
    record_many(by=ACTOR, action="staff.greet", entries=[(person, data), (person, data)])
    events = list(Event.objects.filter(action="staff.greet").order_by("pk"))
    assert [event.data for event in events] == [data] * 3
    assert all(is_sound(event) for event in events)
    same = [{**stored(event), "id": 0, "at": "", "leaf_hash": ""} for event in (alone, *events[1:])]
    assert same[0] == same[1] == same[2]
