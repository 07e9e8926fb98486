"""The directory as a file: reading people in, and writing down who takes people or departments away."""

import datetime as dt
from functools import partial

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from audit.actions import record
from common.errors import Refused
from staff.administrators import refuse_shortage, terms_from
from staff.directory import Listing, Progress, quietly
from staff.directory_plan import Comparison, Terms, compare
from staff.directory_write import write
from staff.models import Staff

LOCK = 7_250_062
"""The advisory lock of the import; the number means nothing and is this portal's alone."""


class Unsound(Refused):
    """The file as a whole cannot be saved; `found` tells why."""

    def __init__(self, found: Comparison, sentence: str) -> None:
        super().__init__(sentence)
        self.found = found


@transaction.atomic
def save_directory(
    *,
    by: Staff,
    listing: Listing,
    terms: Terms,
    sha256: str,
    reason: str,
    seen: str = "",
    confirmed: bool = False,
    progress: Progress = quietly,
) -> Comparison:
    """Bring the directory in line with a file, all or nothing; each change leaves its event, the import one of its own.

    `sha256` is that of the file, `seen` the fingerprint of the preview, `confirmed` says that many may leave. Raises
    `Refused` while another import runs and when the directory has changed since the preview, `Unsound` for a file with
    problems and when many would leave unconfirmed.
    """
    _refuse_two_at_once()
    writing = partial(write, by=by, reason=reason)
    try:
        administrators = terms_from(terms.today)
        found = compare(listing, terms, by=by, write=writing, progress=progress)
        _refuse_unsound(found, seen, confirmed=confirmed)
        refuse_shortage(administrators, terms.today)
    except IntegrityError as error:
        raise Refused(_("Somebody else changed the directory meanwhile. Read the file again.")) from error
    counts = {name: count for name, count in found.tally._asdict().items() if name != "errors"}
    data = {"on": terms.on.isoformat(), "full": terms.full, "sha256": sha256, **counts, "reason": reason}
    record(by=by, action="staff.import_people", on=by, data=data)
    return found


def _refuse_two_at_once() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if cursor.fetchone() != (True,):
            raise Refused(_("Another import of people is being saved. Wait until it is done and read the file again."))


def _refuse_unsound(found: Comparison, seen: str, *, confirmed: bool) -> None:
    if found.problems:
        raise Unsound(found, _("The file has errors. Nothing was saved."))
    if seen not in ("", found.fingerprint):
        raise Refused(_("Somebody else changed the directory meanwhile. Read the file again."))
    if found.too_many_leave and not confirmed:
        raise Unsound(found, found.many_leave)


@transaction.atomic
def export_directory(*, by: Staff, on: dt.date, kind: str, rows: int) -> int:
    """Write down that `by` takes the directory as of the day `on` away as a file of `rows` rows; returns `rows`."""
    record(by=by, action="staff.export_directory", on=by, data={"on": on.isoformat(), "kind": kind, "rows": rows})
    return rows


@transaction.atomic
def export_rejects(*, by: Staff, sha256: str, rows: int) -> int:
    """Write down that `by` takes away the `rows` bad rows of the file with that SHA-256; returns `rows`."""
    record(by=by, action="staff.export_rejects", on=by, data={"sha256": sha256, "rows": rows})
    return rows


@transaction.atomic
def export_departments(*, by: Staff, kind: str, rows: int) -> int:
    """Write down that `by` takes the departments away as a file of `rows` rows; returns `rows`."""
    record(by=by, action="staff.export_departments", on=by, data={"kind": kind, "rows": rows})
    return rows
