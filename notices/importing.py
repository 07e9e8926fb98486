"""The file of a city's past notices: columns by heading, compared with what is recorded."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from common.fields import JapaneseDateField
from common.importing import Column, Problem, Record, Tally, WordField, folded, paired, read_records
from notices.models import Channel, Notice
from staff.audience import in_words

CHANNELS = {
    "メール": Channel.MAIL,
    "課長会議": Channel.MEETING,
    "グループウェア": Channel.GROUPWARE,
    "文書": Channel.DOCUMENT,
}
YES_NO = {"はい": True, "いいえ": False}
BETWEEN = re.compile(r"[、,・/;\n]+")


class ChannelsField(forms.CharField):
    """One or several channels in one cell, with 、 , ・ or / between them."""

    def clean(self, value: Any) -> list[str]:
        """Return the channels in their usual order; raises `ValidationError` naming the words allowed."""
        known = {folded(word): channel for word, channel in CHANNELS.items()}
        words = [folded(word) for word in BETWEEN.split(folded(super().clean(value) or "")) if word.strip()]
        if any(word not in known for word in words):
            raise ValidationError(_("This must be one of: %(allowed)s.") % {"allowed": ", ".join(CHANNELS)})
        chosen = {known[word] for word in words}
        return [str(channel.value) for channel in Channel if channel in chosen]


class NoticePlan(NamedTuple):
    """What saving one row would do: the notice it is about (None: new) and its values."""

    notice: Notice | None
    values: dict[str, Any]


class Comparison(NamedTuple):
    """The notices of a file against those recorded."""

    plans: list[NoticePlan]
    problems: list[Problem]
    tally: Tally


def columns() -> list[Column]:
    """Return the columns of a file of notices."""
    return [
        Column("件名", "title", forms.CharField(max_length=200)),
        Column("発信日", "given_on", JapaneseDateField()),
        Column("手段", "channels", ChannelsField()),
        Column("対象", "audience", forms.CharField(max_length=200)),
        Column("情報提供に数える", "counts", WordField(YES_NO)),
    ]


def compare(content: bytes, on: dt.date) -> Comparison:
    """Read a file of notices on the day `on` and compare it with those recorded; saves nothing."""
    reading = read_records(content, columns())
    problems = [*reading.problems, *(problem for record in reading.records for problem in _faults(record, on))]
    if problems:
        return Comparison([], problems, Tally(errors=len(problems)))
    held = Notice.objects.filter(record_only=True).order_by("pk")
    pairs = paired(reading.records, held, keys=(_key, _day), same=_same)
    plans = [NoticePlan(row, _values(record)) for record, row in pairs if not _same(record, row)]
    added = sum(plan.notice is None for plan in plans)
    return Comparison(plans, [], Tally(added, len(plans) - added, len(pairs) - len(plans), 0))


def _faults(record: Record, on: dt.date) -> Iterable[Problem]:
    given_on, title = record.values.get("given_on"), record.values.get("title", "")
    if given_on and given_on > on:
        yield Problem(record.row, "発信日", _("The date lies in the future. A notice is dated the day it is given."))
    if len(title.splitlines()) > 1:
        yield Problem(record.row, "件名", _("The subject must be a single line."))


def _values(record: Record) -> dict[str, Any]:
    audience, note = in_words(record.values["audience"])
    return {**record.values, "audience": audience, "audience_note": note}


def _key(row: Any) -> tuple[Any, ...]:
    values = row.values if isinstance(row, Record) else vars(row)
    return (values["title"], values["given_on"], *sorted(values["channels"]))


def _day(row: Any) -> tuple[Any, ...]:
    return _key(row)[:2]


def _same(record: Record, row: Notice | None) -> bool:
    """Tell whether saving `record` would leave `row` as it is; the order of the channels says nothing."""
    if row is None or set(row.channels) != set(record.values["channels"]):
        return False
    return all(getattr(row, name) == value for name, value in _values(record).items() if name != "channels")
