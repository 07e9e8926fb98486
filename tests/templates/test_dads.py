"""The crispy-forms pack `dads`: what a person and a screen reader find in a rendered form."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

import pytest
import tinyhtml5  # type: ignore[import-untyped]
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Button, ButtonHolder, Div, Field, Fieldset, Hidden, Layout, Row, Submit
from django import forms
from django.template import Context, Template
from django.utils import translation

CHOICES = [("open", "Open"), ("closed", "Closed")]
GROUPED = [("One", CHOICES[:1]), ("Two", CHOICES[1:])]
CONTROLS = ("input", "select", "textarea")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


class Everything(forms.Form):
    text = forms.CharField(label="Name of text", help_text="Help for text")
    area = forms.CharField(label="Name of area", help_text="Help for area", widget=forms.Textarea)
    number = forms.IntegerField(label="Name of number", help_text="Help for number")
    email = forms.EmailField(label="Name of email", help_text="Help for email")
    password = forms.CharField(label="Name of password", help_text="Help for password", widget=forms.PasswordInput)
    one_of = forms.ChoiceField(label="Name of one_of", help_text="Help for one_of", choices=[("", "–"), *CHOICES])
    many_of = forms.MultipleChoiceField(label="Name of many_of", help_text="Help for many_of", choices=CHOICES)
    agreed = forms.BooleanField(label="Name of agreed", help_text="Help for agreed")
    day = forms.DateField(label="Name of day", help_text="Help for day")
    document = forms.FileField(label="Name of document", help_text="Help for document")
    boxes = forms.MultipleChoiceField(
        label="Name of boxes",
        help_text="Help for boxes",
        choices=CHOICES,
        widget=forms.CheckboxSelectMultiple,
    )
    radios = forms.ChoiceField(
        label="Name of radios", help_text="Help for radios", choices=GROUPED, widget=forms.RadioSelect
    )


GROUPS = ("boxes", "radios")
SINGLES = tuple(name for name in Everything.base_fields if name not in GROUPS)


def crispy(form: forms.BaseForm | forms.BaseFormSet) -> Element:
    return parse(Template("{% load crispy_forms_tags %}{% crispy form %}").render(Context({"form": form})))


def as_filter(form: forms.BaseForm | forms.BaseFormSet) -> Element:
    return parse(Template("{% load crispy_forms_tags %}{{ form|crispy }}").render(Context({"form": form})))


def parse(html: str) -> Element:
    return tinyhtml5.parse(html, namespace_html_elements=False)


def text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def by_id(tree: Element, wanted: str) -> Element:
    found = [element for element in tree.iter() if element.get("id") == wanted]
    assert len(found) == 1, f"{len(found)} elements have the id {wanted!r}"
    return found[0]


def with_class(tree: Element, name: str) -> list[Element]:
    return [element for element in tree.iter() if name in element.get("class", "").split()]


def one_field(name: str, *, required: bool = True, data: dict[str, str] | None = None) -> forms.Form:
    form = Everything(data)
    form.fields = {name: form.fields[name]}
    form.fields[name].required = required
    return form


@pytest.mark.parametrize("name", SINGLES)
def test_a_control_is_tied_to_its_label_support_text_and_error(name: str) -> None:
    tree = crispy(one_field(name, data={}))
    control = by_id(tree, f"id_{name}")
    label = next(element for element in tree.iter("label") if element.get("for") == f"id_{name}")
    assert control.tag in CONTROLS
    assert text(label).startswith(f"Name of {name}")
    assert control.get("aria-invalid") == "true"
    assert control.get("aria-describedby", "").split() == [f"id_{name}_helptext", f"id_{name}_error"]
    assert text(by_id(tree, f"id_{name}_helptext")) == f"Help for {name}"
    assert text(by_id(tree, f"id_{name}_error")) == "Error: This field is required."


@pytest.mark.parametrize("name", GROUPS)
def test_a_group_is_a_fieldset_tied_to_its_support_text_and_error(name: str) -> None:
    tree = crispy(one_field(name, data={}))
    group = by_id(tree, f"id_{name}")
    assert group.tag == "fieldset"
    assert text(next(group.iter("legend"))).startswith(f"Name of {name}")
    assert group.get("aria-describedby", "").split() == [f"id_{name}_helptext", f"id_{name}_error"]
    assert text(by_id(tree, f"id_{name}_helptext")) == f"Help for {name}"
    assert text(by_id(tree, f"id_{name}_error")) == "Error: This field is required."
    options = list(group.iter("input"))
    labels = {element.get("for"): text(element) for element in group.iter("label")}
    assert [labels[option.get("id")] for option in options] == ["Open", "Closed"]


def test_the_headings_of_grouped_choices_are_shown() -> None:
    legends = [text(legend) for legend in crispy(one_field("radios")).iter("legend")]
    assert legends == ["Name of radios (required)", "One", "Two"]


@pytest.mark.parametrize("name", Everything.base_fields)
def test_label_support_text_control_error_come_in_this_order(name: str) -> None:
    field = with_class(crispy(one_field(name, data={})), "field")[0]
    order = list(field.iter())
    label = next(element for element in order if element.tag in ("label", "legend"))
    support, error = by_id(field, f"id_{name}_helptext"), by_id(field, f"id_{name}_error")
    control = next(element for element in order if element.tag in CONTROLS)
    expected = [control, label, support, error] if name == "agreed" else [label, support, control, error]
    assert [order.index(element) for element in expected] == sorted(order.index(element) for element in expected)


@pytest.mark.parametrize("name", Everything.base_fields)
def test_words_say_whether_a_field_must_be_filled(name: str) -> None:
    must, may = text(crispy(one_field(name))), text(crispy(one_field(name, required=False)))
    assert "(required)" in must and "(optional)" not in must
    assert "(required)" not in may
    assert ("(optional)" in may) is (name != "agreed")


def test_the_summary_links_to_the_first_control_of_each_field_with_an_error() -> None:
    tree = crispy(Everything({}))
    links = list(with_class(tree, "error-summary")[0].iter("a"))
    assert [text(link) for link in links] == [
        f"Name of {name}: This field is required." for name in Everything.base_fields
    ]
    targets = [by_id(tree, link.get("href", "").removeprefix("#")) for link in links]
    assert [target.get("name") for target in targets] == list(Everything.base_fields)
    assert {target.tag for target in targets} <= set(CONTROLS)
    assert targets[-1].get("id") == "id_radios_0_0"


def test_the_summary_tells_what_no_field_is_to_blame_for_and_errors_of_hidden_fields() -> None:
    class Period(forms.Form):
        version = forms.IntegerField(widget=forms.HiddenInput, label="Version")

        def clean(self) -> None:
            raise forms.ValidationError("The end lies before the start.")

    summary = with_class(crispy(Period({})), "error-summary")[0]
    assert [text(item) for item in summary.iter("li")] == [
        "The end lies before the start.",
        "Version: This field is required.",
    ]
    assert summary.get("tabindex") == "-1" and summary.get("autofocus") is not None


def test_nothing_is_called_wrong_before_the_form_was_sent_or_when_it_is_right() -> None:
    for form in (Everything(), one_field("text", data={"text": "x"})):
        tree = crispy(form)
        assert not with_class(tree, "error-summary") and not with_class(tree, "field__error")
        assert not [element for element in tree.iter() if element.get("aria-invalid")]


def test_what_was_typed_is_kept_and_markup_in_it_is_only_text() -> None:
    typed = "<script>alert(1)</script>𠮷\"'"
    form = Everything({"text": typed, "number": "<b>", "radios": "closed", "boxes": ["open"], "one_of": "open"})
    tree = crispy(form)
    assert by_id(tree, "id_text").get("value") == typed
    assert by_id(tree, "id_number").get("value") == "<b>"
    assert by_id(tree, "id_radios_1_0").get("checked") is not None
    assert by_id(tree, "id_boxes_0").get("checked") is not None
    assert by_id(tree, "id_boxes_1").get("checked") is None
    assert not list(tree.iter("script"))


def test_a_choice_that_is_markup_is_only_text() -> None:
    class Odd(forms.Form):
        kind = forms.ChoiceField(label="<i>kind", choices=[('"><i>', "<i>x")], widget=forms.RadioSelect)

    tree = crispy(Odd({}))
    assert not list(tree.iter("i"))
    assert by_id(tree, "id_kind_0").get("value") == '"><i>'


def test_no_inline_style_script_or_handler() -> None:
    for tree in (crispy(Everything()), crispy(Everything({})), as_filter(Everything({}))):
        assert not list(tree.iter("script")) and not list(tree.iter("style"))
        attributes = {name for element in tree.iter() for name in element.attrib}
        assert "style" not in attributes and not [name for name in attributes if name.startswith("on")]


def test_a_whole_form_leaves_the_checking_to_the_portal_and_can_carry_files() -> None:
    form = Everything()
    html = Template("{% load crispy_forms_tags %}{% crispy form %}")
    tree = parse(html.render(Context({"form": form, "csrf_token": "t0ken"})))
    element = next(tree.iter("form"))
    assert element.get("novalidate") is not None
    assert (element.get("method"), element.get("enctype")) == ("post", "multipart/form-data")
    assert [i.get("value") for i in tree.iter("input") if i.get("name") == "csrfmiddlewaretoken"] == ["t0ken"]


def test_the_filter_gives_the_fields_without_a_form_element() -> None:
    tree = as_filter(Everything({}))
    assert not list(tree.iter("form"))
    assert len(with_class(tree, "error-summary")) == 1
    assert len(with_class(tree, "field")) == len(Everything.base_fields)


def test_a_search_form_goes_by_get_without_marks_and_hides_its_labels_from_sight_only() -> None:
    class Search(forms.Form):
        text = forms.CharField(label="Words", required=False)
        helper = FormHelper()
        helper.form_method, helper.without_marks, helper.form_show_labels = "get", True, False
        helper.add_input(Submit("search", "Search"))

    tree = crispy(Search())
    assert next(tree.iter("form")).get("method") == "get"
    label = next(tree.iter("label"))
    assert text(label) == "Words" and "visually-hidden" in label.get("class", "")
    assert not [i for i in tree.iter("input") if i.get("name") == "csrfmiddlewaretoken"]


def test_a_locked_field_carries_no_mark() -> None:
    form = one_field("text")
    form.fields["text"].disabled = True
    assert "(required)" not in text(crispy(form))


def test_a_layout_arranges_fields_and_buttons() -> None:
    class Arranged(Everything):
        helper = FormHelper()
        helper.layout = Layout(
            Fieldset("Who", Row("text", "email"), css_class="who"),
            Div(Field("day", css_class="input--short"), css_id="when"),
            HTML("<p class='note'>Note</p>"),
            Hidden("step", "2"),
            ButtonHolder(
                Submit("save", "Save it"),
                Button("back", "Back"),
                Submit("remove", "Remove", css_class="button--danger"),
            ),
        )

    tree = crispy(Arranged())
    who = with_class(tree, "who")[0]
    assert text(next(who.iter("legend"))) == "Who" and len(with_class(with_class(who, "field-row")[0], "field")) == 2
    assert "input--short" in by_id(by_id(tree, "when"), "id_day").get("class", "").split()
    assert text(with_class(tree, "note")[0]) == "Note"
    assert [i.get("value") for i in tree.iter("input") if i.get("name") == "step"] == ["2"]
    buttons = [(b.get("name"), b.get("type"), b.get("class"), text(b)) for b in tree.iter("button")]
    assert buttons == [
        ("save", "submit", "button button--solid", "Save it"),
        ("back", "button", "button button--outline", "Back"),
        ("remove", "submit", "button button--danger", "Remove"),
    ]
    assert not [b for b in tree.iter("button") if b.get("disabled") is not None]


def test_a_summary_that_is_only_an_example_does_not_take_the_focus() -> None:
    class Example(Everything):
        helper = FormHelper()
        helper.without_focus, helper.form_error_title = True, "An example"

    summary = with_class(crispy(Example({})), "error-summary")[0]
    assert summary.get("autofocus") is None and text(next(summary.iter("h2"))) == "An example"
