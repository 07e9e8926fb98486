"""Who moves where when departments are merged, split or closed: the postings that end and those that begin."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from staff.models import Posting
from staff.reorganisation import After, City, Impossible, Kind, Wanted


class Move(NamedTuple):
    """A posting that goes on in the department of the code `to`, head or not; it ends where `to` is empty."""

    posting: Posting
    to: str
    is_head: bool


class Resettling(NamedTuple):
    """The people of the departments that a step is about, who of them can stay head, and the moves."""

    people: list[Posting]
    heads: frozenset[int]
    moves: list[Move]


def resettle(wanted: Wanted, city: City, after: After) -> Resettling:
    """Return what becomes of the postings held on the first day of the step or later.

    Raises `Impossible` when a department is to be closed with people in it, and when somebody's two postings would
    become one at the same time.
    """
    if wanted.kind not in (Kind.MERGE, Kind.SPLIT, Kind.CLOSE):
        return Resettling([], frozenset(), [])
    codes = {*wanted.codes, *(part.code for part in wanted.parts if part.code in city.now)}
    held = Posting.objects.not_over(wanted.on).of_codes(codes).select_related("person", "department")
    held = held.with_department_name_on(wanted.on)
    everybody = list(held.order_by("department__order", "department__code", "person__kana", "person", "concurrent"))
    gone = {one.pk for one in everybody if _has_left(one, wanted.on)}
    people = [one for one in everybody if one.pk not in gone]
    if wanted.kind == Kind.CLOSE and people:
        words = ngettext(
            "%(n)s posting there lasts until that day or longer. Move the people first.",
            "%(n)s postings there last until that day or longer. Move the people first.",
            len(people),
        )
        raise Impossible("code", words % {"n": len(people)})
    heads = _heads(wanted, people) if people else frozenset()
    placed = [Move(one, _into(wanted, one), one.pk in heads) for one in people]
    left_open = [one for one in everybody if one.pk in gone and after.get(one.department.code, one) is None]
    return Resettling(people, heads, [*(Move(one, "", False) for one in left_open), *_settled(placed, wanted.on)])


def _has_left(posting: Posting, on: dt.date) -> bool:
    """Tell whether a posting was left open although its person has left by the day `on`."""
    left_on = posting.person.left_on
    return left_on is not None and left_on < on and posting.valid_from < on


def _heads(wanted: Wanted, people: list[Posting]) -> frozenset[int]:
    """Return the heads that stay: those chosen, else in a merger those of the department that goes on or stands first,
    in a split all."""
    candidates = [one for one in people if one.is_head]
    if wanted.heads is not None:
        return frozenset(one.pk for one in candidates if one.pk in wanted.heads)
    if wanted.kind == Kind.SPLIT:
        return frozenset(one.pk for one in candidates)
    for code in (wanted.target, *wanted.codes):
        if found := frozenset(one.pk for one in candidates if one.department.code == code):
            return found
    return frozenset()


def _into(wanted: Wanted, posting: Posting) -> str:
    return wanted.people.get(posting.pk, wanted.target)


def _settled(placed: list[Move], on: dt.date) -> list[Move]:
    """Leave out postings that stay as they are; a concurrent post beside another in the same department ends."""
    together: dict[tuple[int, str], list[Move]] = {}
    for move in placed:
        together.setdefault((move.posting.person_id, move.to), []).append(move)
    moves = [move for group in together.values() for move in _one_of(group, on)]
    return [move for move in moves if _changes(move)]


def _changes(move: Move) -> bool:
    return move.to != move.posting.department.code or move.is_head != move.posting.is_head


def _one_of(group: list[Move], on: dt.date) -> Iterable[Move]:
    group = sorted(group, key=lambda move: (move.posting.concurrent, _changes(move), move.posting.valid_from))
    kept = group[:1]
    for move in group[1:]:
        beside = next((index for index, one in enumerate(kept) if _overlap(one.posting, move.posting)), None)
        if beside is None:
            kept.append(move)
            continue
        if not (move.posting.concurrent and move.posting.valid_from < on and _outlasts(kept[beside], move)):
            number = move.posting.person.employee_number
            sentence = _("The person with the number %(number)s would be posted there twice. End one posting first.")
            raise Impossible("codes", sentence % {"number": number})
        kept[beside] = kept[beside]._replace(is_head=kept[beside].is_head or move.is_head)
        yield Move(move.posting, "", False)
    yield from kept


def _overlap(one: Posting, two: Posting) -> bool:
    return (one.valid_to is None or two.valid_from <= one.valid_to) and (
        two.valid_to is None or one.valid_from <= two.valid_to
    )


def _outlasts(kept: Move, dropped: Move) -> bool:
    until = kept.posting.valid_to
    return until is None or (dropped.posting.valid_to is not None and dropped.posting.valid_to <= until)
