"""Time-outs in a real browser: the warning, staying signed in, and a form that outlives its session."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Page, expect

from accounts.middleware import SEEN, STARTED
from reports.models import Programme
from tests.browser.conftest import Open
from tests.browser.driving import PASSWORD, tab_and_press
from tests.browser.looking import assert_accessible

TEXTS = "/reports/programmes/moka-security-policy/edit/texts/"
LONG = "利用者が長い時間をかけて入力した文章です。𠮷野 <b>太字</b>"


def session_of(page: Page) -> SessionStore:
    cookie = next(c for c in page.context.cookies() if c["name"] == "sessionid")
    return SessionStore(cookie["value"])


def age(page: Page, seconds: int) -> None:
    """Make the person's last request `seconds` older."""
    session = session_of(page)
    session[SEEN] -= seconds
    session[STARTED] -= seconds
    session.save()


def end(page: Page) -> None:
    session_of(page).flush()


def look_back(page: Page) -> None:
    """Come back to the window, as a person who was away."""
    page.evaluate("window.dispatchEvent(new Event('focus'))")


def sign_in_again(page: Page, person: Any) -> None:
    """Sign in through the link that opens a new tab, then come back to the old one."""
    with page.context.expect_page() as opening:
        page.get_by_role("link", name="もう一度サインインする（新しいタブで開きます）").click()
    tab = opening.value
    tab.locator("[name=login]").fill(person.employee_number)
    tab.locator("[name=password]").fill(PASSWORD)
    tab.locator("main button[type=submit]").first.click()
    expect(tab.get_by_role("heading", name="もう一度サインインしました")).to_be_visible()
    tab.close()
    page.bring_to_front()


def test_the_warning_comes_before_the_end_and_the_person_stays_by_keyboard(
    portal: SimpleNamespace, open_page: Open
) -> None:
    page = open_page(portal.people.officer)
    age(page, 1800 - 200)
    page.goto(TEXTS)
    age(page, 1800 - 200)
    page.reload()
    page.locator("[name=overview]").fill(LONG)
    session = session_of(page)
    session[SEEN] -= 1800 - 200
    session.save()
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(page.get_by_text("まもなく自動的にサインアウトします")).to_be_visible()
    expect(page.locator("[data-state=soon] [data-minutes]")).to_have_text("4")
    assert_accessible(page, "session-warning")
    tab_and_press(page, "button", "サインインを続ける")
    expect(page.get_by_text("まもなく自動的にサインアウトします")).to_be_hidden()
    assert page.locator("[name=overview]").input_value() == LONG
    assert session_of(page)[SEEN] > session[SEEN] + 1000


def test_near_the_longest_time_the_page_says_that_it_cannot_go_on(portal: SimpleNamespace, open_page: Open) -> None:
    page = open_page(portal.people.officer)
    page.goto(TEXTS)
    session = session_of(page)
    session[STARTED] -= 9 * 3600 - 120
    session.save()
    page.reload()
    expect(page.get_by_text("1回のサインインで使える時間がまもなく終わります")).to_be_visible()
    expect(page.get_by_role("button", name="サインインを続ける")).to_be_hidden()
    assert_accessible(page, "session-last")


def test_a_form_outlives_its_session(portal: SimpleNamespace, open_page: Open) -> None:
    page = open_page(portal.people.officer)
    page.goto(TEXTS)
    page.locator("[name=overview]").fill(LONG)
    end(page)
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(page.get_by_text("サインインの期限が切れました")).to_be_visible()
    assert_accessible(page, "session-ended")
    sign_in_again(page, portal.people.officer)
    look_back(page)
    expect(page.get_by_text("この画面の内容を送信できます。")).to_be_visible()
    expect(page.locator("[data-name]")).to_have_text(portal.people.officer.name)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/moka-security-policy/")
    assert Programme.objects.get().texts["overview"] == [LONG]


@pytest.mark.parametrize("javascript", [True, False])
def test_a_form_sent_too_late_is_kept_until_it_is_saved(
    portal: SimpleNamespace, open_page: Open, javascript: bool
) -> None:
    page = open_page(portal.people.officer, java_script_enabled=javascript)
    page.goto(TEXTS)
    page.locator("[name=overview]").fill(LONG)
    end(page)
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_role("heading", name="まだ保存されていません")).to_be_visible()
    assert Programme.objects.get().texts["overview"] != [LONG]
    if javascript:
        assert_accessible(page, "form-kept")
    page.get_by_role("button", name="もう一度送信する").click()
    expect(page.get_by_role("heading", name="まだ保存されていません")).to_be_visible()

    sign_in_again(page, portal.people.officer)
    if not javascript:
        page.get_by_role("button", name="もう一度送信する").click()
        expect(page.get_by_text(f"{portal.people.officer.name}さんとしてサインインしています。")).to_be_visible()
    else:
        look_back(page)
        expect(page.get_by_text("この画面の内容を送信できます。")).to_be_visible()
    page.get_by_role("button", name="もう一度送信する").click()
    page.wait_for_url("**/moka-security-policy/")
    assert Programme.objects.get().texts["overview"] == [LONG]
