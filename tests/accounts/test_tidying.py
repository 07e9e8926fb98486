"""What is deleted once a day, and what stays."""

import datetime as dt
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

from accounts.models import Attempt, Link
from accounts.tidying import tidy
from audit.models import Event
from staff.models import Staff
from tests.accounts.signing import is_signed_in, sign_in

NOW = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)


def test_old_tries_links_and_ended_sessions_go_and_the_rest_stays(
    person: Staff, time_machine: Any, settings: Any
) -> None:
    settings.ATTEMPTS_KEEP_DAYS = 30
    time_machine.move_to(NOW - dt.timedelta(days=31), tick=False)
    sign_in("20160401", "wrong")
    sign_in("20160401")
    Link.objects.create(person=person, state="sent")
    time_machine.move_to(NOW, tick=False)
    running = sign_in("20160401").browser
    Link.objects.create(person=person, state="sent")
    done = tidy()
    assert (done.attempts, done.links, done.sessions) == (2, 1, 1)
    assert Attempt.objects.count() == Link.objects.count() == 1
    assert Session.objects.count() == UserSession.objects.count() == 1
    assert is_signed_in(running)
    assert Event.objects.filter(action="accounts.sign_in_failed").count() == 1
    assert tidy() == (0, 0, 0, 0)


def test_what_the_cache_keeps_no_longer_goes(person: Staff) -> None:
    cache.set("kept", 1, 3600)
    cache.set("stale", 1, 3600)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE portal_cache SET expires = now() - interval '1 second' WHERE cache_key LIKE '%%stale'")
    assert tidy().cached == 1
    assert cache.get("kept") == 1


def test_the_sweep_by_hand_tidies_too(person: Staff, time_machine: Any, capsys: Any) -> None:
    time_machine.move_to(NOW - dt.timedelta(days=91), tick=False)
    sign_in("20160401", "wrong")
    time_machine.move_to(NOW, tick=False)
    call_command("sweep")
    assert Attempt.objects.count() == 0
    assert "0 links wait" in capsys.readouterr().out
