"""The demo city: its records count to the figures of the city's own printed sheet, and loading twice changes nothing."""

import datetime as dt
import io
import json
from typing import Any

import pytest
from django.core.management import call_command

from assets.models import NetworkDevice, PersonalDataItem
from common.fiscal_year import first_day, last_day
from notices.models import Notice, Reminder
from reports.actions import request_build
from reports.models import EvaluationSheet
from staff.models import Staff
from tests.project.test_permission_matrix import row_counts
from training.models import TrainingSession

PRINTED = {
    2016: [2, 41, 470, 665, 1096],
    2017: [5, 36, 467, 708, 1141],
    2018: [3, 37, 472, 850, 1127],
    2019: [4, 39, 485, 898, 1122],
}
ONE_DAY = dt.timedelta(days=1)


@pytest.fixture
def demo(db: None) -> None:
    """The demo city."""
    load()


def load() -> None:
    call_command("load_demo", stdout=io.StringIO())


def figures(year: int) -> list[dict[str, Any]]:
    told = io.StringIO()
    call_command("figures", "moka-security-policy", str(year), "--json", stdout=told)
    return json.loads(told.getvalue())


def test_the_records_count_to_the_printed_sheet_and_the_snapshot_prints_them(demo: None) -> None:
    for year, expected in PRINTED.items():
        counted = figures(year)[:5]
        assert [one["value"] for one in counted] == expected
        assert [one["records"] for one in counted] == expected
        assert all(one["override"] is None and one["basis"] == "actual" for one in counted)
    sheet = EvaluationSheet.objects.get(programme__code="moka-security-policy", fiscal_year=2019)
    taken = request_build(by=Staff.objects.get(employee_number="demo-officer"), sheet=sheet, here=True).snapshot
    lines = [line for group in ("activity", "target") for line in taken["indicators"][group]]
    assert [line["values"][:4] for line in lines] == [
        [str(PRINTED[year][place]) for year in PRINTED] for place in range(5)
    ]
    assert [line["sources"][3]["records"] for line in lines] == PRINTED[2019]


def test_it_holds_rows_that_must_not_count_and_loading_again_changes_nothing(demo: None) -> None:
    regular = Staff.objects.filter(employment_kind=Staff.EmploymentKind.REGULAR)
    for year in PRINTED:
        first, last = first_day(year), last_day(year)
        assert regular.filter(joined_on=first + ONE_DAY).exists()
        assert regular.filter(left_on=last).exists()
        assert Notice.objects.in_year(year).filter(counts=False).exists()
        for model in (NetworkDevice, PersonalDataItem):
            assert model.objects.filter(disposed_on=last).exists()
            assert model.objects.filter(acquired_on=last + ONE_DAY).exists()
    cancelled = TrainingSession.objects.filter(state=TrainingSession.State.CANCELLED)
    assert cancelled.filter(held_on__range=(first_day(2016), last_day(2019))).count() >= 3
    assert Reminder.objects.exists()
    appointed = Staff.objects.filter(employment_kind=Staff.EmploymentKind.FISCAL_YEAR)
    assert min(appointed.values_list("joined_on", flat=True)) == dt.date(2020, 4, 1)
    assert not Staff.objects.exclude(email="").exclude(email__endswith=".example").exists()
    before = row_counts()
    load()
    assert row_counts() == before
