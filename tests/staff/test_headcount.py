"""Who belonged where on a day, who was on leave, and the head-counts with their subtotals, at every edge."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from staff import actions
from staff.headcount import KINDS, Heads, headcount
from staff.models import Department, Posting, Staff
from tests import cast

pytestmark = pytest.mark.django_db
SPRING = dt.date(2026, 4, 1)
DAY = dt.timedelta(days=1)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def person(number: str, where: Department | None = None, since: str = "2020-04-01", **more: Any) -> Staff:
    by = actions.system_actor()
    one = actions.register(by=by, employee_number=number, name=f"職員 {number}", joined_on=day(since), **more)
    if where is not None:
        actions.post(by=by, person=one, department=where, valid_from=day(since))
    return one


def on_leave(one: Staff, since: str, until: str | None = None) -> None:
    by, last = actions.system_actor(), day(until) if until else None
    actions.record_leave(by=by, person=one, valid_from=day(since), valid_to=last, reason="育休")


@pytest.fixture
def city(db: None) -> SimpleNamespace:
    """A division with two sections, one of which has a unit, and a department of its own."""
    return SimpleNamespace(
        division=cast.department("01", "総務部"),
        policy=cast.department("0110", "情報政策課", "01"),
        unit=cast.department("011010", "情報管理係", "0110"),
        staff=cast.department("0120", "人事課", "01"),
        citizens=cast.department("02", "市民部"),
    )


def numbers(people: Any) -> list[str]:
    return sorted(one.employee_number for one in people)


@pytest.mark.parametrize(
    ("on", "here", "there"),
    [
        ("2024-03-31", [], []),
        ("2024-04-01", ["1"], []),
        ("2026-03-31", ["1"], []),
        ("2026-04-01", [], ["1"]),
        ("2028-02-28", [], ["1"]),
        ("2028-02-29", [], ["1"]),
        ("2028-03-01", [], []),
    ],
)
def test_who_belonged_where_follows_the_posting_of_the_day(
    on: str, here: list[str], there: list[str], city: SimpleNamespace
) -> None:
    by, one = actions.system_actor(), person("1", since="2020-04-01")
    more = {"by": by, "person": one}
    actions.post(**more, department=city.policy, valid_from=day("2024-04-01"), valid_to=day("2026-03-31"))
    actions.post(**more, department=city.staff, valid_from=SPRING, valid_to=day("2028-02-29"))
    assert numbers(Staff.objects.belonging_to(["0110"], day(on))) == here
    assert numbers(Staff.objects.all().belonging_to(["0120"], day(on))) == there


def test_a_concurrent_post_counts_as_belonging_and_everybody_is_there_once(city: SimpleNamespace) -> None:
    one = person("1", city.policy)
    by = actions.system_actor()
    actions.post(by=by, person=one, department=city.citizens, concurrent=True, valid_from=SPRING)
    assert numbers(Staff.objects.belonging_to(["02"], SPRING - DAY)) == []
    assert numbers(Staff.objects.belonging_to(["02"], SPRING)) == ["1"]
    assert numbers(Staff.objects.belonging_to(["02", "0110"], SPRING)) == ["1"]


def test_who_has_left_belongs_nowhere_even_where_the_posting_was_left_open(city: SimpleNamespace) -> None:
    person("1", city.policy, left_on=SPRING - DAY)
    assert numbers(Staff.objects.belonging_to(["0110"], SPRING - DAY)) == ["1"]
    assert numbers(Staff.objects.belonging_to(["0110"], SPRING)) == []
    assert numbers(Staff.objects.belonging_to(["0110"], day("2020-03-31"))) == []


def test_a_whole_division_is_asked_for_by_the_codes_below_it(city: SimpleNamespace) -> None:
    person("1", city.division), person("2", city.unit), person("3", city.citizens)
    codes = Department.objects.codes_below(["01"], SPRING)
    assert numbers(Staff.objects.belonging_to(codes, SPRING)) == ["1", "2"]


@pytest.mark.parametrize(
    ("on", "away"),
    [
        ("2024-02-28", False),
        ("2024-02-29", True),
        ("2024-03-01", True),
        ("2025-03-31", True),
        ("2025-04-01", False),
        ("2020-03-31", None),
        ("2026-03-31", False),
        ("2026-04-01", None),
    ],
)
def test_leave_holds_on_its_first_and_last_day(on: str, away: bool | None, city: SimpleNamespace) -> None:
    one = person("1", city.policy, left_on=SPRING - DAY)
    on_leave(one, "2024-02-29", "2025-03-31")
    assert numbers(Staff.objects.on_leave(day(on))) == (["1"] if away else [])
    assert numbers(Staff.objects.working_on(day(on))) == (["1"] if away is False else [])
    assert numbers(Staff.objects.all().on_leave(day(on))) == numbers(Staff.objects.on_leave(day(on)))


def test_a_leave_without_an_end_goes_on(city: SimpleNamespace) -> None:
    one, other = person("1", city.policy), person("2", city.policy)
    on_leave(one, "2026-04-01")
    assert numbers(Staff.objects.on_leave(SPRING - DAY)) == []
    assert numbers(Staff.objects.on_leave(day("2099-12-31"))) == ["1"]
    assert list(Staff.objects.working_on(SPRING)) == [other]


def shown(day: dt.date, codes: Any = None) -> list[tuple[str, int, int, int, int]]:
    lines = headcount(day, codes).lines
    return [(line.name, line.depth, line.own.people, line.whole.people, line.whole.away) for line in lines]


def test_a_section_counts_in_its_division_and_everybody_once(city: SimpleNamespace) -> None:
    person("1", city.division), person("2", city.policy), person("3", city.unit), person("4", city.unit)
    person("5", city.citizens), person("6")
    assert shown(SPRING) == [
        ("総務部", 0, 1, 4, 0),
        ("情報政策課", 1, 1, 3, 0),
        ("情報管理係", 2, 2, 2, 0),
        ("人事課", 1, 0, 0, 0),
        ("市民部", 0, 1, 1, 0),
        ("本務の所属がない職員", 0, 1, 1, 0),
    ]
    assert headcount(SPRING).total.people == 6 == Staff.objects.employed_on(SPRING).count()


def test_kinds_leave_and_concurrent_posts_are_told_apart(city: SimpleNamespace) -> None:
    person("1", city.policy), person("2", city.policy, employment_kind="fiscal_year")
    away = person("3", city.unit, employment_kind="fiscal_year")
    on_leave(away, "2026-04-01", "2026-04-01")
    by = actions.system_actor()
    actions.post(by=by, person=away, department=city.citizens, concurrent=True, valid_from=SPRING)
    line = {one.code: one for one in headcount(SPRING).lines}
    assert [str(kind) for kind in KINDS] == ["regular", "fiscal_year", "reappointed", "special"]
    assert line["0110"].whole == Heads((1, 2, 0, 0), away=1)
    assert line["0110"].own == Heads((1, 1, 0, 0))
    assert (line["0110"].whole.people, line["0110"].whole.working) == (3, 2)
    assert line["02"].whole == Heads(concurrent=1)
    assert headcount(SPRING).total == Heads((1, 2, 0, 0), away=1, concurrent=1)
    for edge in (SPRING - DAY, SPRING + DAY):
        assert headcount(edge).total.away == 0, edge


@pytest.mark.parametrize(
    ("on", "count"),
    [("2020-03-31", 0), ("2020-04-01", 1), ("2024-02-28", 1), ("2024-02-29", 1), ("2024-03-01", 0)],
)
def test_the_first_and_the_last_day_on_the_staff_count(on: str, count: int, city: SimpleNamespace) -> None:
    person("1", city.policy, left_on=day("2024-02-29"))
    assert headcount(day(on)).total.people == count


def test_departments_bear_the_names_and_places_of_the_day(city: SimpleNamespace) -> None:
    person("1", city.policy)
    Department.objects.filter(code="0110").update(valid_to=SPRING - DAY)
    cast.department("0110", "デジタル戦略課", "02", valid_from=SPRING)
    assert ("情報政策課", 1, 1, 1, 0) in shown(SPRING - DAY)
    assert ("デジタル戦略課", 1, 1, 1, 0) in shown(SPRING)
    assert [name for name, *_ in shown(SPRING)] == ["総務部", "人事課", "市民部", "デジタル戦略課", "情報管理係"]
    assert {name: whole for name, _, _, whole, _ in shown(SPRING)}["市民部"] == 1


def test_a_head_s_part_of_the_tree_stands_by_itself(city: SimpleNamespace) -> None:
    person("1", city.policy), person("2", city.unit), person("3", city.citizens), person("4")
    codes = Department.objects.codes_below(["0110"], SPRING)
    assert shown(SPRING, codes) == [("情報政策課", 0, 1, 2, 0), ("情報管理係", 1, 1, 1, 0)]
    assert headcount(SPRING, codes).total.people == 2
    assert headcount(SPRING, []) == ([], Heads())


def test_people_of_a_department_that_is_gone_are_shown_and_counted(city: SimpleNamespace) -> None:
    person("1", city.citizens)
    Department.objects.filter(code="02").update(valid_to=SPRING - DAY)
    assert shown(SPRING)[-1] == ("この日に存在しない所属", 0, 1, 1, 0)
    assert headcount(SPRING).total.people == 1


def test_departments_in_a_circle_are_counted_once_and_do_not_hang(db: None) -> None:
    one, two = cast.department("1", "一課", "2"), cast.department("2", "二課", "1")
    person("1", one), person("2", two)
    assert [(line.code, line.depth) for line in headcount(SPRING).lines] == [("1", 0), ("2", 1)]
    assert headcount(SPRING).total.people == 2


def test_the_names_of_postings_are_those_of_the_day(city: SimpleNamespace) -> None:
    person("1", city.policy)
    Department.objects.filter(code="0110").update(valid_to=SPRING - DAY)
    cast.department("0110", "デジタル戦略課", "01", valid_from=SPRING)
    named = Posting.objects.with_department_name_on
    assert [one.department_name for one in named(SPRING - DAY)] == ["情報政策課"]
    assert [one.department_name for one in named(SPRING)] == ["デジタル戦略課"]
    assert [one.department_name for one in named(day("2000-01-01"))] == ["情報政策課"]


def test_the_queries_do_not_grow_with_the_staff(city: SimpleNamespace) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            headcount(SPRING)
        return len(made)

    person("1", city.policy)
    before = queries()
    for number in range(2, 40):
        person(str(number), city.unit)
    cast.department("03", "教育部")
    assert queries() == before == 3
