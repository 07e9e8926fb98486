"""Examples of lists that are filtered, sorted and paged, of cards, and of steps in a fixed order."""

import datetime as dt
from functools import partial
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from common.fields import JapaneseDateField
from common.listing import TEXT_MAX, ListForm, Listing
from moka_secpolicy.style.examples import Example, State, state
from moka_secpolicy.style.tables import ROWS

HERE = reverse_lazy("style:section", args=["tables"])
SORTS = {"name": ("name",), "section": ("section",), "records": ("records",)}

PROBLEMS = [
    {
        "row": 3,
        "column": _("Disposed of on"),
        "reason": _("The day of disposal must not be before the day of acquisition."),
    },
    {"row": 8, "column": _("Control number"), "reason": _("This control number is taken.")},
]


class AssetFilter(ListForm):
    """The filters of the sample list."""

    q = forms.CharField(label=_("Search"), max_length=TEXT_MAX)
    since = JapaneseDateField(label=_("Checked since"))

    def __init__(self, data: QueryDict, prefix: str | None = None) -> None:
        super().__init__(data)
        self.prefix = prefix


def listed(key: str, rows: list[Any], query: str, sort: str) -> Listing:
    """Return the sample list with `rows`, as the filters in `query` and the order `sort` would give it."""
    form = AssetFilter(QueryDict(query), prefix=key)
    return Listing(Paginator(rows, 50).page(1), form, sort, SORTS, bool(query))


def _list(words: Any, key: str, rows: list[Any], query: str = "", sort: str = "name") -> State:
    title = _("Please check the filters of this example")
    return state(
        words,
        listing=partial(listed, key, rows, query, sort),
        target=f"list-{key}",
        label=words,
        form_error_title=title,
        without_focus=True,
    )


LISTS = [
    Example(
        "list",
        _("List with filters and an order"),
        _("It opens with everything. Filters and order stand in the address, so that a list can be bookmarked."),
        "style/_list.html",
        [
            _list(_("Everything, by name"), "all", ROWS),
            _list(_("Filtered, the largest first"), "some", ROWS[:1], "some-q=%E5%8F%B0%E5%B8%B3", "-records"),
            _list(_("Nothing fits"), "none", [], "none-q=%F0%A0%AE%B7"),
            _list(_("A filter that cannot be read"), "wrong", [], "wrong-since=13%2F13"),
        ],
        '{% include "components/list_filter.html" with listing=listing target=target %}\n'
        '{% include "components/list_count.html" with page=listing.page only %}\n'
        '{% include "components/sort_heading.html" with listing=listing name=name text=text number=number %}\n'
        '{% include "components/no_match.html" %}',
    ),
    Example(
        "card-list",
        _("Cards"),
        _("A few big things, or entries that would be too wide for a table. The whole card can be pressed."),
        "components/card_list.html",
        [
            state(
                cards=[
                    {
                        "title": name,
                        "url": HERE,
                        "text": section,
                        "facts": [(_("Number of records"), records)],
                        "status_kind": kind,
                        "status_text": words,
                    }
                    for name, section, records, kind, words in ROWS
                ]
            )
        ],
    ),
    Example(
        "import-problems",
        _("Errors of a file that was read"),
        _("Every cell that cannot be taken, with its row, its column and the reason; nothing of the file is saved."),
        "components/import_problems.html",
        [state(problems=PROBLEMS, more_problems=3)],
    ),
]
SAVED_AT = dt.datetime(2026, 4, 1, 9, 30, tzinfo=dt.UTC)
HISTORY = Example(
    "history",
    _("History of one thing"),
    _("Who changed what, when and why, from the trail: below a record that can be corrected."),
    "components/history.html",
    [
        state(
            _("One correction"),
            history=[
                {
                    "event": {"at": SAVED_AT, "pk": 4711, "leaf_hash": "0f3c2b7e5a414c1d"},
                    "person": {"name": _("An officer")},
                    "reason": _("The number was misread."),
                    "steps": [{"label": _("Number of records"), "before": "12", "after": "21"}],
                }
            ],
        ),
    ],
)
STEPS = Example(
    "step-navigation",
    _("Steps in a fixed order"),
    _("Where a person stands in a task that has several pages. The state of a step is also said in words."),
    "components/step_navigation.html",
    [
        state(
            label=_("Steps of the evaluation sheet (example)"),
            steps=[
                {"text": _("Enter the figures"), "state": "done", "url": HERE},
                {"text": _("Write the texts"), "state": "current"},
                {"text": _("Build the PDF"), "state": "todo"},
            ],
        )
    ],
)
