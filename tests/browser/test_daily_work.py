"""A day's work in a real browser: read and confirm, train, tell, register — and this year's figures move."""

import datetime as dt
import re
from types import SimpleNamespace

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from assets.models import NetworkDevice
from notices.models import Notice
from policies.models import Acknowledgement, PolicyVersion
from tests import cast
from tests.browser.conftest import Open
from tests.browser.looking import assert_accessible
from tests.conftest import wait_for
from tests.notices.telling import address, with_addresses
from tests.policies import writing
from training.models import TrainingSession

PROGRAMME = "/reports/programmes/moka-security-policy/"
MONTH = dt.timedelta(days=30)


@pytest.fixture
def city(portal: SimpleNamespace) -> SimpleNamespace:
    """The portal with a programme that counts, a version to confirm, and mail addresses."""
    today = timezone.localdate()
    cast.city_programme(counted=True)
    dates = {"established_on": today, "effective_on": today, "confirm_by": today + MONTH, "decided_on": today}
    portal.version = writing.published(portal.people, on=today, **dates)
    with_addresses(*vars(portal.people).values())
    return portal


def running(page: Page) -> dict[str, str]:
    """This year's figures as the programme's page shows them."""
    page.goto(PROGRAMME)
    facts = page.locator("section[aria-labelledby=running] li")
    words = [re.split(r"\s*\n\s*", fact) for fact in facts.all_inner_texts()]
    return dict(words)


def test_an_employee_reads_and_confirms_on_a_phone(city: SimpleNamespace, open_page: Open) -> None:
    page = open_page(city.people.employee, width=375)
    page.get_by_role("link", name="読んで確認する：情報セキュリティ基本方針").click()
    page.get_by_role("link", name="第2条（対象）").click()
    expect(page.get_by_role("heading", name="第2条（対象）")).to_be_in_viewport()
    page.get_by_role("button", name="読んで確認しました").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("確認を記録しました")
    given = Acknowledgement.objects.get()
    assert (given.person, given.version) == (city.people.employee, city.version)
    expect(page.locator("main")).to_contain_text(given.text_sha256)
    assert_accessible(page, "receipt")
    page.goto("/")
    expect(page.get_by_text("読んで確認する")).to_have_count(0)
    manager = open_page(city.people.manager)
    manager.goto(f"/policies/versions/{city.version.pk}/readers/")
    expect(manager.locator("main")).to_contain_text("𠮷田 瀨奈")
    expect(manager.locator("main")).not_to_contain_text("佐藤 実")


def test_an_officer_trains_tells_and_registers_and_the_figures_move(city: SimpleNamespace, open_page: Open) -> None:
    page = open_page(city.people.officer)
    before = running(page)
    assert before == {
        "研修会等の開催回数": "0 回",
        "メール、課長会議等による情報提供の回数": "0 回",
        "真岡市職員数": "7 人",
        "ネットワーク接続機器台数": "0 台",
        "各課が保有する個人情報の項目件数": "0 件",
    }
    log_a_session(page)
    give_a_notice(page)
    wait_for(lambda: len(city.inbox.mails) == 7)
    assert sorted(city.inbox.addresses) == sorted(address(person) for person in vars(city.people).values())
    expect(page.locator("#deliveries")).to_contain_text("メールサーバが受付済み", timeout=15_000)
    register_a_device(page)
    assert running(page) == before | {
        "研修会等の開催回数": "1 回",
        "メール、課長会議等による情報提供の回数": "1 回",
        "ネットワーク接続機器台数": "1 台",
    }
    page.get_by_role("link", name="研修会等の開催回数").first.click()
    expect(page.locator("#records")).to_contain_text("全職員セキュリティ研修")
    assert_accessible(page, "figure")


def log_a_session(page: Page) -> None:
    page.goto("/training/")
    page.get_by_role("link", name="研修会を記録する").click()
    page.locator("[name=course]").fill("全職員セキュリティ研修")
    page.locator("[name=state]").select_option("held")
    page.locator("[name=held_on]").fill(f"{timezone.localdate():%Y/%m/%d}")
    page.get_by_role("button", name="保存する").click()
    page.get_by_role("button", name="名簿").click()
    expect(page.locator("main")).to_contain_text("7人を名簿に追加しました")
    assert TrainingSession.objects.get().enrolments.count() == 7


def give_a_notice(page: Page) -> None:
    page.goto("/notices/")
    page.get_by_role("link", name="情報提供を行う").click()
    page.locator("[name=title]").fill("不審なメールへの注意")
    page.locator("[name=text]").fill("添付ファイルを開かないでください。")
    page.get_by_role("button", name="だれに届くかを見る").click()
    expect(page.locator("main")).to_contain_text("メールを7通送ります")
    page.get_by_role("button", name="情報提供を行う").click()
    page.wait_for_url(f"**/notices/{Notice.objects.get().pk}/")


def register_a_device(page: Page) -> None:
    page.goto("/assets/devices/")
    page.get_by_role("link", name="項目を追加する").click()
    words = {"number": "Ｘ－０００１", "name": "業務用パソコン", "kind": "パソコン", "reason": "購入"}
    for name, text in words.items():
        page.locator(f"[name={name}]").fill(text)
    page.locator("[name=acquired_on]").fill("R8.4.1")
    department = page.locator("[name=department_code]")
    if department.evaluate("element => element.tagName") == "SELECT":
        department.select_option("012010")
    else:
        department.fill("012010")
    page.get_by_role("button", name="保存する").click()
    page.wait_for_url(f"**/assets/devices/{NetworkDevice.objects.get(number='X-0001').pk}/")


def test_a_newer_version_published_while_one_reads_is_told_and_nothing_unread_is_confirmed(
    city: SimpleNamespace, open_page: Open
) -> None:
    page = open_page(city.people.employee)
    page.goto(f"/policies/versions/{city.version.pk}/")
    today = timezone.localdate()
    dates = {"established_on": today, "effective_on": today, "confirm_by": today + MONTH, "decided_on": today}
    newer = writing.published(city.people, city.version.policy, on=today, **dates)
    page.get_by_role("button", name="読んで確認しました").click()
    expect(page.locator("main")).to_contain_text("新しい版に変わっています")
    assert not Acknowledgement.objects.exists()
    assert PolicyVersion.objects.in_force(today).get() == newer
