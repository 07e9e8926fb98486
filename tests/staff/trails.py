"""What the tests of the audit trail share: acting, writing past the portal, and reading the page."""

import datetime as dt
import html
import re
from types import SimpleNamespace
from typing import Any

from django.db import connection
from django.test import Client

from audit.actions import record
from audit.models import Event


def shown(browser: Client, **wanted: Any) -> list[int]:
    """Return the numbers of the events that the page lists."""
    response = browser.get("/trail/", wanted)
    assert response.status_code == 200
    return [
        int(number)
        for number in re.findall(r'<th scope="row" class="nowrap"><a href="/trail/(\d+)/">', response.content.decode())
    ]


def page(browser: Client, **wanted: Any) -> str:
    return html.unescape(browser.get("/trail/", wanted).content.decode())


def act(people: SimpleNamespace, action: str = "staff.post", by: Any = None, on: Any = None, **data: Any) -> Event:
    return record(by=by or people.officer, action=action, on=on or people.employee, data=data)


def plain(**fields: Any) -> dict[str, Any]:
    row = {"action": "staff.post", "object_type": "staff.Staff", "object_id": "1", "data": "{}"}
    return {**row, "at": dt.datetime.now(tz=dt.UTC), **fields}


def written_past_the_portal(people: SimpleNamespace, **fields: Any) -> Event:
    """Insert a row as somebody with the database in hand could: its hash is another's."""
    row = plain(**fields)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_event (action, object_type, object_id, data, at, request_id, address, actor_uid, "
            "form_version, leaf_hash) VALUES (%s, %s, %s, %s, %s, '', '', %s, 1, %s) RETURNING id",
            [*(row[name] for name in plain()), str(people.officer.uid), "0" * 64],
        )
        return Event.objects.get(pk=cursor.fetchone()[0])
