"""`manage.py build_sheet CODE FISCAL_YEAR --output FILE`: the PDF of a sheet without a worker."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from common import files
from reports import production
from reports.actions import request_build
from reports.commands import add_sheet_arguments, find_sheet
from reports.models import PDF, Failure, SheetBuild
from staff.commands import ActingCommand, actor


class Command(ActingCommand):
    """Ask for a build and make it here and now, by the same actions as the worker."""

    help = "Build the PDF of a sheet in this process and write it to a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the sheet and where the PDF goes."""
        super().add_arguments(parser)
        add_sheet_arguments(parser)
        parser.add_argument("--output", type=Path, required=True, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build and write the file; it appears whole or not at all."""
        output: Path = options["output"]
        if not output.parent.is_dir():
            raise CommandError(f"{output.parent} is not a folder.")
        sheet = find_sheet(options["code"], options["fiscal_year"])
        build = request_build(by=actor(options["by"]), sheet=sheet, archive=options["archive"], here=True)
        while build.is_open:
            production.produce(build.pk)
            build.refresh_from_db()
        if build.state == SheetBuild.State.FAILED:
            raise CommandError(str(Failure(build.failure).label))
        draft = output.with_name(f".{output.name}.draft")
        try:
            draft.write_bytes(files.load(build.file_sha256, PDF))
            draft.rename(output)
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}") from error
        self.stdout.write(f"{output}: {build.pages} pages, {build.file_size} bytes")
