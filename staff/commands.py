"""In whose name a command acts."""

import hashlib
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from common.errors import Refused
from common.importing import Problem
from common.tables import FILE_BYTES_MAX
from staff.actions import system_actor
from staff.models import Staff


class Counts(Protocol):
    """What an import did, as its last line."""

    @property
    def errors(self) -> int:
        """How many problems there are."""


class ActingCommand(BaseCommand):
    """A command that writes: `--by NUMBER` names who acts, else the system; a rule's no is one plain line.

    Commands speak English, like their documents; the screens speak the person's language.
    """

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--by NUMBER`."""
        help_text = "employee number of the person who acts; the system when left out"
        parser.add_argument("--by", metavar="NUMBER", help=help_text)

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the command; a rule that says no is one error line and exit code 1."""
        try:
            with translation.override("en"):
                return super().execute(*args, **options)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal


class ImportCommand(ActingCommand):
    """A command that reads a table file: FILE, --dry-run, a line for each problem, the counts as the last line."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the file and --dry-run."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")

    def content(self, file: Path) -> bytes:
        """Return what the file holds, no more of it than tells that it is too large."""
        try:
            with file.open("rb") as opened:
                return opened.read(FILE_BYTES_MAX + 1)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error

    def reason(self, file: Path, content: bytes) -> str:
        """Return the reason that the history keeps for each changed row."""
        return f"import of {file.name}, SHA-256 {hashlib.sha256(content).hexdigest()}"

    def tell(self, problems: Iterable[Problem], tally: Counts) -> None:
        """Print every problem and the counts; exit 1 when there is a problem."""
        for problem in problems:
            self.stderr.write(str(problem))
        self.stdout.write(str(tally))
        if tally.errors:
            raise SystemExit(1)


def actor(number: str | None) -> Staff:
    """Return the person with this employee number, or the system actor; raises `CommandError` for an unknown one."""
    if number is None:
        return system_actor()
    person = Staff.objects.filter(employee_number=number).first() if number.isprintable() else None
    if person is None or not person.is_active:
        raise CommandError(f"Nobody on the staff today has the employee number {number!r}.")
    return person
