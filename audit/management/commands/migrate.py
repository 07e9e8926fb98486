"""`manage.py migrate`: Django's own, run as the owner of the tables, then rights and triggers for the evidence."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import DEFAULT_DB_ALIAS, connections

from audit.protection import apply_protection


class Command(DjangoMigrate):
    """Migrate over DATABASE_OWNER_URL; the role of DATABASE_URL gets what it may do and no more."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Add Django's arguments, with the owner's connection as the default database."""
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Refuse before Django's checks ask for a connection that is not there."""
        if options["database"] not in settings.DATABASES:
            raise CommandError("Set DATABASE_OWNER_URL: migrations run as the role that owns the tables.")
        return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, then protect."""
        super().handle(*args, **options)
        if not options["plan"] and not options["check_unapplied"]:
            owner, portal = connections[options["database"]], connections[DEFAULT_DB_ALIAS]
            apply_protection(owner, portal.settings_dict["USER"])
