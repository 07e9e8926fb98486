"""Rows that hold from one day to another, both days included; an empty end is open."""

import datetime as dt

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Cast


def covers(on: dt.date, *, start: str = "valid_from", end: str = "valid_to") -> Q:
    """Return the condition that `on` lies from field `start` to field `end`, both included; an empty end is open."""
    return Q(**{f"{start}__lte": on}) & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": on}))


def one_at_a_time(name: str, *key: str, condition: Q | None = None) -> ExclusionConstraint:
    """Return the constraint that no two rows with the same `key` hold on the same day; `condition` leaves rows out.

    The days are `valid_from` to `valid_to`. Each of `key` is made a range of one number, because PostgreSQL's GiST
    compares ranges without any extension: a reference by its number, a text by its 64-bit hash.
    """
    days = Func(F("valid_from"), F("valid_to"), Value("[]"), function="DATERANGE")
    expressions = [*((_range_of_one(field), "&&") for field in key), (days, "&&")]
    return ExclusionConstraint(name=name, expressions=expressions, condition=condition)


def never_together(name: str, *key: str, apart: Q) -> ExclusionConstraint:
    """Return the constraint that, of rows with the same `key`, one that is `apart` never holds beside one that is not.

    A row that is `apart` is given the range from 0 to 1, any other that from 1 to 2: ranges that touch are refused.
    """
    side = Case(When(apart, then=Value(0)), default=Value(1), output_field=models.IntegerField())
    sides = Func(side, side + Value(1), Value("[)"), function="INT4RANGE")
    days = Func(F("valid_from"), F("valid_to"), Value("[]"), function="DATERANGE")
    expressions = [*((_range_of_one(field), "&&") for field in key), (days, "&&"), (sides, "-|-")]
    return ExclusionConstraint(name=name, expressions=expressions)


def _range_of_one(field: str) -> Func:
    number = F(field) if field.endswith("_id") else Func(F(field), Value(0), function="HASHTEXTEXTENDED")
    exact = Cast(number, models.DecimalField(max_digits=20, decimal_places=0))
    return Func(exact, exact, Value("[]"), function="NUMRANGE")
