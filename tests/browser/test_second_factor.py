"""Journeys of second factors: an officer who must add an app, recovery codes, and passkeys on a device of software."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.accounts.factors import App
from tests.browser.conftest import Open, web_server
from tests.browser.driving import PASSWORD
from tests.browser.looking import assert_accessible

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def strict(portal: SimpleNamespace, tmp_path: Path) -> Iterator[str]:
    """The address of a portal that asks the officer for a second factor, on the same database."""
    with web_server(tmp_path, MFA_REQUIRED_ROLES="officer", FILES_DIR=str(portal.files)) as url:
        yield url


def give_password(page: Page, person: Any) -> None:
    page.goto("/sign-in/")
    page.locator("[name=login]").fill(person.employee_number)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form:has([name=login]) button[type=submit]").click()


def give_code(page: Page, code: str) -> None:
    page.wait_for_url("**/sign-in/factor/")
    page.locator("[name=code]").fill(code)
    page.locator("form:has([name=code]) button[type=submit]").click()


def sign_out(page: Page) -> None:
    page.locator("header form[action='/sign-out/'] button").click()
    page.wait_for_url("**/sign-in/")


def test_an_officer_is_led_to_the_app_and_signs_in_with_it_and_with_a_recovery_code(
    strict: str, portal: SimpleNamespace, open_page: Open
) -> None:
    page = open_page(base_url=strict)
    give_password(page, portal.people.officer)
    page.wait_for_url("**/account/factors/?next=/")
    assert_accessible(page, "factors-missing")
    page.goto("/policies/")
    page.wait_for_url("**/account/factors/?next=/policies/")
    page.locator("a[href='/account/factors/app/add/']").click()
    assert_accessible(page, "factor-app-add")
    expect(page.locator("svg.qr")).to_be_visible()
    app = App("".join(page.locator(".secret span").all_inner_texts()))
    page.locator("[name=code]").fill("000000")
    page.locator("form:has([name=code]) button[type=submit]").click()
    assert_accessible(page, "factor-app-add-error")
    page.locator("[name=code]").fill(app.code())
    page.locator("form:has([name=code]) button[type=submit]").click()
    page.wait_for_url("**/account/factors/codes/")
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    assert_accessible(page, "factor-codes")
    with page.expect_download() as download:
        page.locator("a[href='/account/factors/codes/file/']").click()
    assert all(code in Path(download.value.path()).read_text() for code in codes)
    page.locator("main a[href='/']").last.click()
    page.wait_for_url(f"{strict}/")
    sign_out(page)
    give_password(page, portal.people.officer)
    page.wait_for_url("**/sign-in/factor/")
    assert_accessible(page, "factor-ask")
    give_code(page, app.code(1))
    page.wait_for_url(f"{strict}/")
    sign_out(page)
    give_password(page, portal.people.officer)
    give_code(page, codes[0])
    page.wait_for_url(f"{strict}/")
    expect(page.locator(".notification--warning")).to_be_visible()
    page.goto("/account/factors/app/remove/")
    expect(page.locator("main button")).to_have_count(0)
    assert_accessible(page, "factor-app-remove-last")


@pytest.fixture
def at_home(portal: SimpleNamespace, open_page: Open) -> tuple[Page, CDPSession, str]:
    """A window at the portal's name, which passkeys need, on a computer that keeps passkeys."""
    page = open_page(base_url=portal.url.replace("127.0.0.1", "localhost"))
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    device = session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]
    return page, session, device


def use_passkey(page: Page) -> None:
    page.locator("form[data-passkey] button[type=submit]").click()


def test_a_passkey_is_made_signs_in_alone_follows_a_password_and_confirms(
    at_home: tuple[Page, CDPSession, str], portal: SimpleNamespace
) -> None:
    page, session, device = at_home
    give_password(page, portal.people.employee)
    page.wait_for_url("**/")
    page.goto("/account/factors/passkeys/add/")
    assert_accessible(page, "passkey-add")
    page.locator("[name=name]").fill("机のPC")
    use_passkey(page)
    page.wait_for_url("**/account/factors/codes/")
    page.goto("/account/factors/passkeys/")
    expect(page.locator("table")).to_contain_text("机のPC")
    assert_accessible(page, "passkeys")
    sign_out(page)

    use_passkey(page)
    page.wait_for_url("**:*/")
    expect(page.locator("header")).to_contain_text(portal.people.employee.name)
    page.goto("/account/reauthenticate/passkey/?next=/account/")
    assert_accessible(page, "passkey-again")
    use_passkey(page)
    page.wait_for_url("**/account/")
    sign_out(page)

    give_password(page, portal.people.employee)
    page.wait_for_url("**/sign-in/factor/")
    assert_accessible(page, "passkey-ask")
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    use_passkey(page)
    expect(page.locator("[data-passkey-error=NotAllowedError]")).to_be_visible()
    assert_accessible(page, "passkey-cancelled")
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    use_passkey(page)
    page.wait_for_url("**:*/")
    expect(page.locator("header")).to_contain_text(portal.people.employee.name)


def test_the_device_says_that_it_has_a_passkey_already(
    at_home: tuple[Page, CDPSession, str], portal: SimpleNamespace
) -> None:
    page, _, _ = at_home
    give_password(page, portal.people.employee)
    page.wait_for_url("**/")
    for _ in range(2):
        page.goto("/account/factors/passkeys/add/")
        use_passkey(page)
        if _ == 0:
            page.wait_for_url("**/account/factors/codes/")
    expect(page.locator("[data-passkey-error=InvalidStateError]")).to_be_visible()


def test_without_javascript_the_password_stays_and_the_page_says_why(portal: SimpleNamespace, open_page: Open) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/sign-in/")
    expect(page.locator("[data-passkey-impossible]")).to_be_visible()
    expect(page.locator("form[data-passkey] button")).to_be_hidden()
    give_password(page, portal.people.employee)
    page.wait_for_url("**/")
    expect(page.locator("header")).to_contain_text(portal.people.employee.name)


def test_an_address_of_numbers_is_explained(portal: SimpleNamespace, open_page: Open) -> None:
    page = open_page()
    page.goto("/sign-in/")
    use_passkey(page)
    expect(page.locator("[data-passkey-error=SecurityError]")).to_be_visible()
