"""Who may sign in with employee number and password."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest
from django.utils import timezone

from staff.models import Staff


class EmployedStaffBackend(BaseBackend):
    """Employee number and password, for people on the staff today.

    An unknown number costs the same hashing as a known one, so that answers do not tell who exists. A temporary
    password is worth nothing after its last moment.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> Staff | None:
        """Return the person, or None when number and password do not match or the person may not sign in."""
        if not username or not password or "\0" in username:
            return None
        person = Staff.objects.filter(employee_number=username).first()
        if person is None:
            Staff().set_password(password)
            return None
        return person if person.check_password(password) and _may_enter(person) else None

    def get_user(self, user_id: int) -> Staff | None:
        """Return the person of a running session, or None once he or she has left or was disabled."""
        person = Staff.objects.filter(pk=user_id).first()
        return person if person and person.is_active else None


def _may_enter(person: Staff) -> bool:
    until = person.password_valid_until
    return person.is_active and (until is None or timezone.now() <= until)
