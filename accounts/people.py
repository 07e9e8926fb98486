"""Reads of people as accounts: who has never signed in, what state an account is in, who the administrators are."""

import datetime as dt
from typing import NamedTuple

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Link
from accounts.passwords import SECOND_FACTORS
from common.templatetags.dates import moment
from staff.models import Department, Posting, Staff, StaffQuerySet


class State(NamedTuple):
    """How things stand with an account: the kind of its label and the words."""

    kind: str
    words: str


def temporary_until() -> dt.datetime:
    """Return until when a temporary password made now is valid: the end of the day after TEMPORARY_PASSWORD_DAYS."""
    last = timezone.localdate() + dt.timedelta(days=settings.TEMPORARY_PASSWORD_DAYS)
    return timezone.make_aware(dt.datetime.combine(last, dt.time(23, 59, 59)))


def accounts(on: dt.date) -> StaffQuerySet:
    """Return everybody of the directory, with the department of the day and `has_factor`; the system left out."""
    factors = Authenticator.objects.filter(user_id=OuterRef("pk"), type__in=SECOND_FACTORS)
    people = Staff.objects.get_queryset().with_department_on(on).annotate(has_factor=Exists(factors))
    return people.exclude(employment_kind=Staff.EmploymentKind.SYSTEM)


def newcomers(on: dt.date) -> StaffQuerySet:
    """Return those on the staff on the day `on` who have never signed in and are not disabled."""
    return (
        Staff.objects.employed_on(on)
        .filter(last_login=None, disabled_at=None)
        .exclude(employment_kind=Staff.EmploymentKind.SYSTEM)
    )


def to_be_sent_links(on: dt.date) -> StaffQuerySet:
    """Return the newcomers with a mail address who have no living link and no temporary password."""
    now = timezone.now()
    waiting = newcomers(on).exclude(email="").filter(Q(password_valid_until=None) | Q(password_valid_until__lt=now))
    return waiting.exclude(Exists(Link.objects.alive(now).filter(person=OuterRef("pk"))))


def to_be_printed_notices(on: dt.date, department: Department, *, with_mail: bool) -> StaffQuerySet:
    """Return the newcomers of a department and those below it; those with a mail address only if `with_mail`."""
    codes = Department.objects.codes_below([department.code], on)
    posted = Posting.objects.in_force(on).filter(concurrent=False, department__code__in=codes)
    found = newcomers(on).filter(Exists(posted.filter(person=OuterRef("pk"))))
    return found if with_mail else found.filter(email="")


def state_of(person: Staff) -> State:
    """Return the state of an account in words, the most pressing first."""
    now = timezone.now()
    if person.disabled_at is not None:
        return State("error", _("disabled"))
    if not person.is_active:
        return State("neutral", _("not on the staff today"))
    if person.password_valid_until is not None:
        if person.password_valid_until < now:
            return State("warning", _("temporary password has expired"))
        until = moment(person.password_valid_until)
        return State("info", _("temporary password until %(moment)s") % {"moment": until})
    if person.last_login is None:
        return State("warning", _("never signed in"))
    return State("success", _("in use"))
