"""A figure with everything that made it: counted, entered, overridden, different from print, or still running."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from reports.actions import open_next_sheet, request_build
from reports.contents import document_of
from reports.figures import Basis, Figure, as_printed, columns, figures_of, indicator_figures, year_of
from reports.models import EvaluationSheet, Indicator, Programme
from tests.reports.recorded import day, indicator, session

TODAY = day("2026-11-24")


def figure(one: Indicator, year: int) -> Figure:
    (found,) = figures_of(one, [year_of(year, on=TODAY)], on=TODAY)
    return found


def override(one: Indicator, year: int, value: int, reason: str) -> None:
    one.values.create(fiscal_year=year, kind="override", value=value, reason=reason)


def test_a_counted_figure_stands_and_a_printed_one_that_differs_is_told(programme: Programme) -> None:
    session("2019-05-01")
    one = figure(indicator(programme, "sessions_held"), 2019)
    assert (one.value, one.printed, one.records, one.basis) == (1, 1, 1, Basis.ACTUAL)
    assert (one.entered, one.differs) == (4, True)


def test_a_year_before_the_records_keeps_what_was_entered_and_is_never_zero(programme: Programme) -> None:
    counted = indicator(programme, "sessions_held", recorded_from=2018)
    one = figure(counted, 2017)
    assert (one.value, one.source, one.records) == (5, "manual", None)
    assert figure(counted, 2010).value is None


def test_an_override_stands_in_place_and_the_count_stays_beside_it(programme: Programme) -> None:
    session("2019-05-01")
    counted = indicator(programme, "sessions_held")
    override(counted, 2019, 3, "記録の前に開いた2回を含む")
    one = figure(counted, 2019)
    assert (one.value, one.counted, one.reason) == (3, 1, "記録の前に開いた2回を含む")


def test_a_running_year_is_counted_so_far_and_prints_its_forecast(programme: Programme) -> None:
    session("2026-04-01"), session("2026-12-01")
    counted = indicator(programme, "sessions_held")
    counted.values.create(fiscal_year=2026, kind="forecast", value=6)
    one = figure(counted, 2026)
    assert (one.basis, one.counted, one.printed, one.span.last) == (Basis.RUNNING, 1, 6, TODAY)
    assert figure(indicator(programme, "sessions_held"), 2027).basis == Basis.FORECAST


@pytest.mark.parametrize(("on", "basis"), [("2020-03-31", Basis.RUNNING), ("2020-04-01", Basis.ACTUAL)])
def test_a_year_becomes_an_actual_the_day_after_it_ends(programme: Programme, on: str, basis: Basis) -> None:
    counted = indicator(programme, "sessions_held")
    (one,) = figures_of(counted, [year_of(2019, on=day(on))], on=day(on))
    assert one.basis == basis


def test_the_sheet_the_snapshot_and_the_command_say_the_same(
    programme: Programme, sheet: EvaluationSheet, people: Any
) -> None:
    session("2019-05-01"), session("2018-05-01"), session("2018-06-01")
    indicator(programme, "sessions_held")
    shown = columns(2019, on=TODAY)
    tables = indicator_figures(sheet, shown, on=TODAY)
    assert [one.printed for one in tables["activity"][0][1]] == [2, 0, 2, 1, 4]
    snapshot = request_build(by=people.officer, sheet=sheet, here=True).snapshot["indicators"]
    assert snapshot == as_printed(tables)
    assert snapshot["activity"][0]["values"] == ["2", "0", "2", "1", "4"]
    assert snapshot["activity"][0]["sources"][3]["records"] == 1
    told = figures_command(programme.code, "2019")[0]
    assert (told["value"], told["records"], told["basis"]) == (1, 1, "actual")


def figures_command(*words: str) -> list[dict[str, Any]]:
    told = io.StringIO()
    call_command("figures", *words, "--json", stdout=told)
    return json.loads(told.getvalue())


def test_the_command_prints_every_indicator_with_what_it_stands_on(programme: Programme, time_machine: Any) -> None:
    time_machine.move_to("2026-11-24T12:00:00+09:00", tick=False)
    session("2019-05-01"), session("2026-05-01")
    counted = indicator(programme, "sessions_held")
    override(counted, 2019, 2, "一回を含む")
    first, second, *_rest = figures_command(programme.code, "2019")
    assert first == {
        "group": "activity",
        "slot": 1,
        "name": "研修会等の開催回数",
        "unit": "回",
        "value": 2,
        "basis": "actual",
        "source": "sessions_held",
        "as_of": ["2019-04-01", "2020-03-31"],
        "records": 1,
        "override": {"value": 2, "counted": 1, "reason": "一回を含む"},
    }
    assert (second["value"], second["source"], second["records"], second["override"]) == (39, "manual", None, None)
    running = figures_command(programme.code, "2026")[0]
    assert (running["value"], running["basis"]) == (1, "running")
    assert running["as_of"] == ["2026-04-01", "2026-11-24"]
    assert figures_command(programme.code, "2020")[1]["value"] is None, "an entered forecast is no actual"
    indicator(programme, "devices")
    assert figures_command(programme.code, "2019")[3]["as_of"] == "2020-03-31"


@pytest.mark.parametrize("words", [("nothing", "2019"), ("a\0b", "2019"), ("moka-security-policy", "999999")])
def test_the_command_says_what_it_cannot_find(programme: Programme, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        figures_command(*words)


def test_the_next_sheet_carries_the_plan_over(programme: Programme, sheet: EvaluationSheet, people: Any) -> None:
    opened = open_next_sheet(by=people.officer, programme=programme, fiscal_year=2020, on=TODAY)
    assert (opened.fiscal_year, opened.era_style) == (2020, sheet.era_style)
    assert (opened.done, opened.planned) == ([], sheet.planned)
    assert len(document_of(programme)["indicators"]) == programme.indicators.count()
