"""A rule said no: the person reads why, and nothing was changed."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import include, path

from common.errors import Refused
from reports.actions import request_build
from staff import actions
from tests.project.test_permission_matrix import row_counts

SENTENCE = "Three <b>eyes</b> are not four."


def refuse(request: HttpRequest) -> HttpResponse:
    raise Refused(SENTENCE)


def not_a_refusal(request: HttpRequest) -> HttpResponse:
    raise KeyError(SENTENCE)


urlpatterns = [
    path("refuse/", refuse),
    path("not-a-refusal/", not_a_refusal),
    path("", include("moka_secpolicy.urls")),
]


@override_settings(ROOT_URLCONF=__name__)
def test_the_sentence_is_shown_with_409_and_the_request_id(people: Any, sign_in: Any) -> None:
    response = sign_in(people.employee).get("/refuse/")
    text = response.content.decode()
    assert response.status_code == 409
    assert "Three &lt;b&gt;eyes&lt;/b&gt; are not four." in text
    assert f"<code>{response.headers['X-Request-ID']}</code>" in text
    assert "Traceback" not in text


@override_settings(ROOT_URLCONF=__name__)
def test_another_exception_is_no_refusal(people: Any, sign_in: Any) -> None:
    browser = sign_in(people.employee)
    browser.raise_request_exception = False
    response = browser.get("/not-a-refusal/")
    assert response.status_code == 500
    assert "eyes" not in response.content.decode()


def test_a_refused_removal_changes_nothing_and_says_why_in_both_languages(
    people: Any, sheet: Any, sign_in: Any
) -> None:
    request_build(by=people.officer, sheet=sheet)
    browser = sign_in(people.officer)
    address = "/reports/programmes/moka-security-policy/edit/sheets/2019/remove/"
    before = row_counts()
    pages = {}
    for language in ("ja", "en"):
        browser.cookies["django_language"] = language
        response = browser.post(address)
        assert response.status_code == 409
        pages[language] = response.content.decode()
    assert row_counts() == before
    assert "A sheet that has been built cannot be removed: its PDF would lose its source." in pages["en"]
    assert "cannot be removed" not in pages["ja"]
    assert "<dd>PDFを作成済みのシートは削除できません。" in pages["ja"]


def test_a_refused_action_leaves_no_event(people: Any) -> None:
    before = row_counts()
    department = people.employee.postings.get().department
    with pytest.raises(Refused):
        actions.post(by=people.officer, person=people.employee, department=department, valid_from=department.valid_from)
    assert row_counts() == before
