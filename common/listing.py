"""Lists: what a person filters, sorts and pages by, read through a form, and ready for the list components.

A wrong filter value (too long, no date, a NUL) is said at its field and the list then shows nothing, so that nobody
takes an unfiltered list for a filtered one. An unknown sort order or page falls back to the default.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from common.paging import PAGE_SIZE, page_of

TEXT_MAX = 100
PAGE_MAX = 1_000_000


class ListForm(forms.Form):
    """The filters of a list. A subclass adds its fields; a field named `q` is the search text."""

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        for field in self.fields.values():
            field.required = False


class SearchForm(ListForm):
    """A list that is only searched."""

    q = forms.CharField(label=_("Keyword"), max_length=TEXT_MAX, widget=forms.TextInput(attrs={"type": "search"}))


class _Turn(forms.Form):
    """Page and order of a list."""

    page = forms.IntegerField(min_value=1, max_value=PAGE_MAX, required=False)
    sort = forms.CharField(max_length=40, required=False)


@dataclass(frozen=True)
class Listing:
    """A list ready for its template: its page, its form, how it is sorted, and whether a filter narrows it."""

    page: Page[Any]
    form: ListForm
    sort: str
    sorts: Mapping[str, tuple[str, ...]]
    filtered: bool

    @property
    def field(self) -> str:
        """The column the list is sorted by."""
        return self.sort.removeprefix("-")

    @property
    def descending(self) -> bool:
        """Whether the largest stands first."""
        return self.sort.startswith("-")


Filter = Callable[[Any, dict[str, Any]], QuerySet[Any]]


def listing(
    rows: QuerySet[Any],
    data: QueryDict,
    *,
    form: type[ListForm],
    narrow: Filter,
    sorts: Mapping[str, tuple[str, ...]],
    default: str,
    size: int = PAGE_SIZE,
) -> Listing:
    """Return the list of `rows` as the address asks for.

    `narrow(rows, cleaned)` applies the filters; `sorts` maps a column's name to the fields it sorts by, the primary
    key breaking ties; `default` is one of them, with `-` in front for the largest first.
    """
    filters, turn = form(data), _Turn(data)
    turn.is_valid()
    sort = turn.cleaned_data.get("sort") or default
    if sort.removeprefix("-") not in sorts:
        sort = default
    valid = filters.is_valid()
    rows = narrow(rows, filters.cleaned_data) if valid else rows.none()
    filtered = not valid or any(value not in (None, "", [], False) for value in filters.cleaned_data.values())
    ordered = rows.order_by(*_order(sort, sorts))
    return Listing(page_of(ordered, turn.cleaned_data.get("page"), size=size), filters, sort, sorts, filtered)


def _order(sort: str, sorts: Mapping[str, tuple[str, ...]]) -> list[str]:
    fields = [*sorts[sort.removeprefix("-")], "pk"]
    return [_turned(field) for field in fields] if sort.startswith("-") else fields


def _turned(field: str) -> str:
    return field.removeprefix("-") if field.startswith("-") else f"-{field}"
