"""Adding a row of figures while editing an indicator: what was typed stays, nothing is judged or saved."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from reports.models import Indicator
from tests.reports.test_views import INDICATOR, PROGRAMME, fields_of


@pytest.fixture
def officer(people: SimpleNamespace, sheet: Any, sign_in: Any) -> Client:
    return sign_in(people.officer)


def rows(data: dict[str, str]) -> int:
    return int(data["years-TOTAL_FORMS"])


@pytest.mark.parametrize("address", [INDICATOR, f"{PROGRAMME}edit/indicators/new/"])
def test_one_more_row_keeps_the_typing_and_saves_and_judges_nothing(officer: Client, address: str) -> None:
    before = Event.objects.count()
    data = fields_of(officer.get(address)) | {"name": "", "unit": "回<b>", "years-0-actual": "四回"}
    response = officer.post(address, data | {"add_row": "years"})
    assert response.status_code == 200
    again = fields_of(response)
    assert rows(again) == rows(data) + 1
    assert {name: again[name] for name in data if "TOTAL" not in name} == {n: data[n] for n in data if "TOTAL" not in n}
    shown = response.content.decode()
    assert "error-summary" not in shown and "field__error" not in shown and "<title>エラー" not in shown
    assert shown.count("autofocus") == 1
    assert Event.objects.count() == before


def test_the_added_row_is_saved_and_its_errors_named(officer: Client) -> None:
    data = fields_of(officer.get(INDICATOR))
    data = fields_of(officer.post(INDICATOR, data | {"add_row": "years"}))
    last = f"years-{rows(data) - 1}"
    wrong = officer.post(INDICATOR, data | {f"{last}-actual": "5"})
    assert wrong.status_code == 400
    assert f'href="#id_{last}-fiscal_year"' in wrong.content.decode()
    saved = officer.post(INDICATOR, data | {f"{last}-actual": "5", f"{last}-fiscal_year": "2030"})
    assert saved.status_code == 302
    indicator = Indicator.objects.get(group="activity", slot=1)
    assert indicator.values.get(fiscal_year=2030, kind="actual").value == 5


def test_a_row_for_another_table_is_not_added(officer: Client) -> None:
    data = fields_of(officer.get(INDICATOR))
    assert officer.post(INDICATOR, data | {"add_row": "elsewhere"}).status_code == 302
    costs = f"{PROGRAMME}edit/costs/2019-actual/"
    assert officer.post(costs, fields_of(officer.get(costs)) | {"add_row": "years"}).status_code == 302
