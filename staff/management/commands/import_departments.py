"""`manage.py import_departments FILE [--dry-run]`: read the departments from CSV or Excel."""

from typing import Any

from staff.actions import save_departments
from staff.commands import ImportCommand, actor
from staff.departments import compare


class Command(ImportCommand):
    """Add and change the departments a file names, all or nothing; running it again changes nothing."""

    help = "Add or change departments from a CSV or Excel file; all or nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, compare, save; every problem is a line of its own and the counts are the last line."""
        content = self.content(options["file"])
        comparison = compare(content)
        if not comparison.problems and not options["dry_run"]:
            reason = self.reason(options["file"], content)
            save_departments(by=actor(options["by"]), plans=comparison.plans, reason=reason)
        self.tell(comparison.problems, comparison.tally)
