"""The audit trail as a file: read in batches by its own order, so that it stays small in memory however long it is."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.models import Event, EventQuerySet
from audit.wording import kind_of, words_of
from common.canonical import canonical_json
from common.errors import Refused
from common.exporting import attachment, encoding_of, table_response
from common.tables import check_writable, csv_chunks
from staff.models import Staff
from staff.trail import exact_time, heads_of, known_people

NAME = "trail"
BATCH = 2000
LINES_A_CHUNK = 500
EXCEL_ROWS_MAX = 50_000
CP932_ROWS_MAX = 200_000
EXCEL_CELL_MAX = 32_767
HEADINGS = (
    gettext_lazy("Event number"),
    gettext_lazy("Time (Japan)"),
    gettext_lazy("Time (UTC)"),
    gettext_lazy("Who"),
    gettext_lazy("Employee number"),
    gettext_lazy("Person (uid)"),
    gettext_lazy("Acting for"),
    gettext_lazy("What was done"),
    gettext_lazy("Code"),
    gettext_lazy("Kind of object"),
    gettext_lazy("Object type"),
    gettext_lazy("Number of the object"),
    gettext_lazy("Details (JSON)"),
    gettext_lazy("Inquiry number"),
    gettext_lazy("Address of the computer"),
    gettext_lazy("Byte form"),
    gettext_lazy("Hash"),
)
DETAILS = 12
Row = list[Any]


def refuse_too_many(kind: str, rows: int) -> None:
    """Raise `Refused` when a file of that kind cannot hold so many events."""
    most = {"xlsx": EXCEL_ROWS_MAX, "cp932": CP932_ROWS_MAX}.get(kind, rows)
    if rows > most:
        sentence = _("%(rows)s records were found; this kind of file takes %(most)s. Narrow the filters or take UTF-8.")
        raise Refused(sentence % {"rows": rows, "most": most})


def file_response(events: EventQuerySet, kind: str, on: dt.date) -> HttpResponseBase:
    """Return the events as a file, the newest first; CSV is streamed. `kind` is xlsx, csv (UTF-8) or cp932.

    Raises `NotWritable`, a refusal naming the cells, for what the file cannot hold.
    """
    headings = [str(heading) for heading in HEADINGS]
    if kind == "xlsx":
        rows = [_for_excel(row) for row in rows_of(events)]
        return table_response(_("Audit trail"), NAME, headings, rows, kind, on)
    encoding = encoding_of(kind)
    if encoding == "cp932":
        check_writable(headings, rows_of(events), encoding)
    chunks = _gathered(csv_chunks(headings, rows_of(events), encoding))
    return StreamingHttpResponse(chunks, content_type="text/csv", headers=attachment(NAME, kind, on))


def rows_of(events: EventQuerySet) -> Iterator[Row]:
    """Yield the cells of each event, in the language that is active when this is called."""
    return _rows(events, translation.get_language() or "ja")


def _rows(events: EventQuerySet, language: str) -> Iterator[Row]:
    people: dict[uuid.UUID, Staff] = {}
    for batch in _batches(events):
        people |= known_people({uid for one in batch for uid in (one.actor_uid, *heads_of(one))} - people.keys())
        with translation.override(language):
            rows = [_cells(event, people) for event in batch]
        yield from rows


def _batches(events: EventQuerySet) -> Iterator[list[Event]]:
    batch = list(events.newest_first()[:BATCH])
    while batch:
        yield batch
        batch = list(events.older_than(batch[-1]).newest_first()[:BATCH])


def _cells(event: Event, people: dict[uuid.UUID, Staff]) -> Row:
    person = people.get(event.actor_uid)
    heads = [people[uid].name if uid in people else str(uid) for uid in heads_of(event)]
    return [
        event.pk,
        f"{timezone.localtime(event.at):%Y-%m-%d %H:%M:%S}",
        exact_time(event),
        person.name if person else _("no longer known"),
        person.employee_number if person else "",
        event.actor_uid,
        ", ".join(heads),
        words_of(event.action),
        event.action,
        kind_of(event.object_type),
        event.object_type,
        event.object_id,
        _json(event.data),
        event.request_id,
        event.address,
        event.form_version,
        event.leaf_hash,
    ]


def _json(data: Any) -> str:
    try:
        return canonical_json(data)
    except TypeError:
        return str(data)


def _for_excel(row: Row) -> Row:
    if len(row[DETAILS]) > EXCEL_CELL_MAX:
        row[DETAILS] = _("too long for Excel; the CSV file holds it")
    return row


def _gathered(chunks: Iterable[bytes]) -> Iterator[bytes]:
    lines = iter(chunks)
    while part := b"".join(islice(lines, LINES_A_CHUNK)):
        yield part
