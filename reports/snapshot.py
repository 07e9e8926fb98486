"""The snapshot: everything one PDF of a sheet prints, as JSON."""

import datetime as dt
from typing import Any

from django.utils import timezone

from reports import evaluation_form
from reports.contents import TEXT_KEYS
from reports.figures import as_printed, columns, cost_figures, indicator_figures
from reports.models import EvaluationSheet
from staff.models import Staff

FORMAT = "sheet/1"


def take(sheet: EvaluationSheet, *, by: Staff, at: dt.datetime) -> dict[str, Any]:
    """Return the snapshot of `sheet` as it stands at `at` (aware), asked for by `by`.

    Figures are decimal strings or None. The printed name of the person who asked is part of it.
    """
    today = timezone.localdate(at)
    shown = columns(sheet.fiscal_year, on=today)
    programme = sheet.programme
    posting = by.main_posting_on(today)
    return {
        "format": FORMAT,
        "revision": programme.revision,
        "programme": {
            "code": programme.code,
            "name": programme.name,
            **{key: programme.texts[key] for key in TEXT_KEYS if key != "notes"},
        },
        "sheet": {key: getattr(sheet, key) for key in ("fiscal_year", "era_style", "done", "planned")},
        "columns": [column._asdict() for column in shown],
        "indicators": as_printed(indicator_figures(sheet, shown, on=today)),
        "costs": cost_figures(sheet, shown),
        "evaluation": evaluation_form.load(),
        "requested": {
            "at": timezone.localtime(at).isoformat(timespec="seconds"),
            "uid": str(by.uid),
            "name": by.name,
            "department": " ".join(posting.department.path_on(today)) if posting else "",
        },
        "as_of": today.isoformat(),
    }
