"""Sweeps over every template and style sheet, and the frame and the error pages that every page relies on."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.urls import include, path
from django.utils import translation

from common.home import News, StateFact, Task, Urgency

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static").rglob("*.css"))
LANGUAGE_NAMES = {"日本語"}
JAPANESE = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uff9f]+")
COMMENT = re.compile(r"{#.*?#}|{% comment.*?endcomment %}", re.DOTALL)
INLINE = {
    "inline script": re.compile(r'<script(?! src="{% static "js/\w+\.js" %}" defer></script>)', re.IGNORECASE),
    "inline style": re.compile(r"<style", re.IGNORECASE),
    "style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "event handler": re.compile(r"\s(on[a-z]+|hx-on[\w:-]*)\s*=", re.IGNORECASE),
    "script address": re.compile(r"javascript:|[\"'(]data:", re.IGNORECASE),
}
ERRORS = (400, 403, 404, 409, 503)


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


NAMES = {
    "staff": ("choose_language", "people", "profile"),
    "accounts": ("session", "extend_session", "signed_in_again"),
    "policies": ("index",),
    "training": ("index",),
    "notices": ("index",),
}
"""The addresses that every page leads to."""
urlpatterns = [path(f"{name}/", nothing, name=name) for name in ("account_login", "account_logout")]
urlpatterns += [
    path(f"{app}/", include(([path(f"{name}/", nothing, name=name) for name in names], app)))
    for app, names in NAMES.items()
]
urlpatterns += [path("", nothing, name="home")]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def request_() -> Any:
    """A request of somebody who has not signed in."""
    request: Any = RequestFactory().get("/somewhere/?q=1&page=2")
    request.user = SimpleNamespace(is_authenticated=False)
    request._messages = CookieStorage(request)
    return request


def page(request: HttpRequest, template: str, **context: Any) -> str:
    return render_to_string(template, context, request=request)


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def test_the_sweeps_see_the_templates_and_style_sheets() -> None:
    assert {"templates/base.html", "templates/dads/field.html"} <= {name_of(file) for file in TEMPLATES}
    assert "static/css/base.css" in {name_of(file) for file in STYLES}


@pytest.mark.parametrize("file", TEMPLATES, ids=name_of)
def test_a_template_compiles_is_short_and_holds_nothing_inline(file: Path) -> None:
    get_template(str(file.relative_to(ROOT / "templates")))
    source = file.read_text()
    assert source.count("\n") <= 120
    assert [fault for fault, pattern in INLINE.items() if pattern.search(COMMENT.sub("", source))] == []


@pytest.mark.parametrize("file", [f for f in TEMPLATES if "pdf" not in f.parts], ids=name_of)
def test_a_template_says_everything_through_the_catalogue(file: Path) -> None:
    assert set(JAPANESE.findall(COMMENT.sub("", file.read_text()))) <= LANGUAGE_NAMES


@pytest.mark.parametrize("file", STYLES, ids=name_of)
def test_a_style_sheet_fetches_nothing(file: Path) -> None:
    assert not re.search(r"@import|url\(|expression\(", file.read_text())


def test_the_detectors_find_what_they_are_for() -> None:
    bad = '<script>1</script><style></style><p style="a" onclick="b"><a href="javascript:d">確認</a>'
    assert [fault for fault, pattern in INLINE.items() if pattern.search(bad)] == list(INLINE)
    assert INLINE["event handler"].search('<p hx-on:click="c">')
    assert JAPANESE.findall(bad) == ["確認"]


@pytest.mark.parametrize("status", ERRORS)
def test_an_error_page_says_what_happened_what_is_safe_and_what_to_do(request_: HttpRequest, status: int) -> None:
    html = page(request_, f"{status}.html", request_id="id-4711", sentence="You wrote it yourself.")
    assert html.startswith("<!doctype html>")
    for words in ("What happened", "Your work", "What to do next", "id-4711"):
        assert words in html
    assert ("You wrote it yourself." in html) is (status == 409)


def test_the_page_for_a_fault_needs_no_request_and_no_context() -> None:
    html = render_to_string("500.html", {"request_id": "id-4711"})
    assert '<html lang="en">' in html and "id-4711" in html and "Something went wrong in the portal" in html
    assert "id-4711" not in render_to_string("500.html")


def test_the_frame_names_language_portal_and_page(request_: HttpRequest) -> None:
    html = page(request_, "404.html")
    assert '<html lang="en">' in html
    assert "<title>This page was not found | Information Security Policy Portal</title>" in html
    assert html.index('href="#main"') < html.index("<header") < html.index('<main class="site-main" id="main"')
    assert 'name="next" value="/somewhere/?q=1&amp;page=2"' in html


def test_the_frame_loads_htmx_from_here_and_forbids_it_style_eval_and_storage(request_: HttpRequest) -> None:
    html = page(request_, "404.html")
    assert re.findall(r"<script[^>]*>", html) == ['<script src="/static/django_htmx/htmx-2.min.js" defer>']
    for setting in ('"includeIndicatorStyles": false', '"allowEval": false', '"historyCacheSize": 0'):
        assert setting in html


def test_only_somebody_who_signed_in_is_named_and_can_sign_out(request_: Any) -> None:
    assert 'action="/account_logout/"' not in page(request_, "404.html")
    request_.user = SimpleNamespace(is_authenticated=True, name="髙𠮷 花子", has_permission=lambda permission: False)
    request_.session = {}
    html = page(request_, "404.html")
    assert "髙𠮷 花子, signed in" in html and 'action="/account_logout/"' in html
    assert re.search(r'<a href="/"[^>]*>Home</a>', html)


@pytest.mark.parametrize(("language", "other", "label"), [("en", "ja", "日本語"), ("ja", "en", "English")])
def test_the_switch_offers_the_other_language_in_its_own_words(
    request_: HttpRequest, language: str, other: str, label: str
) -> None:
    with translation.override(language):
        html = page(request_, "404.html")
    assert re.search(rf'name="language" value="{other}" lang="{other}">{label}<', html)


def test_an_error_in_the_form_leads_the_title(request_: HttpRequest) -> None:
    class Name(forms.Form):
        name = forms.CharField()

    titles = [page(request_, "404.html", form=form) for form in (Name(), Name({"name": "x"}), Name({}))]
    assert ["<title>Error: " in html for html in titles] == [False, False, True]
    lines = forms.formset_factory(Name)
    sent = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-name": "x"}
    assert "<title>Error: " not in page(request_, "404.html", form=lines(sent))


def test_messages_come_as_banners_with_their_kind_in_words(request_: HttpRequest) -> None:
    messages.success(request_, "Saved <b>.")
    messages.error(request_, "Not saved.")
    html = page(request_, "404.html")
    assert html.count('class="notification notification--') == 2
    assert "Saved &lt;b&gt;." in html
    assert re.search(r"notification--error.*?Error\s.*?Not saved\.", html, re.DOTALL)


def test_the_breadcrumb_ends_at_the_page_itself(request_: HttpRequest) -> None:
    html = page(request_, "404.html", breadcrumbs=[("Sheets", "/sheets/"), ("2019", "")])
    assert '<a href="/sheets/">Sheets</a>' in html and '<span aria-current="page">2019</span>' in html


def test_the_demonstration_is_called_one(request_: HttpRequest, settings: Any) -> None:
    settings.SITE_IS_DEMO = True
    assert "This is a demonstration" in page(request_, "404.html")
    settings.SITE_IS_DEMO = False
    assert "This is a demonstration" not in page(request_, "404.html")


def test_home_lists_what_is_to_do_and_says_so_when_there_is_nothing(request_: HttpRequest) -> None:
    task = Task("Check the sheet", "/sheet/", dt.date(2026, 5, 31), "the city's programme")
    news = News("Check the sheet", dt.datetime(2026, 5, 1, tzinfo=dt.UTC), "/sheet/", "the city's programme")
    fact = StateFact("Have confirmed", "382 of 500", "/policies/")
    urgent = [(task, Urgency.OVERDUE)]
    busy = page(request_, "home.html", tasks=urgent, news=[news], facts=[fact], roles=["CISO", "auditor"])
    assert busy.count('<a href="/sheet/">Check the sheet</a>') == 2 and busy.count("the city&#x27;s programme") == 2
    assert "Overdue</span>" in busy and "Due 2026-05-31" in busy and "382 of 500" in busy
    assert "Your role: CISO / auditor" in busy
    idle = page(request_, "home.html", tasks=[], news=[], facts=[])
    assert "How things stand" not in idle
    assert "Nothing is waiting for you now" in idle and "There is no news." in idle and "Your role" not in idle


def test_progress_is_announced_with_its_value_or_as_unknown() -> None:
    known = render_to_string("components/progress.html", {"id": "p", "text": "Drawing", "value": 40, "note": "2 of 5"})
    for attribute in (
        'role="progressbar"',
        'aria-valuenow="40"',
        'aria-labelledby="p-text"',
        'aria-describedby="p-note"',
    ):
        assert attribute in known
    assert 'aria-valuenow="0"' in render_to_string("components/progress.html", {"id": "p", "text": "x", "value": 0})
    assert "aria-valuenow" not in render_to_string("components/progress.html", {"id": "p", "text": "Waiting"})


@pytest.mark.parametrize("kind", ["neutral", "info", "success", "warning", "error"])
def test_a_status_is_a_word_and_a_shape(kind: str) -> None:
    html = render_to_string("components/status_label.html", {"kind": kind, "text": "Overdue"})
    assert "Overdue</span>" in html and f"icon--{kind}" in html and 'aria-hidden="true"' in html


def test_each_kind_of_status_has_a_shape_of_its_own() -> None:
    kinds = ("neutral", "info", "success", "warning", "error")
    shapes = {re.sub(r"icon--\w+", "", render_to_string("components/icon.html", {"name": kind})) for kind in kinds}
    assert len(shapes) == len(kinds)


def test_paging_keeps_the_filters(request_: HttpRequest) -> None:
    html = page(request_, "components/paging.html", page=Paginator(range(30), 10).get_page(2))
    assert 'href="?q=1&amp;page=1"' in html and 'href="?q=1&amp;page=3"' in html
    assert "Page 2 of 3 (30 in all)" in html
    only = page(request_, "components/paging.html", page=Paginator([1], 10).get_page(1))
    assert "href" not in only


def test_confirming_is_a_post_and_going_back_is_a_link(request_: HttpRequest) -> None:
    html = page(
        request_,
        "components/confirm.html",
        question="Delete it?",
        consequence="It cannot be undone.",
        verb="Delete",
        action="/delete/",
        cancel_url="/back/",
        danger=True,
        fields={"version": 3},
    )
    assert '<form method="post" action="/delete/">' in html and "csrfmiddlewaretoken" in html
    assert '<input type="hidden" name="version" value="3">' in html
    assert re.search(r'button--danger" type="submit">Delete<', html)
    assert 'href="/back/"' in html


def test_facts_without_a_value_say_so() -> None:
    html = render_to_string("components/definition_list.html", {"entries": [("Hours", 0), ("Law", ""), ("Day", None)]})
    assert "<dd>0</dd>" in html and html.count(">None<") == 2
