"""`manage.py import_programme FILE`: add or update one programme from its file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from reports.actions import save_programme
from reports.programme_document import FILE_BYTES_MAX
from reports.programme_file import ProgrammeFileInvalid, parse
from staff.commands import ActingCommand, actor


class Command(ActingCommand):
    """Read a programme file (docs/programme-file.md) and save it, all or nothing. Running it again changes nothing."""

    help = "Add or update one programme from a programme file; all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the file."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, and say what changed; every problem of the file is a line of its own."""
        try:
            document = parse(_read(options["file"]))
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        except ProgrammeFileInvalid as invalid:
            for problem in invalid.problems:
                self.stderr.write(f"{problem.place or options['file'].name}: {problem.message}")
            raise CommandError(f"{invalid.count} problem(s); nothing was changed.") from invalid
        saved = save_programme(by=actor(options["by"]), document=document)
        verb = "added" if saved.added else "updated" if saved.changes else "unchanged"
        self.stdout.write(f"{saved.programme.code}: {verb}, {saved.changes} contents changed.")


def _read(path: Path) -> bytes:
    """Read no more than is needed to see that a file is too large."""
    with path.open("rb") as file:
        return file.read(FILE_BYTES_MAX + 1)
