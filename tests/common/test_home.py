"""The registry of the home page: what is registered appears, the most pressing first."""

import datetime as dt
from collections.abc import Iterator

import pytest

from common import home
from common.home import News, StateFact, Task, Urgency

TODAY = dt.date(2026, 4, 1)
NOON = dt.datetime(2026, 4, 1, 3, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "_sources", {Task: [], StateFact: [], News: []})


@pytest.mark.parametrize(
    ("days", "urgency"),
    [
        (-1, Urgency.OVERDUE),
        (0, Urgency.TODAY),
        (1, Urgency.SOON),
        (7, Urgency.SOON),
        (8, Urgency.LATER),
    ],
)
def test_urgency_turns_on_its_day(days: int, urgency: Urgency) -> None:
    assert Task("読む", "/", TODAY + dt.timedelta(days)).urgency(TODAY) == urgency


def test_a_task_without_a_date_presses_nobody() -> None:
    assert Task("読む", "/").urgency(TODAY) == Urgency.UNDATED
    assert Urgency.UNDATED.label == Urgency.LATER.label == ""


def test_the_most_pressing_task_of_all_apps_stands_first() -> None:
    @home.tasks
    def one(person: str, on: dt.date) -> Iterator[Task]:
        yield Task("undated", "/")
        yield Task("later", "/", on + dt.timedelta(30))
        yield Task("overdue", "/", on - dt.timedelta(1))

    @home.tasks
    def other(person: str, on: dt.date) -> Iterator[Task]:
        yield Task(f"today for {person}", "/", on)
        yield Task("longer overdue", "/", on - dt.timedelta(9))

    titles = [task.title for task, _ in home.tasks_of("her", TODAY)]
    assert titles == ["longer overdue", "overdue", "today for her", "later", "undated"]


def test_news_are_the_newest_of_all_apps_and_few() -> None:
    @home.news
    def many(person: str, on: dt.date) -> list[News]:
        return [News(str(n), NOON + dt.timedelta(hours=n)) for n in range(20)]

    assert [entry.title for entry in home.news_for("her", TODAY)] == ["19", "18", "17", "16", "15", "14", "13", "12"]


def test_facts_keep_the_order_of_their_sources() -> None:
    @home.state
    def facts(person: str, on: dt.date) -> list[StateFact]:
        return [StateFact("b", "1", "/"), StateFact("a", "2", "/")]

    assert [fact.label for fact in home.state_of("her", TODAY)] == ["b", "a"]
