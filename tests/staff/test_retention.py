"""How long what is kept: the page, the settings, the manual and the cleaning say and do the same."""

import datetime as dt
import os
import re
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from common import files, uploads
from moka_secpolicy.celery import app
from staff import retention, tasks
from tests.project.test_code import ROOT

MANUAL = (ROOT / "docs" / "manual" / "logs.md").read_text()


def table_of_the_manual() -> dict[str, str]:
    """Return the period that the manual names for each kind of record."""
    return dict(re.findall(r"^\| `(\w+)` \|[^|]*\| ([^|]*?) \|", MANUAL, re.MULTILINE))


def test_every_kind_of_record_has_words_and_a_period() -> None:
    assert set(retention.WORDS) == {*settings.RETENTION, retention.OUTSIDE}


def test_the_manual_says_what_the_settings_say() -> None:
    with translation.override("en"):
        said = {key: retention.in_words(period) for key, period in settings.RETENTION.items()}
    assert table_of_the_manual() == said


def test_the_page_says_what_the_settings_say(
    people: SimpleNamespace, sign_in: Callable[..., Client], settings: Any
) -> None:
    settings.RETENTION = {**settings.RETENTION, "attempts": dt.timedelta(days=400), "uploads": dt.timedelta(minutes=90)}
    page = sign_in(people.auditor).get("/trail/retention/").content.decode()
    for word in ("監査証跡", "無期限", "400日", "90分", "サーバの設定による", "9時間"):
        assert word in page


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (None, "for ever"),
        (dt.timedelta(days=1), "1 day"),
        (dt.timedelta(days=90), "90 days"),
        (dt.timedelta(hours=9), "9 hours"),
        (dt.timedelta(hours=36), "36 hours"),
        (dt.timedelta(minutes=90), "90 minutes"),
    ],
)
def test_a_period_is_said_exactly(period: dt.timedelta | None, words: str) -> None:
    with translation.override("en"):
        assert retention.in_words(period) == words


def test_the_settings_of_the_sign_in_are_the_ones_that_count() -> None:
    assert settings.RETENTION["attempts"] == dt.timedelta(days=settings.ATTEMPTS_KEEP_DAYS)
    assert settings.RETENTION["sessions"] == dt.timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS)
    assert settings.RETENTION["uploads"] == uploads.KEPT


def test_uploads_that_are_over_go_and_nothing_else() -> None:
    old, fresh = files.store(b"old", uploads.SUFFIX), files.store(b"fresh", uploads.SUFFIX)
    sheet = files.store(b"%PDF", ".pdf")
    long_ago = time.time() - uploads.KEPT.total_seconds() - 60
    for sha256, suffix in ((old, uploads.SUFFIX), (sheet, ".pdf")):
        os.utime(files.path_of(sha256, suffix), (long_ago, long_ago))
    tasks.clean_up()
    tasks.clean_up()
    assert not files.path_of(old, uploads.SUFFIX).exists()
    assert files.path_of(fresh, uploads.SUFFIX).exists()
    assert files.path_of(sheet, ".pdf").exists()


def test_a_clean_up_without_any_file_does_no_harm() -> None:
    tasks.clean_up()


def test_beat_rings_for_the_cleaning() -> None:
    app.loader.import_default_modules()
    rung = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {"staff.clean_up", "accounts.tidy"} <= rung <= set(app.tasks)
