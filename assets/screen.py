"""What the pages of the registers show."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import HeldQuerySet
from assets.registers import Register
from common.errors import Refused
from common.tables import NotWritable, check_writable, csv_chunks, excel
from staff.models import Department

TITLES = {
    "information": gettext_lazy("Register of information assets"),
    "devices": gettext_lazy("Register of network devices"),
    "personal_data": gettext_lazy("Register of personal-data items"),
}
SEARCHED = {
    "information": ("number", "name", "work", "place"),
    "devices": ("number", "name", "kind", "place", "mac_address", "ip_address"),
    "personal_data": ("number", "name", "file_name", "basis"),
}
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_MAX = 5


def sections(register: Register) -> list[dict[str, Any]]:
    """Return the three registers as links, the one shown marked."""
    return [
        {"text": title, "url": reverse("assets:register", args=[name]), "current": name == register.name}
        for name, title in TITLES.items()
    ]


def narrow(register: Register, on: dt.date) -> Callable[[HeldQuerySet, dict[str, Any]], HeldQuerySet]:
    """Return the filter of a register's list on the day `on`."""

    def narrowed(rows: HeldQuerySet, wanted: dict[str, Any]) -> HeldQuerySet:
        if wanted["state"] != "all":
            rows = rows.disposed_by(on) if wanted["state"] == "disposed" else rows.held_on(on)
        if wanted["department"]:
            rows = rows.filter(department_code__startswith=wanted["department"])
        if not wanted["q"]:
            return rows
        found = Q()
        for field in SEARCHED[register.name]:
            found |= Q(**{f"{field}__icontains": wanted["q"]})
        return rows.filter(found)

    return narrowed


def department_names(codes: set[str]) -> dict[str, str]:
    """Return the newest name of each department code."""
    rows = Department.objects.filter(code__in=codes).order_by("valid_from").values_list("code", "name")
    return dict(rows)


def file_response(register: Register, entries: HeldQuerySet, kind: str, on: dt.date) -> HttpResponse:
    """Return the entries as a file; raises `Refused` naming the cells that Shift_JIS cannot hold."""
    headings = [heading for heading, _name in register.headings]
    rows = list(register.rows(entries))
    name = f"{register.name}_{on:%Y%m%d}.{'xlsx' if kind == 'xlsx' else 'csv'}"
    try:
        if kind == "xlsx":
            content, content_type = excel(str(TITLES[register.name]), headings, rows), EXCEL
        else:
            encoding = "cp932" if kind == "cp932" else "utf-8-sig"
            check_writable(headings, rows, "cp932" if kind == "cp932" else "utf-8")
            content, content_type = b"".join(csv_chunks(headings, rows, encoding)), "text/csv"
    except NotWritable as refusal:
        raise Refused(_cells_in_words(refusal)) from refusal
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _cells_in_words(refusal: NotWritable) -> str:
    cells = [
        _("row %(row)s, %(heading)s: %(character)s") % {"row": row, "heading": heading, "character": character}
        for row, heading, character in refusal.cells[:SHOWN_MAX]
    ]
    words = {"n": len(refusal.cells), "cells": "; ".join(cells)}
    return _("This kind of file cannot hold %(n)s characters of the register, for example %(cells)s.") % words
