"""A counted figure on screen: what stands in the cell, the page of its records, and the year that is still running."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assets.models import NetworkDevice
from audit.models import Event
from reports.models import EvaluationSheet, Indicator, IndicatorValue, Programme
from staff.models import Staff
from tests.reports.recorded import device, indicator, notice, person, session

ADDRESS = "/reports/programmes/moka-security-policy/"
EDIT = f"{ADDRESS}edit/indicators/activity-1/"


@pytest.fixture(autouse=True)
def _today(time_machine: Any) -> None:
    time_machine.move_to("2026-11-24T12:00:00+09:00")


@pytest.fixture
def officer(programme: Programme, people: SimpleNamespace, sign_in: Any) -> Client:
    return sign_in(people.officer)


@pytest.fixture
def manager(programme: Programme, people: SimpleNamespace, sign_in: Any) -> Client:
    return sign_in(people.manager)


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def titles(response: Any) -> list[str]:
    return [cells[1][0] for cells in response.context["rows"]]


def test_a_cell_leads_to_the_records_it_is_counted_from(manager: Client, programme: Programme) -> None:
    session("2019-05-01", course="甲の研修"), session("2020-03-31", course="乙の研修")
    session("2019-06-01", state="cancelled", course="丙の研修"), session("2018-06-01", course="丁の研修")
    indicator(programme, "sessions_held")
    sheet = manager.get(f"{ADDRESS}sheets/2019/").content.decode()
    assert re.search(rf'<a href="{ADDRESS}figures/activity-1/2019/">2</a>', sheet)
    page = manager.get(f"{ADDRESS}figures/activity-1/2019/")
    assert titles(page) == ["甲の研修", "乙の研修"]
    assert "2 回" in text_of(page) and "予定と中止は数えない" in text_of(page)


def test_a_printed_figure_that_differs_stands_beside_the_count(manager: Client, programme: Programme) -> None:
    session("2019-05-01")
    indicator(programme, "sessions_held")
    assert "評価表では4" in text_of(manager.get(f"{ADDRESS}sheets/2019/")).replace(" ", "")
    facts = dict(manager.get(f"{ADDRESS}figures/activity-1/2019/").context["facts"])
    assert facts["印刷された評価表の値"] == "4"


def test_an_override_is_entered_with_its_reason_shown_and_traced(officer: Client, programme: Programme) -> None:
    session("2019-05-01")
    counted = indicator(programme, "sessions_held")
    form = officer.get(EDIT)
    words = form_values(form)
    row = next(name[: -len("fiscal_year")] for name, value in words.items() if str(value) == "2019")
    refused = officer.post(EDIT, words | {f"{row}override": "3"})
    assert refused.status_code == 400 and "上書き" in text_of(refused)
    assert officer.post(EDIT, words | {f"{row}override": "3", f"{row}reason": "記録の前の2回"}).status_code == 302
    page = officer.get(f"{ADDRESS}figures/activity-1/2019/")
    assert "3 回" in text_of(page) and "記録の前の2回" in text_of(page)
    assert "手では入力していません" not in text_of(page)
    assert dict(page.context["facts"])["記録から数えた値"] == "1"
    assert "記録では1" in text_of(officer.get(f"{ADDRESS}sheets/2019/")).replace(" ", "")
    history = text_of(officer.get(page.context["history_url"]))
    assert "髙橋 花子" in history
    assert counted.values.get(kind="override", fiscal_year=2019).reason == "記録の前の2回"


def form_values(page: Any) -> dict[str, str]:
    """What the form on the page would send as it is."""
    editor = page.context["editor"]
    values = {name: field.value() for form in (editor.form, *editor.figures) for name, field in named(form)}
    management = {
        f"{editor.figures.prefix}-{key}": value for key, value in editor.figures.management_form.initial.items()
    }
    seen = dict(re.findall(r'name="(seen)" value="([^"]+)"', page.content.decode()))
    return {name: value for name, value in {**values, **management, **seen}.items() if value not in (None, False)}


def named(form: Any) -> list[tuple[str, Any]]:
    return [(field.html_name, field) for field in form]


def test_a_running_year_says_as_of_when_on_the_sheet_and_prints_no_actual(
    manager: Client, programme: Programme, sheet: EvaluationSheet
) -> None:
    counted = indicator(programme, "sessions_held")
    programme.sheets.create(fiscal_year=2026, era_style="era", done=[], planned=[])
    session("2026-05-01"), session("2026-11-24"), session("2026-11-25")
    counted.values.create(fiscal_year=2026, kind="forecast", value=6)
    page = manager.get(f"{ADDRESS}sheets/2026/")
    assert "R8.11.24現在2" in text_of(page).replace(" ", "")
    assert [kind for _year, kind in page.context["years"]][3:] == ["見込", "見込"]
    figure = manager.get(f"{ADDRESS}figures/activity-1/2026/")
    assert "令和8年（2026年）11月24日現在" in text_of(figure) and len(titles(figure)) == 2


@pytest.mark.parametrize(
    ("now", "kind", "counted"),
    [
        ("2026-03-31T23:59:59+09:00", "見込", "R8.3.31現在2"),
        ("2026-04-01T00:00:00+09:00", "実績", ""),
    ],
)
def test_at_midnight_in_japan_the_year_becomes_an_actual(
    manager: Client, programme: Programme, time_machine: Any, now: str, kind: str, counted: str
) -> None:
    indicator(programme, "sessions_held")
    programme.sheets.create(fiscal_year=2025, era_style="era", done=[], planned=[])
    session("2025-04-01"), session("2026-03-31"), session("2026-04-01"), session("2025-03-31")
    time_machine.move_to(now, tick=False)
    manager.force_login(programme_reader())
    page = manager.get(f"{ADDRESS}sheets/2025/")
    assert page.context["years"][3][1] == kind
    cell = page.context["tables"][0]["rows"][0]["figures"][3]
    assert (cell.note if counted else cell.text).replace(" ", "") == (counted or "2")


def programme_reader() -> Staff:
    """The manager again, signed in at the time the test has moved to."""
    return Staff.objects.get(name="德永 誠")


def test_the_programme_shows_this_year_so_far_and_moves_with_the_records(
    manager: Client, programme: Programme, people: SimpleNamespace
) -> None:
    indicator(programme, "notices_given"), indicator(programme, "devices")

    def running() -> list[str]:
        return [row["text"] for row in manager.get(ADDRESS).context["running"]]

    assert running() == ["0", "0"]
    notice(people.officer, "2026-04-01"), notice(people.officer, "2026-03-31"), device("N-1", "2026-11-24")
    assert running() == ["1", "1"]
    assert "令和8年（2026年）11月24日現在" in text_of(manager.get(ADDRESS))


def test_the_people_counted_are_listed_with_the_department_of_that_day(officer: Client, programme: Programme) -> None:
    person("0100", "2019-04-01"), person("0101", "2019-04-02")
    indicator(programme, "headcount")
    page = officer.get(f"{ADDRESS}figures/target-1/2019/?q=0100")
    assert [cells[0][0] for cells in page.context["rows"]] == ["0100"]
    assert "市民課" in text_of(officer.get(f"{ADDRESS}figures/target-1/2019/"))


def test_more_records_page_with_no_more_queries(officer: Client, programme: Programme) -> None:
    indicator(programme, "devices")

    def page(number: int) -> tuple[int, Any]:
        with CaptureQueriesContext(connection) as captured:
            found = officer.get(f"{ADDRESS}figures/target-2/2019/?page={number}")
        return len(captured), found

    for number in range(60):
        device(f"N-{number:03d}", "2019-04-01")
    page(1)
    few, _page = page(1)
    for number in range(60, 160):
        device(f"N-{number:03d}", "2019-04-01")
    many, found = page(2)
    assert many == few
    assert len(found.context["rows"]) == 50 and found.context["value"] == "160"


@pytest.mark.parametrize(
    "tail",
    [
        "outcome-1/2019/",
        "activity-1/2016/",
        "activity-1/2027/",
        "activity-1/0/",
        "activity-1/1000/",
        "activity-1/10000/",
        "activity-1/99999999999999999999/",
        "activity-9/2019/",
        "x/2019/",
    ],
)
@pytest.mark.parametrize("recorded_from", [2017, None])
def test_what_is_not_counted_has_no_page(
    manager: Client, programme: Programme, tail: str, recorded_from: int | None
) -> None:
    indicator(programme, "sessions_held", recorded_from=recorded_from)
    expected = 200 if (tail, recorded_from) == ("activity-1/2016/", None) else 404
    assert manager.get(f"{ADDRESS}figures/{tail}").status_code == expected


def test_a_head_sees_the_figure_of_the_city_and_the_records_of_the_own_section(
    programme: Programme, people: SimpleNamespace, sign_in: Any
) -> None:
    device("N-1", "2019-04-01")
    mine = device("N-2", "2019-04-01")
    NetworkDevice.objects.filter(pk=mine.pk).update(department_code="012010")
    indicator(programme, "devices"), indicator(programme, "headcount")
    manager, auditor = sign_in(people.manager), sign_in(people.auditor)

    def firsts(browser: Client, key: str) -> list[str]:
        page = browser.get(f"{ADDRESS}figures/{key}/2019/")
        assert page.context["value"] == {"target-2": "2", "target-1": "7"}[key]
        return [cells[0][0] for cells in page.context["rows"]]

    assert firsts(manager, "target-2") == ["N-2"] and firsts(auditor, "target-2") == ["N-1", "N-2"]
    assert firsts(manager, "target-1") == ["001", "002"] and len(firsts(auditor, "target-1")) == 7
    assert "所属の記録" in text_of(manager.get(f"{ADDRESS}figures/target-2/2019/"))
    assert "所属の記録" not in text_of(auditor.get(f"{ADDRESS}figures/target-2/2019/"))


def test_an_override_that_could_never_show_is_refused(officer: Client, programme: Programme) -> None:
    address = f"{ADDRESS}edit/indicators/outcome-1/"
    words = form_values(officer.get(address)) | {"ground": "調査"}
    row = next(name[: -len("fiscal_year")] for name, value in words.items() if str(value) == "2019")
    assert officer.post(address, words | {f"{row}override": "90", f"{row}reason": "訂正"}).status_code == 400
    indicator(programme, "sessions_held", recorded_from=2018)
    words = form_values(officer.get(EDIT))
    row = next(name[: -len("fiscal_year")] for name, value in words.items() if str(value) == "2017")
    assert officer.post(EDIT, words | {f"{row}override": "9", f"{row}reason": "訂正"}).status_code == 400
    assert officer.post(EDIT, words | {f"{row}reason": "値のない理由"}).status_code == 400
    indicator(programme, "sessions_held", recorded_from=None)
    words = form_values(officer.get(EDIT))
    for wrong in ("-1", "▲5", "3.5"):
        refused = officer.post(EDIT, words | {f"{row}override": wrong, f"{row}reason": "訂正"})
        assert refused.status_code == 400 and "0以上の整数" in text_of(refused)
    assert not IndicatorValue.objects.filter(kind="override").exists()


def test_a_way_of_counting_that_does_not_fit_the_source_is_passed_over(officer: Client, programme: Programme) -> None:
    address = f"{ADDRESS}edit/indicators/activity-2/"
    words = form_values(officer.get(address)) | {"source": "notices_given", "per": "course"}
    assert officer.post(address, words).status_code == 302
    assert Indicator.objects.get(group="activity", slot=2).rule == {}


def test_an_employee_sees_no_figures(programme: Programme, people: SimpleNamespace, sign_in: Any) -> None:
    indicator(programme, "headcount")
    assert sign_in(people.employee).get(f"{ADDRESS}figures/target-1/2019/").status_code == 403


def test_an_outcome_needs_its_ground(officer: Client, programme: Programme) -> None:
    address = f"{ADDRESS}edit/indicators/outcome-1/"
    words = form_values(officer.get(address))
    refused = officer.post(address, words | {"ground": " "})
    assert refused.status_code == 400 and "ground" in refused.context["form"].errors
    assert officer.post(address, words | {"source": "sessions_held", "ground": "調査"}).status_code == 400
    assert officer.post(address, words | {"ground": "年1回の自己点検"}).status_code == 302
    assert Indicator.objects.get(group="outcome", slot=1).ground == "年1回の自己点検"


def test_a_button_opens_the_next_years_sheet_with_texts_and_plan(officer: Client, programme: Programme) -> None:
    button = f"{ADDRESS}sheets/2020/open/"
    assert button in officer.get(ADDRESS).content.decode()
    answer = officer.post(button)
    assert answer.url == officer.post(button).url == f"{ADDRESS}sheets/2020/", "pressed twice, one sheet"
    assert programme.sheets.count() == 2
    opened = programme.sheets.get(fiscal_year=2020)
    assert (opened.done, opened.planned) == ([], programme.sheets.get(fiscal_year=2019).planned)
    page = text_of(officer.get(answer.url))
    assert "研修会等の開催回数" in page and "32年度" in page
    assert Event.objects.filter(action="reports.save_programme").count() == 2


def test_the_sheet_of_a_year_to_come_is_not_opened(officer: Client, programme: Programme) -> None:
    assert officer.post(f"{ADDRESS}sheets/2024/open/").status_code == 409, "years are opened one after another"
    programme.sheets.update(fiscal_year=2026)
    refused = officer.post(f"{ADDRESS}sheets/2027/open/")
    assert refused.status_code == 409 and "まだ始まっていません" in text_of(refused)
    assert programme.sheets.count() == 1


def test_the_history_says_in_words_what_is_kept_as_a_code(officer: Client, programme: Programme) -> None:
    words = form_values(officer.get(EDIT)) | {"source": "sessions_held", "as_of": "during"}
    assert officer.post(EDIT, words).status_code == 302
    history = text_of(officer.get(f"{ADDRESS}history/?place=indicators.activity.1.source"))
    assert "実施した研修会等" in history and "sessions_held" not in history
