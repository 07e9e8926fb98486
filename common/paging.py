"""Pages of a long list."""

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

PAGE_SIZE = 50


def page_of(rows: QuerySet, number: int | None, *, size: int = PAGE_SIZE) -> Page:
    """Return page `number` of `rows`; the first when None, the last when there are fewer pages."""
    return Paginator(rows, size).get_page(number or 1)
