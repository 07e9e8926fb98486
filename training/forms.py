"""What officers type about sessions, rosters and attendance, and how the list is filtered."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.fields import ClockField, CodeField, CountField, JapaneseDateField, YearField
from common.listing import SearchForm
from common.overlap import say_overlap, say_overlaps
from staff.audience import Audience
from staff.fields import DepartmentCodesField
from staff.models import Staff
from training.actions import FACTS
from training.materials import checked_suffix
from training.models import Attendance, Enrolment, TrainingSession

MATERIAL_BYTES_MAX = 20 * 1024 * 1024


class SessionFilter(SearchForm):
    """Which sessions to show."""

    year = YearField(label=_("Fiscal year"))
    state = forms.ChoiceField(label=_("State"), choices=[("", _("all")), *TrainingSession.State.choices])
    audience = forms.ChoiceField(label=_("Audience"), choices=[("", _("all")), *Audience.choices])


class RosterFilter(SearchForm):
    """Whom of a roster to show."""

    CHOICES = (("", _("all")), ("open", _("not recorded yet")), *Attendance.State.choices)

    department = CodeField(label=_("Department code"), max_length=20)
    state = forms.ChoiceField(label=_("Attendance"), choices=CHOICES)


class SessionForm(forms.Form):
    """One session: a new one, or `session` to be changed."""

    course = forms.CharField(
        label=_("Course"), max_length=200, help_text=_("Sittings of one course carry the same course name.")
    )
    title = forms.CharField(label=_("Title"), max_length=200, required=False, help_text=_("Empty: the course name."))
    state = forms.ChoiceField(label=_("State"), choices=TrainingSession.State)
    kind = forms.ChoiceField(label=_("Kind"), choices=TrainingSession.Kind)
    audience = forms.ChoiceField(label=_("Audience"), choices=Audience)
    audience_note = forms.CharField(
        label=_("Audience in words"), max_length=200, required=False, help_text=_("For others than the usual ones.")
    )
    department_codes = DepartmentCodesField(
        label=_("Department codes"),
        max_length=500,
        required=False,
        help_text=_("For others: whom the roster asks, each with the departments below."),
    )
    held_on = JapaneseDateField(label=_("Date"))
    until = JapaneseDateField(label=_("Last day"), required=False)
    starts_at = ClockField(label=_("Start"), required=False, help_text=_("For example 13:30"))
    ends_at = ClockField(label=_("End"), required=False, help_text=_("For example 15:00"))
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    instructor = forms.CharField(label=_("Instructor"), max_length=200, required=False)
    participants = CountField(
        label=_("Number of participants"),
        required=False,
        max_value=1_000_000,
        help_text=_("Only where no names are recorded."),
    )
    reason = forms.CharField(label=_("Reason of the change"), max_length=200, required=False)
    key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=1_000_000)

    def __init__(self, *args: Any, session: TrainingSession | None = None, **kwargs: Any) -> None:
        self.session = session
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Tell an overlapping edit and a session that ends before it begins; the title may be that of the course."""
        data = super().clean() or {}
        data["title"] = data.get("title") or data.get("course", "")
        if self.session is not None and self._is_overtaken(self.session, data):
            say_overlap(self, "revision", self.session.revision)
        first, last, start, end = (data.get(name) for name in ("held_on", "until", "starts_at", "ends_at"))
        if first and last and last < first:
            self.add_error("until", _("The last day must not be before the first."))
        elif start and end and end <= start and (last is None or last == first):
            self.add_error("ends_at", _("The session must not end before it starts."))
        return data

    def _is_overtaken(self, session: TrainingSession, data: dict[str, Any]) -> bool:
        """Tell whether `session` was saved meanwhile as anything else than this form says."""
        saved = {name: getattr(session, name) for name in FACTS} | {"course": session.course.name}
        return data.get("revision") != session.revision and any(data.get(name) != saved[name] for name in saved)


class EnrolForm(forms.Form):
    """One person more on the roster of a session on the day `on`."""

    employee_number = CodeField(label=_("Employee number"), max_length=20)

    def __init__(self, data: Mapping[str, Any] | None = None, *, on: dt.date) -> None:
        super().__init__(data)
        self.on = on

    def clean_employee_number(self) -> str:
        """Refuse a number that nobody has, and that of somebody who is not on the staff on the day."""
        number: str = self.cleaned_data["employee_number"]
        if not Staff.objects.filter(employee_number=number, joined_on__isnull=False).exists():
            raise ValidationError(_("Nobody has this employee number."))
        if not Staff.objects.employed_on(self.on).filter(employee_number=number).exists():
            raise ValidationError(_("This person is not on the staff on the day of the session."))
        return number


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class AttendanceForm(forms.Form):
    """Who came: one choice for each of the `enrolments`, and the reason when a recorded mark changes.

    Beside each choice goes what the page showed as recorded (`seen_`), so that only marks the person changed are
    taken, and none that somebody else changed meanwhile. `everybody` is the mark a page begins with where none is.
    """

    reason = forms.CharField(
        label=_("Reason of the correction"),
        max_length=200,
        required=False,
        help_text=_("Needed only when you change what was recorded before."),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, enrolments: Iterable[Enrolment], everybody: str = ""
    ) -> None:
        super().__init__(data)
        self.enrolments = list(enrolments)
        for one in self.enrolments:
            words: dict[str, Any] = {"label": one.person.name, "required": False}
            self.fields[f"mark_{one.pk}"] = forms.ChoiceField(
                choices=Attendance.State, widget=forms.RadioSelect, initial=one.mark or everybody, **words
            )
            self.fields[f"seen_{one.pk}"] = forms.CharField(widget=forms.HiddenInput, initial=one.mark, **words)

    def clean(self) -> dict[str, Any]:
        """Tell that somebody marked here is no longer on the roster, and marks that somebody else gave meanwhile."""
        unknown = {name for name in self.data if name.startswith("mark_")} - set(self.fields)
        if unknown:
            raise ValidationError(_("The roster changed meanwhile. Nothing was saved. Look through it and save again."))
        chosen, seen = self.marks(), self.seen()
        overtaken = [one for one in self.enrolments if one.mark not in (seen[one.pk], chosen.get(one.pk, one.mark))]
        if overtaken:
            now = {f"seen_{one.pk}": one.mark for one in self.enrolments}
            now |= {f"mark_{one.pk}": one.mark for one in self.enrolments if one.pk not in chosen}
            say_overlaps(self, now)
        for one in overtaken:
            mark = dict(RosterFilter.CHOICES)[one.mark or "open"]
            self.add_error(f"mark_{one.pk}", _("Recorded meanwhile: %(mark)s.") % {"mark": mark})
        return self.cleaned_data

    def rows(self) -> list[tuple[Enrolment, forms.BoundField, forms.BoundField]]:
        """Return each person with his or her choice, and what the page shows as recorded."""
        return [(one, self[f"mark_{one.pk}"], self[f"seen_{one.pk}"]) for one in self.enrolments]

    def marks(self) -> dict[int, str]:
        """Return the marks that were changed, by the key of the enrolment; people left open are not in it."""
        chosen, seen = {one.pk: self.cleaned_data.get(f"mark_{one.pk}") for one in self.enrolments}, self.seen()
        return {key: mark for key, mark in chosen.items() if mark and mark != seen[key]}

    def seen(self) -> dict[int, str]:
        """Return the marks that the page showed as recorded, by the key of the enrolment."""
        return {one.pk: self.cleaned_data.get(f"seen_{one.pk}", "") for one in self.enrolments}


class MaterialForm(forms.Form):
    """A file that is handed out."""

    file = forms.FileField(label=_("File"), max_length=200, help_text=_("PDF, Word, Excel, PowerPoint, PNG or JPEG."))

    def clean_file(self) -> Any:
        """Refuse what is too large, and what is not of the kind its name says."""
        file = self.cleaned_data["file"]
        if file.size > MATERIAL_BYTES_MAX:
            raise ValidationError(_("The file is larger than %(mb)s MB.") % {"mb": MATERIAL_BYTES_MAX // 1024 // 1024})
        self.content = file.read()
        self.suffix = checked_suffix(file.name, self.content)
        return file
