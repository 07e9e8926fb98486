"""What a person does with the own account. Each writes its audit event in the same transaction."""

from allauth.usersessions.models import UserSession
from django.contrib.auth import login, logout
from django.db import transaction
from django.http import HttpRequest

from accounts import methods, sessions
from accounts.models import Attempt
from accounts.throttle import Bucket
from audit.actions import record
from staff.actions import set_password
from staff.models import Staff


@transaction.atomic
def sign_in(*, by: Staff, request: HttpRequest) -> Staff:
    """Open a session for `by`, who has just been authenticated; it keeps when the sign-in before was."""
    before, method = by.last_login, methods.method_of(request, by)
    login(request, by)
    request.session[methods.METHOD] = method
    sessions.remember_previous(request.session, by, before)
    record(by=by, action="accounts.sign_in", on=by, data={"method": method} if method else {})
    return by


@transaction.atomic
def sign_in_failed(*, by: Staff, bucket: Bucket) -> Attempt:
    """Count a wrong password. `by` is the person of the number, or the system for a number nobody has.

    Neither the row nor the event holds what was typed.
    """
    attempt = Attempt.objects.create(**bucket._asdict(), succeeded=False)
    record(by=by, action="accounts.sign_in_failed", on=attempt, data={"known_device": bool(bucket.device)})
    return attempt


@transaction.atomic
def sign_out(*, by: Staff, request: HttpRequest) -> Staff:
    """End the session of `by`."""
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    record(by=by, action="accounts.sign_out", on=by)
    logout(request)
    return by


@transaction.atomic
def change_password(*, by: Staff, password: str, keep: str = "") -> Staff:
    """Give `by` the password that he or she chose; all other sessions end, but for that with the key `keep`."""
    set_password(by=by, person=by, password=password)
    sessions.end_sessions(by, keep=keep)
    return by


@transaction.atomic
def require_password_change(*, by: Staff, person: Staff) -> Staff:
    """Make `person` choose a new password before anything else, for example after the last second factor went."""
    person.password_must_change = True
    person.save(update_fields=["password_must_change"])
    record(by=by, action="accounts.require_password_change", on=person)
    return person


@transaction.atomic
def end_session(*, by: Staff, session: UserSession) -> None:
    """End one running session of `by`'s own."""
    record(by=by, action="accounts.end_session", on=session)
    session.end()
