"""`manage.py import_notices FILE [--dry-run]`: read a city's past notices from CSV or Excel."""

from typing import Any

from django.utils import timezone

from notices.actions import save_import
from notices.importing import compare
from staff.commands import ImportCommand, actor


class Command(ImportCommand):
    """Record and correct the notices a file names (記録のみ), all or nothing; running it again changes nothing."""

    help = "Record notices given in past years from a CSV or Excel file; all or nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, compare, save; every problem is a line of its own and the counts are the last line."""
        content, today = self.content(options["file"]), timezone.localdate()
        comparison = compare(content, today)
        if not comparison.problems and not options["dry_run"]:
            reason = self.reason(options["file"], content)
            save_import(by=actor(options["by"]), rows=comparison.plans, on=today, reason=reason)
        self.tell(comparison.problems, comparison.tally)
