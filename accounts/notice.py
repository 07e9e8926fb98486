"""The printed notice of a temporary password (初期パスワード通知書): one A4 page a person, kept nowhere."""

import functools
import secrets
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from common import pdf
from staff.models import Staff

NOTICES_MAX = 100
"""How many are printed at once: each costs one hashing, and the request must end within seconds."""


def render(people: Sequence[tuple[Staff, str]]) -> bytes:
    """Return the PDF for pairs of a person, who has `department_name`, and his or her new temporary password."""
    with translation.override("ja"):
        words = {
            "people": people,
            "city": settings.CITY_NAME,
            "url": settings.PORTAL_URL,
            "today": timezone.localdate(),
        }
        html = render_to_string("pdf/notice.html", words)
    printed = pdf.render(html, stylesheets=[_stylesheet()], archive=False, identifier=secrets.token_hex(16).encode())
    return printed.content


@functools.cache
def _stylesheet() -> str:
    return (Path(settings.BASE_DIR) / "static" / "css" / "pdf-notice.css").read_text(encoding="utf-8")
