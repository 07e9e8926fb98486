"""Deleting what is kept for a time only: old tries, ended sessions, stale rows of the cache. Twice does no harm."""

import datetime as dt
from typing import NamedTuple

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import Attempt, Link


class Tidied(NamedTuple):
    """How many rows went."""

    attempts: int
    links: int
    sessions: int
    cached: int


def tidy() -> Tidied:
    """Delete tries and links older than ATTEMPTS_KEEP_DAYS, sessions that are over, and stale rows of the cache."""
    now = timezone.now()
    old = now - dt.timedelta(days=settings.ATTEMPTS_KEEP_DAYS)
    attempts, _by_model = Attempt.objects.older_than(old).delete()
    links, _by_model = Link.objects.filter(made_at__lt=old).delete()
    sessions, _by_model = Session.objects.filter(expire_date__lt=now).delete()
    running = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.exclude(Exists(running)).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM portal_cache WHERE expires < now()")
        return Tidied(attempts, links, sessions, cursor.rowcount)
