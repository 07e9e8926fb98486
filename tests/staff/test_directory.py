"""`manage.py import_staff`: who is added, changed, moved and leaves on the base date, and that the past stays."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from audit.models import Event
from common.canonical import canonical_json
from staff import actions, directory
from staff.management.commands import import_staff
from staff.models import Staff
from tests import cast
from tests.staff.listing import beside, departments, events, load, person, postings, refuse, row, run, text

__all__ = ["departments", "load", "refuse"]
pytestmark = pytest.mark.django_db


# --- New people -----------------------------------------------------------------------------------------------------


def test_people_come_in_once_and_a_second_time_nothing_changes(load: Any) -> None:
    rows = (row("0012"), row("0013", name="髙橋 花子", email="hanako@moka.example", is_head="はい", position="課長"))
    assert load(*rows, words=("--dry-run",)) == "2 added, 0 changed, 0 unchanged, 0 left, 0 errors"
    assert Staff.objects.get().employee_number == "SYSTEM"
    assert load(*rows) == "2 added, 0 changed, 0 unchanged, 0 left, 0 errors"
    head = person("0013")
    assert (head.name, head.kana, head.email) == ("髙橋 花子", "もおか たろう", "hanako@moka.example")
    assert (head.employment_kind, head.joined_on, head.left_on) == ("regular", dt.date(2016, 4, 1), None)
    assert not head.has_usable_password()
    assert head.postings.get().is_head
    before = Event.objects.count()
    assert load(*rows) == "0 added, 0 changed, 2 unchanged, 0 left, 0 errors"
    assert [event.action for event in Event.objects.order_by("pk")[before:]] == ["staff.import_people"]


def test_the_trail_holds_no_name_number_or_address(load: Any) -> None:
    load(row("0012", name="髙橋 花子", email="hanako@moka.example"))
    load(row("0012", name="山﨑 花子", email="yamazaki@moka.example", code="011010"), on="2026-10-01")
    told = canonical_json(list(Event.objects.exclude(action="staff.add_department").values_list("data", flat=True)))
    for secret in ("髙橋", "山﨑", "花子", "もおか", "hanako", "yamazaki", "0012"):
        assert secret not in told
    assert all(event.leaf_hash == event.computed_leaf_hash() for event in Event.objects.all())


def test_names_stay_as_given_to_the_byte_and_numbers_keep_their_zeros(load: Any) -> None:
    names = ["髙﨑 𠮷德", "\ufa19田 一郎", "渡邉󠄁 進", "ガガ ヨ", "真岡　太郎"]
    load(*(row(f"000{n}", name=name) for n, name in enumerate(names)))
    assert (
        list(Staff.objects.filter(employee_number__startswith="000").order_by("pk").values_list("name", flat=True))
        == names
    )
    assert load(*(row(f"０００{n}", name=name) for n, name in enumerate(names))).startswith("0 added, 0 changed, 5 ")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_width_eras_and_words_are_read_in_every_writing(tmp_path: Path, encoding: str) -> None:
    one = row(
        "００１２",
        employment_kind="会計年度",
        is_head="はい　",
        joined_on="令和８年４月１日",
        left_on="R9.3.31",
        code="０１２０１０",
    )
    assert run(tmp_path, text(one).decode().encode(encoding), "令和8年4月1日").last.startswith("1 added")
    found = person("0012")
    assert (found.employment_kind, found.joined_on, found.left_on) == (
        "fiscal_year",
        dt.date(2026, 4, 1),
        dt.date(2027, 3, 31),
    )
    assert postings("0012") == [("012010", "主事", False, "2026-04-01", "2027-03-31")]
    assert found.postings.get().is_head


@pytest.mark.parametrize(
    ("joined_on", "on", "first"),
    [
        ("2026-04-01", "2026-04-01", "2026-04-01"),
        ("2026-04-01", "2026-10-15", "2026-04-01"),
        ("2026-10-01", "2026-10-15", "2026-10-01"),
        ("2026-11-01", "2026-10-15", "2026-11-01"),
        ("2026-03-31", "2026-04-01", "2026-04-01"),
        ("1999-04-01", "2026-10-15", "2026-10-15"),
    ],
)
def test_a_new_person_s_posting_begins_on_joining_this_year_and_else_on_the_base_date(
    load: Any, joined_on: str, on: str, first: str
) -> None:
    """Where somebody was before the base date the file does not tell, and the portal does not make it up."""
    load(row("1", joined_on=joined_on), on=on)
    assert postings("1") == [("012010", "主事", False, first, "")]


def test_a_new_person_whose_department_did_not_exist_on_joining_is_posted_from_the_base_date(load: Any) -> None:
    cast.department("09", "新しい課", valid_from=dt.date(2026, 7, 1))
    load(row("1", code="09", joined_on="2026-04-01"), on="2026-08-01")
    assert postings("1") == [("09", "主事", False, "2026-08-01", "")]


def test_somebody_who_had_left_before_the_base_date_is_added_as_left(load: Any) -> None:
    assert load(row("1", left_on="2026-03-31")).startswith("1 added")
    assert person("1").left_on == dt.date(2026, 3, 31)
    assert postings("1") == [("012010", "主事", False, "2026-03-31", "2026-03-31")]
    assert load(row("1", left_on="2026-03-31")).startswith("0 added, 0 changed, 1 unchanged")


def test_a_concurrent_post_has_a_row_of_its_own_and_the_person_counts_once(load: Any) -> None:
    rows = (row("1"), beside("1", "011010", position="主査", is_head="はい"), beside("1", "013010"))
    assert load(*rows) == "1 added, 0 changed, 0 unchanged, 0 left, 0 errors"
    assert [(code, concurrent) for code, _position, concurrent, *_days in postings("1")] == [
        ("012010", False),
        ("011010", True),
        ("013010", True),
    ]
    assert load(*reversed(rows)).startswith("0 added, 0 changed, 1 unchanged")


def test_two_heads_of_a_department_are_allowed(load: Any) -> None:
    assert load(row("1", is_head="はい"), row("2", is_head="はい")).startswith("2 added")


# --- Changes and moves ----------------------------------------------------------------------------------------------


def test_a_rename_tells_the_trail_that_and_gives_a_new_identity(load: Any) -> None:
    load(row("1", email="a@moka.example"))
    old = person("1").identity_hash()
    assert load(row("1", name="改名 後", email="b@moka.example", employment_kind="再任用")).startswith(
        "0 added, 1 changed"
    )
    (event,) = events("staff.change_person")
    assert event.data["changes"] == [
        {"place": "name", "untold": True},
        {"place": "email", "untold": True},
        {"place": "employment_kind", "before": "regular", "after": "reappointed"},
    ]
    assert event.data["identity"] == person("1").identity_hash() != old
    assert event.data["reason"].startswith("import of people.csv, SHA-256 ")


def test_a_move_ends_the_posting_the_day_before_and_leaves_the_past_as_it_was(load: Any) -> None:
    load(row("1"), on="2025-04-01")
    assert load(row("1", code="011010", position="主任")) == "0 added, 1 changed, 0 unchanged, 0 left, 0 errors"
    assert postings("1") == [
        ("012010", "主事", False, "2025-04-01", "2026-03-31"),
        ("011010", "主任", False, "2026-04-01", ""),
    ]
    (ended,) = events("staff.end_posting")
    assert ended.data["changes"] == [{"place": "valid_to", "before": None, "after": "2026-03-31"}]
    posted = events("staff.post")[-1]
    assert (posted.data["department"], posted.data["person"]) == ("011010", str(person("1").uid))


@pytest.mark.parametrize("change", [{"position": "係長"}, {"is_head": "はい"}])
def test_another_position_is_another_posting(load: Any, change: dict[str, str]) -> None:
    load(row("1"), on="2025-04-01")
    assert load(row("1", **change)).startswith("0 added, 1 changed")
    assert [one[3:] for one in postings("1")] == [("2025-04-01", "2026-03-31"), ("2026-04-01", "")]


def test_a_posting_that_began_on_the_base_date_is_corrected_in_place(load: Any) -> None:
    load(row("1"))
    assert load(row("1", code="011010")).startswith("0 added, 1 changed")
    assert postings("1") == [("011010", "主事", False, "2026-04-01", "")]
    (event,) = events("staff.change_posting")
    assert event.data["changes"] == [{"place": "department", "before": "012010", "after": "011010"}]


def test_a_renamed_department_moves_nobody(load: Any) -> None:
    load(row("1"), on="2025-04-01")
    office = actions.Department.objects.get(code="012010")
    office.valid_to = dt.date(2026, 3, 31)
    office.save()
    cast.department("012010", "市民生活課", valid_from=dt.date(2026, 4, 1))
    assert load(row("1")).startswith("0 added, 0 changed, 1 unchanged")


def test_concurrent_posts_are_the_whole_set(load: Any) -> None:
    load(row("1"), beside("1", "011010"), on="2025-04-01")
    assert load(row("1"), beside("1", "013010")).startswith("0 added, 1 changed")
    assert postings("1")[1:] == [
        ("011010", "主事", True, "2025-04-01", "2026-03-31"),
        ("013010", "主事", True, "2026-04-01", ""),
    ]
    assert load(row("1")).startswith("0 added, 1 changed")
    assert [one[0] for one in postings("1")] == ["012010", "011010"], "it began on the base date: it never held"
    (taken_back,) = events("staff.withdraw_posting")
    assert taken_back.data["department"] == "013010"


def test_main_and_concurrent_posts_change_places_on_one_day(load: Any) -> None:
    load(row("1"), beside("1", "011010"), on="2026-04-01")
    turned = (row("1", code="011010"), beside("1", "012010"))
    assert load(*turned).startswith("0 added, 1 changed")
    assert postings("1") == [("011010", "主事", False, "2026-04-01", ""), ("012010", "主事", True, "2026-04-01", "")]
    assert load(row("1"), beside("1", "011010"), on="2026-10-01").startswith("0 added, 1 changed")
    assert [one[:3] for one in postings("1")[2:]] == [("012010", "主事", False), ("011010", "主事", True)]


def test_an_earlier_day_may_be_read_later_as_long_as_it_moves_nobody_who_has_moved_since(
    load: Any, refuse: Any
) -> None:
    load(row("1"), row("2"), on="2025-04-01")
    load(row("1", code="011010"), on="2026-04-01")
    assert load(row("1"), row("2", name="改名 後"), on="2025-10-01").startswith("0 added, 1 changed, 1 unchanged")
    (fault,) = refuse(row("2", code="013010"), row("1", code="013010"), on="2025-10-01")
    assert fault == "row 3 所属コード: This person has a posting from 2026-04-01 on already. Import later days last."


def test_a_person_who_has_no_posting_may_be_listed_without_a_department(load: Any, refuse: Any) -> None:
    cast.person("1", "真岡 太郎", kana="もおか たろう")
    assert load(row("1", code="", position="")).startswith("0 added, 0 changed, 1 unchanged")
    assert load(row("1")).startswith("0 added, 1 changed")
    assert refuse(row("1", code="", position="")) == ["row 2 所属コード: Enter the department."]
    assert refuse(row("9", code="", position="")) == ["row 2 所属コード: Enter the department."]


def test_a_corrected_day_of_joining_takes_the_first_posting_with_it(load: Any, refuse: Any) -> None:
    load(row("1", joined_on="2026-04-01"))
    load(row("1", joined_on="2026-04-15"), on="2026-05-01")
    assert postings("1") == [("012010", "主事", False, "2026-04-15", "")]
    load(row("1", joined_on="2026-04-01"), on="2026-05-01")
    assert postings("1") == [("012010", "主事", False, "2026-04-01", "")]
    load(row("1", joined_on="2010-04-01"), on="2026-05-01")
    (fault,) = refuse(row("1", joined_on="2026-04-20"), on="2026-05-01")
    assert fault.startswith("row 2 採用日: A posting of this person begins on 2026-04-01, before ")


# --- The command ----------------------------------------------------------------------------------------------------


def test_the_base_date_is_needed_and_must_be_a_day(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--on"):
        call_command("import_staff", str(tmp_path / "people.csv"))
    with pytest.raises(CommandError, match=r"--on 2026-02-30: There is no such day"):
        run(tmp_path, text(row("1")), "2026-02-30")


def test_the_command_says_how_far_it_has_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (directory, import_staff):
        monkeypatch.setattr(module, "PROGRESS_EVERY", 2)
    rows = text(row("1"), row("2"), row("3"), row("4"))
    assert run(tmp_path, rows, "2026-04-01", "--dry-run").faults == ["read 2", "read 4", "compared 4"]
    assert run(tmp_path, rows).faults[-1] == "saved 4"


def test_the_command_acts_in_the_name_of_the_person_named(load: Any) -> None:
    by = cast.person("001")
    load(row("1"), words=("--by", "001"))
    for action in ("staff.register", "staff.post", "staff.import_people"):
        assert events(action)[-1].actor_uid == by.uid
