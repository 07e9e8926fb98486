"""The job with real worker processes: what is asked for is built once, whatever dies on the way."""

import datetime as dt
import hashlib
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from audit.models import Event
from common import request_context
from common.bell import ring
from common.files import path_of
from reports import production
from reports.actions import request_build
from reports.models import PDF, SheetBuild
from tests import cast
from tests.conftest import Broker, wait_for
from tests.worker import Worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.job, pytest.mark.xdist_group("job")]
Start = Callable[..., Worker]


@pytest.fixture
def start_worker(broker: Broker, tmp_path: Path) -> Iterator[Start]:
    started: list[Worker] = []

    def start(**settings: str) -> Worker:
        started.append(Worker(broker.url, tmp_path, **settings))
        return started[-1]

    yield start
    for worker in started:
        worker.stop()


@pytest.fixture
def officer(transactional_db: None) -> Any:
    return cast.people().officer


@pytest.fixture
def long_sheet(transactional_db: None) -> Any:
    """The city's sheet with so much text that laying it out takes seconds."""
    programme = cast.city_programme()
    programme.texts["overview"] = ["情報資産を守る。" * 400] * 40
    programme.save()
    return programme.sheets.get(fiscal_year=2019)


@pytest.fixture
def sheet(transactional_db: None) -> Any:
    return cast.city_programme().sheets.get(fiscal_year=2019)


def finished(*builds: SheetBuild) -> bool:
    """Tell whether every build has come to an end."""
    for build in builds:
        build.refresh_from_db()
    return not any(build.is_open for build in builds)


def sweep_until(condition: Callable[[], Any]) -> None:
    """Sweep as beat does, every half second and as if minutes had passed, until `condition` holds."""

    def swept() -> Any:
        if held := condition():
            return held
        production.sweep(now=timezone.now() + dt.timedelta(minutes=5))
        time.sleep(0.5)
        return condition()

    wait_for(swept)


def ring_until(condition: Callable[[], Any], build: SheetBuild) -> None:
    """Ring for the build every half second until `condition` holds; unlike a sweep, a bell gives nothing up."""

    def rung() -> Any:
        if held := condition():
            return held
        ring("reports.build_sheet", build.pk)
        time.sleep(0.5)
        return condition()

    wait_for(rung)


def stored_files() -> list[Path]:
    """Return the files kept, drafts included."""
    return [path for path in path_of("0" * 64, PDF).parent.parent.rglob("*") if path.is_file()]


def assert_is_whole(build: SheetBuild) -> None:
    content = path_of(build.file_sha256, PDF).read_bytes()
    assert build.state == SheetBuild.State.DONE
    assert hashlib.sha256(content).hexdigest() == build.file_sha256
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")


def test_a_worker_builds_what_was_asked_for(start_worker: Start, officer: Any, sheet: Any) -> None:
    start_worker()
    build = request_build(by=officer, sheet=sheet)
    wait_for(lambda: finished(build))
    assert_is_whole(build)


def test_what_a_worker_writes_carries_the_request_that_rang(start_worker: Start, officer: Any, sheet: Any) -> None:
    worker = start_worker()
    with request_context.use(request_context.RequestContext("a-request-of-hers", "")):
        build = request_build(by=officer, sheet=sheet)
    wait_for(lambda: finished(build))
    events = Event.objects.about("reports.SheetBuild", build.pk).values_list("action", "request_id")
    assert dict(events) == {
        "reports.request_build": "a-request-of-hers",
        "reports.finish_build": "a-request-of-hers",
    }
    assert worker.process.poll() is None


def test_two_builds_asked_at_once_give_one_file_each(start_worker: Start, officer: Any, sheet: Any) -> None:
    at = timezone.now()
    builds = [
        request_build(by=officer, sheet=sheet, at=at),
        request_build(by=officer, sheet=sheet, at=at + dt.timedelta(hours=1)),
    ]
    start_worker()
    wait_for(lambda: finished(*builds))
    for build in builds:
        assert_is_whole(build)
    assert len(stored_files()) == 2


def test_the_same_message_five_times_builds_once(start_worker: Start, officer: Any, sheet: Any) -> None:
    build = request_build(by=officer, sheet=sheet)
    for _ in range(4):
        production.ring("reports.build_sheet", build.pk)
    worker = start_worker()
    wait_for(lambda: finished(build))
    wait_for(lambda: worker.log.read_text().count("succeeded in") == 5)
    build.refresh_from_db()
    assert build.attempts == 1
    assert len(stored_files()) == 1


def test_with_redis_down_the_request_is_accepted_and_built_later(
    start_worker: Start, broker: Broker, officer: Any, sheet: Any, sign_in: Any
) -> None:
    broker.kill()
    before = time.monotonic()
    response = sign_in(officer).post("/reports/programmes/moka-security-policy/sheets/2019/builds/")
    assert time.monotonic() - before < 5, "a page must not hang on Redis"
    assert response.status_code == 302
    build = SheetBuild.objects.get()
    assert build.state == SheetBuild.State.QUEUED
    broker.start()
    start_worker()
    assert production.sweep(now=timezone.now() + dt.timedelta(minutes=1)) == 1
    wait_for(lambda: finished(build))
    assert_is_whole(build)


def test_a_flushed_broker_forgets_the_message_and_the_sweep_finds_the_row(
    start_worker: Start, broker: Broker, officer: Any, sheet: Any
) -> None:
    build = request_build(by=officer, sheet=sheet)
    broker.kill()
    broker.start()
    start_worker()
    assert production.sweep(now=timezone.now() + dt.timedelta(minutes=1)) == 1
    wait_for(lambda: finished(build))
    assert_is_whole(build)


def test_a_worker_killed_in_the_middle_leaves_one_pdf_and_no_stuck_state(
    start_worker: Start, officer: Any, long_sheet: Any
) -> None:
    first = start_worker(SHEET_LEASE_SECONDS="2")
    build = request_build(by=officer, sheet=long_sheet)
    wait_for(lambda: SheetBuild.objects.filter(pk=build.pk, state=SheetBuild.State.BUILDING).exists())
    first.kill()
    build.refresh_from_db()
    assert build.state == SheetBuild.State.BUILDING
    assert stored_files() == []
    start_worker()
    sweep_until(lambda: finished(build))
    assert_is_whole(build)
    assert build.attempts == 2
    assert len(stored_files()) == 1


def test_a_killed_child_process_is_made_good(start_worker: Start, officer: Any, long_sheet: Any) -> None:
    worker = start_worker(SHEET_LEASE_SECONDS="1")
    build = request_build(by=officer, sheet=long_sheet)
    wait_for(lambda: SheetBuild.objects.filter(pk=build.pk, state=SheetBuild.State.BUILDING).exists())
    for child in worker.children():
        child.send_signal(signal.SIGKILL)
    sweep_until(lambda: finished(build))
    assert_is_whole(build)
    assert len(stored_files()) == 1


def test_three_killed_workers_end_in_a_reason_a_person_can_read(
    start_worker: Start, officer: Any, long_sheet: Any, sign_in: Any
) -> None:
    build = request_build(by=officer, sheet=long_sheet)
    for attempt in (1, 2, 3):
        worker = start_worker(SHEET_LEASE_SECONDS="1")
        held = SheetBuild.objects.filter(pk=build.pk, state=SheetBuild.State.BUILDING, attempts=attempt)
        ring_until(held.exists, build)
        worker.kill()
    production.sweep(now=timezone.now() + dt.timedelta(minutes=30))
    build.refresh_from_db()
    assert build.state == SheetBuild.State.FAILED
    page = sign_in(officer, HTTP_ACCEPT_LANGUAGE="ja").get(f"/reports/builds/{build.pk}/").content.decode()
    assert str(build.get_failure_display()) in page
