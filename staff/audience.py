"""Whom a session or a notice is for: the rule as a word, and the people it means on a day."""

import datetime as dt
from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fiscal_year import first_day, fiscal_year_of
from common.importing import folded
from staff.models import Department, Posting, Staff, StaffQuerySet


class Audience(models.TextChoices):
    """The audiences of the city's own sheet, and chosen departments."""

    ALL = "all", _("all staff")
    NEWCOMERS = "newcomers", _("newly hired staff")
    MANAGERS = "managers", _("managers")
    OTHER = "other", _("others")


WORDS = {"全職員": Audience.ALL, "新規採用職員": Audience.NEWCOMERS, "管理職": Audience.MANAGERS}


def in_words(text: str) -> tuple[Audience, str]:
    """Return the audience that a file's words mean, and the words as given where they mean others."""
    audience = WORDS.get(folded(text).removesuffix("向け"), Audience.OTHER)
    return audience, text if audience == Audience.OTHER else ""


def people_of(audience: str, *, on: dt.date, department_codes: Iterable[str] = ()) -> StaffQuerySet:
    """Return who belongs to `audience` on the day `on`, among those employed then.

    Newcomers joined in the fiscal year of that day; managers head a department; `department_codes` are used by
    `Audience.OTHER` alone, each with all departments below it, and leave nobody when empty.
    """
    employed = Staff.objects.employed_on(on)
    if audience == Audience.NEWCOMERS:
        return employed.filter(joined_on__gte=first_day(fiscal_year_of(on)))
    postings = Posting.objects.in_force(on)
    if audience == Audience.MANAGERS:
        return employed.filter(pk__in=postings.filter(is_head=True).values("person"))
    if audience == Audience.OTHER:
        below = Department.objects.codes_below(department_codes, on)
        return employed.filter(pk__in=postings.filter(department__code__in=below).values("person"))
    return employed
