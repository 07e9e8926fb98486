"""What the page of the audit trail shows around its events: where its pages turn to, and the files it hands out."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from common.exporting import ExportForm
from common.pages import breadcrumb
from staff.models import Staff
from staff.trail import Listing, Slice, known_people, lines_of, who
from staff.trail_form import TrailFilter


def context(form: TrailFilter, page: Slice, viewer: Staff, on: dt.date) -> dict[str, Any]:
    """Return what the list shows to `viewer` on the day `on`; `form` is validated."""
    query = form.query()
    person = form.cleaned_data.get("person") if form.is_valid() else None
    return {
        "listing": Listing(form, filtered=bool(query) or not form.is_valid()),
        "page": page,
        "lines": lines_of(page.events, viewer, on),
        "person": who(person, known_people([person])) if person else None,
        "everybody": urlencode({name: value for name, value in query.items() if name != "person"}),
        "addresses": {
            "newest": urlencode(query),
            "newer": urlencode({**query, "after": page.newer or ""}),
            "older": urlencode({**query, "before": page.older or ""}),
        },
        "exports": [
            (text, f"{reverse('staff:trail_file')}?{urlencode({**query, 'kind': kind})}")
            for kind, text in ExportForm.CHOICES
        ],
        "breadcrumbs": breadcrumb(here=_("Audit trail")),
    }
