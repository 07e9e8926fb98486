"""Slowing down who guesses passwords, and not the colleague who works here (OWASP: device cookies).

A browser that has signed in to an account keeps a signed cookie. Wrong passwords are counted for each account and
known device, and for each account over all unknown devices together, so that guesses from elsewhere never make the
colleague's own computer wait. One address is limited only for unknown devices and only far above what a city behind one
address does by mistake. Whether the account exists plays no part, and it costs no more time.
"""

import datetime as dt
import math
import secrets
from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.db import connection
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from accounts.models import Attempt
from common import request_context
from common.importing import folded

COOKIE = "device"
COOKIE_DAYS = 400
"""As long as browsers keep a cookie at most."""
ACCOUNTS_KEPT = 10
"""How many people one shared computer remembers."""
SALT = "accounts.device"
BUSY_SECONDS = 3
"""How long to wait while another try of the same bucket is being checked."""


class Bucket(NamedTuple):
    """Whose wrong passwords are counted together: an account and a device that it knows, or "" for all others."""

    account: str
    device: str
    address: str

    @property
    def lock_key(self) -> int:
        """The key of the bucket's lock in the database: 63 bits of a hash."""
        return int(_hash("lock", f"{self.account}{self.device}")[:16], 16) >> 1


def _hash(purpose: str, text: str) -> str:
    return salted_hmac(f"accounts.throttle.{purpose}", text, algorithm="sha256").hexdigest()


def account_of(number: str) -> str:
    """Return the keyed hash under which the tries of an employee number are counted, whatever its width and case."""
    return _hash("account", folded(number).casefold())


def bucket_of(request: HttpRequest | None, number: str) -> Bucket:
    """Return where a try of `number` from this browser counts; None is a stranger without an address."""
    account, (device, accounts) = account_of(number), _cookie(request)
    known = _hash("device", device) if account[:16] in accounts else ""
    return Bucket(account, known, request_context.client_address(request) if request else "")


def bucket_of_codes(request: HttpRequest, number: str) -> Bucket:
    """Return where a code of the second factor counts: like a password, but apart from the passwords."""
    return bucket_of(request, number)._replace(account=_hash("codes", folded(number).casefold()))


def wait_seconds(bucket: Bucket) -> int:
    """Return how long the next try of this bucket must wait, 0 when it may be checked now.

    Holds the bucket until the end of the transaction, so that of many parallel tries one is checked at a time; the
    others are told to wait, without being counted.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [bucket.lock_key])
        if not cursor.fetchone()[0]:
            return BUSY_SECONDS
    now = timezone.now()
    return max(_account_wait(bucket, now), 0 if bucket.device else _address_wait(bucket.address, now))


def _account_wait(bucket: Bucket, now: dt.datetime) -> int:
    """Return the seconds left: none for the first tries, then a time that doubles with each further wrong one."""
    tries = Attempt.objects.filter(account=bucket.account, device=bucket.device, at__gt=now - _window())
    recent = list(tries.order_by("-at", "-pk").values_list("at", "succeeded"))
    wrong = _until_success(recent)
    surplus = len(wrong) - settings.THROTTLE_FREE_TRIES
    if surplus < 0:
        return 0
    longest = settings.THROTTLE_LONGEST_WAIT_SECONDS
    wait = min(settings.THROTTLE_FIRST_WAIT_SECONDS * 2 ** min(surplus, 30), longest)
    return _left(wrong[0] + dt.timedelta(seconds=wait), now)


def _until_success(recent: Sequence[tuple[dt.datetime, bool]]) -> list[dt.datetime]:
    """Return the times of the wrong tries since the last right one, the newest first."""
    wrong = []
    for at, succeeded in recent:
        if succeeded:
            break
        wrong.append(at)
    return wrong


def _address_wait(address: str, now: dt.datetime) -> int:
    """Return the seconds until an address has fewer wrong tries in the window than it may."""
    most = settings.THROTTLE_ADDRESS_FAILURES
    failed = Attempt.objects.failed_since(now - _window()).filter(address=address, device="").order_by("-at")
    times = list(failed.values_list("at", flat=True)[most - 1 : most]) if address else []
    return _left(times[0] + _window(), now) if times else 0


def _window() -> dt.timedelta:
    return dt.timedelta(seconds=settings.THROTTLE_WINDOW_SECONDS)


def _left(until: dt.datetime, now: dt.datetime) -> int:
    return max(0, math.ceil((until - now).total_seconds()))


def in_words(seconds: int) -> str:
    """Return a waiting time as a person reads it: seconds below a minute, else minutes, rounded up."""
    if seconds < 60:
        return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
    minutes = math.ceil(seconds / 60)
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


def remember_device(request: HttpRequest, response: HttpResponseBase, number: str) -> None:
    """Give the browser, which has just signed in to the account of `number`, the cookie that makes it known."""
    device, accounts = _cookie(request)
    account = account_of(number)[:16]
    kept = [account, *(one for one in accounts if one != account)][:ACCOUNTS_KEPT]
    response.set_cookie(
        COOKIE,
        signing.Signer(salt=SALT).sign(".".join([device or secrets.token_hex(16), *kept])),
        max_age=COOKIE_DAYS * 24 * 60 * 60,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _cookie(request: HttpRequest | None) -> tuple[str, list[str]]:
    """Return the browser's device and the accounts it has signed in to; empty when the cookie is missing or forged."""
    signed = request.COOKIES.get(COOKIE, "") if request else ""
    try:
        device, *accounts = signing.Signer(salt=SALT).unsign(signed).split(".")
    except signing.BadSignature:
        return "", []
    return device, accounts
