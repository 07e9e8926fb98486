"""Lists read their filters, order and page from the address, whatever stands in it."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.http import QueryDict

from common.fields import JapaneseDateField
from common.listing import ListForm, Listing, SearchForm, listing
from staff.models import Staff
from tests import cast

pytestmark = pytest.mark.django_db
SORTS = {"number": ("employee_number",), "joined": ("joined_on", "employee_number")}


class PeopleForm(SearchForm):
    since = JapaneseDateField()


def narrow(rows: Any, wanted: dict[str, Any]) -> Any:
    rows = rows.filter(employee_number__icontains=wanted["q"]) if wanted["q"] else rows
    return rows.filter(joined_on__gte=wanted["since"]) if wanted["since"] else rows


def listed(address: str, form: type[ListForm] = PeopleForm, **options: Any) -> Listing:
    people = Staff.objects.filter(employee_number__startswith="p")
    words: dict[str, Any] = {"form": form, "narrow": narrow, "sorts": SORTS, "default": "number", "size": 2}
    return listing(people, QueryDict(address), **words | options)


def numbers(found: Listing) -> list[str]:
    return [person.employee_number for person in found.page]


@pytest.fixture(autouse=True)
def _people(db: None) -> None:
    for number in ("p1", "p3", "p2"):
        cast.person(number)


def test_it_is_sorted_paged_and_unfiltered_at_first() -> None:
    found = listed("")
    assert numbers(found) == ["p1", "p2"]
    assert (found.page.paginator.count, found.filtered) == (3, False)
    assert numbers(listed("page=2")) == ["p3"]


def test_a_column_sorts_both_ways_and_ties_stay_in_order() -> None:
    assert numbers(listed("sort=-number")) == ["p3", "p2"]
    assert numbers(listed("sort=joined")) == ["p1", "p2"]
    assert numbers(listed("sort=-joined")) == ["p3", "p2"]
    assert (listed("sort=-joined").field, listed("sort=-joined").descending) == ("joined", True)


def test_a_filter_narrows_and_says_so() -> None:
    found = listed("q=p3")
    assert (numbers(found), found.filtered) == (["p3"], True)
    assert numbers(listed("since=R7.4.1")) == []
    assert len(numbers(listed("since=平成28年4月1日"))) == 2


@pytest.mark.parametrize(
    "address",
    ["page=abc", "page=0", "page=-1", f"page={'9' * 40}", "page=%00", "sort=password", "sort=%00", f"sort={'x' * 99}"],
)
def test_a_page_or_order_that_does_not_exist_is_the_default(address: str) -> None:
    found = listed(address)
    assert (numbers(found), found.filtered) == (["p1", "p2"], False)


def test_a_page_beyond_the_last_is_the_last() -> None:
    assert numbers(listed("page=9")) == ["p3"]


@pytest.mark.parametrize("address", ["q=%00", f"q={'x' * 101}", "since=明日"])
def test_a_wrong_filter_is_said_and_shows_nothing_instead_of_everything(address: str) -> None:
    found = listed(address)
    assert numbers(found) == []
    assert found.filtered
    assert found.form.errors


def test_a_list_costs_two_queries(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        numbers(listed("q=p&sort=-joined"))


def test_every_field_of_a_filter_may_stay_empty() -> None:
    class Strict(ListForm):
        kind = forms.ChoiceField(choices=[("a", "A")])

    found = listed("", form=Strict, narrow=lambda rows, wanted: rows)
    assert found.form.is_valid()
    assert not found.filtered


def test_a_filter_reads_dates_of_any_style(people: SimpleNamespace) -> None:
    assert listed("since=H28.4.1").form.cleaned_data["since"] == dt.date(2016, 4, 1)
