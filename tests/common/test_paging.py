"""A long list comes in pages; a page that is not there shows the nearest."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.paging import PAGE_SIZE, page_of
from staff.models import Department
from tests.cast import SINCE


@pytest.fixture
def _many(db: None) -> None:
    Department.objects.bulk_create(
        Department(code=f"{number:04}", name=f"第{number}課", order=number, valid_from=SINCE)
        for number in range(1, PAGE_SIZE * 2 + 2)
    )


@pytest.mark.usefixtures("_many")
@pytest.mark.parametrize(
    ("asked", "shown", "first", "rows"),
    [
        (None, 1, "0001", PAGE_SIZE),
        (0, 1, "0001", PAGE_SIZE),
        (1, 1, "0001", PAGE_SIZE),
        (2, 2, f"{PAGE_SIZE + 1:04}", PAGE_SIZE),
        (3, 3, f"{PAGE_SIZE * 2 + 1:04}", 1),
        (4, 3, f"{PAGE_SIZE * 2 + 1:04}", 1),
        (10**30, 3, f"{PAGE_SIZE * 2 + 1:04}", 1),
        (-1, 3, f"{PAGE_SIZE * 2 + 1:04}", 1),
    ],
)
def test_the_page_asked_for_or_the_nearest(asked: int | None, shown: int, first: str, rows: int) -> None:
    page = page_of(Department.objects.all(), asked)
    assert (page.number, page[0].code, len(page)) == (shown, first, rows)
    assert page.paginator.num_pages == 3


@pytest.mark.usefixtures("_many")
def test_only_the_rows_of_the_page_are_fetched() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert len(list(page_of(Department.objects.all(), 2, size=10))) == 10
    assert len(queries) == 2
    assert "LIMIT 10 OFFSET 10" in queries[-1]["sql"]


@pytest.mark.django_db
def test_an_empty_list_has_one_empty_page() -> None:
    page = page_of(Department.objects.all(), 5)
    assert (page.number, list(page), page.paginator.num_pages) == (1, [], 1)
