"""Dates and times as the house and the person's language write them: 令和8年（2026年）11月23日 18:15 on the Japanese
screens (setting ``DATE_STYLE``), 2026-11-23 18:15 in English. No day (``None``) is written as nothing.
"""

import datetime as dt

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from common.wareki import EARLIEST_DAY, DateStyle, EraStyle, format_date, format_fiscal_year, format_short_date

register = template.Library()


def _style(on: dt.date) -> DateStyle | None:
    """Return how to write the day, ``None`` for ISO; a day before every era has its western year."""
    if get_language() != "ja":
        return None
    return DateStyle(settings.DATE_STYLE) if on >= EARLIEST_DAY else DateStyle.WESTERN


def _in_japan(value: dt.date) -> dt.date:
    return timezone.localdate(value) if isinstance(value, dt.datetime) else value


@register.filter
def day(value: dt.date | None) -> str:
    """Return a date, or the day in Japan of an aware time; in Japanese in the house style, ISO in English."""
    if value is None:
        return ""
    on = _in_japan(value)
    style = _style(on)
    return format_date(on, style) if style else on.isoformat()


@register.filter
def short_day(value: dt.date | None) -> str:
    """Return a date for a narrow cell of a table: R8.4.1, 2026/4/1 where the house writes western years, or ISO."""
    if value is None:
        return ""
    on = _in_japan(value)
    style = _style(on)
    return format_short_date(on, style) if style else on.isoformat()


@register.filter
def fiscal_year_name(year: int) -> str:
    """Return what a fiscal year is called on the screens: 令和8年度, FY2026 in English."""
    return format_fiscal_year(year, EraStyle.ERA) if get_language() == "ja" else f"FY{year}"


@register.filter
def moment(value: dt.datetime | None) -> str:
    """Return an aware time as date and time in Japan, to the minute."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return f"{day(local.date())} {local:%H:%M}"


@register.filter
def exact_moment(value: dt.datetime | None) -> str:
    """Return an aware time as date and time in Japan, to the second."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return f"{day(local.date())} {local:%H:%M:%S}"


@register.filter
def due(value: dt.date, on: dt.date) -> str:
    """Return in words how many days are left after ``on`` until the last day for something, or how many too late."""
    days = (value - on).days
    if days == 0:
        return _("due today")
    if days > 0:
        return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}
    return ngettext("%(days)s day overdue", "%(days)s days overdue", -days) % {"days": -days}
