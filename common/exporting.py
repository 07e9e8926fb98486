"""Handing a table out: as which kind of file, and the answer that carries it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from common.tables import EXCEL, check_writable, csv_chunks, excel


class ExportForm(forms.Form):
    """As which kind of file a list is handed out."""

    CHOICES = (("xlsx", _("Excel (.xlsx)")), ("csv", _("CSV (UTF-8)")), ("cp932", _("CSV (Shift_JIS)")))

    kind = forms.ChoiceField(label=_("Kind of file"), choices=CHOICES)


def attachment(name: str, kind: str, on: dt.date) -> dict[str, str]:
    """Return the header that makes an answer the file `name` of the day `on`, for example devices_20261124.xlsx."""
    suffix = "xlsx" if kind == "xlsx" else "csv"
    return {"Content-Disposition": f'attachment; filename="{name}_{on:%Y%m%d}.{suffix}"'}


def encoding_of(kind: str) -> str:
    """Return how a CSV file of that kind is encoded."""
    return "cp932" if kind == "cp932" else "utf-8-sig"


def table_response(
    title: str, name: str, headings: Sequence[str], rows: Sequence[Sequence[Any]], kind: str, on: dt.date
) -> HttpResponse:
    """Return a table as a file of that kind; `title` names the worksheet, `name` the file.

    Raises `NotWritable`, a refusal naming the cells, for what the file cannot hold.
    """
    if kind == "xlsx":
        return HttpResponse(excel(title, headings, rows), content_type=EXCEL, headers=attachment(name, kind, on))
    encoding = encoding_of(kind)
    check_writable(headings, rows, encoding)
    content = b"".join(csv_chunks(headings, rows, encoding))
    return HttpResponse(content, content_type="text/csv", headers=attachment(name, kind, on))
