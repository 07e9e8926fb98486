"""One step of a reorganisation, worked out before anything is written: what becomes of departments and of sections.

A step ends the rows of departments the day before its first day and adds new rows from that day on; a row that begins
on that very day is changed as it stands, so that several steps may share a day. What was before the day stays as it
was. Who moves where stands in `staff/resettling.py`.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Refused
from common.templatetags.dates import day
from staff.models import Department

DAY = dt.timedelta(days=1)


class Kind(models.TextChoices):
    """What a step does."""

    RENAME = "rename", gettext_lazy("Rename a department")
    MERGE = "merge", gettext_lazy("Merge departments")
    SPLIT = "split", gettext_lazy("Split a department")
    MOVE = "move", gettext_lazy("Move a department under another one")
    ADD = "add", gettext_lazy("Add a department")
    CLOSE = "close", gettext_lazy("Close a department")


NEW_CODES = {str(Kind.ADD): "code", str(Kind.SPLIT): "parts"}
"""The steps that need codes which are free, and the field in which they stand."""


class Impossible(Refused):
    """The step makes no sense: `place` is the field of the form that says why, the message the reason."""

    def __init__(self, place: str, sentence: str) -> None:
        super().__init__(sentence)
        self.place = place


class Part(NamedTuple):
    """A department that a step leaves: what is not given stays as it is."""

    code: str
    name: str = ""
    parent_code: str | None = None
    order: int | None = None


class Standing(NamedTuple):
    """What a department is called, below which it stands, and where in the official order."""

    name: str
    parent_code: str
    order: int


@dataclass(frozen=True)
class Wanted:
    """One step as it was asked for: from the day `on` on, the departments `codes` become `parts`.

    `people` and `sections` say into which part each posting (by its key) and each section below goes, the first part
    when left out; `heads` are the keys of the postings that stay head, None for the usual ones.
    """

    kind: str
    on: dt.date
    codes: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    people: Mapping[int, str] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)
    heads: frozenset[int] | None = None

    @property
    def target(self) -> str:
        """The code of the first part."""
        return self.parts[0].code


class City:
    """The departments in force on the first day of a step, and the codes of which a later row is held.

    With `lock` nobody else changes them, or posts somebody to them, until the transaction ends.
    """

    def __init__(self, on: dt.date, *, lock: bool = False) -> None:
        rows = Department.objects.not_over(on).order_by("order", "code", "valid_from")
        if lock:
            # Read again afterwards: rows that somebody else added while this waited are seen by a later query alone.
            list(rows.select_for_update().values_list("pk"))
        found = list(rows)
        self.on = on
        self.now = {one.code: one for one in found if one.valid_from <= on}
        self.coming = [one for one in found if one.valid_from > on]
        self.later = {one.code: one for one in reversed(self.coming)}

    def standing(self, code: str) -> Standing:
        """Return how the department stands on the first day before the step."""
        now = self.now[code]
        return Standing(now.name, now.parent_code, now.order)

    def below(self, codes: Iterable[str]) -> list[Department]:
        """Return the departments right below `codes` that are not among them."""
        above = set(codes)
        return [one for one in self.now.values() if one.parent_code in above and one.code not in above]


After = dict[str, Standing | None]


def after(wanted: Wanted, city: City) -> After:
    """Return how each department that the step touches stands afterwards, None for one that ends.

    Raises `Impossible` for what makes no sense.
    """
    _check_codes(wanted, city)
    found = AFTER[Kind(wanted.kind)](wanted, city)
    for code in found:
        if later := city.later.get(code):
            raise Impossible("on", _later(later))
        if code in city.now:
            _check_lasts(city.now[code])
    for one in city.coming:
        if found.get(one.parent_code, one) is None:
            raise Impossible("on", _later(one))
    _check_above(found, city)
    return found


def _later(row: Department) -> str:
    sentence = _("For %(name)s (%(code)s) a change on %(day)s is recorded already. Choose a later first day.")
    return sentence % {"name": row.name, "code": row.code, "day": day(row.valid_from)}


def _check_codes(wanted: Wanted, city: City) -> None:
    parts = [part.code for part in wanted.parts]
    for place, codes in (("codes", list(wanted.codes)), ("parts", parts)):
        if doubled := next((code for code in codes if codes.count(code) > 1), ""):
            raise Impossible(place, _("The code %(code)s is there more than once.") % {"code": doubled})
    for code in wanted.codes:
        if code not in city.now:
            sentence = _("No department has the code %(code)s on %(day)s.") % {"code": code, "day": day(wanted.on)}
            raise Impossible("codes" if wanted.kind == Kind.MERGE else "code", sentence)
    for code in parts if wanted.kind in NEW_CODES else ():
        if code in city.now and code not in wanted.codes:
            named = {"code": code, "name": city.now[code].name}
            raise Impossible(NEW_CODES[wanted.kind], _("The code %(code)s belongs to %(name)s already.") % named)


def _check_lasts(row: Department) -> None:
    if row.valid_to is not None:
        sentence = _("%(name)s (%(code)s) ends on %(day)s already.")
        raise Impossible("on", sentence % {"name": row.name, "code": row.code, "day": day(row.valid_to)})


def _rename(wanted: Wanted, city: City) -> After:
    part, before = wanted.parts[0], city.standing(wanted.target)
    if part.name == before.name:
        raise Impossible("name", _("The department is called so already."))
    return {part.code: before._replace(name=part.name)}


def _move(wanted: Wanted, city: City) -> After:
    part, before = wanted.parts[0], city.standing(wanted.target)
    order = before.order if part.order is None else part.order
    moved = before._replace(parent_code=part.parent_code or "", order=order)
    if moved == before:
        raise Impossible("parent_code", _("The department stands there already."))
    return {part.code: moved}


def _add(wanted: Wanted, city: City) -> After:
    part = wanted.parts[0]
    return {part.code: Standing(part.name, part.parent_code or "", part.order or 0)}


def _close(wanted: Wanted, city: City) -> After:
    (code,) = wanted.codes
    for one in [*city.now.values(), *city.coming]:
        if one.parent_code == code:
            named = {"name": one.name, "code": one.code}
            raise Impossible("code", _("%(name)s (%(code)s) stands below it. Move or close it first.") % named)
    return {code: None}


def _merge(wanted: Wanted, city: City) -> After:
    target, part = wanted.target, wanted.parts[0]
    ending = [code for code in wanted.codes if code != target]
    if not ending:
        raise Impossible("codes", _("A department cannot be merged into itself. Name the others as well."))
    model = city.standing(target if target in city.now else ending[0])
    if target not in city.now and not part.name:
        raise Impossible("name", _("Enter the name of the new department."))
    above = model.parent_code
    while above in ending:
        above = city.standing(above).parent_code
    found: After = dict.fromkeys(ending)
    found[target] = model._replace(name=part.name or model.name, parent_code=above)
    for one in city.below(ending):
        if one.code != target:
            found[one.code] = city.standing(one.code)._replace(parent_code=target)
    return found


def _split(wanted: Wanted, city: City) -> After:
    (code,) = wanted.codes
    before = city.standing(code)
    if len(wanted.parts) < 2:
        raise Impossible("parts", _("Name two departments at least."))
    found: After = {code: None}
    for part in wanted.parts:
        if part.code != code and not part.name:
            raise Impossible("parts", _("Enter a name beside the code %(code)s.") % {"code": part.code})
        found[part.code] = before._replace(name=part.name or before.name)
    for one in city.below([code]):
        into = wanted.sections.get(one.code, wanted.target)
        found[one.code] = city.standing(one.code)._replace(parent_code=into)
    return found


AFTER = {
    Kind.RENAME: _rename,
    Kind.MERGE: _merge,
    Kind.SPLIT: _split,
    Kind.MOVE: _move,
    Kind.ADD: _add,
    Kind.CLOSE: _close,
}


def _check_above(found: After, city: City) -> None:
    """Refuse a department above that does not exist from the first day on, and departments in a circle."""
    above = {code: one.parent_code for code, one in city.now.items()}
    for code, standing in found.items():
        if standing is None or above.get(code) == standing.parent_code:
            continue
        above[code] = parent = standing.parent_code
        if parent and parent not in city.now and found.get(parent) is None:
            named = {"code": parent, "day": day(city.on)}
            raise Impossible("parent_code", _("No department has the code %(code)s on %(day)s.") % named)
        if parent in city.now and parent not in found:
            _check_lasts(city.now[parent])
    for code in found:
        _check_no_circle(code, above)


def _check_no_circle(code: str, above: Mapping[str, str]) -> None:
    seen, parent = {code}, above.get(code, "")
    while parent and parent not in seen:
        seen.add(parent)
        parent = above.get(parent, "")
    if parent:
        raise Impossible("parent_code", _("A department cannot stand below itself."))
