"""Adding a row on the server: what was typed stays, nothing is judged, and there is a limit."""

from typing import Any

import pytest
from django import forms
from django.http import QueryDict

from common.formsets import asks_for_row, leave_unchecked, with_another_row
from reports.models import EvaluationSheet, Programme


class Line(forms.Form):
    name = forms.CharField(max_length=3)
    kinds = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")])
    done = forms.BooleanField()


Lines = forms.formset_factory(Line, max_num=3, can_delete=True)


def posted(total: str = "2", **more: str) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update({"form-TOTAL_FORMS": total, "form-INITIAL_FORMS": "1", "form-0-name": "far too long", **more})
    data.setlist("form-0-kinds", ["a", "b"])
    return data


def test_only_the_button_of_this_formset_asks_for_a_row() -> None:
    assert asks_for_row(QueryDict("add_row=form"), "form")
    for data in (QueryDict("add_row=other"), QueryDict("form=add_row"), QueryDict(), None):
        assert not asks_for_row(data, "form")


def test_a_row_is_added_and_what_was_typed_is_kept_unjudged() -> None:
    formset = with_another_row(Lines(posted(**{"form-1-name": "<b>"})))
    assert [form["name"].value() for form in formset] == ["far too long", "<b>", None]
    assert formset.forms[0]["kinds"].value() == ["a", "b"]
    assert formset.errors == [{}, {}, {}] and not formset.non_form_errors()
    assert all(form.cleaned_data == {} for form in formset)
    assert formset.management_form["TOTAL_FORMS"].value() == "3"
    assert formset.initial_form_count() == 1


def test_only_the_new_row_takes_the_focus() -> None:
    html = [str(form["name"]) for form in with_another_row(Lines(posted()))]
    assert ["autofocus" in control for control in html] == [False, False, True]


def test_there_is_no_row_beyond_the_limit() -> None:
    formset = with_another_row(Lines(posted("3")))
    assert len(formset.forms) == 3
    assert "autofocus" not in str(formset.forms[-1]["name"])
    assert formset.errors == [{}, {}, {}]


@pytest.mark.parametrize("total", ["", "abc", "-5", "99999999999999999999", "\0"])
def test_a_count_that_was_tampered_with_is_no_fault(total: str) -> None:
    formset = with_another_row(Lines(posted(total)))
    assert len(formset.forms) <= formset.absolute_max
    assert formset.non_form_errors() == []


def test_what_was_posted_is_not_changed() -> None:
    data = posted()
    data._mutable = False
    with_another_row(Lines(data))
    assert data["form-TOTAL_FORMS"] == "2"


def test_a_form_left_unchecked_shows_what_was_typed_and_no_error() -> None:
    form = Line({"name": "far too long"})
    leave_unchecked(form)
    assert form.errors == {} and form["name"].value() == "far too long" and form.cleaned_data == {}


def test_an_inline_model_formset_can_grow(programme: Programme, django_assert_max_num_queries: Any) -> None:
    sheets = forms.inlineformset_factory(Programme, EvaluationSheet, fields=["fiscal_year"], extra=0)
    stored = programme.sheets.get()
    data = {
        "sheets-TOTAL_FORMS": "1",
        "sheets-INITIAL_FORMS": "1",
        "sheets-0-id": str(stored.pk),
        "sheets-0-fiscal_year": "bad",
    }
    with django_assert_max_num_queries(2):
        formset = with_another_row(sheets(data, instance=programme))
        assert [form["fiscal_year"].value() for form in formset] == ["bad", None]
    assert formset.forms[0].instance.pk == stored.pk
