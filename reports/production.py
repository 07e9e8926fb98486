"""Making the PDF of a build: claim the row, render, keep the file, close the row.

The same build may be rung five times and at the same moment; one worker holds it by a lease and a token, and only
the holder of the token may close it. A worker that dies leaves a lease that runs out.
"""

import datetime as dt
import logging
import uuid

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.actions import record
from common import files
from common.bell import ring
from common.canonical import sha256_of
from common.pdf import RenderedPdf
from reports.models import PDF, Failure, SheetBuild
from reports.printing import render_sheet
from staff.actions import system_actor

logger = logging.getLogger(__name__)


def produce(build_id: int) -> SheetBuild | None:
    """Make the PDF of the build, unless somebody else holds it or it is finished; returns the build if it was ours."""
    build = claim(build_id)
    if build is None:
        return None
    try:
        if sha256_of(build.snapshot) != build.snapshot_sha256:
            give_up(build, Failure.SNAPSHOT_CHANGED)
            return build
        rendered = render_sheet(build.snapshot, archive=build.archive)
        finish(build, rendered, files.store(rendered.content, PDF))
    except SoftTimeLimitExceeded:
        retry_or_give_up(build, Failure.TIME_LIMIT)
    except OSError:
        logger.exception("Sheet build %s: the file was not stored", build.pk)
        retry_or_give_up(build, Failure.NOT_STORED)
    except Exception:
        logger.exception("Sheet build %s failed", build.pk)
        retry_or_give_up(build, Failure.NOT_RENDERED)
    return build


@transaction.atomic
def claim(build_id: int, *, now: dt.datetime | None = None) -> SheetBuild | None:
    """Take the build for SHEET_LEASE_SECONDS, or return None when it is not to be had."""
    now = now or timezone.now()
    waiting = SheetBuild.objects.claimable(now).filter(pk=build_id, attempts__lt=settings.SHEET_MAX_ATTEMPTS)
    build = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if build is None:
        return None
    build.state = SheetBuild.State.BUILDING
    build.attempts += 1
    build.token = uuid.uuid4()
    build.lease_until = now + dt.timedelta(seconds=settings.SHEET_LEASE_SECONDS)
    build.save(update_fields=["state", "attempts", "token", "lease_until"])
    return build


@transaction.atomic
def finish(build: SheetBuild, rendered: RenderedPdf, file_sha256: str) -> bool:
    """Close the build with its stored file; False when the lease was lost and another worker has it now."""
    closed = _close(
        build,
        state=SheetBuild.State.DONE,
        file_sha256=file_sha256,
        file_size=len(rendered.content),
        pages=rendered.pages,
    )
    if closed:
        data = {"file_sha256": file_sha256, "snapshot_sha256": build.snapshot_sha256, "pages": rendered.pages}
        record(by=system_actor(), action="reports.finish_build", on=build, data=data)
    return closed


def retry_or_give_up(build: SheetBuild, failure: Failure) -> None:
    """Put the build back in the queue, or give it up after SHEET_MAX_ATTEMPTS.

    The sweep rings for it again, so that a passing fault has a minute to pass.
    """
    if build.attempts >= settings.SHEET_MAX_ATTEMPTS:
        give_up(build, failure)
        return
    held = SheetBuild.objects.filter(pk=build.pk, token=build.token)
    held.update(state=SheetBuild.State.QUEUED, token=None, lease_until=None)


@transaction.atomic
def give_up(build: SheetBuild, failure: Failure) -> bool:
    """Close the build without a file and with the reason; False when another worker has it now."""
    closed = _close(build, state=SheetBuild.State.FAILED, failure=failure)
    if closed:
        record(by=system_actor(), action="reports.give_up_build", on=build, data={"failure": str(failure.value)})
    return closed


def _close(build: SheetBuild, **fields: object) -> bool:
    held = SheetBuild.objects.filter(pk=build.pk, token=build.token, state=build.state)
    return bool(held.update(token=None, lease_until=None, finished_at=timezone.now(), **fields))


def sweep(*, now: dt.datetime | None = None) -> int:
    """Ring again for builds that were forgotten, give up those out of attempts; returns how many were rung."""
    now = now or timezone.now()
    patience = now - dt.timedelta(seconds=settings.SHEET_RING_AGAIN_SECONDS)
    rung = 0
    for build in SheetBuild.objects.claimable(now).filter(requested_at__lt=patience).order_by("pk"):
        if build.attempts >= settings.SHEET_MAX_ATTEMPTS:
            give_up(build, Failure.WORKER_LOST)
        else:
            ring("reports.build_sheet", build.pk)
            rung += 1
    return rung
