"""Dates and times as the person's language writes them: 令和8年11月23日 18:15, or 2026-11-23 18:15 in English."""

import datetime as dt

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from common.wareki import format_date

register = template.Library()


@register.filter
def day(value: dt.date) -> str:
    """Return a date; Japanese era first, ISO in English."""
    return format_date(value) if get_language() == "ja" else value.isoformat()


@register.filter
def moment(value: dt.datetime) -> str:
    """Return an aware time as date and time in Japan, to the minute."""
    local = timezone.localtime(value)
    return f"{day(local.date())} {local:%H:%M}"
