"""Building and downloading the PDF in a real browser: by keyboard alone, without JavaScript, and who may not."""

import hashlib
import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

from playwright.sync_api import Page, expect

from reports import production
from reports.actions import request_build
from reports.models import SheetBuild
from tests.browser.conftest import Open
from tests.browser.driving import PASSWORD, tab_and_press, tab_and_type, tab_to
from tests.conftest import wait_for
from tests.worker import Worker

SHEET = "/reports/programmes/moka-security-policy/sheets/2019/"
PROGRAMME = "真岡市セキュリティポリシー遵守運用事業"
SHA256 = re.compile(r"[0-9a-f]{64}")


@contextmanager
def held(worker: Worker) -> Iterator[None]:
    """Stop the worker for a while, so that a page surely shows an open build."""
    os.killpg(worker.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(worker.process.pid, signal.SIGCONT)


def downloaded(page: Page, act: Callable[[], object]) -> bytes:
    with page.expect_download() as download:
        act()
    assert download.value.suggested_filename == "evaluation-sheet_moka-security-policy_2019.pdf"
    return Path(download.value.path()).read_bytes()


def assert_is_the_file_shown(page: Page, content: bytes) -> None:
    """See that it is a whole PDF, and the one whose hash the page shows."""
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")
    shown = SHA256.search(page.locator("main").inner_text())
    assert shown and hashlib.sha256(content).hexdigest() == shown.group()


def test_an_officer_builds_and_downloads_by_keyboard_alone(portal: SimpleNamespace, open_page: Open) -> None:
    page = open_page()
    page.goto("/")
    tab_and_type(page, "職員番号 ※必須", portal.people.officer.employee_number)
    tab_and_type(page, "パスワード ※必須", PASSWORD)
    tab_and_press(page, "button", "サインイン")
    expect(page.get_by_role("heading", level=1)).to_have_text("対応が必要なこと")
    tab_and_press(page, "link", "事務事業マネジメントシート")
    tab_and_press(page, "link", PROGRAMME)
    tab_and_press(page, "link", "31年度のシート")
    with held(portal.worker):
        tab_and_press(page, "button", "PDFを作成する")
        expect(page.get_by_role("progressbar")).to_be_visible()
        page.evaluate("window.stayed = true")
        latest = tab_to(page, "link", "最新の状況を表示する")
        with page.expect_response(lambda answer: "/reports/builds/" in answer.url):
            pass
        expect(latest).to_be_focused()
    expect(page.get_by_text("PDFができました。")).to_be_visible(timeout=60_000)
    assert page.evaluate("window.stayed"), "the page was loaded anew, htmx did not follow the build"
    expect(page.get_by_role("progressbar")).to_have_count(0)
    tab_to(page, "link", "PDFをダウンロードする")
    assert_is_the_file_shown(page, downloaded(page, lambda: page.keyboard.press("Enter")))


def test_the_skip_link_is_the_first_stop_and_leads_past_the_menu(open_page: Open) -> None:
    page = open_page()
    page.goto("/sign-in/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="本文へ移動")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("textbox", name="職員番号")).to_be_focused()


def test_an_officer_builds_and_downloads_without_javascript(portal: SimpleNamespace, open_page: Open) -> None:
    page = open_page(portal.people.officer, java_script_enabled=False)
    page.goto(SHEET)
    with held(portal.worker):
        page.get_by_role("button", name="PDFを作成する").click()
        expect(page.get_by_role("progressbar")).to_be_visible()
        page.get_by_role("link", name="最新の状況を表示する").click()
        expect(page.get_by_role("progressbar")).to_be_visible()
    wait_for(lambda: SheetBuild.objects.get().state == SheetBuild.State.DONE)
    page.get_by_role("link", name="最新の状況を表示する").click()
    download = page.get_by_role("link", name="PDFをダウンロードする")
    assert_is_the_file_shown(page, downloaded(page, download.click))


def test_a_manager_finds_the_pdf_first_and_cannot_build(portal: SimpleNamespace, open_page: Open) -> None:
    build = production.produce(request_build(by=portal.people.officer, sheet=portal.sheet, here=True).pk)
    assert build
    page = open_page(portal.people.manager)
    page.goto(SHEET)
    links = page.locator("main section a")
    expect(links.first).to_have_text("PDFをダウンロードする")
    content = downloaded(page, links.first.click)
    build.refresh_from_db()
    assert hashlib.sha256(content).hexdigest() == build.file_sha256
    expect(page.locator("main button")).to_have_count(0)
    expect(page.locator("main form")).to_have_count(0)
    expect(page.get_by_role("link", name="編集")).to_have_count(0)
    page.get_by_text("これまでに作成を依頼したPDF").click()
    expect(page.get_by_role("row", name="髙橋 花子")).to_contain_text("作成済み")


def test_a_pdf_older_than_the_figures_says_so(portal: SimpleNamespace, open_page: Open) -> None:
    production.produce(request_build(by=portal.people.officer, sheet=portal.sheet, here=True).pk)
    page = open_page(portal.people.officer)
    warning = page.get_by_text("このPDFの作成後に、数値または文章が変更されました。")
    page.goto(SHEET)
    expect(warning).to_have_count(0)
    page.goto("/reports/programmes/moka-security-policy/edit/indicators/activity-1/")
    page.locator("[name=years-3-actual]").fill("6")
    page.get_by_role("button", name="保存する").click()
    page.goto(SHEET)
    expect(warning).to_be_visible()


def test_an_employee_is_told_in_plain_words(portal: SimpleNamespace, open_page: Open) -> None:
    page = open_page(portal.people.employee)
    expect(page.get_by_role("link", name="事務事業マネジメントシート")).to_have_count(0)
    answer = page.goto(SHEET)
    assert answer and answer.status == 403
    expect(page.get_by_role("heading", level=1)).to_have_text("このページを利用する権限がありません")
    main = page.locator("main")
    for words in ("起きたこと", "何も変更されていません。", "次に行うこと", answer.headers["x-request-id"]):
        expect(main).to_contain_text(words)
    expect(main).not_to_contain_text("Forbidden")
