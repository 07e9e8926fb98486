"""Giving notices, recording those given elsewhere, and reminding. Each leaves its audit event."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import record, record_many
from common.bell import ring
from common.errors import Refused
from common.overlap import SENTENCE
from notices.models import CORRECTED, Channel, Delivery, DeliveryQuerySet, Notice, Reminder
from staff.audience import people_of
from staff.models import Staff, StaffQuerySet

TYPED = ("title", "text", "channels", "audience", "audience_note", "department_codes", "counts", "record_only")
TASK = "notices.send_mails"


@transaction.atomic
def give_notice(
    *,
    by: Staff,
    title: str,
    text: str,
    channels: Sequence[str],
    audience: str,
    department_codes: Sequence[str] = (),
    counts: bool = True,
    key: str = "",
    on: dt.date,
) -> Notice:
    """Tell a matter to everybody of `audience` on the day `on`: on the home page, and by mail where that is a channel.

    `key` names the form it was written in: sending the same form twice gives the notice that is there. Raises
    `Refused` for an audience of nobody, no channel, and a subject with a line break.
    """
    facts = {"channels": list(channels), "audience": audience, "department_codes": list(department_codes)}
    notice = Notice(title=title, text=text, given_on=on, counts=counts, author=by, form_key=key or None, **facts)
    if there := _there_or_saved(notice, on):
        return there
    people = people_of(audience, on=on, department_codes=department_codes)
    owed = _owe(people, on, by_mail=Channel.MAIL in channels, notice=notice)
    record(by=by, action="notices.give_notice", on=notice, data={"people": owed, "counts": counts})
    ring(TASK)
    return notice


@transaction.atomic
def record_notice(
    *,
    by: Staff,
    title: str,
    text: str = "",
    channels: Sequence[str],
    given_on: dt.date,
    audience: str,
    audience_note: str = "",
    counts: bool = True,
    key: str = "",
    on: dt.date,
    reason: str = "",
) -> Notice:
    """Record a notice that was given outside the portal (記録のみ) on a day up to `on`; nobody gets a message.

    `key` and what is refused: see `give_notice`; a day after `on` is refused too.
    """
    facts = {"channels": list(channels), "audience": audience, "audience_note": audience_note, "given_on": given_on}
    notice = Notice(title=title, text=text, counts=counts, record_only=True, author=by, form_key=key or None, **facts)
    if there := _there_or_saved(notice, on):
        return there
    record(by=by, action="notices.record_notice", on=notice, data={"counts": counts, "reason": reason})
    return notice


def _there_or_saved(notice: Notice, on: dt.date) -> Notice | None:
    """Save `notice`, or return the one that the same form gave already."""
    _refuse_several_lines(notice.title)
    _refuse_future(notice, on)
    if notice.form_key and (there := Notice.objects.filter(form_key=notice.form_key).first()):
        return _unless_changed(there, notice)
    try:
        with transaction.atomic():
            notice.full_clean(exclude=["form_key"])
            notice.save()
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    except IntegrityError:
        return _unless_changed(Notice.objects.get(form_key=notice.form_key), notice)
    return None


def _unless_changed(there: Notice, notice: Notice) -> Notice:
    typed = (*TYPED, "given_on") if notice.record_only else TYPED
    if any(getattr(there, name) != getattr(notice, name) for name in typed):
        raise Refused(_("This form was sent already, with other words. Open a new one to tell something else."))
    return there


def _refuse_several_lines(title: str) -> None:
    if len(title.splitlines()) > 1:
        raise Refused(_("The subject must be a single line."))


def _refuse_future(notice: Notice, on: dt.date) -> None:
    if notice.given_on > on:
        raise Refused(_("The date lies in the future. A notice is dated the day it is given."))


def _owe(people: StaffQuerySet, on: dt.date, *, by_mail: bool, **message: Any) -> int:
    rows: Any = people.with_department_on(on)
    deliveries = []
    for pk, code, address in rows.values_list("pk", "department_code", "email").iterator():
        state = Delivery.State.WAITING if by_mail and address else Delivery.State.HOME_ONLY
        mail = address if state == Delivery.State.WAITING else ""
        deliveries.append(Delivery(person_id=pk, department_code=code, address=mail, state=state, **message))
    if not deliveries:
        raise Refused(_("Nobody belongs to this audience on that day."))
    return len(Delivery.objects.bulk_create(deliveries, batch_size=5000))


@transaction.atomic
def correct_notice(
    *, by: Staff, notice: Notice, values: Mapping[str, Any], on: dt.date, reason: str, expected_state: str | None = None
) -> Notice:
    """Correct what the record says of a notice (`CORRECTED`); what was told stays.

    Of a notice that the portal gave, only whether it counts can be corrected. Raises `Refused` for that, for what
    giving it would refuse, and when somebody else corrected it since `expected_state`.
    """
    shown = Notice.objects.select_for_update().get(pk=notice.pk)
    before, state = shown.facts, shown.state
    for name in CORRECTED:
        setattr(shown, name, values.get(name, getattr(shown, name)))
    after = shown.facts
    changes = [{"place": n, "before": before[n], "after": after[n]} for n in CORRECTED if before[n] != after[n]]
    if not changes:
        return shown
    if expected_state not in (None, state):
        raise Refused(str(SENTENCE))
    if not shown.record_only and any(change["place"] != "counts" for change in changes):
        raise Refused(_("This portal gave the notice. Only whether it counts can be corrected."))
    _refuse_future(shown, on)
    if not shown.channels:
        raise Refused(_("Choose at least one channel."))
    shown.save(update_fields=CORRECTED)
    record(by=by, action="notices.correct_notice", on=shown, data={"changes": changes, "reason": reason})
    return shown


@transaction.atomic
def remind(*, by: Staff, title: str, text: str, about: str, people: StaffQuerySet, on: dt.date) -> Reminder:
    """Ask `people` again for something owed, by mail and on their home pages. Never counted as a notice."""
    _refuse_several_lines(title)
    reminder = Reminder.objects.create(title=title, text=text, about=about, author=by)
    owed = _owe(people, on, by_mail=True, reminder=reminder)
    record(by=by, action="notices.remind", on=reminder, data={"about": about, "people": owed})
    ring(TASK)
    return reminder


@transaction.atomic
def send_again(*, by: Staff, deliveries: DeliveryQuerySet) -> int:
    """Send mails once more that were refused, given up or uncertain, because a person decided so; returns how many.

    Each goes to the address that the person has now. Raises `Refused` when none of `deliveries` is stuck.
    """
    stuck = list(deliveries.stuck().select_for_update(of=("self",)).select_related("person"))
    if not stuck:
        raise Refused(_("This mail is not stuck. It needs no second try."))
    entries = [(one, {"before": one.state}) for one in stuck]
    now = timezone.now()
    for one in stuck:
        one.state, one.attempts, one.due_at = Delivery.State.WAITING, 0, now
        one.address = one.person.email or one.address
    Delivery.objects.bulk_update(stuck, ["state", "attempts", "due_at", "address"])
    record_many(by=by, action="notices.send_again", entries=entries)
    ring(TASK)
    return len(stuck)


@transaction.atomic
def export_deliveries(*, by: Staff, notice: Notice, rows: int) -> int:
    """Write down that `by` takes away to whom `notice` went, `rows` people; returns `rows`."""
    record(by=by, action="notices.export_deliveries", on=notice, data={"rows": rows})
    return rows


@transaction.atomic
def save_import(*, by: Staff, rows: Iterable[tuple[Notice | None, dict[str, Any]]], on: dt.date, reason: str) -> int:
    """Save the notices of a file, each as (held row or None, values); all or nothing; returns how many."""
    count = 0
    for notice, values in rows:
        if notice is None:
            record_notice(by=by, on=on, reason=reason, **values)
        else:
            correct_notice(by=by, notice=notice, values=values, on=on, reason=reason)
        count += 1
    return count
