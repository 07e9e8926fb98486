"""Time-outs: how much is left, staying signed in, and a form that arrives too late."""

import datetime as dt
import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from reports.models import Programme
from tests.project.test_permission_matrix import row_counts

NOW = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)
TEXTS = "/reports/programmes/moka-security-policy/edit/texts/"
OWN = {"HTTP_ORIGIN": "http://testserver"}
HOSTILE = "<script>\"𠮷'&</script>"


@pytest.fixture(autouse=True)
def _now(time_machine: Any, settings: Any) -> None:
    settings.SESSION_IDLE_SECONDS, settings.SESSION_ABSOLUTE_SECONDS = 1800, 9 * 3600
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def officer(people: SimpleNamespace) -> Client:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people.officer)
    browser.get("/")
    return browser


def after(time_machine: Any, **time: int) -> None:
    time_machine.move_to(NOW + dt.timedelta(**time), tick=False)


def status(browser: Client, **headers: str) -> dict[str, Any]:
    return dict(json.loads(browser.get("/session/", headers={"X-Background": "1"}, **headers).content))


def token(page: Any) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
    assert found
    return found[1]


# --- How much is left ----------------------------------------------------------------------------------------------


def test_asking_how_long_the_session_lasts_does_not_prolong_it(officer: Client, time_machine: Any) -> None:
    assert status(officer)["seconds"] == 1800
    after(time_machine, minutes=29)
    assert status(officer)["seconds"] == 60
    assert status(officer)["seconds"] == 60
    after(time_machine, minutes=31)
    assert status(officer)["signed_in"] is False


def test_a_request_of_a_person_prolongs_it(officer: Client, time_machine: Any) -> None:
    after(time_machine, minutes=29)
    officer.get("/")
    assert status(officer)["seconds"] == 1800


def test_staying_signed_in_prolongs_it_at_once(officer: Client, time_machine: Any) -> None:
    page = officer.get("/")
    after(time_machine, seconds=30)
    answer = officer.post(
        "/session/extend/",
        headers={"Accept": "application/json", "X-CSRFToken": token(page), "Origin": "http://testserver"},
    )
    assert answer.json()["seconds"] == 1800


def test_staying_signed_in_without_javascript_comes_back_to_the_page(people: SimpleNamespace) -> None:
    browser = Client()
    browser.force_login(people.officer)
    assert browser.post("/session/extend/", {"next": "/reports/programmes/"}).url == "/reports/programmes/"
    assert browser.post("/session/extend/", {"next": "https://elsewhere.example/"}).url == "/"


def test_near_the_longest_time_it_cannot_be_prolonged(officer: Client, time_machine: Any) -> None:
    for hours in range(9):
        for minutes in (0, 20, 40):
            after(time_machine, hours=hours, minutes=minutes)
            officer.get("/")
    after(time_machine, hours=8, minutes=50)
    officer.get("/")
    left = status(officer)
    assert (left["seconds"], left["can_extend"]) == (600, False)
    after(time_machine, hours=9, seconds=1)
    assert officer.get("/").url.startswith("/sign-in/")


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(officer: Client, time_machine: Any) -> None:
    for minutes in (10, 20, 29):
        after(time_machine, minutes=minutes)
        officer.get("/", headers={"X-Background": "1"})
    after(time_machine, minutes=31)
    assert officer.get("/").url.startswith("/sign-in/")


def test_a_signed_out_fragment_is_loaded_again_as_a_page(db: None) -> None:
    answer = Client().get("/reports/programmes/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (401, "true")


# --- A form that arrives too late -----------------------------------------------------------------------------------


def late_form(browser: Client, **changes: Any) -> dict[str, Any]:
    page = browser.get(TEXTS)
    form = page.context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    seen = page.context["editor"].seen["seen"].value()
    return {**data, "seen": seen, "csrfmiddlewaretoken": token(page), **changes}


def kept(page: Any) -> dict[str, str]:
    import lxml.html

    form = next(f for f in lxml.html.fromstring(page.content.decode()).forms if f.get("action") == TEXTS)
    return dict(form.form_values())


def test_a_form_sent_after_the_end_is_kept_and_can_be_sent_again(
    officer: Client, people: SimpleNamespace, programme: Programme, time_machine: Any
) -> None:
    data = late_form(officer, overview=f"{HOSTILE}\n第二段落")
    after(time_machine, hours=1)
    before = row_counts()
    answer = officer.post(TEXTS, data, **OWN)
    assert answer.status_code == 403
    assert "まだ保存されていません" in answer.content.decode()
    assert HOSTILE not in answer.content.decode()
    assert kept(answer)["overview"] == f"{HOSTILE}\n第二段落"
    assert Programme.objects.get().texts == programme.texts

    again = officer.post(TEXTS, kept(answer), **OWN)
    assert again.status_code == 403
    assert kept(again)["overview"] == f"{HOSTILE}\n第二段落"
    assert {k: v for k, v in row_counts().items() if "session" not in k} == {
        k: v for k, v in before.items() if "session" not in k
    }

    officer.force_login(people.officer)
    stale = officer.post(TEXTS, {**kept(again), "csrfmiddlewaretoken": "x" * 64}, **OWN)
    assert stale.status_code == 403
    assert people.officer.name in stale.content.decode()
    saved = officer.post(TEXTS, kept(stale), **OWN)
    assert saved.status_code == 302
    assert Programme.objects.get().texts["overview"] == [HOSTILE, "第二段落"]


def test_an_entry_from_elsewhere_is_never_shown(officer: Client, programme: Programme) -> None:
    data = late_form(officer, overview="SMUGGLED", csrfmiddlewaretoken="x" * 64)
    for headers in (
        {"HTTP_ORIGIN": "https://elsewhere.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {},
    ):
        answer = officer.post(TEXTS, data, **headers)
        assert answer.status_code == 403
        assert "SMUGGLED" not in answer.content.decode()


def test_a_password_is_never_shown_again(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"login": "1", "password": "SECRET-SECRET"}, **OWN)
    assert answer.status_code == 403
    assert "SECRET-SECRET" not in answer.content.decode()


def test_a_file_is_asked_for_again(db: None) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    data = {"note": "台帳", "table": SimpleUploadedFile("a.csv", b"1")}
    answer = Client(enforce_csrf_checks=True).post("/reports/programmes/", data, **OWN)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert 'type="file" name="table"' in page
    assert 'enctype="multipart/form-data"' in page
