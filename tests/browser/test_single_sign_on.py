"""Signing in at a provider in a real browser, which follows the Content-Security-Policy through every redirect."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from tests.accounts import oidc_provider
from tests.accounts.oidc_provider import OidcProvider
from tests.browser.conftest import Open, end, is_healthy
from tests.browser.driving import tab_and_press, tab_and_type
from tests.browser.looking import assert_accessible
from tests.conftest import environment, free_port, wait_for

BUTTON = "市のアカウントでサインインする"


@pytest.fixture
def provider() -> Iterator[OidcProvider]:
    with oidc_provider.serving() as server:
        yield server


@pytest.fixture
def url(portal: SimpleNamespace, provider: OidcProvider, tmp_path: Path) -> Iterator[str]:
    """A web server of the portal that knows the provider by its environment."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "moka_secpolicy.wsgi", "--bind", f"127.0.0.1:{port}"]
    known = {"OIDC_SERVER_URL": provider.url, "OIDC_CLIENT_ID": oidc_provider.CLIENT}
    known |= {"OIDC_CLIENT_SECRET": oidc_provider.SECRET, "OIDC_NAME": "市のアカウント"}
    with (tmp_path / "web.log").open("wb") as log:
        env = environment(REDIS_URL="redis://127.0.0.1:1/0", **known)
        web = subprocess.Popen([*command, "--threads", "2", "--no-control-socket"], env=env, stdout=log, stderr=log)
        try:
            wait_for(lambda: is_healthy(f"http://127.0.0.1:{port}"))
            yield f"http://127.0.0.1:{port}"
        finally:
            end(web)


def sign_in_there(page: Page, provider: OidcProvider, number: str) -> None:
    """Press the button by keyboard, and sign in on the provider's own page."""
    tab_and_press(page, "button", BUTTON)
    page.wait_for_url(f"{provider.url}/authorize**")
    page.get_by_label("Number").fill(number)
    page.get_by_role("button", name="Allow").click()


@pytest.mark.parametrize("javascript", [True, False])
def test_one_signs_in_there_and_arrives_where_one_was_heading(
    javascript: bool, url: str, provider: OidcProvider, portal: SimpleNamespace, open_page: Open
) -> None:
    page = open_page(java_script_enabled=javascript)
    page.goto(f"{url}/policies/")
    if javascript:
        assert_accessible(page, "sign-in-with-provider")
    sign_in_there(page, provider, portal.people.employee.employee_number)
    page.wait_for_url(f"{url}/policies/")
    expect(page.get_by_text(portal.people.employee.name).first).to_be_visible()


def test_who_is_not_known_here_reads_what_to_do_and_can_sign_in_by_password(
    url: str, provider: OidcProvider, portal: SimpleNamespace, open_page: Open
) -> None:
    page = open_page(width=375)
    page.goto(f"{url}/sign-in/")
    sign_in_there(page, provider, "99999999")
    expect(page.get_by_role("heading", name="サインインできませんでした")).to_be_visible()
    assert_accessible(page, "sign-in-unknown")
    tab_and_press(page, "link", "サインイン画面へ")
    tab_and_type(page, "職員番号 ※必須", portal.people.employee.employee_number)
