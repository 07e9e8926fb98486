"""A file between its preview and its saving: found again by its word, for some hours, and then gone."""

import datetime as dt
import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from common import files
from common.importing import Problem, Tally
from common.tables import FILE_BYTES_MAX
from common.uploads import KEPT, Reading

FOUND = SimpleNamespace(tally=Tally(1, 0, 0, 0), problems=[], fingerprint="f" * 64)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def chosen(content: bytes = b"a,b\n", name: str = "台帳.csv") -> Reading:
    """Return the first step of somebody who chose a file."""
    return Reading({}, {"file": SimpleUploadedFile(name, content)})


def sent(reading: Reading, found: Any = FOUND, **more: str) -> Reading:
    """Return the second step, as the preview's button sends it."""
    form = reading.context(found)["saving"]
    return Reading({"token": form["token"].value(), "seen": form["seen"].value(), "reason": "棚卸", **more}, {})


def test_a_page_that_is_only_opened_reads_nothing() -> None:
    opened = Reading(None, {})
    assert opened.upload is None
    assert opened.status(None) == 200
    assert opened.context(None)["problems"] == []


def test_the_file_of_the_preview_is_the_one_that_is_saved() -> None:
    saving = sent(chosen())
    assert saving.upload is not None
    assert (saving.upload.name, saving.upload.content) == ("台帳.csv", b"a,b\n")
    assert saving.saves(FOUND)
    assert saving.status(FOUND) == 200


def test_nothing_is_saved_before_the_preview_was_seen() -> None:
    assert not chosen().saves(FOUND)


@pytest.mark.parametrize("name", ["台" * 196 + ".csv", "\U00020bb7" * 196 + ".csv"])
def test_a_file_with_a_long_name_is_found_again(name: str) -> None:
    saving = sent(chosen(name=name))
    assert saving.upload is not None and saving.upload.name == name
    assert saving.saves(FOUND)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "空.csv", "empty"),
        (bytes(FILE_BYTES_MAX + 1), "大.csv", "larger than 20 MB"),
        (b"a", "台" * 201 + ".csv", "at most 200"),
    ],
    ids=["empty", "large", "name"],
)
def test_a_file_that_no_import_would_read_is_refused_in_words(
    content: bytes, name: str, said: str, settings: Any
) -> None:
    refused = chosen(content, name)
    assert refused.upload is None
    assert refused.status(None) == 400
    assert said in " ".join(refused.form.errors["file"])
    assert not Path(settings.FILES_DIR).exists()


def test_no_file_at_all_is_told() -> None:
    assert "file" in Reading({}, {}).form.errors


@pytest.mark.parametrize("token", ["", "forged", "WyJhIl0:1:x", "x" * 5000])
def test_a_word_that_is_not_ours_finds_nothing(token: str) -> None:
    saving = sent(chosen(), token=token)
    assert saving.upload is None
    assert not saving.saves(FOUND)
    assert saving.status(None) == 400


def test_the_word_is_worth_nothing_after_some_hours(time_machine: Any) -> None:
    reading = chosen()
    time_machine.move_to(dt.datetime.now(tz=dt.UTC) + KEPT - dt.timedelta(minutes=1))
    assert sent(reading).saves(FOUND)
    time_machine.move_to(dt.datetime.now(tz=dt.UTC) + dt.timedelta(minutes=2))
    late = sent(reading)
    assert late.upload is None
    assert "Choose it again" in str(late.form.errors)


def test_a_file_that_was_changed_on_the_disk_is_not_saved(settings: Any) -> None:
    reading = chosen()
    (kept,) = Path(settings.FILES_DIR).glob("*/*.upload")
    kept.write_bytes(b"c,d\n")
    assert sent(reading).upload is None


def test_what_was_uploaded_long_ago_is_deleted_and_nothing_else(settings: Any) -> None:
    chosen(b"old\n"), chosen(b"young\n")
    pdf = files.path_of(files.store(b"%PDF", ".pdf"), ".pdf")
    old, young = stored(b"old\n", settings), stored(b"young\n", settings)
    long_ago = time.time() - KEPT.total_seconds() - 60
    for path in (old, pdf):
        os.utime(path, (long_ago, long_ago))
    chosen(b"new\n")
    assert not old.exists()
    assert young.exists() and pdf.exists()


def stored(content: bytes, settings: Any) -> Path:
    (path,) = (path for path in Path(settings.FILES_DIR).glob("*/*.upload") if path.read_bytes() == content)
    return path


def test_records_that_changed_after_the_preview_are_shown_anew_and_the_reason_stays() -> None:
    now = SimpleNamespace(tally=Tally(1, 0, 0, 0), problems=[], fingerprint="0" * 64)
    saving = sent(chosen())
    assert not saving.saves(now)
    assert (saving.outdated, saving.status(now)) == (True, 400)
    shown = saving.context(now)
    assert shown["saving"]["reason"].value() == "棚卸"
    assert sent(saving, now).saves(now)


def test_a_saving_without_a_reason_keeps_the_file() -> None:
    saving = sent(chosen(), reason="")
    assert saving.upload is not None
    assert not saving.saves(FOUND)
    assert "reason" in saving.context(FOUND)["saving"].errors


def test_a_file_with_problems_is_never_saved_and_the_first_fifty_are_shown() -> None:
    problems = [Problem(row, "名称", "This field is required.") for row in range(2, 62)]
    found = SimpleNamespace(tally=Tally(errors=60), problems=problems, fingerprint="f" * 64)
    reading = chosen()
    shown = reading.context(found)
    assert (len(shown["problems"]), shown["more_problems"], reading.status(found)) == (50, 10, 400)
    assert not sent(reading, found).saves(found)
