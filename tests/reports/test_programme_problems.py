"""The list of problems: all at once, in the order of the sheet, and never endless."""

import pytest
from django.utils import translation

from reports.programme_file import Problem, ProgrammeFileInvalid, check
from tests.reports.programmes import changed, problems_of, programme


def test_all_problems_are_told_at_once_in_the_order_of_the_sheet() -> None:
    data = changed("costs.2016.actual.general", "x")
    data["code"] = "../x"
    data["indicators"][2]["actual"]["2019"] = None
    problems = problems_of(data)
    assert [problem.place for problem in problems] == [
        "code",
        "indicators[2].actual.2019",
        "costs.2016.actual.general",
    ]


def test_a_problem_reads_as_place_and_sentence() -> None:
    assert str(Problem("costs.2016", "This key is missing.")) == "costs.2016: This key is missing."
    assert str(Problem("", "The file is empty.")) == "The file is empty."
    with (
        translation.override("en"),
        pytest.raises(ProgrammeFileInvalid, match=r"^name: This must not be empty\.$"),
    ):
        check(programme(name=""))


@pytest.mark.parametrize("count", [200, 201, 100_000])
def test_a_flood_of_problems_is_cut_and_counted(count: int) -> None:
    problems = problems_of(programme(**{f"key{n}": n for n in range(count)}))
    assert len(problems) == min(count, 201)
    if count > 200:
        assert problems[-1] == Problem("", f"Further problems not listed here: {count - 200}.")
