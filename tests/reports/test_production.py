"""Who may make a PDF when, and what a person reads when it fails."""

import datetime as dt
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from audit.models import Event
from common.files import path_of
from reports import production
from reports.actions import request_build
from reports.models import PDF, Failure, SheetBuild
from tests.conftest import as_owner


@pytest.fixture
def build(people: Any, sheet: Any) -> SheetBuild:
    return request_build(by=people.officer, sheet=sheet)


def test_a_build_is_claimed_once_until_its_lease_runs_out(build: SheetBuild, settings: Any) -> None:
    now = timezone.now()
    first = production.claim(build.pk, now=now)
    assert first is not None
    assert production.claim(build.pk, now=now + dt.timedelta(seconds=settings.SHEET_LEASE_SECONDS)) is None
    second = production.claim(build.pk, now=now + dt.timedelta(seconds=settings.SHEET_LEASE_SECONDS + 1))
    assert second is not None
    assert (second.attempts, second.token != first.token) == (2, True)


def test_who_lost_the_lease_cannot_close_the_build(build: SheetBuild) -> None:
    slow = production.claim(build.pk)
    production.claim(build.pk, now=timezone.now() + dt.timedelta(hours=1))
    assert production.give_up(slow, Failure.NOT_RENDERED) is False
    assert production.finish(slow, production.RenderedPdf(b"%PDF-", 1), "0" * 64) is False
    build.refresh_from_db()
    assert build.state == SheetBuild.State.BUILDING


def test_a_finished_build_is_left_alone(build: SheetBuild) -> None:
    production.produce(build.pk)
    build.refresh_from_db()
    stored = build.file_sha256
    assert production.produce(build.pk) is None
    build.refresh_from_db()
    assert (build.file_sha256, build.attempts) == (stored, 1)


def test_the_same_snapshot_gives_the_same_file(build: SheetBuild, people: Any, sheet: Any) -> None:
    twin = request_build(
        by=people.officer, sheet=sheet, at=dt.datetime.fromisoformat(build.snapshot["requested"]["at"])
    )
    assert twin.snapshot == build.snapshot
    for one in (build, twin):
        production.produce(one.pk)
        one.refresh_from_db()
    assert twin.file_sha256 == build.file_sha256


def test_a_full_disk_is_tried_three_times_and_then_told(build: SheetBuild, settings: Any, tmp_path: Path) -> None:
    blocked = tmp_path / "no-folder"
    blocked.write_text("a file where the folder should be")
    settings.FILES_DIR = blocked
    for _ in range(3):
        production.produce(build.pk)
    build.refresh_from_db()
    assert (build.state, build.attempts, build.failure) == ("failed", 3, Failure.NOT_STORED)
    assert "空き容量" in build.get_failure_display()
    event = Event.objects.about("reports.SheetBuild", build.pk).first()
    assert (event.action, event.data) == ("reports.give_up_build", {"failure": "not_stored"})


def test_after_a_passing_fault_the_next_attempt_succeeds(build: SheetBuild, settings: Any, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path / "late"
    (tmp_path / "late").write_text("not yet a folder")
    production.produce(build.pk)
    (tmp_path / "late").unlink()
    production.produce(build.pk)
    build.refresh_from_db()
    assert (build.state, build.attempts) == ("done", 2)
    assert path_of(build.file_sha256, PDF).exists()


@pytest.mark.django_db(transaction=True)
def test_a_snapshot_changed_behind_our_back_is_not_printed(people: Any, sheet: Any) -> None:
    build = request_build(by=people.officer, sheet=sheet)
    with closing(as_owner()) as owner, owner, owner.cursor() as cursor:
        cursor.execute("ALTER TABLE reports_sheetbuild DISABLE TRIGGER USER")
        cursor.execute("UPDATE reports_sheetbuild SET snapshot = jsonb_set(snapshot, '{sheet,fiscal_year}', '2018')")
        cursor.execute("ALTER TABLE reports_sheetbuild ENABLE TRIGGER USER")
    production.produce(build.pk)
    build.refresh_from_db()
    assert (build.state, build.failure) == ("failed", Failure.SNAPSHOT_CHANGED)


def test_the_sweep_rings_for_forgotten_builds_and_not_for_fresh_or_held_ones(
    build: SheetBuild, people: Any, sheet: Any
) -> None:
    assert production.sweep() == 0
    later = timezone.now() + dt.timedelta(minutes=2)
    assert production.sweep(now=later) == 1
    production.claim(build.pk, now=later)
    assert production.sweep(now=later) == 0


def test_the_sweep_gives_up_what_lost_its_worker_three_times(build: SheetBuild) -> None:
    moment = timezone.now()
    for _ in range(3):
        assert production.claim(build.pk, now=moment)
        moment += dt.timedelta(hours=1)
    assert production.claim(build.pk, now=moment) is None
    assert production.sweep(now=moment) == 0
    build.refresh_from_db()
    assert (build.state, build.failure) == ("failed", Failure.WORKER_LOST)


def test_an_unknown_build_is_nothing_to_do(db: None) -> None:
    assert production.produce(999_999) is None
