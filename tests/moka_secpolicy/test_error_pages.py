"""What a person reads when something went wrong: what happened, what is safe, what to do, and a number to name."""

import logging
import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from common.errors import Refused

SECRET = "the-inside-of-the-portal"


def fail(request: HttpRequest, how: str) -> HttpResponse:
    faults = {
        "400": SuspiciousOperation(SECRET),
        "403": PermissionDenied(SECRET),
        "404": Http404(SECRET),
        "409": Refused("A sentence for the person."),
        "500": RuntimeError(SECRET),
    }
    raise faults[how]


urlpatterns = [path("fail/<str:how>/", fail), path("", include("moka_secpolicy.urls"))]
handler400 = "moka_secpolicy.views.bad_request"
handler403 = "moka_secpolicy.views.permission_denied"
handler404 = "moka_secpolicy.views.page_not_found"
handler500 = "moka_secpolicy.views.server_error"
ENGLISH = {
    "400": "This request could not be understood",
    "403": "You are not allowed to use this page",
    "404": "This page was not found",
    "409": "This could not be done",
    "500": "Something went wrong in the portal",
}


def browse(person: Any, language: str, **options: Any) -> Client:
    browser = Client(raise_request_exception=False, **options)
    browser.force_login(person)
    browser.cookies["django_language"] = language
    return browser


def is_ours(response: Any, status: int, language: str) -> bool:
    """Whether this is the portal's own page for this status, in this language, with the request's id and no secrets."""
    text = response.content.decode()
    title = ENGLISH[str(status)]
    assert response.status_code == status
    assert f'<html lang="{language}"' in text
    assert (title in text) is (language == "en")
    assert f"<code>{response.headers['X-Request-ID']}</code>" in text
    assert SECRET not in text
    for inside in ("Traceback", "RuntimeError", "site-packages", ".py"):
        assert inside not in text
    rows = re.findall(r"<dd>(.*?)</dd>", text, re.DOTALL)
    assert len(rows) == 4
    assert all(row.strip() for row in rows)
    for header in ("Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Cache-Control"):
        assert header in response.headers
    return True


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("status", [400, 403, 404, 409, 500])
def test_every_fault_has_its_page_in_both_languages(status: int, language: str, people: Any) -> None:
    assert is_ours(browse(people.employee, language).get(f"/fail/{status}/"), status, language)


@override_settings(ROOT_URLCONF=__name__)
def test_a_broken_page_leaves_one_line_with_its_id_and_cause_in_the_log(
    people: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        browse(people.employee, "ja").get("/fail/500/")
    (line,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "/fail/500/" in line.getMessage()
    assert line.exc_info
    assert SECRET in str(line.exc_info[1])


@pytest.mark.parametrize("language", ["ja", "en"])
def test_real_faults_of_real_pages(language: str, people: Any, sheet: Any) -> None:
    assert is_ours(browse(people.employee, language).get("/reports/programmes/"), 403, language)
    assert is_ours(browse(people.employee, language).get("/no/such/page/"), 404, language)
    assert is_ours(browse(people.officer, language).get("/reports/programmes/none/"), 404, language)
    assert is_ours(browse(people.employee, language, HTTP_HOST="evil.example").get("/"), 400, language)


def test_who_was_denied_what_is_in_the_log_without_a_name(people: Any, caplog: pytest.LogCaptureFixture) -> None:
    browse(people.employee, "ja").get("/reports/programmes/")
    (line,) = [record.getMessage() for record in caplog.records if record.name == "moka_secpolicy.views"]
    assert line == f"Denied: GET /reports/programmes/ to {people.employee.uid}"


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(
    "address", ["/sign-out/", "/language/", "/sign-in/", "/reports/programmes/moka-security-policy/sheets/2019/builds/"]
)
def test_a_form_without_its_token_gets_our_page(address: str, language: str, people: Any, sheet: Any) -> None:
    browser = browse(people.officer, language, enforce_csrf_checks=True)
    if address == "/sign-in/":
        browser.cookies.pop("sessionid")
    response = browser.post(address, {"language": "en"})
    assert response.status_code == 403
    title = "このページの有効期限が切れています" if language == "ja" else "This page is out of date"
    assert title in response.content.decode()
    assert response["X-Request-ID"] in response.content.decode()


def test_faults_before_sign_in_are_our_pages_too(db: None) -> None:
    browser = Client(raise_request_exception=False)
    assert is_ours(Client(HTTP_HOST="evil.example").get("/sign-in/"), 400, "ja")
    assert browser.get("/no/such/page/").status_code == 404
    assert is_ours(browser.get("/no/such/page/"), 404, "ja")


def test_an_address_that_does_not_exist_and_is_markup_is_only_text(people: Any) -> None:
    response = browse(people.employee, "ja").get("/<script>alert(1)</script>/%00/")
    assert is_ours(response, 404, "ja")
    assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize(
    "body",
    [b"\xff\xfe", b"--x\r\nbroken", b"a=" + b"x" * 3_000_000, b"&".join(b"a=1" for _ in range(2500))],
    ids=["bytes", "multipart", "huge", "many"],
)
def test_a_body_that_cannot_be_read_is_no_fault_of_the_portal(body: bytes, people: Any) -> None:
    browser = browse(people.officer, "ja")
    kind = "multipart/form-data; boundary=x" if body.startswith(b"--x") else "application/x-www-form-urlencoded"
    response = browser.generic("POST", "/language/", body, content_type=kind)
    assert response.status_code in (302, 400, 413)
    if response.status_code == 400:
        assert is_ours(response, 400, "ja")


def test_an_address_that_only_a_button_uses_says_so(people: Any, sign_in: Any) -> None:
    answer = sign_in(people.officer).get("/training/sessions/1/roster/")
    assert answer.status_code == 405 and answer["Allow"] == "POST"
    assert "ボタンを押したときだけ" in answer.content.decode()
