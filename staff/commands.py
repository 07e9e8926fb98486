"""In whose name a command acts."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from common.errors import Refused
from staff.actions import system_actor
from staff.models import Staff


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


def actor(number: str | None) -> Staff:
    """Return the person with this employee number, or the system actor; raises `CommandError` for an unknown one."""
    if number is None:
        return system_actor()
    person = Staff.objects.filter(employee_number=number).first() if number.isprintable() else None
    if person is None or not person.is_active:
        raise CommandError(f"Nobody on the staff today has the employee number {number!r}.")
    return person
