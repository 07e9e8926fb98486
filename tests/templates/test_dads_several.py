"""Fields of several controls in the pack `dads`: dates in parts, boxes in groups, and files that are stored."""

from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.templates.test_dads import CHOICES, CONTROLS, GROUPED, _english, as_filter, by_id, crispy, text, with_class

__all__ = ["_english"]


class Period(forms.MultiValueField):
    def __init__(self, **kwargs: Any) -> None:
        fields = (forms.IntegerField(label="From the year"), forms.IntegerField())
        super().__init__(fields=fields, widget=Pair, require_all_fields=True, **kwargs)

    def compress(self, data_list: list[int]) -> list[int]:
        return data_list


class Pair(forms.MultiWidget):
    def __init__(self) -> None:
        super().__init__([forms.NumberInput, forms.NumberInput])

    def decompress(self, value: Any) -> list[Any]:
        return value or [None, None]


class Several(forms.Form):
    moment = forms.SplitDateTimeField(
        label="Name of moment", help_text="Help for moment", widget=forms.SplitDateTimeWidget
    )
    day = forms.DateField(
        label="Name of day", help_text="Help for day", widget=forms.SelectDateWidget(years=[2025, 2026])
    )
    period = Period(label="Name of period", help_text="Help for period")


SEVERAL = {
    "moment": {"Date": "id_moment_0", "Time": "id_moment_1"},
    "day": {"Month": "id_day_month", "Day": "id_day_day", "Calendar year": "id_day_year"},
    "period": {"From the year": "id_period_0", "Part 2": "id_period_1"},
}


@pytest.mark.parametrize("name", SEVERAL)
def test_each_control_of_a_field_of_several_has_words_of_its_own(name: str) -> None:
    tree = crispy(Several({}))
    group = by_id(tree, f"id_{name}")
    assert group.tag == "fieldset"
    assert text(next(group.iter("legend"))) == f"Name of {name} (required)"
    assert group.get("aria-describedby", "").split() == [f"id_{name}_helptext", f"id_{name}_error"]
    assert text(by_id(tree, f"id_{name}_error")) == "Error: This field is required."
    labels = {text(label): label.get("for", "") for label in group.iter("label")}
    assert labels == SEVERAL[name]
    for target in labels.values():
        assert by_id(group, target).tag in CONTROLS
        assert by_id(group, target).get("aria-invalid") == "true"


def test_the_summary_leads_to_the_first_of_several_controls() -> None:
    links = list(with_class(crispy(Several({})), "error-summary")[0].iter("a"))
    assert [link.get("href") for link in links] == ["#id_moment_0", "#id_day_month", "#id_period_0"]


def test_what_was_typed_into_several_controls_is_kept() -> None:
    typed = {"moment_0": "<b>", "moment_1": "25:00", "day_year": "2026", "day_month": "2", "day_day": "31"}
    tree = crispy(Several(typed))
    assert [by_id(tree, f"id_moment_{part}").get("value") for part in (0, 1)] == ["<b>", "25:00"]
    chosen = [option.get("value") for option in tree.iter("option") if option.get("selected") is not None]
    assert sorted(chosen) == ["2", "2026", "31"]


def test_a_hidden_control_among_several_has_no_words() -> None:
    form = Several()
    form.fields["period"].widget.widgets[0] = forms.HiddenInput()
    group = by_id(crispy(form), "id_period")
    assert [text(label) for label in group.iter("label")] == ["Part 2"]
    assert by_id(group, "id_period_0").get("type") == "hidden"


def test_a_yes_no_or_unknown_is_a_list_with_a_label() -> None:
    class Known(forms.Form):
        known = forms.NullBooleanField(label="Known", help_text="Help")

    tree = crispy(Known({"known": "false"}))
    control = by_id(tree, "id_known")
    assert control.tag == "select" and control.get("aria-describedby") == "id_known_helptext"
    assert [text(o) for o in control.iter("option") if o.get("selected") is not None] == ["No"]


def test_grouped_boxes_are_kept_and_their_error_leads_to_the_first() -> None:
    class Places(forms.Form):
        places = forms.MultipleChoiceField(label="Places", choices=GROUPED, widget=forms.CheckboxSelectMultiple)

    tree = crispy(Places({"places": ["open", "elsewhere"]}))
    assert [text(legend) for legend in tree.iter("legend")] == ["Places (required)", "One", "Two"]
    assert by_id(tree, "id_places_0_0").get("checked") is not None
    assert [a.get("href") for a in with_class(tree, "error-summary")[0].iter("a")] == ["#id_places_0_0"]


class Stored:
    url = "/files/plan.pdf"

    def __str__(self) -> str:
        return "<plan>.pdf"


@pytest.mark.parametrize("required", [True, False])
def test_a_stored_file_can_be_seen_replaced_and_where_allowed_removed(required: bool) -> None:
    class Paper(forms.Form):
        document = forms.FileField(label="Paper", help_text="Help for document", required=required)

    tree = crispy(Paper(initial={"document": Stored()}))
    assert [(link.get("href"), text(link)) for link in tree.iter("a")] == [("/files/plan.pdf", "<plan>.pdf")]
    assert by_id(tree, "id_document").get("aria-describedby") == "id_document_helptext"
    boxes = {box.get("id"): box.get("name") for box in tree.iter("input") if box.get("type") == "checkbox"}
    assert boxes == ({} if required else {"document-clear_id": "document-clear"})
    labels = {label.get("for"): text(label) for label in tree.iter("label")}
    assert (labels.get("document-clear_id") == "Remove the stored file") is not required


def test_removing_and_replacing_a_file_at_once_is_refused_beside_the_file() -> None:
    class Paper(forms.Form):
        document = forms.FileField(label="Paper", help_text="Help for document", required=False)

    files = {"document": SimpleUploadedFile("a.txt", b"a")}
    tree = crispy(Paper({"document-clear": "on"}, files, initial={"document": Stored()}))
    assert "not both" in text(by_id(tree, "id_document_error"))
    assert by_id(tree, "document-clear_id").get("checked") is not None
    assert by_id(tree, "id_document").get("aria-describedby") == "id_document_helptext id_document_error"


def test_a_field_may_be_called_media() -> None:
    class Kept(forms.Form):
        media = forms.MultipleChoiceField(choices=CHOICES, widget=forms.CheckboxSelectMultiple)

    for render in (crispy, as_filter):
        assert len([box for box in render(Kept()).iter("input") if box.get("name") == "media"]) == 2
