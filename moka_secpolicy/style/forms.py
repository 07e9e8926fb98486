"""The sample forms of the style guide: every widget once. Nothing of them is ever saved."""

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Row, Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from common.fields import (
    ClockField,
    CodeField,
    CountField,
    FigureField,
    JapaneseDateField,
    LinesField,
    MailField,
    OneLineField,
    YearField,
)
from common.formsets import TableHelper

SECTIONS = [
    ("citizens", _("Citizens' section")),
    ("taxes", _("Tax section")),
    ("policy", _("Information-policy section")),
]
MEDIA = [
    (_("Paper"), [("paper", _("Paper documents")), ("plans", _("Plans and maps"))]),
    (_("Electronic"), [("disk", _("Hard disk")), ("stick", _("USB stick"))]),
]
ANSWERS = [("yes", _("Done")), ("partly", _("Done in part")), ("no", _("Not done"))]


class StoredSample:
    """A file as a storage would give it: a name to show and an address to fetch it from."""

    url = "#id_rules"

    def __str__(self) -> str:
        return str(_("Rules of the section.pdf"))


class TextFields(forms.Form):
    """What is typed as text."""

    title = forms.CharField(label=_("Title of the notice"), max_length=60, help_text=_("60 characters at most."))
    body = forms.CharField(label=_("Text of the notice"), widget=forms.Textarea(attrs={"rows": 4}))
    items = LinesField(label=_("Items"), required=False)
    number = CodeField(label=_("Control number"), required=False, max_length=20)
    mail = MailField(label=_("Mail address"), required=False)
    address = forms.URLField(label=_("Address of a page"), required=False, assume_scheme="https")
    telephone = OneLineField(label=_("Extension"), max_length=8, required=False, widget=forms.TelInput)
    words = forms.CharField(label=_("Words to search for"), max_length=60, required=False, widget=forms.SearchInput)
    password = forms.CharField(label=_("Password"), max_length=128, required=False, widget=forms.PasswordInput)
    colour = forms.CharField(label=_("Colour on the plan"), max_length=7, required=False, widget=forms.ColorInput)


class NumberFields(forms.Form):
    """Numbers, dates and times."""

    amount = FigureField(label=_("Amount (thousand yen)"), help_text=_("Full-width digits, commas and ▲ are read too."))
    people = forms.IntegerField(label=_("Number of people"), min_value=0, max_value=100_000)
    participants = CountField(label=_("Number of participants"), required=False, max_value=1_000_000)
    fiscal_year = YearField(label=_("Fiscal year"), required=False)
    day = JapaneseDateField(label=_("Day of the session"), required=False)
    begins = ClockField(label=_("Begins at"), required=False, help_text=_("For example 13:30"))
    received = forms.DateTimeField(label=_("Received at"), required=False, help_text=_("For example 2026-04-01 13:30"))
    meeting = forms.SplitDateTimeField(label=_("Meeting"), required=False, widget=forms.SplitDateTimeWidget)
    founded = forms.DateField(
        label=_("In force since"), required=False, widget=forms.SelectDateWidget(years=range(2016, 2031))
    )


class ChoiceFields(forms.Form):
    """What is chosen, not typed."""

    section = forms.ChoiceField(label=_("Section"), choices=[("", _("Please choose")), *SECTIONS])
    sections = forms.MultipleChoiceField(label=_("Sections concerned"), required=False, choices=SECTIONS)
    encrypted = forms.NullBooleanField(label=_("Encrypted"), required=False)
    answer = forms.ChoiceField(label=_("Answer"), choices=ANSWERS, widget=forms.RadioSelect)
    medium = forms.ChoiceField(label=_("Main medium"), choices=MEDIA, widget=forms.RadioSelect, required=False)
    duties = forms.MultipleChoiceField(
        label=_("Sections to be told"),
        choices=SECTIONS,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose one or more."),
    )
    every_medium = forms.MultipleChoiceField(
        label=_("All media"), choices=MEDIA, widget=forms.CheckboxSelectMultiple, required=False
    )
    read = forms.BooleanField(label=_("I have read the rules"))


class FileFields(forms.Form):
    """Files, and what the page carries unseen."""

    report = forms.FileField(label=_("Report"), widget=forms.FileInput, help_text=_("PDF, 10 MB at most."))
    rules = forms.FileField(label=_("Rules of the section"), required=False, initial=StoredSample())
    version = forms.IntegerField(label=_("Version"), widget=forms.HiddenInput, initial=1)
    tags = forms.MultipleChoiceField(
        label=_("Tags"), choices=SECTIONS, widget=forms.MultipleHiddenInput, initial=["citizens", "taxes"]
    )
    seen = forms.SplitDateTimeField(
        label=_("Seen at"), widget=forms.SplitHiddenDateTimeWidget, initial=dt.datetime(2026, 4, 1, 9, tzinfo=dt.UTC)
    )


class EveryWidget(FileFields, ChoiceFields, NumberFields, TextFields):
    """Every widget of Django in one form, to be filled in, sent and looked at."""

    @property
    def helper(self) -> FormHelper:
        """The fields in groups, some side by side, and the button."""
        helper = FormHelper()
        groups = {
            _("Texts"): [
                "title",
                "body",
                "items",
                "number",
                Row("mail", "address"),
                Row("telephone", "words"),
                Row("password", "colour"),
            ],
            _("Numbers, dates and times"): [
                Row("amount", "people"),
                Row("participants", "fiscal_year"),
                Row("day", "begins"),
                "received",
                "meeting",
                "founded",
            ],
            _("Choices"): list(ChoiceFields.base_fields),
            _("Files"): list(FileFields.base_fields),
        }
        helper.layout = Layout(*(Fieldset(legend, *fields) for legend, fields in groups.items()))
        helper.add_input(Submit("try", _("Check what I entered")))
        return helper


class SampleForm(forms.Form):
    """One field of each kind, to be shown in one state; `title` names its error summary."""

    name = forms.CharField(label=_("Name of the asset"), max_length=20, help_text=_("20 characters at most."))
    amount = FigureField(label=_("Number of records"), required=False)
    section = forms.ChoiceField(label=_("Section"), choices=[("", _("Please choose")), *SECTIONS])
    remarks = forms.CharField(label=_("Remarks"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    answer = forms.ChoiceField(label=_("Answer"), choices=ANSWERS, widget=forms.RadioSelect)
    kept_on = forms.MultipleChoiceField(label=_("Media"), choices=MEDIA, widget=forms.CheckboxSelectMultiple)
    meeting = forms.SplitDateTimeField(label=_("Meeting"), required=False, widget=forms.SplitDateTimeWidget)
    report = forms.FileField(label=_("Report"), required=False)
    read = forms.BooleanField(label=_("I have read the rules"))

    def __init__(self, *args: Any, title: Any = "", locked: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag, self.helper.disable_csrf, self.helper.without_focus = False, True, True
        self.helper.form_error_title = str(title)
        for field in self.fields.values():
            field.disabled = locked


class SampleRow(forms.Form):
    """One entry of the sample table."""

    number = forms.IntegerField(label=_("Number of the entry"), widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("Name"), max_length=20)
    section = forms.ChoiceField(label=_("Section"), choices=[("", _("Please choose")), *SECTIONS], required=False)
    records = FigureField(label=_("Number of records"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for a section where records are named: an error of the row, not of one field."""
        data = super().clean() or {}
        if data.get("records") and not data.get("section"):
            raise forms.ValidationError(_("Say which section keeps these records."))
        return data


class BaseSampleRows(forms.BaseFormSet):
    """The sample table, with boxes that remove and a button that adds."""

    @property
    def helper(self) -> TableHelper:
        """Shows the rows as a table inside the page's own form."""
        return TableHelper(caption=_("Assets of the section"))


SampleRows = forms.formset_factory(
    SampleRow, formset=BaseSampleRows, extra=1, max_num=8, absolute_max=10, can_delete=True
)
STORED_ROWS = [
    {"number": 1, "name": _("Register of residents"), "section": "citizens", "records": 80123},
    {"number": 2, "name": _("Ledger of taxes"), "section": "taxes", "records": 45210},
]
