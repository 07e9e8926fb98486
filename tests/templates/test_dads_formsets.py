"""Formsets in the pack `dads`: entries in groups and rows in a table, one summary, and the button that adds a row."""

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.template import Context, Template
from django.utils import translation

from common.formsets import TableHelper
from reports.models import EvaluationSheet, Programme
from tests.templates.test_dads import CONTROLS, as_filter, by_id, crispy, parse, text, with_class

KINDS = [("a", "Kind A"), ("b", "Kind B")]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


class Line(forms.Form):
    number = forms.IntegerField(widget=forms.HiddenInput, label="Number", required=False)
    name = forms.CharField(label="Name", max_length=5)
    kind = forms.ChoiceField(label="Kind", choices=KINDS, widget=forms.RadioSelect, required=False)
    day = forms.DateField(label="Day", help_text="As 2026-04-01", required=False)

    def clean(self) -> None:
        if "refuse" in self.data and self.cleaned_data.get("name") == self.data["refuse"]:
            raise forms.ValidationError("This line is refused.")


class BaseLines(forms.BaseFormSet):
    def clean(self) -> None:
        if "twins" in self.data:
            raise forms.ValidationError("Two entries are the same.")


Lines = forms.formset_factory(Line, formset=BaseLines, extra=1, max_num=4, can_delete=True)


def sent(*rows: dict[str, str], initial: int = 0, **more: str) -> dict[str, str]:
    data = {"form-TOTAL_FORMS": str(len(rows)), "form-INITIAL_FORMS": str(initial), **more}
    for index, row in enumerate(rows):
        data |= {f"form-{index}-{name}": value for name, value in row.items()}
    return data


def table(formset: forms.BaseFormSet, **attributes: Any) -> Element:
    helper = TableHelper(caption="The lines")
    for name, value in attributes.items():
        setattr(helper, name, value)
    source = Template("{% load crispy_forms_tags %}{% crispy formset helper %}")
    return parse(source.render(Context({"formset": formset, "helper": helper, "csrf_token": "t0ken"})))


def summary(tree: Element) -> list[str]:
    return [text(item) for found in with_class(tree, "error-summary") for item in found.iter("li")]


def test_entries_in_groups_share_one_summary_that_names_the_entry() -> None:
    data = sent({"name": "a"}, {"name": ""}, {"name": "no"}, initial=3, twins="1", refuse="no")
    for tree in (crispy(Lines(data)), as_filter(Lines(data))):
        legends = [text(next(group.iter("legend"))) for group in with_class(tree, "fieldset")]
        assert legends == ["Entry 1", "Entry 2", "Entry 3"]
        assert by_id(tree, "id_form-TOTAL_FORMS").get("value") == "3"
        assert summary(tree) == [
            "Two entries are the same.",
            "Entry 2, Name: This field is required.",
            "Entry 3: This line is refused.",
        ]
        assert by_id(tree, "id_form-1-name").get("aria-describedby") == "id_form-1-name_error"
        links = [link.get("href") for link in with_class(tree, "error-summary")[0].iter("a")]
        assert links == ["#id_form-1-name", "#id_form-2-name"]
        assert "This line is refused." in text(with_class(tree, "fieldset")[2])
        assert by_id(tree, "id_form-2-DELETE").get("type") == "checkbox"
        assert by_id(tree, "id_form-2-number").get("type") == "hidden"


def test_a_table_has_a_column_a_field_and_a_numbered_row_an_entry() -> None:
    tree = table(Lines(initial=[{"name": "a"}, {"name": "b", "number": 7}]))
    heads = [text(head) for head in tree.iter("th") if head.get("scope") == "col"]
    assert heads == ["Row", "Name (required)", "Kind", "Day As 2026-04-01", "Delete"]
    assert [text(head) for head in tree.iter("th") if head.get("scope") == "row"] == ["1", "2", "3"]
    assert text(next(tree.iter("caption"))) == "The lines"
    assert by_id(tree, "id_form-1-number").get("value") == "7"
    assert not with_class(tree, "error-summary") and not list(tree.iter("form"))


def test_every_control_of_a_table_has_its_column_and_row_for_a_name() -> None:
    tree = table(Lines(initial=[{"name": "a"}]))
    labels = {label.get("for"): text(label) for label in tree.iter("label")}
    shown = [e for e in tree.iter() if e.tag in CONTROLS and e.get("type") != "hidden"]
    assert len(shown) == 2 * 5
    assert all(labels[control.get("id")] for control in shown)
    assert labels["id_form-1-day"] == "Day, row 2"
    group = by_id(tree, "id_form-1-kind")
    assert text(next(group.iter("legend"))) == "Kind, row 2"


def test_an_error_in_a_table_stands_in_its_cell_and_in_the_summary_with_its_row() -> None:
    tree = table(Lines(sent({"name": "a"}, {"name": "far too long", "day": "no"}, initial=2)))
    told = "Ensure this value has at most 5 characters (it has 12)."
    assert summary(tree) == [f"Row 2, Name: {told}", "Row 2, Day: Enter a valid date."]
    control = by_id(tree, "id_form-1-name")
    assert (control.get("aria-invalid"), control.get("value")) == ("true", "far too long")
    assert control.get("aria-describedby") == "id_form-1-name_error"
    assert text(by_id(tree, "id_form-1-name_error")) == f"Error: {told}"
    assert by_id(tree, "id_form-1-day").get("aria-describedby", "").split() == [
        "id_form-1-day_helptext",
        "id_form-1-day_error",
    ]
    assert by_id(tree, "id_form-1-day_helptext") is not None
    assert "form-0-name_error" not in {element.get("id") for element in tree.iter()}


def test_an_error_of_a_whole_row_is_tied_to_each_of_its_controls() -> None:
    tree = table(Lines(sent({"name": "no"}, {"name": "yes"}, initial=2, refuse="no")))
    assert summary(tree) == ["Row 1: This line is refused."]
    assert [a.get("href") for a in with_class(tree, "error-summary")[0].iter("a")] == ["#id_form-0-name"]
    assert text(by_id(tree, "form-0-row_error")) == "This line is refused."
    for name in ("name", "kind", "day", "DELETE"):
        assert "form-0-row_error" in by_id(tree, f"id_form-0-{name}").get("aria-describedby", "").split()
        assert "row_error" not in by_id(tree, f"id_form-1-{name}").get("aria-describedby", "")


def test_a_row_that_is_to_be_removed_is_not_judged() -> None:
    formset = Lines(sent({"name": "", "DELETE": "on"}, {"name": ""}, initial=2))
    assert summary(table(formset)) == ["Row 2, Name: This field is required."]
    assert formset.forms[0].cleaned_data["DELETE"] is True


def test_a_row_without_a_box_to_remove_it_keeps_the_columns_in_line() -> None:
    only = forms.formset_factory(Line, extra=1, can_delete=True, can_delete_extra=False)
    rows = [row for row in table(only(initial=[{"name": "a"}])).iter("tr") if list(row.iter("td"))]
    assert [len(list(row)) for row in rows] == [5, 5]


def test_the_button_adds_a_row_until_there_are_enough() -> None:
    for rows, offered in ((3, True), (4, False)):
        tree = table(Lines(sent(*[{"name": "a"}] * rows)))
        buttons = [(b.get("name"), b.get("value"), text(b)) for b in tree.iter("button")]
        assert buttons == ([("add_row", "form", "Add a row")] if offered else [])
    assert not list(table(Lines(), add_row="").iter("button"))


def test_a_table_of_its_own_sends_on_enter_and_does_not_add_a_row() -> None:
    tree = table(Lines(), form_tag=True, disable_csrf=False)
    assert next(tree.iter("form")).get("novalidate") is not None
    first = next(tree.iter("button"))
    assert (first.get("name"), first.get("type")) == (None, "submit") and first.get("hidden") is not None
    assert [i.get("value") for i in tree.iter("input") if i.get("name") == "csrfmiddlewaretoken"] == ["t0ken"]


def test_the_page_may_keep_the_summary_for_itself() -> None:
    tree = table(Lines(sent({"name": ""}, initial=1)), without_summary=True)
    assert not with_class(tree, "error-summary")
    assert text(by_id(tree, "id_form-0-name_error")) == "Error: This field is required."


def test_a_layout_arranges_each_entry_and_keeps_the_hidden_fields() -> None:
    helper = FormHelper()
    helper.layout = Layout("name")
    source = Template("{% load crispy_forms_tags %}{% crispy formset helper %}")
    tree = parse(source.render(Context({"formset": Lines(initial=[{"name": "a"}]), "helper": helper})))
    assert by_id(tree, "id_form-0-number").get("type") == "hidden"
    assert "id_form-0-day" not in {element.get("id") for element in tree.iter()}


@pytest.mark.parametrize("in_a_table", [False, True])
def test_an_inline_model_formset_carries_its_keys_and_removes(in_a_table: bool, programme: Programme) -> None:
    sheets = forms.inlineformset_factory(
        Programme, EvaluationSheet, fields=["fiscal_year", "era_style"], extra=1, can_delete_extra=False
    )
    formset = sheets(instance=programme)
    tree = table(formset) if in_a_table else crispy(formset)
    stored = programme.sheets.first()
    assert by_id(tree, "id_sheets-0-id").get("value") == str(stored.pk)
    assert by_id(tree, "id_sheets-0-programme").get("type") == "hidden"
    assert by_id(tree, "id_sheets-0-DELETE").get("type") == "checkbox"
    data = {i.get("name"): i.get("value") or "" for i in tree.iter("input") if i.get("type") in ("hidden", "number")}
    data |= {"sheets-0-era_style": stored.era_style, "sheets-0-DELETE": "on"}
    again = sheets(data, instance=programme)
    assert again.is_valid(), again.errors
    again.save()
    assert stored.pk not in set(programme.sheets.values_list("pk", flat=True))
