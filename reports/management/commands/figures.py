"""`manage.py figures CODE FISCAL_YEAR [--json]`: a programme's figures of one year, and what each stands on."""

import datetime as dt
import json
from argparse import ArgumentParser
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from common.fiscal_year import EARLIEST, LATEST
from reports.figures import Figure, as_of_text, figures_of, text_of, year_of
from reports.models import Indicator, Programme


class Command(BaseCommand):
    """Print the figures as the sheet, its snapshot and its PDF have them; reads only."""

    help = "Print a programme's figures of one fiscal year, each with its source and the number of its records."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the programme, the year and the form of the answer."""
        parser.add_argument("code", metavar="CODE")
        parser.add_argument("fiscal_year", metavar="FISCAL_YEAR", type=int)
        parser.add_argument("--json", action="store_true", help="print a JSON list")
        parser.add_argument("--on", type=dt.date.fromisoformat, metavar="DATE", help="as seen on that day, not today")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one entry an indicator, in the order of the sheet."""
        programme = Programme.objects.filter(code=options["code"].replace("\0", "")).first()
        if programme is None:
            raise CommandError(f"There is no programme {options['code']}.")
        if not EARLIEST <= options["fiscal_year"] <= LATEST:
            raise CommandError(f"The fiscal year must be from {EARLIEST} to {LATEST}.")
        on = options["on"] or timezone.localdate()
        column = year_of(options["fiscal_year"], on=on)
        groups = Indicator.Group.values
        indicators = programme.indicators.prefetch_related("values")
        ordered = sorted(indicators, key=lambda indicator: (groups.index(indicator.group), indicator.slot))
        entries = [described(indicator, figures_of(indicator, [column], on=on)[0]) for indicator in ordered]
        if options["json"]:
            self.stdout.write(json.dumps(entries, ensure_ascii=False, indent=2))
            return
        for entry in entries:
            self.stdout.write("{group} {slot} {name}: {value} {unit} ({basis}, {source})".format(**entry))


def described(indicator: Indicator, figure: Figure) -> dict[str, Any]:
    """Return one figure as the command prints it; `override` is None, or the counted figure and the reason."""
    overriding = {"value": number(figure.override), "counted": number(figure.counted), "reason": figure.reason}
    return {
        "group": indicator.group,
        "slot": indicator.slot,
        "name": indicator.name,
        "unit": indicator.unit,
        "value": number(figure.counted if figure.basis == "running" else figure.value),
        "basis": str(figure.basis),
        "source": str(figure.source),
        "as_of": as_of_text(figure),
        "records": figure.records,
        "override": None if figure.override is None else overriding,
    }


def number(value: Decimal | None) -> int | float | None:
    """Return a figure as JSON writes numbers; exact, since no figure has more than 14 digits."""
    text = text_of(value)
    if text is None:
        return None
    return float(text) if "." in text else int(text)
