"""Writing, publishing and confirming versions of a policy. Each leaves its audit event in the same transaction."""

import datetime as dt
import hashlib
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import record
from common.errors import Refused
from policies.models import Acknowledgement, Policy, PolicyVersion, Reader
from staff.audience import Audience, people_of
from staff.models import Staff

WRITTEN = (
    "text",
    "summary",
    "established_on",
    "effective_on",
    "confirm_by",
    "decided_on",
    "document_number",
    "decided_by",
)


@transaction.atomic
def add_policy(*, by: Staff, code: str, name: str, level: str, order: int = 0) -> Policy:
    """Add a policy without a version; raises `Refused` when the code is taken."""
    policy = Policy(code=code, name=name, level=level, order=order)
    _check(policy)
    try:
        with transaction.atomic():
            policy.save()
    except IntegrityError as error:
        raise Refused(_("This code cannot be used. Choose another.")) from error
    record(by=by, action="policies.add_policy", on=policy, data={"code": code, "level": level})
    return policy


@transaction.atomic
def save_draft(
    *,
    by: Staff,
    policy: Policy,
    version: PolicyVersion | None,
    values: dict[str, Any],
    expected_revision: int | None = None,
) -> PolicyVersion:
    """Write a draft of `policy`, a new one when `version` is None.

    Neither who began it nor who edited it last may publish it. `values` holds what `WRITTEN` names; the same new
    draft sent twice (a double click) is one draft, and saving what is there writes nothing. Raises `Refused` for what
    is no draft, and when somebody else saved since `expected_revision`.
    """
    if version is None and (twin := _twin(by, policy, values)):
        return twin
    draft = PolicyVersion(policy=policy, author=by, revision=0) if version is None else _draft(version)
    if version is not None and all(getattr(draft, name) == values[name] for name in WRITTEN):
        return draft
    if version is not None and expected_revision not in (None, draft.revision):
        raise Refused(_("Somebody else saved this draft while you were editing. Compare and save again."))
    for name in WRITTEN:
        setattr(draft, name, values[name])
    draft.last_edited_by = by
    draft.revision += 1
    _check(draft)
    draft.save(update_fields=None if version is None else [*WRITTEN, "last_edited_by", "revision"])
    digest = hashlib.sha256(draft.text.encode()).hexdigest()
    record(by=by, action="policies.save_draft", on=draft, data={"revision": draft.revision, "text_sha256": digest})
    return draft


@transaction.atomic
def discard_draft(*, by: Staff, version: PolicyVersion) -> PolicyVersion:
    """Put a draft aside for good; the row stays. Raises `Refused` for what is no draft."""
    draft = _draft(version)
    draft.discarded_at = timezone.now()
    draft.save(update_fields=["discarded_at"])
    record(by=by, action="policies.discard_draft", on=draft)
    return draft


@transaction.atomic
def publish(*, by: Staff, version: PolicyVersion, on: dt.date, expected_revision: int | None = None) -> PolicyVersion:
    """Publish a draft on the day `on`, and write down who must confirm it: everybody employed on that day.

    From then on nothing of it changes. Raises `Refused` for one's own draft, for a draft without its decision
    record, for dates that cannot be, and when the draft was changed since `expected_revision`.
    """
    policy = Policy.objects.select_for_update().get(pk=version.policy_id)
    draft = _draft(version)
    if expected_revision not in (None, draft.revision):
        raise Refused(_("The draft was changed while you were reading it. Read it again before you publish it."))
    newest = policy.versions.published().order_by("-number").first()
    if hindrances := draft.hindrances(by, on):
        raise Refused(" ".join(hindrances))
    draft.number = (newest.number or 0) + 1 if newest else 1
    draft.published_at, draft.published_by = timezone.now(), by
    draft.text_sha256 = hashlib.sha256(draft.text.encode()).hexdigest()
    draft.save(update_fields=["number", "published_at", "published_by", "text_sha256"])
    asked = _ask_readers(draft, on) if draft.confirm_by else 0
    data = {"number": draft.number, "text_sha256": draft.text_sha256, "readers": asked}
    record(by=by, action="policies.publish", on=draft, data=data)
    return draft


def _ask_readers(version: PolicyVersion, on: dt.date) -> int:
    people: Any = people_of(Audience.ALL, on=on).with_department_on(on)
    readers = [
        Reader(version=version, person_id=uid, department_code=code, since=on)
        for uid, code in people.values_list("uid", "department_code").iterator()
    ]
    if not readers:
        raise Refused(_("Nobody is on the staff on that day, so nobody could confirm."))
    return len(Reader.objects.bulk_create(readers, batch_size=5000))


def acknowledge(*, by: Staff, version: PolicyVersion, on: dt.date) -> Acknowledgement:
    """Confirm that `by` has read exactly this version; confirming again gives the same receipt.

    Raises `Refused` when `by` is not asked to confirm it, or when it is no longer (or not yet) to be confirmed. Costs
    three statements and one commit.
    """
    if version.published_at is None:
        raise Refused(_("This is a draft. It can be confirmed once it is published."))
    try:
        return _acknowledge(by, version, on)
    except IntegrityError:
        return Acknowledgement.objects.get(version=version, person=by)


@transaction.atomic
def _acknowledge(by: Staff, version: PolicyVersion, on: dt.date) -> Acknowledgement:
    reader: Any = Reader.objects.filter(person=by, version=version).with_confirmation().with_currency(on).first()
    if reader is None:
        raise Refused(_("You are not asked to confirm this version."))
    if reader.confirmed_at is not None:
        return Acknowledgement.objects.get(version=version, person=by)
    if not reader.is_current:
        raise Refused(_("A newer version has taken the place of this one. Please read and confirm that one."))
    given = Acknowledgement.objects.create(version=version, person=by, text_sha256=version.text_sha256)
    data = {"version": version.pk, "text_sha256": version.text_sha256}
    record(by=by, action="policies.acknowledge", on=given, data=data)
    return given


@transaction.atomic
def export_readers(*, by: Staff, version: PolicyVersion, rows: int) -> int:
    """Write down that `by` takes `rows` readers of a version away as a file; returns `rows`."""
    record(by=by, action="policies.export_readers", on=version, data={"rows": rows})
    return rows


def _twin(by: Staff, policy: Policy, values: dict[str, Any]) -> PolicyVersion | None:
    """Return the untouched draft with which `by` has just sent the same; the lock makes the second sender wait."""
    Policy.objects.select_for_update().get(pk=policy.pk)
    written = {name: values[name] for name in WRITTEN}
    return PolicyVersion.objects.drafts().filter(policy=policy, author=by, revision=1, **written).first()


def _draft(version: PolicyVersion) -> PolicyVersion:
    locked = PolicyVersion.objects.select_for_update().get(pk=version.pk)
    if locked.published_at is not None:
        raise Refused(_("This version is published and cannot be changed any more. Write a new version."))
    if locked.discarded_at is not None:
        raise Refused(_("This draft was discarded."))
    return locked


def _check(row: Policy | PolicyVersion) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
