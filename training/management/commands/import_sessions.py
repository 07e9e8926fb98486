"""`manage.py import_sessions FILE [--dry-run]`: read a city's past sessions from CSV or Excel."""

from typing import Any

from django.utils import timezone

from staff.commands import ImportCommand, actor
from training.actions import save_import
from training.importing import compare_sessions


class Command(ImportCommand):
    """Add and change the sessions a file names, all or nothing; running it again changes nothing."""

    help = "Add or change training sessions from a CSV or Excel file; all or nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, compare, save; every problem is a line of its own and the counts are the last line."""
        content, today = self.content(options["file"]), timezone.localdate()
        comparison = compare_sessions(content, today)
        if not comparison.problems and not options["dry_run"]:
            reason = self.reason(options["file"], content)
            save_import(by=actor(options["by"]), rows=comparison.plans, on=today, reason=reason)
        self.tell(comparison.problems, comparison.tally)
