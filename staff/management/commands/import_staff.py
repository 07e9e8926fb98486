"""`manage.py import_staff FILE --on DATE [--full [--confirm-many]] [--reject FILE] [--dry-run]`: read the directory."""

import datetime as dt
import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from common.fields import JapaneseDateField
from common.importing import Problem
from staff.actions_directory import Unsound, save_directory
from staff.commands import ImportCommand, actor
from staff.directory import LEFT, PROGRESS_EVERY, Listing, read
from staff.directory_plan import Comparison, Terms, compare
from staff.directory_rejects import rejected

SUFFIXES = (".xlsx", ".csv")


class Command(ImportCommand):
    """Bring the directory in line with a file of people as of a base date, all or nothing."""

    help = "Add, change, move and close people from a CSV or Excel file, one row a posting; all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the base date, what a full list may do, and where bad rows go."""
        super().add_arguments(parser)
        parser.add_argument("--on", required=True, metavar="DATE", help="base date, for example 2026-04-01 or R8.4.1")
        parser.add_argument("--full", action="store_true", help="people missing from the file leave the day before")
        parser.add_argument("--confirm-many", action="store_true", help="believe a full list by which many leave")
        parser.add_argument("--reject", type=Path, metavar="FILE", help="write the bad rows here (.xlsx or .csv)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, compare, save; every problem is a line of its own and the counts are the last line."""
        terms = Terms(_day(options["on"]), timezone.localdate(), options["full"])
        _check_suffix(options["reject"])
        content = self.content(options["file"])
        listing = read(content, self.progress)
        found = self.done(content, listing, terms, options)
        if found.too_many_leave and not options["confirm_many"] and not found.problems:
            found.problems.append(Problem(0, LEFT, f"{found.many_leave} (--confirm-many)"))
        self.reject(options["reject"], content, found)
        self.tell(found.problems, found.tally)

    def done(self, content: bytes, listing: Listing, terms: Terms, options: dict[str, Any]) -> Comparison:
        """Save the file, or only compare it where nothing is to be saved, and return what it does."""
        by = actor(options["by"]) if options["by"] else None
        if listing.problems or options["dry_run"]:
            return compare(listing, terms, by=by, progress=self.progress)
        try:
            with transaction.atomic():
                return save_directory(
                    by=by or actor(None),
                    listing=listing,
                    terms=terms,
                    sha256=hashlib.sha256(content).hexdigest(),
                    reason=self.reason(options["file"], content),
                    confirmed=options["confirm_many"],
                    progress=self.progress,
                )
        except Unsound as unsound:
            return unsound.found

    def progress(self, what: str, done: int) -> None:
        """Say now and then how far it has come."""
        if done % PROGRESS_EVERY == 0:
            self.stderr.write(f"{what} {done}")

    def reject(self, file: Path | None, content: bytes, found: Comparison) -> None:
        """Write the bad rows where they are wanted."""
        if file is None or not found.problems:
            return
        rejects = rejected(content, found.problems)
        try:
            file.write_bytes(rejects.as_excel() if file.suffix.lower() == ".xlsx" else rejects.as_csv())
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error


def _day(text: str) -> dt.date:
    try:
        day: dt.date = JapaneseDateField().clean(text)
    except ValidationError as error:
        raise CommandError(f"--on {text}: {' '.join(error.messages)}") from error
    return day


def _check_suffix(file: Path | None) -> None:
    if file is not None and file.suffix.lower() not in SUFFIXES:
        raise CommandError(f"--reject {file}: the file must end in .xlsx or .csv.")
