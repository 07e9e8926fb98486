"""The registers of the demo city: as many entries held at each end of a year as planned, and always the same ones."""

import datetime as dt

import pytest

from assets.demo import DEVICES, ITEMS, lots

TODAY = dt.date(2026, 11, 24)


@pytest.mark.parametrize(("held", "seed"), [(DEVICES, "devices"), (ITEMS, "items")])
def test_at_each_end_of_a_year_as_many_are_held_as_planned(held: dict[int, int], seed: str) -> None:
    made = lots(held, seed, TODAY)
    for year, expected in held.items():
        last = dt.date(year + 1, 3, 31)
        present = [
            lot for lot in made if lot.acquired_on <= last and (lot.disposed_on is None or lot.disposed_on > last)
        ]
        assert len(present) == expected, year
    assert made == lots(held, seed, TODAY)


def test_nothing_is_disposed_of_before_it_is_acquired_and_nothing_lies_in_the_future() -> None:
    for lot in lots(DEVICES, "devices", TODAY):
        assert lot.acquired_on <= TODAY
        assert lot.disposed_on is None or lot.acquired_on <= lot.disposed_on <= TODAY
