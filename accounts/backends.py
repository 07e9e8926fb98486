"""Who may sign in with employee number and password."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest
from django.utils import timezone

from staff.models import Staff


class EmployedStaffBackend(BaseBackend):
    """Employee number and password, for people on the staff today.

    An unknown number, one without a password and one that may not come in cost the same hashing as any other, so that
    answers do not tell who exists. A temporary password is worth nothing after its last moment.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> Staff | None:
        """Return the person, or None when number and password do not match or the person may not sign in."""
        if not username or not password:
            return None
        person = None if "\0" in username else Staff.objects.filter(employee_number=username).first()
        is_right = (person or Staff()).check_password(password)
        return person if person is not None and is_right and _may_enter(person) and _local_passwords_count() else None

    def get_user(self, user_id: int) -> Staff | None:
        """Return the person of a running session, or None once he or she has left or was disabled."""
        person = Staff.objects.filter(pk=user_id).first()
        return person if person and person.is_active else None


def _local_passwords_count() -> bool:
    return settings.LDAP is None or settings.LDAP.local_passwords


def _may_enter(person: Staff) -> bool:
    until = person.password_valid_until
    return person.is_active and (until is None or timezone.now() <= until)
