"""One officer editing one part of a programme: the forms, and saving them through the programme file's validator."""

import copy
import json
import re
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from common.canonical import sha256_of
from common.errors import Refused
from common.formsets import asks_for_row, leave_unchecked, with_another_row
from reports import actions
from reports.contents import document_of
from reports.editing import PARTS, AlreadyThere
from reports.forms import SeenForm, YearFigures
from reports.models import Programme
from reports.programme_file import Problem, ProgrammeFileInvalid, check
from staff.models import Staff


class Editor:
    """The forms for one part (`key` "" adds a new one) of `programme`, bound when `data` was posted.

    `exists` is False when there is no such part. Fields: `form`, `figures` (a formset, indicators only) and `seen`,
    the hash of the part as the officer saw it, so that an overlapping edit is told and nobody's typing is lost.
    `wants_row` is True when the button that adds a row of figures was pressed: the forms then show what was typed,
    unchecked, and there is nothing to save.
    """

    def __init__(self, programme: Programme, part: str, key: str, data: QueryDict | None = None) -> None:
        self.programme, self.key, self.part = programme, key, PARTS[part]
        document = document_of(programme)
        content = self.part.read(document, key) if key or part == "texts" else {}
        self.exists = content is not None
        initial = content or {}
        self.now = sha256_of(json.loads(json.dumps(initial, default=str)))
        self.seen = SeenForm(data, initial={"seen": self.now})
        self.form = self.part.form(data, initial=initial)
        years = initial.get("years", [])
        self.figures = YearFigures(data, initial=years, prefix="years") if part == "indicators" else None
        self.wants_row = False
        if self.figures is not None and asks_for_row(data, "years"):
            self.wants_row = True
            with_another_row(self.figures)
            leave_unchecked(self.form, self.seen)

    @property
    def is_refused(self) -> bool:
        """Tell, once saving was tried, whether the page shows what could not be saved."""
        return self.form.is_bound and not self.wants_row

    def is_valid(self) -> bool:
        """Check every form, so that all errors show at once."""
        checked = [
            not self.wants_row,
            self.form.is_valid(),
            self.seen.is_valid(),
            self.figures is None or self.figures.is_valid(),
        ]
        return all(checked)

    def save(self, *, by: Staff) -> bool:
        """Save the part; False when something is wrong, which the form then says beside what was typed."""
        if not self.is_valid():
            return False
        if self.seen.cleaned_data["seen"] != self.now:
            return self._say_overlap()
        try:
            self._save(by=by)
        except ProgrammeFileInvalid as invalid:
            self._show(invalid.problems)
        except AlreadyThere as twin:
            self.form.add_error(twin.field, _("This already exists. Edit it instead of adding it again."))
        except Refused as refusal:
            self.form.add_error(None, str(refusal))
        return self.form.is_valid()

    @transaction.atomic
    def _save(self, *, by: Staff) -> None:
        raw = copy.deepcopy(dict(document_of(self.programme)))
        figures = [row.cleaned_data for row in self.figures.forms] if self.figures else []
        self.part.write(raw, self.key, self.form.cleaned_data, figures)
        actions.save_programme(by=by, document=check(raw), expected_revision=self.programme.revision)

    def remove(self, *, by: Staff) -> None:
        """Take the part out; raises `Refused` when a rule says no."""
        raw = copy.deepcopy(dict(document_of(self.programme)))
        self.part.remove(raw, self.key)
        actions.save_programme(by=by, document=check(raw), expected_revision=self.programme.revision)

    def _say_overlap(self) -> bool:
        self.seen = SeenForm(initial={"seen": self.now})
        sentence = _(
            "Somebody else saved this part while you were editing it. Your entries are kept below and are not saved "
            "yet. See the history, then save again to replace the other person's entries."
        )
        self.form.add_error(None, sentence)
        return False

    def _show(self, problems: list[Problem]) -> None:
        for problem in problems:
            field = field_of(problem.place, self.form.fields)
            place = "" if field else f"{problem.place}: "
            self.form.add_error(field, f"{place}{problem.message}")


def field_of(place: str, fields: Any) -> str | None:
    """Return the form field for a place of the document, or None: `purpose.intent[2]` is `purpose_intent`."""
    steps = re.sub(r"\[\d+\]", "", place).split(".")
    skipped = {"indicators": 1, "costs": 3, "sheets": 1}.get(steps[0], 0)
    steps = steps[skipped:]
    for length in range(len(steps), 0, -1):
        if "_".join(steps[:length]) in fields:
            return "_".join(steps[:length])
    return None
