"""`manage.py load_demo`: a believable city for a first run. Refused in production."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone, translation

import assets.demo
import notices.demo
import policies.demo
import staff.demo
import staff.demo_load
import training.demo
from reports.actions import save_programme
from reports.programme_file import parse
from staff.actions import system_actor
from staff.models import Staff

PROGRAMME_FILE = Path("reports/data/moka-security-policy.json")


class Command(BaseCommand):
    """Add what is missing of the demo: people, policies, training, notices, registers, the city's programme."""

    help = "Add a made-up city with demo accounts of one documented password; never in production."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, then print the accounts. Loading again changes nothing."""
        if settings.PRODUCTION:
            raise CommandError("The demo accounts have a published password; production refuses them.")
        with transaction.atomic(), translation.override("ja"):
            by = system_actor()
            staff.demo_load.load(by)
            officer = Staff.objects.get(employee_number="demo-officer")
            today = timezone.localdate()
            assets.demo.load(officer, today)
            training.demo.load(officer, today)
            notices.demo.load(officer, today)
            policies.demo.load(officer, Staff.objects.get(employee_number="demo-ciso"), today)
            save_programme(by=by, document=parse((settings.BASE_DIR / PROGRAMME_FILE).read_bytes()))
        self.stdout.write(f"Demo accounts, all with the password {staff.demo.PASSWORD}:")
        for person in staff.demo.PEOPLE:
            self.stdout.write(f"  {person.number:<14} {person.told}")
