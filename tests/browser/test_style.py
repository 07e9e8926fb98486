"""Every section of the style guide at 1280, 375 and 320 px, in both languages, and its forms used as a person would."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from audit.models import Event
from moka_secpolicy.style.sections import SECTIONS
from tests.browser.conftest import Open
from tests.browser.driving import tab_to
from tests.browser.looking import Scene, add_a_row, look, speak, submit


def send(page: Page) -> None:
    """Send the form as it is."""
    submit()(page)


SCENES = [
    Scene("style", "officer", "/style/"),
    *(Scene(f"style-{slug}", "officer", f"/style/{slug}/") for slug in SECTIONS),
    Scene("style-forms-error", "officer", "/style/forms/", send),
    Scene("style-formsets-error", "officer", "/style/formsets/", submit(rows__0__name="")),
    Scene("style-formsets-row", "officer", "/style/formsets/", add_a_row),
    Scene("style-tried", "officer", "/style/formsets/", send),
]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_section_is_accessible_and_fits(language: str, portal: SimpleNamespace, open_page: Open) -> None:
    faults: dict[str, list[str]] = {}
    page = open_page(portal.people.officer)
    speak(page, language)
    for scene in SCENES:
        look(page, scene, scene.address, language, faults)
    assert {name: found for name, found in faults.items() if found} == {}
    assert len(faults) == len(SCENES)


def test_a_row_is_added_by_keyboard_without_javascript_and_enter_sends(
    portal: SimpleNamespace, open_page: Open
) -> None:
    page = open_page(portal.people.officer, java_script_enabled=False)
    before = Event.objects.count()
    page.goto("/style/formsets/")
    page.locator("[name=rows-0-name]").fill("𠮷野家の名簿")
    page.locator("[name=rows-1-records]").fill("many")
    page.locator("button[name=add_row]").press("Enter")
    expect(page.locator("[name=rows-3-name]")).to_be_visible()
    expect(page.locator("[name=rows-0-name]")).to_have_value("𠮷野家の名簿")
    expect(page.locator("[name=rows-1-records]")).to_have_value("many")
    expect(page.get_by_role("region", name="入力内容を確認してください")).to_have_count(0)
    page.locator("[name=rows-3-name]").press("Enter")
    summary = page.get_by_role("region", name="入力内容を確認してください")
    expect(summary).to_contain_text("2行目")
    expect(page.locator("[name=rows-4-name]")).to_have_count(0)
    assert Event.objects.count() == before


def test_the_new_row_takes_the_focus(portal: SimpleNamespace, open_page: Open) -> None:
    page = open_page(portal.people.officer)
    page.goto("/style/formsets/")
    add_a_row(page)
    expect(page.locator("[name=rows-3-name]")).to_be_focused()


def test_each_error_of_the_big_form_leads_to_its_control(portal: SimpleNamespace, open_page: Open) -> None:
    page = open_page(portal.people.officer)
    page.goto("/style/forms/")
    page.locator("[name=meeting_0]").fill("soon")
    send(page)
    summary = page.get_by_role("region", name="入力内容を確認してください")
    expect(summary).to_be_focused()
    links = summary.get_by_role("link")
    assert links.count() > 8
    for number in range(links.count()):
        links.nth(number).click()
        focused = page.locator(":focus")
        assert focused.evaluate("element => ['INPUT', 'SELECT', 'TEXTAREA'].includes(element.tagName)")
        described = focused.evaluate("e => (e.closest('[aria-describedby]') || e).getAttribute('aria-describedby')")
        assert any(page.locator(f"[id='{one}']").inner_text() for one in described.split() if one.endswith("_error"))


def test_the_focus_is_seen_on_every_kind_of_control(portal: SimpleNamespace, open_page: Open) -> None:
    page = open_page(portal.people.officer)
    page.goto("/style/buttons/")
    for name in ("保存する", "行を追加する", "削除する"):
        tab_to(page, "button", name)
