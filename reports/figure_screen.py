"""The page behind one counted figure: the rule in words, and the list of the records that make it."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common.listing import Listing
from common.numbers_ja import format_number
from common.permissions import Permission
from common.templatetags.dates import day, fiscal_year_name, short_day
from notices.models import Channel
from reports.figures import Basis, Figure, text_of
from reports.forms import IndicatorForm
from reports.models import Indicator
from reports.screen import history_url, trail
from staff.models import Department, Staff
from training.models import TrainingSession

Cells = Callable[[Any, Mapping[str, str]], list[str]]


class RecordTable(NamedTuple):
    """How the records of one source are listed: headings, the fields they sort and are searched by, their cells."""

    headings: tuple[Any, ...]
    sorts: tuple[str, ...]
    searched: tuple[str, ...]
    cells: Cells


def _session(record: Any, _departments: Mapping[str, str]) -> list[str]:
    return [short_day(record.held_on), record.title, record.get_kind_display(), record.get_audience_display()]


def _notice(record: Any, _departments: Mapping[str, str]) -> list[str]:
    channels = "・".join(str(Channel(channel).label) for channel in record.channels)
    return [short_day(record.given_on), record.title, channels, record.get_audience_display()]


def _person(record: Any, _departments: Mapping[str, str]) -> list[str]:
    return [record.employee_number, record.name, record.department_name, short_day(record.joined_on)]


def _held(record: Any, departments: Mapping[str, str]) -> list[str]:
    code = record.department_code
    return [record.number, record.name, departments.get(code, code), short_day(record.acquired_on)]


def _item(record: Any, departments: Mapping[str, str]) -> list[str]:
    number, name, *others = _held(record, departments)
    return [number, record.file_name, name, *others]


_DATED = (gettext_lazy("Date"), gettext_lazy("Title"))
_HELD = RecordTable(
    (gettext_lazy("Control number"), gettext_lazy("Name"), gettext_lazy("Department"), gettext_lazy("Acquired on")),
    ("number", "name", "department_code", "acquired_on"),
    ("number", "name", "department_code"),
    _held,
)
TABLES: dict[str, RecordTable] = {
    Indicator.Source.SESSIONS_HELD: RecordTable(
        (*_DATED, gettext_lazy("Kind"), gettext_lazy("Audience")),
        ("held_on", "title", "kind", "audience"),
        ("title",),
        _session,
    ),
    Indicator.Source.NOTICES_GIVEN: RecordTable(
        (*_DATED, gettext_lazy("Channels"), gettext_lazy("Audience")),
        ("given_on", "title", "channels", "audience"),
        ("title",),
        _notice,
    ),
    Indicator.Source.HEADCOUNT: RecordTable(
        (
            gettext_lazy("Employee number"),
            pgettext_lazy("person", "Name"),
            gettext_lazy("Department on that day"),
            gettext_lazy("Joined on"),
        ),
        ("employee_number", "kana", "department_code", "joined_on"),
        ("employee_number", "name", "kana"),
        _person,
    ),
    Indicator.Source.DEVICES: _HELD,
    Indicator.Source.PERSONAL_DATA_ITEMS: RecordTable(
        (
            gettext_lazy("Control number"),
            gettext_lazy("Personal-information file"),
            gettext_lazy("Item of the file"),
            gettext_lazy("Department"),
            gettext_lazy("Acquired on"),
        ),
        ("number", "file_name", "name", "department_code", "acquired_on"),
        ("number", "file_name", "name", "department_code"),
        _item,
    ),
}


OF_SECTIONS = (Indicator.Source.HEADCOUNT, Indicator.Source.DEVICES, Indicator.Source.PERSONAL_DATA_ITEMS)
"""Sources whose records belong to departments: a head sees those of the own section, as in the registers."""


def is_restricted(indicator: Indicator, user: Staff) -> bool:
    """Tell whether `user` sees only the own section's records of this figure."""
    return indicator.source in OF_SECTIONS and not user.has_permission(Permission.VIEW_WHOLE_CITY)


def prepared(indicator: Indicator, figure: Figure, rows: Any, user: Staff, on: dt.date) -> QuerySet[Any]:
    """Return the records that `user` may see on the day `on`, with what their list shows besides their own columns."""
    if indicator.source == Indicator.Source.HEADCOUNT:
        rows = rows.with_department_on(figure.span.last)
    return rows.filter(department_code__in=user.headed_codes_on(on)) if is_restricted(indicator, user) else rows


def narrow(source: str) -> Callable[[QuerySet[Any], dict[str, Any]], QuerySet[Any]]:
    """Return the search of a source's records."""

    def narrowed(rows: QuerySet[Any], wanted: dict[str, Any]) -> QuerySet[Any]:
        found = Q()
        for field in TABLES[source].searched if wanted["q"] else ():
            found |= Q(**{f"{field}__icontains": wanted["q"]})
        return rows.filter(found)

    return narrowed


def sorts(source: str) -> dict[str, tuple[str, ...]]:
    """Return the columns that a source's records sort by."""
    return {name: (name,) for name in TABLES[source].sorts}


def table(source: str, page: Any, on: dt.date) -> dict[str, Any]:
    """Return the headings with the names they sort by, and the cells of the records of one page."""
    shown = TABLES[source]
    codes = {getattr(record, "department_code", "") for record in page}
    departments = dict(Department.objects.in_force(on).filter(code__in=codes).values_list("code", "name"))
    headings = [{"text": text, "name": name} for text, name in zip(shown.headings, shown.sorts, strict=True)]
    rows = [list(zip(shown.cells(record, departments), shown.headings, strict=True)) for record in page]
    return {"headings": headings, "rows": rows}


def context(indicator: Indicator, figure: Figure, found: Listing, user: Staff) -> dict[str, Any]:
    """Return everything the page of one figure shows."""
    programme = indicator.programme
    year = fiscal_year_name(figure.fiscal_year)
    title = _("%(name)s, %(year)s") % {"name": indicator.name, "year": year}
    place = f"indicators.{indicator.group}.{indicator.slot}"
    return {
        "programme": programme,
        "indicator": indicator,
        "figure": figure,
        "title": title,
        "value": format_number(text_of(figure.counted if figure.basis is Basis.RUNNING else figure.value)),
        "is_running": figure.basis is Basis.RUNNING,
        "is_restricted": is_restricted(indicator, user),
        "facts": explained(indicator, figure),
        "listing": found,
        "history_url": history_url(programme, f"{place}.override.{figure.fiscal_year}.value"),
        "breadcrumbs": trail(programme, title),
        **table(indicator.source, found.page, figure.span.last),
    }


def explained(indicator: Indicator, figure: Figure) -> list[tuple[Any, str]]:
    """Return in words what the figure is, as pairs of a label and a text."""
    facts = [
        (_("Number of records"), format_number(str(figure.records))),
        (_("Source"), str(indicator.get_source_display())),
        (_("What counts"), rule_in_words(indicator)),
        (_("As of"), as_of_in_words(figure)),
    ]
    if figure.override is not None:
        facts += [(_("Counted from the records"), format_number(text_of(figure.counted)))]
        facts += [
            (_("Override"), format_number(text_of(figure.override))),
            (_("Reason of the override"), figure.reason),
        ]
    if figure.differs:
        facts.append((_("On a printed sheet"), format_number(text_of(figure.entered))))
    return facts


def as_of_in_words(figure: Figure) -> str:
    """Return the day or the days that a figure is for."""
    if figure.as_of != Indicator.AsOf.DURING:
        return day(figure.span.last)
    return _("%(first)s to %(last)s") % {"first": day(figure.span.first), "last": day(figure.span.last)}


def rule_in_words(indicator: Indicator) -> str:
    """Return what counts as the counting rule of `indicator` says it."""
    rule = indicator.rule
    match indicator.source:
        case Indicator.Source.SESSIONS_HELD:
            words = _("courses with a session held") if rule.get("per") == "course" else _("sessions held")
            kinds = [str(TrainingSession.Kind(kind).label) for kind in rule.get("kinds", TrainingSession.Kind.values)]
            return _("%(what)s (%(kinds)s); planned and cancelled ones do not count") % {
                "what": words,
                "kinds": "・".join(kinds),
            }
        case Indicator.Source.NOTICES_GIVEN:
            words = _("notices, each channel once") if rule.get("per") == "channel" else _("notices, each matter once")
            channels = [str(Channel(channel).label) for channel in rule.get("channels", Channel.values)]
            return _("%(what)s (%(channels)s), also those given outside this portal; reminders never count") % {
                "what": words,
                "channels": "・".join(channels),
            }
        case Indicator.Source.HEADCOUNT:
            employment = dict(IndicatorForm.EMPLOYMENT)
            kinds = [str(employment[kind]) for kind in rule.get("employment", ["regular"])]
            return _("people on the staff that day: %(kinds)s") % {"kinds": "・".join(kinds)}
    return _("entries acquired by that day and not disposed of by then")
