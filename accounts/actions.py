"""What happens to a person's account. Each writes its audit event in the same transaction."""

from django.contrib.auth import login, logout
from django.db import transaction
from django.http import HttpRequest

from audit.actions import record
from staff.models import Staff


@transaction.atomic
def sign_in(*, by: Staff, request: HttpRequest) -> Staff:
    """Open a session for `by`, who has just been authenticated."""
    login(request, by)
    record(by=by, action="accounts.sign_in", on=by)
    return by


@transaction.atomic
def sign_out(*, by: Staff, request: HttpRequest) -> Staff:
    """End the session of `by`."""
    record(by=by, action="accounts.sign_out", on=by)
    logout(request)
    return by
