"""Lists in a real browser: filtering and paging with and without JavaScript."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from reports.actions import save_programme
from reports.contents import document_of
from tests.browser.conftest import Open
from tests.browser.driving import tab_and_press, tab_to
from tests.browser.looking import assert_accessible

PROGRAMMES = "/reports/programmes/"
HISTORY = f"{PROGRAMMES}moka-security-policy/history/"


@pytest.fixture
def many(portal: SimpleNamespace) -> SimpleNamespace:
    document = document_of(portal.programme)
    for number in range(7):
        copy = {**document, "code": f"programme-{number}", "name": f"第{number}事業", "sheets": []}
        save_programme(by=portal.people.officer, document=copy)
    return portal


@pytest.mark.parametrize("javascript", [True, False])
def test_a_list_is_searched_by_keyboard(many: SimpleNamespace, open_page: Open, javascript: bool) -> None:
    page = open_page(many.people.officer, java_script_enabled=javascript)
    page.goto(PROGRAMMES)
    expect(page.locator("#programmes .card")).to_have_count(8)
    if javascript:
        assert_accessible(page, "list")
        page.goto(PROGRAMMES)
    tab_to(page, "searchbox", "キーワード")
    page.keyboard.type("第3")
    page.keyboard.press("Enter")
    expect(page.locator("#programmes .card")).to_have_count(1)
    expect(page.get_by_text("全1件のうち1～1件を表示")).to_be_visible()
    assert "q=%E7%AC%AC3" in page.url
    page.reload()
    expect(page.locator("#programmes .card")).to_have_count(1)


def test_going_back_shows_the_list_as_it_was(many: SimpleNamespace, open_page: Open) -> None:
    page = open_page(many.people.officer)
    page.goto(PROGRAMMES)
    page.locator("[name=q]").fill("第3")
    page.get_by_role("button", name="絞り込む").click()
    expect(page.locator("#programmes .card")).to_have_count(1)
    page.go_back()
    expect(page.locator("#programmes .card")).to_have_count(8)


def test_a_list_that_holds_nothing_says_how_to_go_on(many: SimpleNamespace, open_page: Open) -> None:
    page = open_page(many.people.officer)
    page.goto(f"{PROGRAMMES}?q=ないもの")
    expect(page.get_by_text("条件に合うものがありません")).to_be_visible()
    assert_accessible(page, "list-nothing")
    page.goto(f"{PROGRAMMES}?q=ないもの")
    tab_and_press(page, "link", "条件を解除する")
    expect(page.locator("#programmes .card")).to_have_count(8)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_wrong_filter_is_told_when_only_the_list_is_swapped(
    portal: SimpleNamespace, open_page: Open, javascript: bool
) -> None:
    page = open_page(portal.people.officer, java_script_enabled=javascript)
    page.goto(HISTORY)
    page.locator("[name=since]").fill("あした")
    page.get_by_role("button", name="絞り込む").click()
    expect(page.locator(".error-summary")).to_contain_text("いつから")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("[name=since]")).to_have_value("あした")
    page.locator("[name=since]").fill("R1.5.1")
    page.get_by_role("button", name="絞り込む").click()
    expect(page.locator(".error-summary")).to_have_count(0)
    expect(page.get_by_text("全1件のうち1～1件を表示")).to_be_visible()


def test_a_day_that_cannot_be_read_is_told_at_its_field(portal: SimpleNamespace, open_page: Open) -> None:
    page = open_page(portal.people.officer)
    page.goto(f"{HISTORY}?since=あした")
    expect(page.locator(".error-summary")).to_contain_text("いつから")
    assert page.locator("[name=since]").input_value() == "あした"
    assert_accessible(page, "list-error")
