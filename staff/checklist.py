"""The hand-over checklist: what the end of a fiscal year leaves without an owner, as far as it is recorded.

Every line says what is the case and what to do, and leads there. A line is open while somebody has to act on it.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import handover
from common.fiscal_year import first_day, last_day
from common.periods import covers
from common.templatetags.dates import day
from staff.administrators import LEAST
from staff.models import Department, Deputy, Posting, RoleGrant, Staff
from staff.roles import Role

OPEN = ("error", "warning")


class Line(NamedTuple):
    """One thing: how pressing it is (error, warning, info or success), what is the case, what to do, and where."""

    kind: str
    text: str
    todo: str
    url: str


class Section(NamedTuple):
    """The lines about one matter, and what is said when there is none."""

    title: str
    lines: list[Line]
    nothing: str


class YearEnd:
    """The last day of a fiscal year and the first of the next, and who leaves or moves between them."""

    def __init__(self, fiscal_year: int) -> None:
        self.eve, self.spring = last_day(fiscal_year), first_day(fiscal_year + 1)
        self.names = Department.objects.names_on(self.spring)
        self.names_before = Department.objects.names_on(self.eve)
        since = self.eve.replace(day=1)
        self.leaving = list(Staff.objects.filter(left_on__range=(since, self.eve)).order_by("kana", "employee_number"))
        self.moving = self._moving()

    def _moving(self) -> dict[int, tuple[Staff, str]]:
        """Return those whose main posting is in another department from the first day on, with its code."""
        begun = Posting.objects.filter(concurrent=False, valid_from=self.spring)
        to = {one.person_id: one for one in begun.select_related("person", "department").order_by("person__kana", "pk")}
        held = Posting.objects.in_force(self.eve).filter(concurrent=False, person__in=to)
        before = dict(held.values_list("person", "department__code"))
        codes = {pk: one.department.code for pk, one in to.items()}
        return {pk: (to[pk].person, code) for pk, code in codes.items() if before.get(pk, code) != code}

    @property
    def changing(self) -> list[Staff]:
        """Everybody who leaves or moves."""
        return [*self.leaving, *(person for person, _code in self.moving.values())]

    def is_there(self, person: Staff) -> bool:
        """Tell whether the person may sign in on the first day."""
        return person.is_active_on(self.spring)

    def goes(self, person: Staff) -> str:
        """Return in words what becomes of the person; empty for one who stays where he or she is."""
        if person.left_on is not None and person.left_on <= self.eve:
            return _("leaves on %(day)s") % {"day": day(person.left_on)}
        if person.disabled_at is not None:
            return _("has a disabled account")
        if person.pk in self.moving:
            code = self.moving[person.pk][1]
            return _("moves to %(department)s") % {"department": self.names.get(code, code)}
        return ""


def checklist(fiscal_year: int, viewer: Staff) -> list[Section]:
    """Return the checklist for the end of `fiscal_year`, leading `viewer` only to pages that he or she may open.

    The queries do not grow with the number of people.
    """
    end = YearEnd(fiscal_year)
    return [
        Section(_("Roles"), list(_roles(end)), _("Nobody holds a role.")),
        Section(_("Departments without a head"), list(_heads(end)), _("Every department keeps its head.")),
        Section(_("Deputies"), list(_deputies(end)), _("No deputy is concerned.")),
        Section(_("Departments that end"), list(_departments(end, viewer)), _("No department ends.")),
        Section(
            _("Unfinished work of those who leave or move"), list(_work(end, viewer)), _("Nothing is left unfinished.")
        ),
    ]


def open_lines(sections: Iterable[Section]) -> int:
    """Return how many lines somebody has to act on."""
    return sum(line.kind in OPEN for section in sections for line in section.lines)


def _person_url(person: Staff) -> str:
    return reverse("staff:person", args=[person.pk])


def _roles(end: YearEnd) -> Iterator[Line]:
    grants = RoleGrant.objects.filter(covers(end.eve) | covers(end.spring)).select_related("person")
    held: dict[str, dict[int, list[RoleGrant]]] = {role: {} for role in Role.values}
    for grant in grants.order_by("person__kana", "person__employee_number", "valid_from"):
        held[grant.role].setdefault(grant.person_id, []).append(grant)
    for role, people in held.items():
        yield _count(Role(role), people, end)
        for terms in people.values():
            yield from _grant(Role(role), terms, end)


def _goes_on(terms: list[RoleGrant], end: YearEnd) -> bool:
    return any(one.valid_to is None or one.valid_to >= end.spring for one in terms)


def _count(role: Role, people: dict[int, list[RoleGrant]], end: YearEnd) -> Line:
    left = sum(_goes_on(terms, end) and end.is_there(terms[0].person) for terms in people.values())
    least = LEAST if role == Role.ADMINISTRATOR else 1
    named = {"role": role.label, "n": left, "all": len(people), "day": day(end.spring), "least": least}
    text = _("%(role)s: %(n)s of %(all)s remain on %(day)s.") % named
    todo = _("Grant the role to a successor, so that at least %(least)s remain.") % named if left < least else ""
    return Line("error" if todo else "success", text, todo, reverse("staff:roll", args=["roles"]))


def _grant(role: Role, terms: list[RoleGrant], end: YearEnd) -> Iterator[Line]:
    person, last = terms[0].person, terms[-1].valid_to
    named = {"name": person.name, "role": role.label, "goes": end.goes(person), "day": day(last)}
    if not _goes_on(terms, end):
        text = _("%(name)s: the role %(role)s ends on %(day)s.") % named
        yield Line("info", text, _("Grant it again where the work goes on."), _person_url(person))
    elif named["goes"]:
        text = _("%(name)s (%(role)s) %(goes)s.") % named
        gone = not end.is_there(person)
        todo = _("End the role, and grant it to a successor.") if gone else _("Decide whether the role goes on.")
        yield Line("warning", text, todo, _person_url(person))


def _heads(end: YearEnd) -> Iterator[Line]:
    before, after = (
        {code for code, posts in Posting.objects.heads_by_code(on).items() if any(_stays(p, on) for p in posts)}
        for on in (end.eve, end.spring)
    )
    without = [code for code in end.names if code not in after]
    for code in without:
        named = {"department": end.names[code], "day": day(end.spring)}
        if code in before or code not in end.names_before:
            text = _("%(department)s has no head from %(day)s on.") % named
            yield Line("warning", text, _("Post a head, by form or with the list of people."), _department_url(code))
    never = [code for code in without if code not in before and code in end.names_before]
    if never:
        words = ngettext(
            "%(n)s department had no head before either.", "%(n)s departments had no head before either.", len(never)
        )
        yield Line("info", words % {"n": len(never)}, "", reverse("staff:departments"))


def _stays(posting: Posting, on: dt.date) -> bool:
    return posting.person.is_employed_on(on)


def _department_url(code: str) -> str:
    return reverse("staff:department", args=[code])


def _deputies(end: YearEnd) -> Iterator[Line]:
    heads = set(Posting.objects.in_force(end.spring).filter(is_head=True).values_list("person", flat=True))
    rows = Deputy.objects.filter(covers(end.eve) | covers(end.spring)).select_related("person", "head")
    for row in rows.order_by("head__kana", "pk"):
        named = {"deputy": row.person.name, "head": row.head.name, "day": day(row.valid_to), "spring": day(end.spring)}
        if not end.is_there(row.head) or row.head_id not in heads:
            text = _("%(deputy)s stands in for %(head)s, who heads no department from %(spring)s on.") % named
            yield Line("warning", text, _("End it; the new head appoints a deputy."), _person_url(row.head))
        elif not end.is_there(row.person):
            text = _("%(deputy)s, who stands in for %(head)s, is no longer there on %(spring)s.") % named
            yield Line("warning", text, _("Appoint another deputy."), _person_url(row.head))
        elif row.valid_to < end.spring:
            text = _("%(deputy)s stands in for %(head)s until %(day)s.") % named
            yield Line("info", text, _("Appoint a deputy again where one is needed."), _person_url(row.head))


def _departments(end: YearEnd, viewer: Staff) -> Iterator[Line]:
    ending = [code for code in end.names_before if code not in end.names]
    held = Posting.objects.not_over(end.spring).of_codes(ending).values_list("department__code", flat=True)
    posted = set(held) if ending else set()
    for code in ending:
        named = {"department": end.names_before[code], "day": day(end.eve)}
        text = _("%(department)s ends on %(day)s.") % named
        todo = _("People are still posted there. Move them, or end their postings.") if code in posted else ""
        yield Line("warning" if todo else "info", text, todo, _department_url(code))
    for item in handover.of_departments(ending, end.eve):
        yield Line("warning", item.title, item.todo, item.url_for(viewer))


def _work(end: YearEnd, viewer: Staff) -> Iterator[Line]:
    people = {person.pk: person for person in end.changing}
    for pk, items in handover.of_people(list(people.values()), end.eve).items():
        named = {"name": people[pk].name, "goes": end.goes(people[pk])}
        for item in items:
            text = _("%(name)s %(goes)s: %(what)s") % {**named, "what": item.title}
            yield Line("warning", text, item.todo, item.url_for(viewer))
