"""`manage.py load_demo`: the demo accounts of a first run. Refused in production."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from staff import actions, demo
from staff.models import Department, Staff


class Command(BaseCommand):
    """Add the demo's departments and people where they are missing; what is there stays as it is."""

    help = "Add the demo accounts with their one documented password; never in production."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, then print the accounts."""
        if settings.PRODUCTION:
            raise CommandError("The demo accounts have a published password; production refuses them.")
        with transaction.atomic():
            self._departments()
            for person in demo.PEOPLE:
                self._person(person)
        self.stdout.write(f"Demo accounts, all with the password {demo.PASSWORD}:")
        for person in demo.PEOPLE:
            self.stdout.write(f"  {person.number:<14} {person.told}")

    def _departments(self) -> None:
        known = set(Department.objects.values_list("code", flat=True))
        for order, (code, name, parent_code) in enumerate(demo.DEPARTMENTS, start=1):
            if code not in known:
                actions.add_department(
                    by=actions.system_actor(),
                    code=code,
                    name=name,
                    parent_code=parent_code,
                    order=order * 10,
                    valid_from=demo.SINCE,
                )

    def _person(self, demo_person: demo.DemoPerson) -> None:
        if Staff.objects.filter(employee_number=demo_person.number).exists():
            return
        system = actions.system_actor()
        person = actions.register(
            by=system,
            employee_number=demo_person.number,
            name=demo_person.name,
            kana=demo_person.kana,
            joined_on=demo.JOINED,
        )
        actions.set_password(by=system, person=person, password=demo.PASSWORD)
        department = Department.objects.in_force(demo.SINCE).get(code=demo_person.department)
        actions.post(
            by=system,
            person=person,
            department=department,
            position=demo_person.position,
            is_head=demo_person.is_head,
            valid_from=demo.SINCE,
        )
        if demo_person.role:
            actions.grant_role(by=system, person=person, role=demo_person.role, valid_from=demo.SINCE)
