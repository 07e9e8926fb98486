"""What the pages of a reorganisation say, and what is to come for the departments, in words."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common import handover
from common.pages import Crumb, breadcrumb
from common.templatetags.dates import day
from staff.forms_reorganise import STEPS, ArrangeForm
from staff.models import Department, Staff
from staff.reorganisation import DAY, Kind
from staff.reorganisation_plan import Plan

LEADS = {
    Kind.RENAME: gettext_lazy("The department gets another name. Its code stays, and nobody moves."),
    Kind.MERGE: gettext_lazy("Several departments become one, new or one that is there. Everybody moves into it."),
    Kind.SPLIT: gettext_lazy("One department becomes several. You choose into which one each person goes."),
    Kind.MOVE: gettext_lazy("The department stands below another one from then on. Nobody moves."),
    Kind.ADD: gettext_lazy("A department that is new. People are posted to it afterwards."),
    Kind.CLOSE: gettext_lazy("A department without people and without departments below ends."),
}


def trail(here: str = "") -> list[Crumb]:
    """Return the breadcrumb: home, reorganisation, and the step."""
    return breadcrumb((_("Reorganisation"), reverse("staff:reorganise")), here=here)


def steps(code: str) -> list[dict[str, Any]]:
    """Return what can be done, each with its words and its address; `code` is chosen there already."""
    query = f"?code={code}" if code else ""
    return [
        {"title": kind.label, "text": LEADS[kind], "url": reverse("staff:reorganise_step", args=[kind.value]) + query}
        for kind in STEPS
    ]


class Coming(NamedTuple):
    """What becomes of a department on a day to come."""

    day: dt.date
    code: str
    words: str


def coming(on: dt.date, codes: Iterable[str] | None = None) -> list[Coming]:
    """Return the changes of departments after the day `on`, in the order of their days; of `codes` alone when given.

    One query for the rows of the departments concerned and one for the names of those above.
    """
    rows = Department.objects.filter(Q(valid_from__gt=on) | Q(valid_to__gte=on) | Q(valid_to__isnull=True))
    found: dict[str, list[Department]] = {}
    for row in (rows if codes is None else rows.filter(code__in=codes)).order_by("valid_from"):
        found.setdefault(row.code, []).append(row)
    names = dict(Department.objects.order_by("valid_from").values_list("code", "name"))
    changes = [one for held in found.values() for one in _changes(held, on, names)]
    return sorted(changes, key=lambda one: (one.day, one.code))


def _changes(held: list[Department], on: dt.date, names: Mapping[str, str]) -> Iterator[Coming]:
    before: Department | None = None
    for row in held:
        follows = before is not None and before.valid_to == row.valid_from - DAY
        if before is not None and not follows and before.valid_to:
            yield Coming(before.valid_to + DAY, row.code, _ends(before))
        if row.valid_from > on:
            steps = _between(before, row) if follows and before else None
            yield from (Coming(row.valid_from, row.code, said) for said in _said(row, steps, names))
        before = row
    if before is not None and before.valid_to is not None:
        yield Coming(before.valid_to + DAY, before.code, _ends(before))


def _between(before: Department, row: Department) -> dict[str, tuple[Any, Any]]:
    places = ("name", "parent_code", "order")
    pairs = {place: (getattr(before, place), getattr(row, place)) for place in places}
    return {place: pair for place, pair in pairs.items() if pair[0] != pair[1]}


def _ends(row: Department) -> str:
    named = {"name": row.name, "code": row.code, "day": day(row.valid_to)}
    return _("%(name)s (%(code)s) ends on %(day)s.") % named


def _said(row: Department, changed: Mapping[str, tuple[Any, Any]] | None, names: Mapping[str, str]) -> Iterator[str]:
    """Yield what changes with a row that begins; `changed` is None for a department that was not there before."""
    named = {"name": row.name, "code": row.code, "day": day(row.valid_from)}
    if changed is None:
        named["above"] = names.get(row.parent_code, row.parent_code) or _("the top of the city")
        yield _("%(name)s (%(code)s) begins on %(day)s, below %(above)s.") % named
        return
    if "name" in changed:
        yield _("%(before)s (%(code)s) is called %(name)s from %(day)s on.") % {**named, "before": changed["name"][0]}
    if "parent_code" in changed:
        above = names.get(row.parent_code, row.parent_code) or _("the top of the city")
        yield _("%(name)s (%(code)s) stands below %(above)s from %(day)s on.") % {**named, "above": above}
    if "order" in changed:
        place = {**named, "order": row.order}
        yield _("%(name)s (%(code)s) has place %(order)s in the official order from %(day)s on.") % place


def in_words(found: Plan) -> list[str]:
    """Return what a step does to departments, a sentence each."""
    names = {code: one.name for code, one in found.result.items()}
    goes_on = {row.department.code for row in found.rows if row.is_new or "valid_to" not in _places(row.changes)}
    sentences = []
    for row in found.rows:
        ends = "valid_to" in _places(row.changes)
        if ends and row.department.code not in goes_on:
            sentences.append(_ends(row.department))
        elif not ends:
            changed = {step["place"]: (step["before"], step["after"]) for step in row.changes}
            is_first = all(before is None for before, _after in changed.values())
            sentences += _said(row.department, None if is_first else changed, names)
    for one in found.withdrawn:
        named = {"name": one.name, "code": one.code, "day": day(one.valid_from)}
        sentences.append(_("%(name)s (%(code)s), which was to begin on %(day)s, does not begin.") % named)
    return sentences


def _places(changes: list[dict[str, Any]]) -> set[str]:
    return {step["place"] for step in changes}


def moves_in_words(found: Plan) -> list[str]:
    """Return how many postings go where, in numbers."""
    counts: dict[str, int] = {}
    for move in found.moves:
        where = move.to if move.to != move.posting.department.code else ""
        if where or not move.to:
            counts[where] = counts.get(where, 0) + 1
    told = []
    for code, count in counts.items():
        if code:
            words = ngettext("%(n)s posting goes on in %(name)s.", "%(n)s postings go on in %(name)s.", count)
            told.append(words % {"n": count, "name": found.result[code].name})
        else:
            words = ngettext(
                "%(n)s posting ends: the person has left, or has another post in the same department.",
                "%(n)s postings end: the person has left, or has another post in the same department.",
                count,
            )
            told.append(words % {"n": count})
    return told or [_("Nobody moves.")]


def preview(form: Any, arrange: ArrangeForm, viewer: Staff) -> dict[str, Any]:
    """Return what the preview of a step shows `viewer`; `form` is that of the step, valid."""
    found, title = arrange.found, str(form.kind.label)
    ending = [row.department.code for row in found.rows if "valid_to" in _places(row.changes)]
    gone = [code for code in ending if not any(row.is_new and row.department.code == code for row in found.rows)]
    elsewhere = handover.of_departments(gone, found.wanted.on - DAY)
    return {
        "form": form,
        "title": title,
        "breadcrumbs": trail(title),
        "sentences": in_words(found),
        "moves": moves_in_words(found),
        "headless": [one.name for one in found.headless()],
        "named_elsewhere": [(item, item.url_for(viewer)) for item in elsewhere],
        "arrange": arrange,
        "people": list(arrange.rows()),
        "sections": list(arrange.section_rows()),
        "is_split": arrange.is_split,
        "first_day": found.wanted.on,
    }
