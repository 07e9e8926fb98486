"""`manage.py import_assets {information|devices|personal_data} FILE [--dry-run]`: read a register from CSV or Excel."""

from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from assets.actions import save_import
from assets.comparing import compare
from assets.registers import REGISTERS
from common.importing import read_records
from staff.commands import ImportCommand, actor


class Command(ImportCommand):
    """Add and change the entries a file names, all or nothing; running it again changes nothing."""

    help = "Add or change entries of a register from a CSV or Excel file; all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the register before the file."""
        parser.add_argument("register", choices=list(REGISTERS))
        super().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, compare, save; every problem is a line of its own and the counts are the last line."""
        register, content = REGISTERS[options["register"]], self.content(options["file"])
        reading = read_records(content, register.columns(timezone.localdate()), key=["number"])
        comparison = compare(register, reading.records, reading.problems)
        if not comparison.problems and not options["dry_run"]:
            reason = self.reason(options["file"], content)
            save_import(by=actor(options["by"]), comparison=comparison, reason=reason)
        self.tell(comparison.problems, comparison.tally)
