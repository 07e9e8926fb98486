"""`manage.py request_sheet CODE FISCAL_YEAR`: ask the worker for the PDF of a sheet."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from common.files import path_of
from reports.actions import request_build
from reports.commands import add_sheet_arguments, find_sheet
from reports.models import PDF, Failure, SheetBuild
from staff.commands import ActingCommand, actor

LOOK_EVERY_SECONDS = 0.2


class Command(ActingCommand):
    """Ask for a build as the screen does; with --wait, tell when a worker has made it."""

    help = "Ask the worker for the PDF of a sheet; with --wait the last line printed is the path of the PDF."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the sheet and how long to wait."""
        super().add_arguments(parser)
        add_sheet_arguments(parser)
        parser.add_argument("--wait", type=int, default=0, metavar="SECONDS")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, and wait if told to."""
        sheet = find_sheet(options["code"], options["fiscal_year"])
        build = request_build(by=actor(options["by"]), sheet=sheet, archive=options["archive"])
        self.stdout.write(f"Build {build.pk} asked for.")
        if options["wait"]:
            self.stdout.write(str(path_of(self._wait(build, options["wait"]).file_sha256, PDF)))

    def _wait(self, build: SheetBuild, seconds: int) -> SheetBuild:
        deadline = time.monotonic() + seconds
        while build.is_open and time.monotonic() < deadline:
            time.sleep(LOOK_EVERY_SECONDS)
            build.refresh_from_db()
        if build.state == SheetBuild.State.FAILED:
            raise CommandError(str(Failure(build.failure).label))
        if build.is_open:
            raise CommandError(f"Build {build.pk} is not ready after {seconds} seconds. Is a worker running?")
        return build
