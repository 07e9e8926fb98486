"""What officers type to edit a programme. The programme file's own validator has the last word on every rule."""

from typing import Any

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _

from common.fields import FigureField, JapaneseDateField, LinesField, PlainTextField, YearField
from common.formsets import TableHelper
from common.listing import ListForm
from notices.models import Channel
from reports.models import EvaluationSheet, FigureKind, Indicator
from reports.programme_document import MANUAL_GROUPS
from reports.sheet_wording import SLOTS
from staff.models import Staff
from training.models import TrainingSession

YES_NO = [("no", _("No")), ("yes", _("Yes"))]


def text(label: Any, *, required: bool = False, long: bool = False) -> PlainTextField:
    """Return a text field whose content is kept exactly as typed."""
    widget = forms.Textarea(attrs={"rows": 4}) if long else forms.TextInput()
    return PlainTextField(label=label, required=required, widget=widget)


class TextsForm(forms.Form):
    """Everything on the front page that is not a figure of a year."""

    name = text(_("Name of the programme"), required=True)
    section = LinesField(label=_("Division, department and unit"), rows=3)
    policy_code = text(_("Policy code"))
    policy_name = text(_("Policy"))
    measure_code = text(_("Measure code"))
    measure_name = text(_("Measure"))
    supplementary_measure = text(_("Supplementary measure"), long=True)
    priority = forms.ChoiceField(label=_("Major programme of the implementation plan"), choices=YES_NO)
    related_plan = text(_("Related plan"), long=True)
    legal_basis = text(_("Legal basis"), long=True)
    period_kind = forms.ChoiceField(
        label=_("Period"),
        choices=[
            ("single", _("One year only")),
            ("yearly", _("Repeated every year")),
            ("limited", _("Several years")),
        ],
    )
    period_from = YearField(label=_("First fiscal year"), required=False)
    period_to = YearField(label=_("Last fiscal year"), required=False)
    budget = LinesField(label=_("Budget items"), required=False)
    overview = LinesField(label=_("Overview"), required=False, rows=10, help_text=_("One paragraph a line."))
    purpose_target = text(_("② Target: whom or what is it for"), long=True)
    purpose_intent = LinesField(label=_("③ Intent: what is to change"), required=False)
    purpose_result = text(_("④ Result: which higher result does it lead to"), long=True)
    background_origin = text(_("① Origin: how and when did it begin"), long=True)
    background_changes = LinesField(
        label=_("② Changes around it"), required=False, rows=10, help_text=_("One paragraph a line.")
    )
    background_opinions = text(_("③ Opinions of those concerned"), long=True)
    notes = LinesField(label=_("Notes (not printed)"), required=False)


def several(label: Any, choices: Any, help_text: Any) -> forms.MultipleChoiceField:
    """Return a field of checkboxes; none ticked means the usual ones."""
    widget = forms.CheckboxSelectMultiple()
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=widget, help_text=help_text)


class IndicatorForm(forms.Form):
    """One line of an indicator table, where its figures come from, and what counts."""

    PER = (
        ("", _("the usual way")),
        ("record", _("each session or matter once")),
        ("course", _("each course once (training)")),
        ("channel", _("each channel once (notices)")),
    )
    EMPLOYMENT = [choice for choice in Staff.EmploymentKind.choices if choice[0] != Staff.EmploymentKind.SYSTEM]

    group = forms.ChoiceField(label=_("Table"), choices=Indicator.Group)
    slot = forms.TypedChoiceField(label=_("Line"), coerce=int, choices=list(zip(range(1, 6), SLOTS, strict=True)))
    name = text(_("Name"), required=True)
    unit = text(_("Unit"))
    source = forms.ChoiceField(
        label=_("Source"),
        choices=Indicator.Source,
        help_text=_("Where the figures come from. All but the first are counted from the records of this portal."),
    )
    as_of = forms.ChoiceField(
        label=_("As of"), choices=[("", _("the usual day")), *Indicator.AsOf.choices], required=False
    )
    recorded_from = YearField(
        label=_("First recorded fiscal year"),
        required=False,
        help_text=_("Earlier years keep the figures entered below. Empty: every year is counted."),
    )
    per = forms.ChoiceField(label=_("Count"), choices=PER, required=False)
    kinds = several(_("Kinds of session"), TrainingSession.Kind, _("For training. None ticked: all of them."))
    channels = several(_("Channels"), Channel, _("For notices. None ticked: all of them."))
    employment = several(_("Kinds of employment"), EMPLOYMENT, _("For staff. None ticked: regular staff."))
    ground = text(_("Ground of the figures"))

    def clean(self) -> dict[str, Any]:
        """Ask what an outcome rests on: having confirmed a policy is not the same as following it."""
        data = super().clean() or {}
        if data.get("group") in MANUAL_GROUPS and not data.get("ground", "").strip():
            self.add_error("ground", _("Enter what the figures of an outcome rest on, for example a survey."))
        return data


class YearFigureForm(forms.Form):
    """The figures of an indicator for one fiscal year; all empty means none."""

    fiscal_year = YearField(label=_("Fiscal year"), required=False)
    actual = FigureField(label=_("Actual"), required=False)
    forecast = FigureField(label=_("Forecast"), required=False)
    override = FigureField(label=_("Override"), required=False)
    reason = text(_("Reason of the override"))

    def clean(self) -> dict[str, Any]:
        """Ask for the year of a figure, and for the reason of an override."""
        data = super().clean() or {}
        has_figure = any(data.get(key) is not None for key in ("actual", "forecast", "override"))
        if has_figure and data.get("fiscal_year") is None and "fiscal_year" not in self.errors:
            self.add_error("fiscal_year", _("Enter the fiscal year of this figure."))
        if data.get("override") is not None and not data.get("reason", "").strip():
            self.add_error("reason", _("Enter why this figure replaces the counted one."))
        if data.get("reason", "").strip() and data.get("override") is None and "override" not in self.errors:
            self.add_error("override", _("Enter the figure that replaces the counted one, or leave the reason empty."))
        return data


class BaseYearFigures(forms.BaseFormSet):
    """The figures of an indicator, each fiscal year once."""

    helper = TableHelper(caption=_("Figures by fiscal year"), hide_caption=True, without_summary=True)

    def clean(self) -> None:
        """Refuse a year that stands in two rows: one of them would be lost."""
        seen: set[int] = set()
        for form in self.forms:
            form.is_valid()
            year = form.cleaned_data.get("fiscal_year")
            if year in seen:
                form.add_error("fiscal_year", _("This fiscal year stands in two rows."))
            if year is not None:
                seen.add(year)


YearFigures = formset_factory(YearFigureForm, formset=BaseYearFigures, extra=3, max_num=200, absolute_max=210)


class CostForm(forms.Form):
    """The costs of one fiscal year, money in thousand yen."""

    fiscal_year = YearField(label=_("Fiscal year"))
    kind = forms.ChoiceField(label=_("Actual or forecast"), choices=FigureKind)
    national = FigureField(label=_("National subsidy (thousand yen)"))
    prefectural = FigureField(label=_("Prefectural subsidy (thousand yen)"))
    bonds = FigureField(label=_("Local bonds (thousand yen)"))
    other = FigureField(label=_("Other sources (thousand yen)"))
    general = FigureField(label=_("General revenue (thousand yen)"))
    staff_count = FigureField(label=_("Regular staff engaged (persons)"))
    hours = FigureField(label=_("Working hours in total (hours)"))
    labour = FigureField(label=_("Labour cost (thousand yen)"))


class SheetForm(forms.Form):
    """One yearly sheet: how it writes its years, what was done, what is planned."""

    fiscal_year = YearField(label=_("Fiscal year"))
    era_style = forms.ChoiceField(label=_("Style of years"), choices=EvaluationSheet.Style)
    done = LinesField(label=_("Done in this fiscal year"), required=False)
    planned = LinesField(label=_("Planned for the next fiscal year"), required=False)


class SeenForm(forms.Form):
    """Which saved state of the part the officer was looking at."""

    seen = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)


class BuildForm(forms.Form):
    """Which kind of PDF to build."""

    archive = forms.BooleanField(label=_("PDF/A for the archive"), required=False)


class HistoryFilter(ListForm):
    """Which part of a history to show: the changes of one content by its place, and between two days."""

    place = forms.CharField(label=_("Content"), max_length=120, required=False, widget=forms.HiddenInput)
    since = JapaneseDateField(label=_("From"))
    until = JapaneseDateField(label=_("Until"))
