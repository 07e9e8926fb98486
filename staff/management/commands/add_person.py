"""`manage.py add_person NUMBER NAME`: register a person who can sign in, for a portal's first days."""

import datetime as dt
import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from staff import actions
from staff.commands import ActingCommand, actor
from staff.models import Department, Staff
from staff.roles import Role


class Command(ActingCommand):
    """Register a person with a department, a role and a password; the password is asked for, or read from a pipe."""

    help = "Register a person with a department, a role and a password (asked for, or the first line of a pipe)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the person."""
        super().add_arguments(parser)
        parser.add_argument("number", metavar="NUMBER")
        parser.add_argument("name", metavar="NAME")
        parser.add_argument("--kana", default="")
        parser.add_argument("--email", default="")
        parser.add_argument("--joined", type=dt.date.fromisoformat, default=None, metavar="DATE")
        parser.add_argument("--department", metavar="CODE", help="code of a department that exists on that day")
        parser.add_argument("--head", action="store_true", help="head of that department, and so a manager")
        parser.add_argument("--role", choices=Role.values, action="append", default=[])

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Register, post, grant and set the password, all or nothing."""
        by = actor(options["by"])
        since = options["joined"] or timezone.localdate()
        if Staff.objects.filter(employee_number=options["number"]).exists():
            raise CommandError(f"The employee number {options['number']} is taken.")
        person = actions.register(
            by=by,
            employee_number=options["number"],
            name=options["name"],
            kana=options["kana"],
            email=options["email"],
            joined_on=since,
        )
        if options["department"]:
            department = self._department(options["department"], since)
            actions.post(by=by, person=person, department=department, is_head=options["head"], valid_from=since)
        for role in options["role"]:
            actions.grant_role(by=by, person=person, role=role, valid_from=since)
        actions.set_password(by=by, person=person, password=self._password())
        self.stdout.write(f"{person.employee_number}: registered.")

    def _department(self, code: str, on: dt.date) -> Department:
        department = Department.objects.in_force(on).filter(code=code).first()
        if department is None:
            raise CommandError(f"No department has the code {code} on {on}.")
        return department

    def _password(self) -> str:
        if not sys.stdin.isatty():
            return sys.stdin.readline().rstrip("\n")
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("Password again: "):
            raise CommandError("The two passwords differ; nothing was changed.")
        return password
