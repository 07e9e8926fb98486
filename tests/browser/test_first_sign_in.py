"""The first sign-in from the desk to the home page: the printed sheet, the demand to change, and a form kept meanwhile."""

import re
import subprocess
from pathlib import Path
from types import SimpleNamespace

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.driving import PASSWORD
from tests.browser.looking import assert_accessible

CHOSEN = "わたしだけが知っている長い合い言葉です"


def printed_sheet(page: Page, person_key: int, folder: Path) -> str:
    """Let the administrator print the sheet of a person, and return its words as poppler reads them."""
    page.goto(f"/administration/accounts/{person_key}/notice/")
    page.locator("[name=reason]").fill("本人が来庁")
    with page.expect_download() as loading:
        page.locator("main form button[type=submit]").click()
    file = folder / "notice.pdf"
    loading.value.save_as(file)
    return subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout


def give(page: Page, number: str, password: str) -> None:
    page.goto("/sign-in/")
    page.locator("[name=login]").fill(number)
    page.locator("[name=password]").fill(password)
    page.locator("main button[type=submit]").first.click()


def test_from_the_printed_sheet_to_the_home_page(portal: SimpleNamespace, open_page: Open, tmp_path: Path) -> None:
    person = portal.people.other_department
    words = printed_sheet(open_page(portal.people.administrator), person.pk, tmp_path)
    assert "初期パスワード通知書" in words
    assert person.name in words
    found = re.search(r"\b[a-z2-9]{4}(-[a-z2-9]{4}){3}\b", words)
    assert found

    page = open_page(None)
    give(page, person.employee_number, found[0])
    page.wait_for_url("**/account/password/?next=/")
    assert_accessible(page, "password-due")
    page.goto("/policies/")
    page.wait_for_url("**/account/password/?next=/policies/")
    page.locator("[name=oldpassword]").fill(found[0])
    for name in ("password1", "password2"):
        page.locator(f"[name={name}]").fill(CHOSEN)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(f"{portal.url}/policies/")
    page.goto("/")
    expect(page.locator("h1")).to_be_visible()
    page.locator("header form[action='/sign-out/'] button").click()
    page.wait_for_url("**/sign-in/")

    give(page, person.employee_number, found[0])
    expect(page.locator(".error-summary")).to_be_visible()
    give(page, person.employee_number, CHOSEN)
    page.wait_for_url(f"{portal.url}/")
    expect(page.locator(".site-header__person")).to_contain_text(person.name)


def test_a_guessed_account_waits_and_the_own_computer_does_not(portal: SimpleNamespace, open_page: Open) -> None:
    person = portal.people.officer
    own = open_page(person)
    own.locator("header form[action='/sign-out/'] button").click()
    own.wait_for_url("**/sign-in/")
    stranger = open_page(None)
    for place in range(6):
        give(stranger, person.employee_number, f"guess {place}")
        expect(stranger.locator(".error-summary")).to_be_visible()
    assert "30" in stranger.locator(".error-summary").inner_text()
    assert_accessible(stranger, "sign-in-throttled")
    give(stranger, person.employee_number, PASSWORD)
    expect(stranger.locator(".error-summary")).to_be_visible()
    give(own, person.employee_number, PASSWORD)
    own.wait_for_url(f"{portal.url}/")
