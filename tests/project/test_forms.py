"""Every form of the portal, found by itself, × every kind of bad input: told in plain Japanese, and the rest is kept."""

import datetime as dt
import importlib
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from allauth.core import context
from allauth.mfa.models import Authenticator
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms.utils import ErrorList
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from assets.registers import REGISTERS
from common.listing import ListForm
from notices.models import Notice
from staff.actions import post, system_actor
from staff.models import Department, Staff
from staff.reorganisation import Part, Wanted
from staff.reorganisation_plan import plan
from tests import cast
from tests.project.calls_accounts import session_request
from tests.project.test_catalogue import ENGLISH, JAPANESE
from tests.project.test_code import PACKAGES, SOURCES, relative
from tests.templates.test_dads import parse, text, with_class

KEPT = "のこる<b>&𠮷"
BAD = {
    "empty": "",
    "blank": " 　",
    "too long": "長" * 20_001,
    "a word": "abc",
    "many digits": "9" * 5_000,
    "not a number": "NaN",
    "NUL": "a\0b",
    "emoji": "😀👨‍👩‍👧",
    "rare kanji": "𠮷󠄀",
    "markup": "<script>alert(1)</script>{{ 7|add:7 }}",
    "a path": "../../etc/passwd",
}
COUNTS = ("", "abc", "-1", "9" * 30, "1e3", "\0")
UPLOADS = {
    "an empty file": lambda: SimpleUploadedFile("空.pdf", b""),
    "a long name": lambda: SimpleUploadedFile(f"{'長' * 300}.pdf", b"%PDF-"),
    "markup": lambda: SimpleUploadedFile("<b>.pdf", b"\0<script>"),
}


def a_head() -> Staff:
    """Return a head with one person in the department."""
    if known := Staff.objects.filter(employee_number="head").first():
        return known
    here, people = Department.objects.get(code="011010"), [cast.person("head"), cast.person("clerk")]
    for one in people:
        post(by=system_actor(), person=one, department=here, is_head=one == people[0], valid_from=cast.SINCE)
    return people[0]


# Forms that need more than data. The value makes their other arguments.
NEEDED: dict[str, Callable[[], dict[str, Any]]] = {
    "assets.entry_form.EntryForm": lambda: {"register": REGISTERS["information"], "on": dt.date(2026, 11, 24)},
    "notices.forms.CorrectionForm": lambda: {
        "notice": Notice(record_only=True, channels=["mail"], given_on=dt.date(2026, 11, 24), audience="all")
    },
    "training.forms.AttendanceForm": lambda: {"enrolments": []},
    "training.forms.EnrolForm": lambda: {"on": dt.date(2026, 11, 24)},
    "accounts.forms.SignInForm": lambda: {"request": RequestFactory().post("/")},
}
NEEDED |= {
    "staff.forms_rights.TermForm": lambda: {"on": dt.date(2026, 11, 24)},
    "staff.forms_rights.GrantForm": lambda: {"on": dt.date(2026, 11, 24)},
    "staff.forms_rights.EndForm": lambda: {"on": dt.date(2026, 11, 24)},
    "staff.forms_rights.DeputyForm": lambda: {"on": dt.date(2026, 11, 24), "head": a_head()},
}
NEEDED |= {
    "staff.forms_postings.DaysForm": lambda: {"person": Staff(joined_on=cast.SINCE), "on": dt.date(2026, 11, 24)},
    "staff.forms_postings.PostingForm": lambda: {"person": Staff(joined_on=cast.SINCE), "on": dt.date(2026, 11, 24)},
    "staff.forms_postings.LeaveForm": lambda: {"person": Staff(joined_on=cast.SINCE), "on": dt.date(2026, 11, 24)},
    "staff.forms_postings.LastDayForm": lambda: {"first": dt.date(2016, 4, 1), "on": dt.date(2026, 11, 24)},
    "staff.forms_reorganise.ArrangeForm": lambda: {
        "found": plan(
            Wanted("split", dt.date(2027, 4, 1), ("011010",), (Part("011010"), Part("011020", "統計課"))),
            today=dt.date(2026, 11, 24),
        )
    },
}
NEEDED |= {
    "accounts.forms.PasswordForm": lambda: {"user": Staff(employee_number="chooses", name="真岡 太郎")},
    "accounts.forms.FirstPasswordForm": lambda: {"user": Staff(employee_number="begins", name="真岡 太郎")},
    "accounts.forms.SessionForm": lambda: {"request": session_request(Staff())},
    "accounts.forms_desk.NoticesForm": lambda: {"on": dt.date(2026, 11, 24)},
}
NEEDED |= {
    f"accounts.{name}": lambda: {"user": system_actor()}
    for name in (
        *("forms_factors._Code", "forms_factors.CodeForm", "forms_factors.CodeAgainForm", "forms_factors.AppForm"),
        *("forms_passkeys.NewPasskeyForm", "forms_passkeys._Passkey", "forms_passkeys.PasskeyForm"),
        "forms_passkeys.PasskeyAgainForm",
    )
}
NEEDED["accounts.forms_passkeys.PasskeyNameForm"] = lambda: {
    "instance": Authenticator(type="webauthn", data={"name": "机のPC"})
}
# Forms whose errors nobody reads, and what happens instead.
NEVER_SHOWN = {
    **{
        f"accounts.forms_passkeys.{name}": "filled in by the browser: what went wrong is told in a banner"
        for name in ("NewPasskeyForm", "_Passkey", "PasskeyForm", "PasskeySignInForm", "PasskeyAgainForm")
    },
    "policies.forms.PublishForm": "hidden: the page says in its own words that it was not complete",
    "common.listing._Turn": "a part of an address: a wrong page or order is passed over",
    "staff.trail_form.TurnForm": "a part of an address: a page that does not exist is the first",
    "reports.forms.SeenForm": "hidden: the page says in its own words that it was not complete",
    "staff.forms_reorganise.StartForm": "a part of an address: a wrong department is passed over",
    "accounts.forms.SessionForm": "a button: the page says in its own words that the session was over",
    "staff.forms.LanguageForm": "a button: a wrong language leads home",
}
# What a template reads of a form; a field of that name would stand in its way.
TAKEN = {"errors", "is_bound", "is_valid", "is_multipart", "prefix", "non_field_errors", "cleaned_data", "form_html"}


def is_form(value: Any) -> bool:
    """Tell whether `value` is a form class of ours, or a formset class made from one."""
    if not isinstance(value, type):
        return False
    if issubclass(value, forms.BaseFormSet):
        return hasattr(value, "form") and value.form.__module__.partition(".")[0] in PACKAGES
    return issubclass(value, forms.BaseForm) and value.__module__.partition(".")[0] in PACKAGES


def found() -> Iterator[tuple[str, type]]:
    """Yield every form and formset class of our packages by its name and that of the module that wrote it."""
    for file in SOURCES:
        module = relative(file).removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        if module.startswith("devservers") or module.endswith(("__main__", "wsgi")):
            continue
        for name, value in vars(importlib.import_module(module)).items():
            if is_form(value):
                yield f"{getattr(value, 'form', value).__module__}.{name}", value


EVERY = dict(found())
FORMS = {name: cls for name, cls in EVERY.items() if issubclass(cls, forms.BaseForm)}
FORMSETS = {name: cls for name, cls in EVERY.items() if issubclass(cls, forms.BaseFormSet)}
SHOWN = [name for name in FORMS if name not in NEVER_SHOWN]


@pytest.fixture(autouse=True)
def _japanese(db: None) -> Iterator[None]:
    cast.department("011010", "情報政策課")
    with translation.override("ja"), context.request_context(session_request()):
        yield


def made(name: str, *data: Any, **more: Any) -> Any:
    if issubclass(EVERY[name], ListForm) and not data:
        data = (QueryDict(),)
    return EVERY[name](*data, **NEEDED.get(name, dict)(), **more)


def controls(bound: forms.BoundField) -> list[str]:
    """Return the names under which the browser sends a field."""
    widget = bound.field.widget
    if isinstance(widget, forms.SelectDateWidget):
        return [f"{bound.html_name}_{part}" for part in ("year", "month", "day")]
    if isinstance(widget, forms.MultiWidget):
        return [f"{bound.html_name}{part}" for part in widget.widgets_names]
    return [bound.html_name]


def harmless(bound: forms.BoundField) -> str:
    """Return something to send for a field that is not the one being tried: a choice, or a text to be kept."""
    choices = getattr(bound.field, "choices", ())
    flat = [
        value for value, label in choices for value, label in (label if isinstance(label, list) else [(value, label)])
    ]
    return next((str(value) for value in flat if str(value)), KEPT)


def sent(form: forms.BaseForm, field: str, value: str) -> QueryDict:
    """Return what a browser would send: `value` for one field, something harmless for the others."""
    data = QueryDict(mutable=True)
    for bound in form:
        for control in controls(bound):
            data[control] = value if bound.name == field else harmless(bound)
    return data


def shown(form: forms.BaseForm | forms.BaseFormSet) -> Element:
    helper = getattr(form, "helper", None)
    if isinstance(form, forms.BaseFormSet) and helper is not None:
        helper.without_summary = False
        template = "{% load crispy_forms_tags %}{% crispy form helper %}"
    else:
        template = "{% load crispy_forms_tags %}{{ form|crispy }}"
    return parse(Template(template).render(Context({"form": form, "helper": helper})))


def assert_plain(messages: ErrorList | list[str]) -> None:
    for message in map(str, messages):
        assert JAPANESE.search(message), message
        assert not ENGLISH.search(message), message


def assert_told(form: Any, tree: Element) -> None:
    """See that the summary names the label of each field with an error, with each of its errors."""
    told = [text(item) for section in with_class(tree, "error-summary") for item in section.iter("li")]
    for name, errors in form.errors.items():
        assert_plain(errors)
        label = "" if name == "__all__" else str(form[name].label)
        for error in errors:
            wanted = [*label.split(), *str(error).replace("\0", "").split()]
            assert any(all(word in item.replace("\ufffd", "") for word in wanted) for item in told), (label, error)


def values(tree: Element) -> dict[str, set[str]]:
    """Return what the controls of a page hold, by name."""
    held: dict[str, set[str]] = {}
    for control in tree.iter():
        name, kind = control.get("name", ""), control.get("type", "")
        if control.tag == "textarea":
            held.setdefault(name, set()).add("".join(control.itertext()))
        elif control.tag == "select":
            chosen = {
                option.get("value", "") for option in control.iter("option") if option.get("selected") is not None
            }
            held.setdefault(name, set()).update(chosen)
        elif control.tag == "input" and (kind not in ("checkbox", "radio") or control.get("checked") is not None):
            held.setdefault(name, set()).add(control.get("value", ""))
    return held


def assert_kept(form: forms.BaseForm, field: str, data: QueryDict, tree: Element) -> None:
    held = values(tree)
    for bound in form:
        forgotten = isinstance(bound.field.widget, forms.PasswordInput | forms.FileInput | forms.CheckboxInput)
        if bound.name == field or forgotten or bound.field.disabled:
            continue
        if isinstance(bound.field.widget, forms.SelectDateWidget | forms.NullBooleanSelect):
            continue
        for control in controls(bound):
            assert held[control] == {data[control]}, control


def test_the_sweep_finds_the_forms() -> None:
    assert {"accounts.forms.SignInForm", "reports.forms.TextsForm", "reports.forms.HistoryFilter"} <= set(FORMS)
    assert "reports.forms.YearFigures" in FORMSETS
    assert set(NEEDED) | set(NEVER_SHOWN) <= set(EVERY)


@pytest.mark.parametrize("name", FORMS)
def test_a_field_has_words_and_a_name_that_stands_in_nobody_s_way(name: str) -> None:
    form = made(name)
    assert not TAKEN & set(form.fields)
    if name in SHOWN:
        assert [bound.name for bound in form.visible_fields() if not JAPANESE.search(str(bound.label))] == []


@pytest.mark.parametrize("name", FORMS)
def test_bad_input_is_told_in_plain_japanese_and_the_rest_is_kept(name: str) -> None:
    for field in made(name).fields:
        for value in BAD.values():
            data = sent(made(name), field, value)
            form = made(name, data)
            if form.is_valid() or name in NEVER_SHOWN:
                continue
            tree = shown(form)
            assert_told(form, tree)
            assert_kept(form, field, data, tree)


@pytest.mark.parametrize("name", FORMS)
def test_nothing_at_all_is_no_fault(name: str) -> None:
    for data in ({}, QueryDict(), MultiValueDict()):
        form = made(name, data)
        if not form.is_valid() and name in SHOWN:
            assert_told(form, shown(form))


@pytest.mark.parametrize("upload", UPLOADS)
def test_a_bad_file_is_told_beside_its_field(upload: str) -> None:
    tried = 0
    for name in SHOWN:
        for bound in made(name):
            if isinstance(bound.field, forms.FileField):
                form = made(name, {}, {bound.html_name: UPLOADS[upload]()})
                form.is_valid()
                assert_told(form, shown(form))
                tried += 1
    assert tried


@pytest.mark.parametrize("name", FORMSETS)
def test_bad_rows_are_told_with_their_number(name: str) -> None:
    formset = made(name)
    prefix = formset.prefix
    for field in formset.empty_form.fields:
        for value in BAD.values():
            data = {f"{prefix}-TOTAL_FORMS": "2", f"{prefix}-INITIAL_FORMS": "2", f"{prefix}-1-{field}": value}
            bound = made(name, data)
            if bound.is_valid():
                continue
            told = [text(item) for item in with_class(shown(bound), "error-summary")[0].iter("li")]
            assert all(JAPANESE.search(item) and not ENGLISH.search(item) for item in told)
            for number, row in enumerate(bound.forms, start=1):
                if row.cleaned_data.get("DELETE"):
                    continue
                labels = [str(row[one].label) for one in row.errors if one != "__all__"]
                assert all(any(f"{number}" in item and label in item for item in told) for label in labels), told


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("name", FORMSETS)
def test_a_tampered_count_of_rows_is_told(name: str, count: str) -> None:
    prefix = made(name).prefix
    for data in ({f"{prefix}-TOTAL_FORMS": count, f"{prefix}-INITIAL_FORMS": count}, {"other": count}):
        bound = made(name, data)
        assert len(bound.forms) <= bound.absolute_max
        if not bound.is_valid():
            assert_plain(bound.non_form_errors())
            shown(bound)
