"""What counts and what does not, at each edge of the fiscal year."""

from types import SimpleNamespace
from typing import Any

import pytest

from reports import sources
from reports.models import Programme
from tests.reports.recorded import day, device, indicator, item, notice, person, session

LATER = day("2026-11-24")


def counted(programme: Programme, source: str, year: int, **more: Any) -> int:
    figure, _records = sources.count(indicator(programme, source, **more), [year], on=LATER)[year]
    return figure


def test_only_sessions_held_in_the_year_count(programme: Programme) -> None:
    session("2019-04-01"), session("2020-03-31"), session("2019-09-01", kind="e_learning")
    session("2019-03-31"), session("2020-04-01")
    session("2019-05-01", state="cancelled"), session("2019-06-01", state="planned")
    assert counted(programme, "sessions_held", 2019) == 3
    assert counted(programme, "sessions_held", 2018) == 1
    assert counted(programme, "sessions_held", 2019, rule={"kinds": ["sitting"]}) == 2


def test_sittings_of_one_course_count_once_when_courses_are_counted(programme: Programme) -> None:
    session("2019-05-01", course="甲"), session("2019-05-02", course="甲"), session("2019-05-03", course="乙")
    one = indicator(programme, "sessions_held", rule={"per": "course"})
    assert sources.count(one, [2019], on=LATER) == {2019: (2, 3)}


def test_notices_count_by_the_date_given_and_never_when_they_are_no_information(
    programme: Programme, people: SimpleNamespace
) -> None:
    by = people.officer
    notice(by, "2019-04-01", ["mail", "meeting"]), notice(by, "2020-03-31", record_only=True)
    notice(by, "2020-04-01"), notice(by, "2019-05-01", counts=False)
    assert counted(programme, "notices_given", 2019) == 2
    assert counted(programme, "notices_given", 2019, rule={"per": "channel"}) == 3
    assert counted(programme, "notices_given", 2019, rule={"channels": ["meeting"]}) == 1
    assert counted(programme, "notices_given", 2019, rule={"per": "channel", "channels": ["mail"]}) == 2
    assert counted(programme, "notices_given", 2019, rule={"per": "channel", "channels": ["mail", "meeting"]}) == 3


def test_the_headcount_is_that_of_regular_staff_on_the_first_of_april(programme: Programme) -> None:
    person("a", "2010-04-01"), person("b", "2019-04-01"), person("c", "2010-04-01", "2019-04-01")
    person("d", "2010-04-01", "2019-03-31"), person("e", "2019-04-02")
    person("f", "2019-04-01", kind="fiscal_year"), person("g", "2019-04-01", kind="reappointed")
    assert counted(programme, "headcount", 2019) == 3
    assert counted(programme, "headcount", 2019, rule={"employment": ["regular", "fiscal_year"]}) == 4
    assert counted(programme, "headcount", 2019, as_of="end") == 3


@pytest.mark.parametrize(("source", "add"), [("devices", device), ("personal_data_items", item)])
def test_what_is_held_counts_at_the_end_of_the_year(programme: Programme, source: str, add: Any) -> None:
    add("1", "2015-01-01"), add("2", "2020-03-31"), add("3", "2015-01-01", "2020-04-01")
    add("4", "2020-04-01"), add("5", "2015-01-01", "2020-03-31")
    assert counted(programme, source, 2019) == 3
    assert counted(programme, source, 2020) == 3
    assert counted(programme, source, 2019, as_of="start") == 3


def test_a_year_before_the_records_began_or_to_come_is_not_counted(programme: Programme) -> None:
    one = indicator(programme, "sessions_held")
    assert not sources.is_counted(one, 2016, on=LATER)
    assert sources.is_counted(one, 2026, on=LATER)
    assert not sources.is_counted(one, 2027, on=LATER)
    assert sources.count(one, [2016, 2027], on=LATER) == {}
    assert sources.is_counted(indicator(programme, "sessions_held", recorded_from=None), 1999, on=LATER)


def test_a_running_year_counts_up_to_the_day(programme: Programme) -> None:
    (
        device("1", "2020-01-01"),
        device("2", "2026-11-24"),
        device("3", "2026-11-25"),
        device("4", "2020-01-01", "2026-11-24"),
    )
    one = indicator(programme, "devices")
    assert sources.count(one, [2026], on=LATER) == {2026: (2, 2)}
    assert sources.span("end", 2026, on=LATER) == (LATER, LATER)
    assert sources.span("during", 2026, on=LATER) == (day("2026-04-01"), LATER)


def test_all_years_of_an_indicator_are_counted_in_one_query(
    programme: Programme, django_assert_num_queries: Any
) -> None:
    for number in range(30):
        device(f"N-{number}", f"20{16 + number % 5}-05-01")
    one = indicator(programme, "devices")
    with django_assert_num_queries(1):
        found = sources.count(one, range(2016, 2021), on=LATER)
    assert found == {2017: (12, 12), 2018: (18, 18), 2019: (24, 24), 2020: (30, 30)}


def test_the_records_are_those_that_were_counted(programme: Programme) -> None:
    kept = session("2019-05-01")
    session("2019-05-01", state="cancelled")
    assert list(sources.records(indicator(programme, "sessions_held"), 2019, on=LATER)) == [kept]
