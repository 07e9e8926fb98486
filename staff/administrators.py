"""At least two administrators are left on every day to come, whatever is taken away.

Whatever may take an administrator away (a grant that ends, an account that is disabled, a person who leaves) does so
inside `administrators_kept`. One lock puts such changes one after the other, so that two administrators who take each
other's role away at the same moment do not both succeed.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from common.errors import Refused
from common.templatetags.dates import day
from staff.models import RoleGrant
from staff.roles import Role

LEAST = 2
LOCK = 7_250_061
"""The advisory lock of the administrators; the number means nothing and is this portal's alone."""
ONE_DAY = dt.timedelta(days=1)


class Term(NamedTuple):
    """One administrator's time: the person, the first day and the last, None while it is open."""

    person: int
    first: dt.date
    last: dt.date | None

    def covers(self, on: dt.date) -> bool:
        """Tell whether `on` lies within it."""
        return self.first <= on and (self.last is None or on <= self.last)


@contextmanager
def administrators_kept(on: dt.date) -> Iterator[None]:
    """Run the block, in the caller's transaction, and raise `Refused` when it leaves too few administrators.

    Too few are fewer than two on a day from `on` on, and fewer than before: where there is only one, as on the first
    day of a portal, anything else goes on, but that one stays.
    """
    _wait_for_others()
    before = terms_from(on)
    yield
    refuse_shortage(before, on)


def refuse_shortage(before: list[Term], on: dt.date) -> None:
    """Raise `Refused` when, after what was written since `before` was read, too few administrators are left.

    For a long piece of work, which would keep others waiting inside `administrators_kept`: they wait from here on,
    until the transaction ends.
    """
    _wait_for_others()
    if sentence := _shortage(before, terms_from(on), on):
        raise Refused(sentence)


def _wait_for_others() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def shortage_when_left(before: list[Term], last_days: Mapping[int, dt.date], on: dt.date) -> str:
    """Return in words why too few administrators would be left if the people with these keys left on these days.

    `before` are the times of administrators as they stand. Empty when enough are left. For a preview: what is saved
    goes through `refuse_shortage`.
    """
    ends = [[last for last in (term.last, last_days.get(term.person)) if last is not None] for term in before]
    after = [term._replace(last=min(last, default=None)) for term, last in zip(before, ends, strict=True)]
    return _shortage(before, after, on)


def _shortage(before: list[Term], after: list[Term], on: dt.date) -> str:
    for change in sorted({on, *_changes(before, on), *_changes(after, on)}):
        left = _count(after, change)
        if left < LEAST and left < _count(before, change):
            sentence = _("At least two administrators must be left. On %(day)s there would be %(n)s.")
            return sentence % {"day": day(change), "n": left}
    return ""


def terms_from(on: dt.date) -> list[Term]:
    """Return the times of administrators that reach `on` or later, within the days on which each is on the staff."""
    grants = RoleGrant.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), role=Role.ADMINISTRATOR)
    rows = grants.filter(person__disabled_at__isnull=True).select_related("person")
    return [Term(row.person_id, _first(row), min(_ends(row), default=None)) for row in rows]


def _first(grant: RoleGrant) -> dt.date:
    return max(grant.valid_from, grant.person.joined_on or dt.date.max)


def _ends(grant: RoleGrant) -> list[dt.date]:
    return [last for last in (grant.valid_to, grant.person.left_on) if last is not None]


def _changes(terms: list[Term], on: dt.date) -> Iterator[dt.date]:
    """Yield the days from `on` on at which somebody begins, or is no longer there."""
    for term in terms:
        yield from (d for d in (term.first, term.last and term.last + ONE_DAY) if d is not None and d >= on)


def _count(terms: list[Term], on: dt.date) -> int:
    return len({term.person for term in terms if term.covers(on)})
