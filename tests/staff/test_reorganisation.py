"""Reorganisation: each kind of step, what it refuses, and that the past stays as it was."""

import datetime as dt
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from audit.models import Event
from common.errors import Refused
from staff import actions
from staff.headcount import headcount
from staff.models import Department, Posting, Staff
from staff.reorganisation import Impossible, Kind, Part, Wanted
from staff.reorganisation_plan import plan
from tests import cast

pytestmark = pytest.mark.django_db
SPRING = dt.date(2027, 4, 1)
EVE = SPRING - dt.timedelta(days=1)
TODAY = dt.date(2027, 3, 1)


def person(number: str, where: Department, *, since: dt.date = cast.SINCE, **more: Any) -> Staff:
    one = cast.person(number, f"職員 {number}", kana=number)
    actions.post(by=actions.system_actor(), person=one, department=where, valid_from=since, **more)
    return one


@pytest.fixture
def city(db: None) -> SimpleNamespace:
    """Two divisions; below the first two sections with a head and a member each, the first with a unit."""
    made = SimpleNamespace(
        general=cast.department("01", "総務部"),
        policy=cast.department("0110", "情報政策課", "01"),
        unit=cast.department("011010", "情報管理係", "0110"),
        statistics=cast.department("0120", "統計課", "01"),
        citizens=cast.department("02", "市民部"),
        by=actions.system_actor(),
    )
    made.head = person("11", made.policy, is_head=True, position="課長")
    made.member = person("12", made.policy)
    made.other_head = person("21", made.statistics, is_head=True, position="課長")
    made.other = person("22", made.statistics)
    return made


def reorganise(city: SimpleNamespace, kind: str, on: dt.date = SPRING, **more: Any) -> Any:
    today = more.pop("today", TODAY)
    return actions.reorganise(by=city.by, wanted=Wanted(kind, on, **more), today=today, reason="組織改正")


def refusal(city: SimpleNamespace, kind: str, on: dt.date = SPRING, **more: Any) -> str:
    """Try a step that must be refused and change nothing; return the field and the reason."""
    before = state()
    with pytest.raises(Impossible) as refused:
        reorganise(city, kind, on, **more)
    assert state() == before
    return f"{refused.value.place}: {refused.value}"


def state() -> tuple[list[Any], list[Any], int]:
    return (
        list(Department.objects.order_by("pk").values()),
        list(Posting.objects.order_by("pk").values()),
        Event.objects.count(),
    )


def rows(code: str) -> list[tuple[str, str, str, str]]:
    found = Department.objects.filter(code=code).order_by("valid_from")
    return [(one.name, one.parent_code, str(one.valid_from), str(one.valid_to or "")) for one in found]


def postings(one: Staff) -> list[tuple[str, str, str, bool]]:
    found = one.postings.order_by("valid_from", "concurrent").select_related("department")
    return [(p.department.code, str(p.valid_from), str(p.valid_to or ""), p.is_head) for p in found]


def told() -> list[tuple[str, str]]:
    """Return the actions of the reorganisation and the codes they are about."""
    events = Event.objects.filter(data__has_key="reorganisation").order_by("pk")
    assert {event.data["reason"] for event in events} <= {"組織改正"}
    return [
        (event.action.removeprefix("staff."), event.data.get("code") or event.data["department"]) for event in events
    ]


def test_a_rename_ends_the_old_name_and_moves_nobody(city: SimpleNamespace) -> None:
    reorganise(city, Kind.RENAME, codes=("0110",), parts=(Part("0110", "デジタル戦略課"),))
    assert rows("0110") == [
        ("情報政策課", "01", "2016-04-01", "2027-03-31"),
        ("デジタル戦略課", "01", "2027-04-01", ""),
    ]
    assert postings(city.member) == [("0110", "2016-04-01", "", False)]
    for day, name in ((EVE, "情報政策課"), (SPRING, "デジタル戦略課")):
        assert Staff.objects.all().with_department_on(day).get(pk=city.member.pk).department_name == name
        assert {line.name for line in headcount(day).lines if line.own.people} == {name, "統計課"}
    assert city.head.headed_codes_on(SPRING) == {"0110", "011010"}
    assert told() == [("change_department", "0110"), ("add_department", "0110")]


def test_a_move_keeps_people_and_those_below(city: SimpleNamespace) -> None:
    reorganise(city, Kind.MOVE, codes=("0110",), parts=(Part("0110", parent_code="02", order=99),))
    assert rows("0110")[1] == ("情報政策課", "02", "2027-04-01", "")
    assert Department.objects.codes_below(["01"], EVE) == {"01", "0110", "011010", "0120"}
    assert Department.objects.codes_below(["02"], SPRING) == {"02", "0110", "011010"}
    assert Department.objects.in_force(SPRING).get(code="0110").order == 99
    assert len(postings(city.member)) == 1
    reorganise(city, Kind.MOVE, dt.date(2028, 4, 1), codes=("0110",), parts=(Part("0110", parent_code=""),))
    assert rows("0110")[2] == ("情報政策課", "", "2028-04-01", "")


def test_a_merger_into_a_new_department_moves_everybody_and_keeps_one_head(city: SimpleNamespace) -> None:
    found = reorganise(city, Kind.MERGE, codes=("0110", "0120"), parts=(Part("0130", "情報統計課"),))
    assert rows("0110") == [("情報政策課", "01", "2016-04-01", "2027-03-31")]
    assert rows("0120") == [("統計課", "01", "2016-04-01", "2027-03-31")]
    assert rows("0130") == [("情報統計課", "01", "2027-04-01", "")]
    assert rows("011010")[1] == ("情報管理係", "0130", "2027-04-01", ""), "what stood below goes along"
    assert postings(city.head) == [("0110", "2016-04-01", "2027-03-31", True), ("0130", "2027-04-01", "", True)]
    assert postings(city.other_head) == [("0120", "2016-04-01", "2027-03-31", True), ("0130", "2027-04-01", "", False)]
    assert postings(city.other)[1] == ("0130", "2027-04-01", "", False)
    assert city.head.postings.in_force(SPRING).get().position == "課長"
    assert found.headless() == []
    assert sorted(told()) == sorted(
        [("change_department", code) for code in ("0110", "0120", "011010")]
        + [("add_department", "0130"), ("add_department", "011010")]
        + [("end_posting", code) for code in ("0110", "0110", "0120", "0120")]
        + [("post", "0130")] * 4
    )


def test_a_merger_into_one_of_them_keeps_its_people_where_they_are(city: SimpleNamespace) -> None:
    reorganise(city, Kind.MERGE, codes=("0110", "0120"), parts=(Part("0120", "情報統計課"),))
    assert rows("0120") == [
        ("統計課", "01", "2016-04-01", "2027-03-31"),
        ("情報統計課", "01", "2027-04-01", ""),
    ]
    assert postings(city.other) == [("0120", "2016-04-01", "", False)]
    assert postings(city.other_head) == [("0120", "2016-04-01", "", True)]
    assert postings(city.head)[1] == ("0120", "2027-04-01", "", False)


def test_the_heads_of_a_merger_are_chosen(city: SimpleNamespace) -> None:
    chosen = frozenset({city.head.postings.get().pk})
    reorganise(city, Kind.MERGE, codes=("0110", "0120"), parts=(Part("0120"),), heads=chosen)
    assert rows("0120") == [("統計課", "01", "2016-04-01", "")], "nothing changes for the one that goes on"
    assert postings(city.head)[1] == ("0120", "2027-04-01", "", True)
    assert postings(city.other_head) == [
        ("0120", "2016-04-01", "2027-03-31", True),
        ("0120", "2027-04-01", "", False),
    ]


def test_a_unit_is_merged_into_the_section_above_and_a_section_into_its_own_unit(city: SimpleNamespace) -> None:
    reorganise(city, Kind.MERGE, codes=("011010",), parts=(Part("0110"),))
    assert rows("011010") == [("情報管理係", "0110", "2016-04-01", "2027-03-31")]
    assert len(rows("0110")) == 1
    unit = cast.department("012010", "統計係", "0120")
    reorganise(city, Kind.MERGE, codes=("0120",), parts=(Part(unit.code),))
    assert rows("012010")[1] == ("統計係", "01", "2027-04-01", "")


def test_a_split_moves_each_person_to_the_part_chosen_the_first_when_none_is(city: SimpleNamespace) -> None:
    more = person("13", city.policy)
    chosen = {city.member.postings.get().pk: "0112"}
    parts = (Part("0111", "情報企画課"), Part("0112", "システム課"))
    sections = {"011010": "0112"}
    found = reorganise(city, Kind.SPLIT, codes=("0110",), parts=parts, people=chosen, sections=sections)
    assert [rows(code)[0] for code in ("0111", "0112")] == [
        ("情報企画課", "01", "2027-04-01", ""),
        ("システム課", "01", "2027-04-01", ""),
    ]
    assert rows("0110") == [("情報政策課", "01", "2016-04-01", "2027-03-31")]
    assert rows("011010")[1][1] == "0112"
    assert postings(city.head)[1] == ("0111", "2027-04-01", "", True)
    assert postings(city.member)[1] == ("0112", "2027-04-01", "", False)
    assert postings(more)[1] == ("0111", "2027-04-01", "", False)
    assert [one.name for one in found.headless()] == ["システム課"]


def test_a_split_whose_first_part_keeps_the_code_moves_only_the_others(city: SimpleNamespace) -> None:
    chosen = {city.member.postings.get().pk: "0111"}
    parts = (Part("0110"), Part("0111", "システム課"))
    reorganise(city, Kind.SPLIT, codes=("0110",), parts=parts, people=chosen)
    assert rows("0110") == [("情報政策課", "01", "2016-04-01", "")]
    assert postings(city.head) == [("0110", "2016-04-01", "", True)]
    assert postings(city.member)[1][0] == "0111"
    assert len(rows("011010")) == 1


def test_a_department_is_added_and_closed(city: SimpleNamespace) -> None:
    found = reorganise(city, Kind.ADD, parts=(Part("03", "危機管理室", "", 5),))
    assert rows("03") == [("危機管理室", "", "2027-04-01", "")]
    assert [one.name for one in found.headless()] == ["危機管理室"]
    reorganise(city, Kind.CLOSE, dt.date(2028, 4, 1), codes=("03",))
    assert rows("03") == [("危機管理室", "", "2027-04-01", "2028-03-31")]
    reorganise(city, Kind.ADD, dt.date(2028, 4, 1), parts=(Part("03", "危機管理課", "01", 5),))
    assert len(rows("03")) == 2, "a code may be used again once it is free"


def test_several_steps_share_a_day(city: SimpleNamespace) -> None:
    reorganise(city, Kind.MERGE, codes=("0110", "0120"), parts=(Part("0120"),))
    reorganise(city, Kind.RENAME, codes=("0120",), parts=(Part("0120", "情報統計課"),))
    reorganise(city, Kind.MOVE, codes=("0120",), parts=(Part("0120", parent_code="02"),))
    assert rows("0120") == [("統計課", "01", "2016-04-01", "2027-03-31"), ("情報統計課", "02", "2027-04-01", "")]


def test_a_step_that_was_a_mistake_is_put_right_before_its_day(city: SimpleNamespace) -> None:
    reorganise(city, Kind.MERGE, codes=("0110", "0120"), parts=(Part("0130", "情報統計課"),))
    back = {city.other.postings.in_force(SPRING).get().pk: "0120"}
    parts = (Part("0110", "情報政策課"), Part("0120", "統計課"))
    reorganise(city, Kind.SPLIT, codes=("0130",), parts=parts, people=back)
    assert rows("0130") == [], "it never began"
    assert postings(city.other) == [("0120", "2016-04-01", "2027-03-31", False), ("0120", "2027-04-01", "", False)]
    assert postings(city.member)[1] == ("0110", "2027-04-01", "", False)
    assert ("withdraw_department", "0130") in told()


def test_a_department_that_began_already_is_not_unmade(city: SimpleNamespace) -> None:
    reorganise(city, Kind.ADD, parts=(Part("03", "危機管理室"),))
    assert refusal(city, Kind.CLOSE, codes=("03",), today=SPRING).startswith("on: 危機管理室")
    reorganise(city, Kind.CLOSE, codes=("03",), today=EVE)
    assert rows("03") == []


def test_a_reorganisation_may_be_recorded_late(city: SimpleNamespace) -> None:
    reorganise(city, Kind.MERGE, codes=("0110", "0120"), parts=(Part("0130", "情報統計課"),), today=dt.date(2027, 5, 9))
    assert postings(city.member)[1] == ("0130", "2027-04-01", "", False)


def test_postings_that_begin_later_or_end_follow_with_their_own_days(city: SimpleNamespace) -> None:
    coming = person("31", city.statistics, since=dt.date(2027, 6, 1), valid_to=dt.date(2028, 3, 31))
    ending = person("32", city.statistics, valid_to=dt.date(2027, 9, 30))
    over = person("33", city.statistics, valid_to=EVE)
    reorganise(city, Kind.MERGE, codes=("0110", "0120"), parts=(Part("0110"),))
    assert postings(coming) == [("0110", "2027-06-01", "2028-03-31", False)]
    assert postings(ending) == [
        ("0120", "2016-04-01", "2027-03-31", False),
        ("0110", "2027-04-01", "2027-09-30", False),
    ]
    assert postings(over) == [("0120", "2016-04-01", "2027-03-31", False)]


def test_a_concurrent_post_beside_the_main_one_ends_with_the_merger(city: SimpleNamespace) -> None:
    beside = {"by": city.by, "department": city.statistics, "concurrent": True, "valid_from": cast.SINCE}
    actions.post(person=city.member, is_head=True, **beside)
    chosen = frozenset({city.member.postings.get(concurrent=True).pk})
    reorganise(city, Kind.MERGE, codes=("0110", "0120"), parts=(Part("0130", "情報統計課"),), heads=chosen)
    assert sorted(postings(city.member))[2:] == [("0130", "2027-04-01", "", True)]
    assert headcount(SPRING).total == headcount(EVE).total._replace(concurrent=0)


def test_somebody_who_would_be_posted_twice_is_named(city: SimpleNamespace) -> None:
    later = {"by": city.by, "department": city.statistics, "concurrent": True, "valid_from": SPRING}
    actions.post(person=city.member, **later)
    told = refusal(city, Kind.MERGE, codes=("0110", "0120"), parts=(Part("0130", "情報統計課"),))
    assert "12" in told


def test_who_has_left_is_not_moved_and_stands_in_nobody_s_way(city: SimpleNamespace) -> None:
    Staff.objects.filter(pk__in=[city.other.pk, city.other_head.pk]).update(left_on=dt.date(2026, 3, 31))
    reorganise(city, Kind.CLOSE, codes=("0120",))
    assert postings(city.other) == [("0120", "2016-04-01", "2027-03-31", False)]


@pytest.mark.parametrize(
    ("kind", "more", "place"),
    [
        (Kind.RENAME, {"codes": ("99",), "parts": (Part("99", "課"),)}, "code"),
        (Kind.RENAME, {"codes": ("0110",), "parts": (Part("0110", "情報政策課"),)}, "name"),
        (Kind.MOVE, {"codes": ("0110",), "parts": (Part("0110", parent_code="01"),)}, "parent_code"),
        (Kind.MOVE, {"codes": ("0110",), "parts": (Part("0110", parent_code="99"),)}, "parent_code"),
        (Kind.MOVE, {"codes": ("0110",), "parts": (Part("0110", parent_code="0110"),)}, "parent_code"),
        (Kind.MOVE, {"codes": ("01",), "parts": (Part("01", parent_code="011010"),)}, "parent_code"),
        (Kind.ADD, {"parts": (Part("0110", "課", ""),)}, "code"),
        (Kind.ADD, {"parts": (Part("03", "課", "99"),)}, "parent_code"),
        (Kind.ADD, {"parts": (Part("03", "課", "03"),)}, "parent_code"),
        (Kind.CLOSE, {"codes": ("99",)}, "code"),
        (Kind.CLOSE, {"codes": ("01",)}, "code"),
        (Kind.CLOSE, {"codes": ("0120",)}, "code"),
        (Kind.MERGE, {"codes": ("0110",), "parts": (Part("0110"),)}, "codes"),
        (Kind.MERGE, {"codes": ("0110", "0110"), "parts": (Part("0120"),)}, "codes"),
        (Kind.MERGE, {"codes": ("0110", "99"), "parts": (Part("0120"),)}, "codes"),
        (Kind.MERGE, {"codes": ("0110", "0120"), "parts": (Part("0130"),)}, "name"),
        (Kind.SPLIT, {"codes": ("0110",), "parts": (Part("0111", "課"),)}, "parts"),
        (Kind.SPLIT, {"codes": ("0110",), "parts": (Part("0111", "課"), Part("0111", "室"))}, "parts"),
        (Kind.SPLIT, {"codes": ("0110",), "parts": (Part("0111", "課"), Part("0120", "室"))}, "parts"),
        (Kind.SPLIT, {"codes": ("0110",), "parts": (Part("0111", "課"), Part("0112"))}, "parts"),
        (Kind.SPLIT, {"codes": ("99",), "parts": (Part("0111", "課"), Part("0112", "室"))}, "code"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(
    kind: str, more: dict[str, Any], place: str, city: SimpleNamespace
) -> None:
    assert refusal(city, kind, **more).partition(":")[0] == place


@pytest.mark.parametrize("kind", [Kind.RENAME, Kind.MOVE, Kind.CLOSE, Kind.MERGE, Kind.SPLIT])
def test_a_first_day_before_a_later_change_is_refused(kind: str, city: SimpleNamespace) -> None:
    reorganise(city, Kind.RENAME, codes=("02",), parts=(Part("02", "市民生活部"),))
    parts = {
        Kind.MOVE: (Part("02", parent_code="01"),),
        Kind.MERGE: (Part("01"),),
        Kind.SPLIT: (Part("021", "一部"), Part("022", "二部")),
    }
    more = {"codes": ("02",), "parts": parts.get(Kind(kind), (Part("02", "部"),))}
    assert refusal(city, kind, EVE, **more).partition(":")[0] == "on"
    reorganise(city, kind, SPRING + dt.timedelta(days=1), **more)


def test_a_department_that_ends_already_takes_nobody_in(city: SimpleNamespace) -> None:
    reorganise(city, Kind.CLOSE, dt.date(2028, 4, 1), codes=("02",))
    assert refusal(city, Kind.MERGE, codes=("0120",), parts=(Part("02", "市民部門"),)).startswith("on: 市民部")
    assert refusal(city, Kind.MERGE, codes=("0120",), parts=(Part("02"),)).startswith("on: 市民部")
    assert refusal(city, Kind.MOVE, codes=("0120",), parts=(Part("0120", parent_code="02"),)).startswith("on: ")


def test_a_section_that_comes_later_keeps_the_division_open(city: SimpleNamespace) -> None:
    reorganise(city, Kind.ADD, dt.date(2028, 4, 1), parts=(Part("0210", "市民課", "02"),))
    assert "市民課" in refusal(city, Kind.CLOSE, codes=("02",))
    assert refusal(city, Kind.MERGE, codes=("02",), parts=(Part("01"),)).startswith("on: ")


def test_what_changed_since_the_preview_is_not_saved(city: SimpleNamespace) -> None:
    wanted = Wanted(Kind.MERGE, SPRING, ("0110", "0120"), (Part("0130", "情報統計課"),))
    seen = plan(wanted, today=TODAY).fingerprint
    assert plan(wanted, today=TODAY).fingerprint == seen
    person("14", city.policy)
    before = state()
    with pytest.raises(Refused):
        actions.reorganise(by=city.by, wanted=wanted, today=TODAY, reason="組織改正", seen=seen)
    assert state() == before


def test_choosing_who_goes_where_does_not_outdate_the_preview(city: SimpleNamespace) -> None:
    parts = (Part("0110"), Part("0112", "システム課"))
    wanted = {"kind": Kind.SPLIT, "on": SPRING, "codes": ("0110",), "parts": parts}
    seen = plan(Wanted(**wanted), today=TODAY).fingerprint
    chosen = {"people": {city.member.postings.get().pk: "0112"}, "sections": {"011010": "0112"}}
    assert plan(Wanted(**wanted, **chosen), today=TODAY).fingerprint == seen


@pytest.mark.parametrize(
    ("since", "until", "ends"),
    [("2027-04-01", None, None), ("2027-04-01", "2028-03-31", "2028-03-31"), ("2027-04-02", None, "2027-03-31")],
)
def test_the_last_day_of_a_department_is_found_through_its_rows(
    since: str, until: str | None, ends: str | None, city: SimpleNamespace
) -> None:
    Department.objects.filter(code="0120").update(valid_to=EVE)
    last = dt.date.fromisoformat(until) if until else None
    cast.department("0120", "統計室", "01", valid_from=dt.date.fromisoformat(since), valid_to=last)
    assert str(Department.objects.get(pk=city.statistics.pk).ends_on or None) == str(ends)
    assert city.policy.ends_on is None


def test_the_trail_names_nobody(city: SimpleNamespace) -> None:
    reorganise(city, Kind.MERGE, codes=("0110", "0120"), parts=(Part("0130", "情報統計課"),))
    written = str(list(Event.objects.filter(data__has_key="reorganisation").values_list("data", flat=True)))
    assert "職員" not in written
    assert str(city.member.uid) in written


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_the_same_step_at_once_one_is_told(city: SimpleNamespace) -> None:
    wanted = Wanted(Kind.MERGE, SPRING, ("0110", "0120"), (Part("0130", "情報統計課"),))
    seen = plan(wanted, today=TODAY).fingerprint
    outcomes: list[str] = []

    def save() -> None:
        try:
            actions.reorganise(by=city.by, wanted=wanted, today=TODAY, reason="組織改正", seen=seen)
            outcomes.append("saved")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=save) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "saved"]
    assert len(rows("0130")) == 1 and len(postings(city.member)) == 2
