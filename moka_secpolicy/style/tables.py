"""Examples of tables and lists: wide ones, figures by year, pages of a long list."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext_lazy as _

from moka_secpolicy.style.examples import Example, state

ROWS = [
    (_("Register of residents"), _("Citizens' section"), "80,123", "success", _("Checked")),
    (_("Ledger of taxes"), _("Tax section"), "45,210", "warning", _("Due soon")),
    (_("Addresses of the staff"), _("Information-policy section"), "612", "error", _("Overdue")),
]


def middle_page() -> Page[Any]:
    """Return the second of five pages."""
    return Paginator(range(230), 50).page(2)


TABLES = [
    Example(
        "table",
        _("Table"),
        _("The caption names it, the first cell says what a row is about. On a narrow screen it scrolls by itself."),
        "components/table_scroll.html",
        [state(table="style/_table.html", label_id="assets-caption", caption_id="assets-caption", rows=ROWS)],
        '{% include "components/table_scroll.html" with table=table label_id=label_id %}',
    ),
    Example(
        "table-figures",
        _("Figures by year"),
        _("The same columns in every table of a page; sums have a strong line above, figures lead to their history."),
        "style/_table_figures.html",
        [state()],
        '<table class="table table--figures">…</table>',
    ),
    Example(
        "paging",
        _("Paging"),
        _("Below a list of more than one page. It keeps what the list was filtered and sorted by."),
        "components/paging.html",
        [state(page=middle_page)],
    ),
]
