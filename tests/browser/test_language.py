"""The language switch: English and back, remembered for the person."""

from types import SimpleNamespace

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, sign_in

PROGRAMMES = "/reports/programmes/"


def assert_speaks(page: Page, language: str) -> None:
    heading = {"ja": "事務事業マネジメントシート", "en": "Evaluation sheets"}[language]
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    expect(page.locator("html")).to_have_attribute("lang", language)


def test_english_and_back_on_the_same_page(portal: SimpleNamespace, open_page: Open) -> None:
    page = open_page(portal.people.manager)
    page.goto(PROGRAMMES)
    assert_speaks(page, "ja")
    page.get_by_role("button", name="English").click()
    assert_speaks(page, "en")
    page.get_by_role("button", name="日本語").click()
    assert_speaks(page, "ja")
    assert page.url.endswith(PROGRAMMES)


def test_the_language_is_remembered_after_signing_in_again(portal: SimpleNamespace, open_page: Open) -> None:
    page = open_page(portal.people.manager)
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.context.clear_cookies()
    page.goto("/sign-in/")
    expect(page.get_by_role("heading", level=1)).to_have_text("サインイン")
    sign_in(page, portal.people.manager)
    page.goto(PROGRAMMES)
    assert_speaks(page, "en")
