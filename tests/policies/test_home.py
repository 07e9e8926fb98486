"""What policies put on the home page of each kind of person."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from policies import actions
from staff import actions as staff_actions
from staff.models import Staff
from tests import cast
from tests.policies.pages import page, text_of
from tests.policies.writing import TODAY, draft, policy, published

TASK = "読んで確認する：情報セキュリティ基本方針"


@pytest.fixture(autouse=True)
def _today(time_machine: Any) -> None:
    time_machine.move_to(dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC))


@pytest.fixture
def home(sign_in: Any) -> Any:
    """Return a function that gives the home page as a person sees it."""
    return lambda person: sign_in(person).get("/")


def test_what_i_have_to_confirm_stands_there_until_i_have(home: Any, people: SimpleNamespace) -> None:
    version = published(people)
    before = home(people.employee)
    assert f'href="{page(version)}">{TASK}</a>' in before.content.decode()
    assert f"{TASK} 期限：令和8年（2026年）12月24日 第1版" in text_of(before)
    actions.acknowledge(by=people.employee, version=version, on=TODAY)
    assert TASK not in text_of(home(people.employee))
    assert TASK in text_of(home(people.manager))


def test_what_is_due_or_overdue_is_said_to_be(home: Any, people: SimpleNamespace, time_machine: Any) -> None:
    published(people, confirm_by=TODAY)
    assert "今日が期限です" in text_of(home(people.employee))
    time_machine.shift(dt.timedelta(days=1))
    assert "期限超過" in text_of(home(people.employee))


def test_a_newcomer_is_not_asked_for_what_was_published_before(home: Any, people: SimpleNamespace) -> None:
    published(people)
    assert TASK not in text_of(home(cast.person("newcomer")))


def test_a_finished_draft_waits_for_a_second_person(home: Any, people: SimpleNamespace) -> None:
    task = "内容を確かめて公開する：情報セキュリティ基本方針"
    unfinished = draft(people, document_number="")
    assert task not in text_of(home(people.ciso))
    mine = draft(people, unfinished.policy)
    assert f'href="{page(mine)}">{task}</a>' in home(people.ciso).content.decode()
    for other in (people.officer, people.manager, people.auditor):
        assert task not in text_of(home(other))


def test_who_follows_up_reads_how_many_have_confirmed(home: Any, people: SimpleNamespace) -> None:
    version = published(people)
    actions.acknowledge(by=people.employee, version=version, on=TODAY)
    Staff.objects.filter(pk=people.other_department.pk).update(left_on=TODAY - dt.timedelta(days=1))
    figure = "確認済みの人数：情報セキュリティ基本方針 第1版"
    assert f"{figure} 6人中1人" in text_of(home(people.officer))
    shown = home(people.manager)
    assert f"{figure} 2人中1人" in text_of(shown)
    assert f'href="{page(version, "readers/")}"' in shown.content.decode()
    assert figure not in text_of(home(people.employee))


def test_a_head_none_of_whose_people_are_asked_reads_no_figure(home: Any, people: SimpleNamespace) -> None:
    published(people)
    head = cast.person("head")
    water = cast.department("014010", "水道課")
    staff_actions.post(by=people.officer, person=head, department=water, is_head=True, valid_from=cast.SINCE)
    shown = text_of(home(head))
    assert "あなたの役割：所属長" in shown
    assert "確認済みの人数" not in shown


def test_a_new_version_is_news_for_everybody_until_it_is_superseded(home: Any, people: SimpleNamespace) -> None:
    first = published(people, confirm_by=None, summary="はじめて定めた。")
    assert "新しい版：情報セキュリティ基本方針 第1版" in text_of(home(people.administrator))
    assert "はじめて定めた。" in text_of(home(people.administrator))
    published(people, first.policy, confirm_by=None)
    draft(people, policy(people, "standard"))
    shown = text_of(home(people.administrator))
    assert "新しい版：情報セキュリティ基本方針 第2版" in shown
    assert "新しい版：情報セキュリティ基本方針 第1版" not in shown
