"""The records behind a counted figure: which rows count, when, and how they are measured.

What counts is data: each indicator's `rule` chooses among the words of `programme_document.RULES`. Without a word a
source counts what the city's sheet does: every held session, every notice that counts once a matter, regular staff,
everything held. Cancelled sessions, reminders and disposed entries are no records of these sources at all.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import Aggregate, Count, Q, QuerySet
from django.db.models.expressions import CombinedExpression

from assets.models import NetworkDevice, PersonalDataItem, held
from common.fiscal_year import EARLIEST, LATEST, first_day, last_day
from notices.models import Channel, Notice
from reports.models import Indicator
from staff.models import Staff, employed
from training.models import TrainingSession

Rule = Mapping[str, Any]
Measure = Aggregate | CombinedExpression
REGULAR = [Staff.EmploymentKind.REGULAR.value]


class Span(NamedTuple):
    """The days a figure is counted for; a figure as of one day has the same day twice."""

    first: dt.date
    last: dt.date


class Source(NamedTuple):
    """One kind of record: the rows that may count, the condition of the days, and what is summed up."""

    rows: Callable[[Rule], QuerySet[Any]]
    during: Callable[[Span], Q]
    measure: Callable[[Rule, Q], Measure]


def _each(_rule: Rule, condition: Q) -> Aggregate:
    return Count("pk", filter=condition)


def _sessions(rule: Rule) -> QuerySet[Any]:
    rows = TrainingSession.objects.held()
    return rows.filter(kind__in=rule["kinds"]) if "kinds" in rule else rows


def _sessions_or_courses(rule: Rule, condition: Q) -> Aggregate:
    by_course = rule.get("per") == "course"
    return Count("course", filter=condition, distinct=True) if by_course else _each(rule, condition)


def _notices(rule: Rule) -> QuerySet[Any]:
    rows = Notice.objects.counting()
    return rows.filter(channels__overlap=rule["channels"]) if "channels" in rule else rows


def _matters_or_channels(rule: Rule, condition: Q) -> Measure:
    if rule.get("per") != "channel":
        return _each(rule, condition)
    first, *others = rule.get("channels", Channel.values)
    measure: Measure = _each(rule, condition & Q(channels__contains=[first]))
    for channel in others:
        measure = measure + _each(rule, condition & Q(channels__contains=[channel]))
    return measure


def _staff(rule: Rule) -> QuerySet[Any]:
    return Staff.objects.get_queryset().filter(employment_kind__in=rule.get("employment", REGULAR))


SOURCES: dict[str, Source] = {
    Indicator.Source.SESSIONS_HELD: Source(_sessions, lambda span: Q(held_on__range=span), _sessions_or_courses),
    Indicator.Source.NOTICES_GIVEN: Source(_notices, lambda span: Q(given_on__range=span), _matters_or_channels),
    Indicator.Source.HEADCOUNT: Source(_staff, lambda span: employed(span.last), _each),
    Indicator.Source.DEVICES: Source(lambda _rule: NetworkDevice.objects.all(), lambda span: held(span.last), _each),
    Indicator.Source.PERSONAL_DATA_ITEMS: Source(
        lambda _rule: PersonalDataItem.objects.all(), lambda span: held(span.last), _each
    ),
}


def span(as_of: str, fiscal_year: int, *, on: dt.date) -> Span:
    """Return the days for which a figure of `fiscal_year` is counted on the day `on`; a running year ends with `on`."""
    first, last = first_day(fiscal_year), min(last_day(fiscal_year), on)
    if as_of == Indicator.AsOf.START:
        return Span(first, first)
    return Span(last, last) if as_of == Indicator.AsOf.END else Span(first, last)


def is_counted(indicator: Indicator, fiscal_year: int, *, on: dt.date) -> bool:
    """Tell whether the figure of `fiscal_year` is counted from records: it has begun, and records were kept."""
    if not EARLIEST <= fiscal_year <= LATEST:
        return False
    recorded = indicator.recorded_from is None or fiscal_year >= indicator.recorded_from
    return indicator.source in SOURCES and recorded and first_day(fiscal_year) <= on


def count(indicator: Indicator, fiscal_years: Iterable[int], *, on: dt.date) -> dict[int, tuple[int, int]]:
    """Return for each counted year among `fiscal_years` the figure and the number of records, in one query."""
    years = [year for year in fiscal_years if is_counted(indicator, year, on=on)]
    if not years:
        return {}
    source, wanted = SOURCES[indicator.source], {}
    for year in years:
        condition = source.during(span(indicator.as_of, year, on=on))
        wanted[f"figure_{year}"] = source.measure(indicator.rule, condition)
        wanted[f"records_{year}"] = Count("pk", filter=condition)
    found = source.rows(indicator.rule).aggregate(**wanted)
    return {year: (found[f"figure_{year}"], found[f"records_{year}"]) for year in years}


def records(indicator: Indicator, fiscal_year: int, *, on: dt.date) -> QuerySet[Any]:
    """Return the records that the counted figure of `fiscal_year` is made of."""
    source = SOURCES[indicator.source]
    return source.rows(indicator.rule).filter(source.during(span(indicator.as_of, fiscal_year, on=on)))
