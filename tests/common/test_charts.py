"""The geometry of charts: what is drawn lies in the frame, gaps stay gaps, and the words tell the same."""

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from common.charts import HEIGHT, PLOT, TOP, WIDTH, Point, bar_chart, line_chart, ring_chart, stacked_bar_chart

figures = st.one_of(st.none(), st.decimals(min_value=-(10**12), max_value=10**12, places=2))


def points(*values: int | None) -> list[Point]:
    return [Point(str(2016 + n), None if v is None else Decimal(v)) for n, v in enumerate(values)]


@given(st.lists(figures, max_size=12))
def test_everything_lies_in_the_frame(values: list[Decimal | None]) -> None:
    for build in (bar_chart, line_chart):
        chart = build("k", "t", [Point(str(n), value) for n, value in enumerate(values)])
        for mark in chart.drawn:
            assert 0 <= mark.left <= mark.left + mark.width <= WIDTH + 0.1
            assert 0 <= mark.y <= mark.y + mark.height <= HEIGHT
        assert all(0 <= tick.y <= HEIGHT for tick in chart.ticks)
        assert len(chart.drawn) == len([value for value in values if value is not None])


@pytest.mark.parametrize("values", [(None, None), (0, 0), ()])
def test_without_any_height_the_axis_lies_at_the_bottom(values: tuple[int | None, ...]) -> None:
    chart = bar_chart("k", "t", points(*values))
    assert chart.baseline == TOP + PLOT
    assert all(mark.height == 0 for mark in chart.marks)


def test_the_number_of_a_bar_that_hangs_down_is_clear_of_the_labels() -> None:
    chart = bar_chart("k", "t", points(12, -4))
    assert chart.marks[1].text_y < chart.baseline


def test_bars_are_as_high_as_their_values() -> None:
    one, two, four = bar_chart("k", "t", points(1, 2, 4)).drawn
    assert one.height * 4 == pytest.approx(four.height, abs=0.05)
    assert two.height * 2 == pytest.approx(four.height, abs=0.05)
    assert one.y + one.height == pytest.approx(four.y + four.height, abs=0.05)


def test_a_negative_bar_hangs_below_zero() -> None:
    chart = bar_chart("k", "t", points(5, -5))
    up, down = chart.drawn
    assert up.y + up.height == pytest.approx(chart.baseline, abs=0.05)
    assert down.y == pytest.approx(chart.baseline, abs=0.05)


def test_no_figure_is_a_gap_and_zero_is_a_figure() -> None:
    chart = line_chart("k", "t", points(3, None, 0, 4))
    assert [mark.point.label for mark in chart.drawn] == ["2016", "2018", "2019"]
    assert [(a.point.label, b.point.label) for a, b in chart.segments] == [("2018", "2019")]
    with translation.override("en"):
        assert bar_chart("k", "t", points(3, None, 0)).description == "2016: 3. 2017: no figure. 2018: 0."


def test_a_higher_value_stands_higher_and_the_scale_has_round_numbers() -> None:
    chart = line_chart("k", "t", points(470, 467, 472, 485))
    low, high = chart.drawn[1], chart.drawn[3]
    assert high.y < chart.drawn[0].y < low.y
    assert [tick.text for tick in chart.ticks] == ["460", "470", "480", "490"]


def test_numbers_that_do_not_fit_are_left_to_the_table() -> None:
    assert bar_chart("k", "t", points(4, 1_096)).font == 13
    assert bar_chart("k", "t", points(*[123_456_789_012] * 6)).font == 0


def test_the_same_input_gives_the_same_drawing() -> None:
    assert bar_chart("k", "t", points(1, 2, 3)) == bar_chart("k", "t", points(1, 2, 3))


@pytest.mark.parametrize(
    ("done", "total", "percent"), [(0, 5, "0%"), (5, 5, "100%"), (499, 500, "99%"), (382, 500, "76%"), (0, 0, "–")]
)
def test_a_ring_says_how_many_of_how_many(done: int, total: int, percent: str) -> None:
    ring = ring_chart("k", "t", done, total)
    assert ring.percent == percent
    assert ring.dash == pytest.approx(ring.circumference * done / (total or 1), abs=0.01)


def test_a_ring_in_words() -> None:
    with translation.override("ja"):
        assert ring_chart("k", "t", 382, 1500).description == "1,500のうち382（25%）。"
        assert ring_chart("k", "t", 0, 0).description == "対象がありません。"


def test_parts_of_a_stacked_bar_lie_side_by_side_on_one_scale() -> None:
    chart = stacked_bar_chart("k", "t", ["読了", "未読"], [("総務部", [30, 10]), ("税務課", [10, 0])])
    first, second = chart.rows
    assert [(part.x, part.width) for part in first.parts] == [(0, 240), (240, 80)]
    assert [(part.x, part.width) for part in second.parts] == [(0, 80)]
    assert second.values == ["10", "0"]
    with translation.override("en"):
        again = stacked_bar_chart("k", "t", ["read", "open"], [("A", [3, 1])])
        assert again.description == "A: read 3, open 1."


def test_a_stacked_bar_refuses_what_it_cannot_draw() -> None:
    for names, values in ((["a"] * 5, [1] * 5), (["a"], [-1])):
        with pytest.raises(ValueError, match="stacked"):
            stacked_bar_chart("k", "t", names, [("row", values)])
