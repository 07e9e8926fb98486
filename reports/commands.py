"""Finding a sheet from the words of a command line."""

from argparse import ArgumentParser

from django.core.management.base import CommandError

from reports.models import EvaluationSheet


def add_sheet_arguments(parser: ArgumentParser) -> None:
    """Add CODE, FISCAL_YEAR and --archive."""
    parser.add_argument("code", metavar="CODE")
    parser.add_argument("fiscal_year", metavar="FISCAL_YEAR", type=int)
    parser.add_argument("--archive", action="store_true", help="make a PDF/A file for the archive")


def find_sheet(code: str, fiscal_year: int) -> EvaluationSheet:
    """Return the sheet of programme `code` for `fiscal_year`; raises `CommandError` when there is none."""
    sheets = EvaluationSheet.objects.filter(programme__code=code.replace("\0", "")).select_related("programme")
    by_year = {sheet.fiscal_year: sheet for sheet in sheets}
    if fiscal_year in by_year:
        return by_year[fiscal_year]
    years = ", ".join(str(year) for year in sorted(by_year))
    raise CommandError(
        f"{code} has no sheet for fiscal year {fiscal_year}; it has {years}."
        if years
        else f"There is no sheet of {code}."
    )
