"""The sample policies of a first run: five dated versions each, the newest of which some have confirmed."""

import datetime as dt
from types import SimpleNamespace

import pytest

from audit.models import Event
from policies import demo
from policies.models import Acknowledgement, Policy, PolicyVersion, Reader
from staff.models import Staff
from tests import cast

TODAY = dt.date(2026, 11, 24)
ESTABLISHED = [
    dt.date(2003, 3, 1),
    dt.date(2008, 10, 1),
    dt.date(2012, 10, 1),
    dt.date(2015, 10, 1),
    dt.date(2020, 3, 1),
]


@pytest.fixture
def both(people: SimpleNamespace) -> list[Policy]:
    for number in range(40):
        cast.person(f"staff-{number}")
    cast.person("demo-employee")
    demo.load(people.officer, people.ciso, TODAY)
    return list(Policy.objects.order_by("order"))


@pytest.fixture
def loaded(both: list[Policy]) -> Policy:
    return both[0]


def test_the_five_versions_stand_there_with_their_dates_and_decisions(loaded: Policy) -> None:
    versions = loaded.versions.order_by("number")
    assert [version.established_on for version in versions] == ESTABLISHED
    assert versions[0].effective_on == dt.date(2003, 3, 1)
    assert all(version.published_at and version.summary and version.document_number for version in versions)


@pytest.mark.parametrize(
    ("on", "number"),
    [
        ("2003-02-28", None),
        ("2003-03-01", 1),
        ("2008-09-30", 1),
        ("2008-10-01", 2),
        ("2012-10-01", 3),
        ("2015-10-01", 4),
        ("2020-03-31", 4),
        ("2020-04-01", 5),
        ("2026-11-24", 5),
    ],
)
def test_which_is_in_force_follows_from_the_dates(on: str, number: int | None, both: list[Policy]) -> None:
    for policy in both:
        in_force = policy.versions.in_force(dt.date.fromisoformat(on)).first()
        assert (in_force and in_force.number) == number


def test_the_older_versions_are_superseded_today(both: list[Policy]) -> None:
    assert [version.number for version in PolicyVersion.objects.not_superseded(TODAY)] == [5, 5]


def test_only_the_newest_is_to_be_confirmed_and_some_have_done_so(loaded: Policy) -> None:
    newest = loaded.versions.get(number=5)
    assert set(loaded.versions.filter(readers__isnull=False)) == {newest}
    assert newest.confirm_by == TODAY + dt.timedelta(days=30)
    asked, confirmed = newest.readers.count(), newest.acknowledgements.count()
    assert 0 < confirmed < asked
    assert Reader.objects.outstanding_for(Staff.objects.get(employee_number="demo-employee"), TODAY).exists()


def test_loading_again_changes_nothing(loaded: Policy, people: SimpleNamespace) -> None:
    def counts() -> list[int]:
        return [model.objects.count() for model in (Policy, PolicyVersion, Reader, Acknowledgement, Event)]

    before = counts()
    demo.load(people.officer, people.ciso, TODAY + dt.timedelta(days=1))
    assert counts() == before
