"""The hand-over checklist: who and what is without an owner after 31 March, and the task on the home page."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from policies.models import PolicyVersion
from staff import actions
from staff.checklist import Section, checklist, open_lines
from staff.models import Department, Staff
from staff.reorganisation import Kind, Part, Wanted
from tests import cast
from tests.policies import writing
from tests.project import scene

pytestmark = pytest.mark.django_db
YEAR = 2026
EVE, SPRING = dt.date(2027, 3, 31), dt.date(2027, 4, 1)
MARCH = dt.date(2027, 3, 1)
ROLES, HEADS, DEPUTIES, DEPARTMENTS, WORK = range(5)


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def sections(people: SimpleNamespace) -> list[Section]:
    return checklist(YEAR, people.administrator)


def lines(people: SimpleNamespace, number: int, *, only: str = "") -> list[str]:
    return [line.text for line in sections(people)[number].lines if only in ("", line.kind)]


def leaves(person: Staff, on: dt.date = EVE) -> None:
    Staff.objects.filter(pk=person.pk).update(left_on=on)


def granted(people: SimpleNamespace, role: str, **more: Any) -> Staff:
    one = cast.person(f"new-{role}", f"新任 {role}")
    actions.grant_role(by=people.ciso, person=one, role=role, **{"valid_from": cast.SINCE, **more})
    return one


def moves(people: SimpleNamespace, person: Staff, code: str) -> None:
    where = Department.objects.get(code=code)
    actions.post(by=people.ciso, person=person, department=where, valid_from=SPRING, replaces=True)


def test_each_role_says_how_many_remain_and_when_they_are_too_few(people: SimpleNamespace) -> None:
    assert lines(people, ROLES, only="error") == ["administrator: 1 of 1 remain on 2027-04-01."]
    granted(people, "administrator")
    assert lines(people, ROLES, only="error") == []
    assert "administrator: 2 of 2 remain on 2027-04-01." in lines(people, ROLES, only="success")
    leaves(people.ciso)
    assert lines(people, ROLES, only="error") == ["CISO: 0 of 1 remain on 2027-04-01."]
    assert lines(people, ROLES, only="warning") == ["山﨑 隆 (CISO) leaves on 2027-03-31."]
    (warning,) = [line for line in sections(people)[ROLES].lines if line.kind == "warning"]
    assert (warning.url, warning.todo) == (f"/people/{people.ciso.pk}/", "End the role, and grant it to a successor.")


@pytest.mark.parametrize(
    ("last_day", "kept", "said"),
    [
        (EVE - dt.timedelta(days=1), 0, True),
        (EVE, 0, True),
        (SPRING, 1, False),
        (None, 1, False),
    ],
)
def test_a_person_who_leaves_by_the_last_day_does_not_remain(
    last_day: dt.date | None, kept: int, said: bool, people: SimpleNamespace
) -> None:
    Staff.objects.filter(pk=people.officer.pk).update(left_on=last_day)
    assert f"information-policy section: {kept} of 1 remain on 2027-04-01." in lines(people, ROLES)
    assert any("髙橋 花子" in text for text in lines(people, ROLES, only="warning")) is said


def test_a_grant_that_ends_and_one_that_begins_are_counted_on_their_days(people: SimpleNamespace) -> None:
    ending = granted(people, "officer", valid_to=EVE)
    assert "information-policy section: 1 of 2 remain on 2027-04-01." in lines(people, ROLES)
    assert f"{ending.name}: the role information-policy section ends on 2027-03-31." in lines(
        people, ROLES, only="info"
    )
    granted(people, "ciso", valid_from=SPRING)
    assert "CISO: 2 of 2 remain on 2027-04-01." in lines(people, ROLES)
    actions.grant_role(by=people.ciso, person=ending, role="officer", valid_from=SPRING)
    assert "information-policy section: 2 of 2 remain on 2027-04-01." in lines(people, ROLES)


def test_who_moves_keeps_the_role_and_is_to_be_decided(people: SimpleNamespace) -> None:
    moves(people, people.officer, "013010")
    assert lines(people, ROLES, only="warning") == ["髙橋 花子 (information-policy section) moves to 税務課."]
    assert "information-policy section: 1 of 1 remain on 2027-04-01." in lines(people, ROLES)


def test_a_disabled_administrator_does_not_remain(people: SimpleNamespace) -> None:
    other = granted(people, "administrator")
    Staff.objects.filter(pk=other.pk).update(disabled_at=dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
    assert lines(people, ROLES, only="error") == ["administrator: 1 of 2 remain on 2027-04-01."]


def test_a_department_that_loses_its_head_or_begins_without_one_is_named(people: SimpleNamespace) -> None:
    assert lines(people, HEADS, only="warning") == []
    assert lines(people, HEADS, only="info") == ["3 departments had no head before either."]
    moves(people, people.manager, "013010")
    assert lines(people, HEADS, only="warning") == ["市民課 has no head from 2027-04-01 on."]
    cast.department("014010", "危機管理課", valid_from=SPRING)
    assert "危機管理課 has no head from 2027-04-01 on." in lines(people, HEADS, only="warning")
    new = cast.person("h1")
    actions.post(
        by=people.ciso,
        person=new,
        department=Department.objects.get(code="012010"),
        is_head=True,
        valid_from=SPRING,
    )
    assert lines(people, HEADS, only="warning") == ["危機管理課 has no head from 2027-04-01 on."]


def test_a_head_who_leaves_leaves_the_department_without_one(people: SimpleNamespace) -> None:
    leaves(people.manager)
    assert lines(people, HEADS, only="warning") == ["市民課 has no head from 2027-04-01 on."]


def appoint(people: SimpleNamespace, until: dt.date = dt.date(2027, 9, 30)) -> None:
    term = {"valid_from": dt.date(2027, 1, 4), "valid_to": until, "reason": "育休"}
    actions.appoint_deputy(by=people.administrator, head=people.manager, person=people.employee, **term)


def test_deputies_end_with_their_head_and_with_themselves(people: SimpleNamespace) -> None:
    appoint(people)
    assert lines(people, DEPUTIES) == []
    leaves(people.employee)
    assert lines(people, DEPUTIES, only="warning") == [
        "𠮷田 瀨奈, who stands in for 德永 誠, is no longer there on 2027-04-01."
    ]
    moves(people, people.manager, "013010")
    assert lines(people, DEPUTIES, only="warning") == [
        "𠮷田 瀨奈 stands in for 德永 誠, who heads no department from 2027-04-01 on."
    ]


def test_a_deputyship_that_ends_is_told(people: SimpleNamespace) -> None:
    appoint(people, EVE)
    assert lines(people, DEPUTIES, only="info") == ["𠮷田 瀨奈 stands in for 德永 誠 until 2027-03-31."]


def test_departments_that_end_are_told_with_what_still_names_them(people: SimpleNamespace) -> None:
    scene.entry(people)
    Department.objects.filter(code="012010").update(valid_to=EVE)
    (ends, register) = sections(people)[DEPARTMENTS].lines
    assert (ends.kind, ends.text) == ("warning", "市民課 ends on 2027-03-31.")
    assert ends.todo.startswith("People are still posted there.")
    assert register.text == "Register of network devices: 1 entry of 市民課"
    assert register.url == "", "an administrator does not see the registers"
    (_ends, register) = checklist(YEAR, people.officer)[DEPARTMENTS].lines
    assert register.url == "/assets/devices/?department=012010"


def test_a_department_closed_by_a_merger_is_only_to_be_known(people: SimpleNamespace) -> None:
    wanted = Wanted(Kind.MERGE, SPRING, ("012010",), (Part("013010"),))
    actions.reorganise(by=people.administrator, wanted=wanted, today=MARCH, reason="組織改正")
    (ends,) = sections(people)[DEPARTMENTS].lines
    assert (ends.kind, ends.todo) == ("info", "")


def test_unfinished_work_is_told_for_those_who_leave_or_move_alone(people: SimpleNamespace, sheet: Any) -> None:
    of = writing.policy(people)
    draft = writing.draft(people, of)
    held = scene.session(people, held_on=dt.date(2027, 2, 1))
    scene.notice(people)
    assert lines(people, WORK) == []
    moves(people, people.officer, "013010")
    told = lines(people, WORK)
    assert f"髙橋 花子 moves to 税務課: draft of {of.name}" in told
    assert "髙橋 花子 moves to 税務課: results of 全職員研修" in told
    assert "髙橋 花子 moves to 税務課: 1 mail of 不審なメールへの注意" in told
    assert any("sheet" in text for text in told)
    addresses = {line.url for line in checklist(YEAR, people.officer)[WORK].lines}
    assert {f"/policies/versions/{draft.pk}/", f"/training/sessions/{held.pk}/"} <= addresses
    shown_to_others = {line.url for line in sections(people)[WORK].lines}
    assert f"/policies/versions/{draft.pk}/" not in shown_to_others


def test_the_deputyships_of_who_leaves_are_unfinished_work(people: SimpleNamespace) -> None:
    appoint(people)
    leaves(people.employee)
    assert lines(people, WORK) == ["𠮷田 瀨奈 leaves on 2027-03-31: stands in for 德永 誠"]


def test_a_year_that_is_over_shows_what_was_then(people: SimpleNamespace) -> None:
    leaves(people.officer, dt.date(2027, 6, 30))
    assert checklist(2027, people.administrator)
    assert not any("髙橋" in text for text in lines(people, ROLES, only="warning"))


def page(client: Client, query: str = "") -> str:
    client.cookies["django_language"] = "en"
    response = client.get(f"/handover/{query}")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_page_shows_each_line_with_what_to_do_and_leads_there(
    people: SimpleNamespace, sign_in: Any, time_machine: Any
) -> None:
    time_machine.move_to("2027-03-01T09:00:00+09:00", tick=False)
    leaves(people.ciso)
    shown = page(sign_in(people.administrator))
    assert f'<a href="/people/{people.ciso.pk}/">山﨑 隆 (CISO) leaves on 2027-03-31.</a>' in shown
    assert "End the role, and grant it to a successor." in shown
    assert "3 lines need somebody to act or to decide." in shown
    assert "2028-03-31" in page(sign_in(people.administrator), "?year=2027")
    assert "error-summary" in page(sign_in(people.administrator), "?year=abc")


@pytest.mark.parametrize(("role", "status"), [("officer", 200), ("auditor", 200), ("employee", 403), ("manager", 403)])
def test_who_sees_the_checklist(role: str, status: int, people: SimpleNamespace, sign_in: Any) -> None:
    assert sign_in(getattr(people, role)).get("/handover/").status_code == status


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        ("2027-02-28T23:59:59+09:00", False),
        ("2027-03-01T00:00:00+09:00", True),
        ("2027-03-31T23:59:59+09:00", True),
        ("2027-04-01T00:00:00+09:00", False),
        ("2028-02-29T12:00:00+09:00", False),
        ("2028-03-01T00:00:00+09:00", True),
    ],
)
def test_it_is_a_task_of_administrators_in_march_alone(
    now: str, shown: bool, people: SimpleNamespace, sign_in: Any, time_machine: Any
) -> None:
    time_machine.move_to(now, tick=False)
    client = sign_in(people.administrator)
    client.cookies["django_language"] = "en"
    assert ("Hand over at the end of the fiscal year" in client.get("/").content.decode()) is shown


def test_nothing_open_is_no_task(people: SimpleNamespace, sign_in: Any, time_machine: Any) -> None:
    time_machine.move_to("2027-03-01T09:00:00+09:00", tick=False)
    granted(people, "administrator")
    assert open_lines(checklist(YEAR, people.administrator)) == 0
    client = sign_in(people.administrator)
    client.cookies["django_language"] = "en"
    assert "Hand over at the end" not in client.get("/").content.decode()
    assert "Nothing needs to be done" in page(client)


def test_the_queries_do_not_grow_with_those_who_leave(people: SimpleNamespace, sheet: Any) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            checklist(YEAR, people.administrator)
        return len(made)

    writing.draft(people)
    leaves(people.officer)
    before = queries()
    for number in range(5):
        one = cast.person(f"q{number}")
        actions.grant_role(by=people.ciso, person=one, role="officer", valid_from=cast.SINCE)
        PolicyVersion.objects.create(
            policy=PolicyVersion.objects.latest("pk").policy,
            text="案",
            author=one,
            last_edited_by=one,
            **dict.fromkeys(("established_on", "effective_on"), cast.SINCE),
        )
        leaves(one)
    assert queries() <= before
