"""The audit trail as a file: what it holds, that it stays small in memory, and that taking it away is an event."""

import csv
import io
import json
import re
import tracemalloc
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from openpyxl import load_workbook

from audit.actions import record, record_many
from audit.models import Event
from staff import trail_file
from staff.models import Staff

JSON_COLUMN, HASH_COLUMN, UTC_COLUMN = 12, 16, 2


@pytest.fixture
def auditor(people: SimpleNamespace, sign_in: Callable[..., Client]) -> Client:
    return sign_in(people.auditor)


def content_of(browser: Client, **wanted: Any) -> bytes:
    response = browser.get("/trail/file/", wanted)
    assert response.status_code == 200
    return b"".join(response) if response.streaming else response.content


def table(browser: Client, **wanted: Any) -> list[list[str]]:
    """Return the rows of the CSV file without its headings."""
    content = content_of(browser, **{"kind": "csv", **wanted})
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1:]


def many(people: SimpleNamespace, count: int, **data: Any) -> None:
    entries = ((people.employee, {"n": number, **data}) for number in range(count))
    record_many(by=people.manager, action="staff.post", entries=entries)


def by_manager(people: SimpleNamespace) -> dict[str, str]:
    return {"person": str(people.manager.uid)}


def test_a_row_holds_all_that_is_needed_to_take_its_hash_again(people: SimpleNamespace, auditor: Client) -> None:
    event = record(
        by=people.officer, action="staff.grant_role", on=people.employee, data={"role": "ciso", "理由": "異動"}
    )
    (row,) = table(auditor, action="staff.grant_role", person=str(people.officer.uid))
    event.refresh_from_db()
    assert row[0] == str(event.pk)
    assert row[1] == f"{timezone.localtime(event.at):%Y-%m-%d %H:%M:%S}"
    assert row[3:10] == [
        "髙橋 花子",
        "003",
        str(people.officer.uid),
        "",
        "役割の付与",
        "staff.grant_role",
        "職員",
    ]
    rebuilt = Event(
        at=event.at,
        action=row[8],
        object_type=row[10],
        object_id=row[11],
        data=json.loads(row[JSON_COLUMN]),
        request_id=row[13],
        address=row[14],
        actor_uid=uuid.UUID(row[5]),
        form_version=int(row[15]),
    )
    assert rebuilt.computed_leaf_hash() == row[HASH_COLUMN] == event.leaf_hash
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", row[UTC_COLUMN])


def test_the_file_begins_with_a_mark_so_that_excel_reads_it(people: SimpleNamespace, auditor: Client) -> None:
    content = content_of(auditor, kind="csv")
    assert content.startswith(b"\xef\xbb\xbf")
    assert content[3:].decode().splitlines()[0].startswith("記録番号,日時（日本時間）,")


def test_the_file_says_what_it_is(people: SimpleNamespace, auditor: Client) -> None:
    today = timezone.localdate()
    for kind, suffix in (("csv", "csv"), ("cp932", "csv"), ("xlsx", "xlsx")):
        response = auditor.get("/trail/file/", {"kind": kind, "action": "staff.add_department"})
        assert response["Content-Disposition"] == f'attachment; filename="trail_{today:%Y%m%d}.{suffix}"'
        assert "no-store" in response["Cache-Control"]


def test_all_that_the_filters_leave_in_order_and_once(
    people: SimpleNamespace, auditor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail_file, "BATCH", 7)
    many(people, 100)
    expected = Event.objects.filter(actor_uid=people.manager.uid).order_by("-at", "-pk").values_list("pk", flat=True)
    assert [int(row[0]) for row in table(auditor, **by_manager(people))] == list(expected)


def test_the_export_is_an_event_with_the_filter_and_not_in_the_file(people: SimpleNamespace, auditor: Client) -> None:
    Staff.objects.filter(pk=people.manager.pk).update(kana="とくなが まこと")
    many(people, 3)
    rows = table(auditor, who="とくなが", since="R8.4.1", action="staff")
    event = Event.objects.latest("pk")
    assert (event.action, event.actor_uid) == ("staff.export_trail", people.auditor.uid)
    assert event.data == {
        "filter": {"since": "2026-04-01", "person": str(people.manager.uid), "action": "staff"},
        "kind": "csv",
        "rows": 3,
    }
    assert len(rows) == 3
    table(auditor)
    assert str(Event.objects.latest("pk").pk) not in [row[0] for row in table(auditor, action="staff.register")]
    latest = Event.objects.latest("pk").pk
    numbers = [int(row[0]) for row in table(auditor)]
    assert max(numbers) == latest


def test_the_words_follow_the_language_although_the_file_is_streamed(people: SimpleNamespace, auditor: Client) -> None:
    auditor.cookies["django_language"] = "en"
    many(people, 1)
    response = auditor.get("/trail/file/", {"kind": "csv", **by_manager(people)})
    with translation.override("ja"):
        text = b"".join(response).decode("utf-8-sig")
    assert "Posted a person to a department" in text
    assert text.startswith("Event number,")


def test_a_name_that_shift_jis_lacks_is_told_with_its_row(people: SimpleNamespace, auditor: Client) -> None:
    record(by=people.employee, action="staff.post", on=people.employee)
    response = auditor.get("/trail/file/", {"kind": "cp932", "person": str(people.employee.uid)})
    assert response.status_code == 409
    assert "𠮷" in response.content.decode()
    assert not Event.objects.filter(action="staff.export_trail").exists()


def test_shift_jis_where_it_can(people: SimpleNamespace, auditor: Client) -> None:
    record(by=people.administrator, action="staff.post", on=people.employee)
    content = content_of(auditor, kind="cp932", person=str(people.administrator.uid))
    assert "中村 真" in content.decode("cp932")


def test_excel_holds_the_same_texts(people: SimpleNamespace, auditor: Client) -> None:
    many(people, 3, reason="=1+1")
    book = load_workbook(io.BytesIO(content_of(auditor, kind="xlsx", **by_manager(people))))
    cells = [[cell.value or "" for cell in row] for row in book.active.iter_rows(min_row=2)]
    assert cells == table(auditor, **by_manager(people))
    assert book.active.title == "監査証跡"


def test_too_many_for_excel_is_told_and_no_event_is_written(
    people: SimpleNamespace, auditor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(people, 12)
    for kind, limit in (("xlsx", "EXCEL_ROWS_MAX"), ("cp932", "CP932_ROWS_MAX")):
        monkeypatch.setattr(trail_file, limit, 11)
        response = auditor.get("/trail/file/", {"kind": kind, **by_manager(people)})
        assert response.status_code == 409
        assert "12件が該当しました" in response.content.decode()
    assert not Event.objects.filter(action="staff.export_trail").exists()
    assert len(table(auditor, **by_manager(people))) == 12


def test_details_too_long_for_a_cell_are_told_in_excel_and_whole_in_csv(
    people: SimpleNamespace, auditor: Client
) -> None:
    many(people, 1, text="長" * 40_000)
    book = load_workbook(io.BytesIO(content_of(auditor, kind="xlsx", **by_manager(people))))
    assert book.active.cell(2, JSON_COLUMN + 1).value == "長すぎるため、Excelには出力できません。CSVには出力されます。"
    ((*_, json_text, _request, _address, _form, _hash),) = table(auditor, **by_manager(people))
    assert len(json_text) > 40_000


@pytest.mark.parametrize(
    "wanted",
    [{}, {"kind": ""}, {"kind": "pdf"}, {"kind": "csv", "since": "x"}, {"kind": "csv", "person": "x"}, {"kind": "\0"}],
)
def test_what_cannot_be_read_hands_nothing_out(
    wanted: dict[str, str], people: SimpleNamespace, auditor: Client
) -> None:
    before = Event.objects.count()
    response = auditor.get("/trail/file/", wanted)
    assert response.status_code == 409
    assert "Content-Disposition" not in response
    assert Event.objects.count() == before


def test_a_trail_with_nothing_that_fits_is_a_file_of_headings(people: SimpleNamespace, auditor: Client) -> None:
    assert table(auditor, since="2199-01-01") == []


def test_csv_is_read_in_batches_and_stays_small_in_memory(people: SimpleNamespace, auditor: Client) -> None:
    many(people, 20_000, text="あ" * 200)
    tracemalloc.start()
    with CaptureQueriesContext(connection) as captured:
        response = auditor.get("/trail/file/", {"kind": "csv", **by_manager(people)})
        size = sum(len(chunk) for chunk in response)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 15_000_000
    assert peak < size
    assert len(captured) < 40
