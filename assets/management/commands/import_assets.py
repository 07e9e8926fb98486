"""`manage.py import_assets {information|devices|personal_data} FILE [--dry-run]`: read a register from CSV or Excel."""

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from assets.actions import save_import
from assets.comparing import compare
from assets.registers import REGISTERS
from common.importing import read_records
from staff.commands import ActingCommand, actor


class Command(ActingCommand):
    """Add and change the entries a file names, all or nothing; running it again changes nothing."""

    help = "Add or change entries of a register from a CSV or Excel file; all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the register, the file and --dry-run."""
        super().add_arguments(parser)
        parser.add_argument("register", choices=list(REGISTERS))
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, compare, save; every problem is a line of its own and the counts are the last line."""
        register = REGISTERS[options["register"]]
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        reading = read_records(content, register.columns(timezone.localdate()), key=["number"])
        comparison = compare(register, reading.records if not reading.problems else [], reading.problems)
        for problem in comparison.problems:
            self.stderr.write(str(problem))
        if not comparison.problems and not options["dry_run"]:
            reason = f"import of {options['file'].name}, SHA-256 {hashlib.sha256(content).hexdigest()}"
            save_import(by=actor(options["by"]), comparison=comparison, reason=reason)
        self.stdout.write(str(comparison.tally))
        if comparison.problems:
            raise SystemExit(1)
