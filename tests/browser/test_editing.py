"""Editing in a real browser: what officers type, what is refused and kept, and two officers at once."""

from types import SimpleNamespace
from typing import Any

from playwright.sync_api import Page, expect

from audit.models import Event
from reports.models import Indicator
from tests.browser.conftest import Open
from tests.browser.driving import tab_and_press

P = "/reports/programmes/moka-security-policy/"
INDICATOR = f"{P}edit/indicators/activity-1/"
# (field, what is typed, how the summary begins to tell it)
BAD = [
    ("name", "", "名称：入力または選択してください。"),
    ("name", "長" * 61, "名称：長すぎます（61文字）。60文字以内で入力してください。"),
    ("unit", "😀" * 21, "単位：長すぎます（21文字）。20文字以内で入力してください。"),
    ("years-3-actual", "四回", "年度別の数値の4行目、実績：1234.5 や ▲12 のように、数字で入力してください。"),
    ("years-3-actual", "12.345", "年度別の数値の4行目、実績："),
    ("years-3-fiscal_year", "2018", "年度別の数値の4行目、年度（西暦）：同じ年度が2行にあります。"),
    ("years-3-fiscal_year", "", "年度別の数値の4行目、年度（西暦）：この数値の年度を入力してください。"),
]


def field(page: Page, name: str) -> Any:
    return page.locator(f"main [name='{name}']")


def save(page: Page) -> None:
    page.get_by_role("button", name="保存する").click()


def figure_of_2019() -> str:
    indicator = Indicator.objects.get(group="activity", slot=1)
    return str(indicator.values.get(fiscal_year=2019, kind="actual").value)


def test_a_figure_in_full_width_digits_is_saved_and_traced(portal: SimpleNamespace, open_page: Open) -> None:
    page = open_page(portal.people.officer)
    page.goto(INDICATOR)
    field(page, "years-3-actual").fill("１，２３４．５")
    save(page)
    expect(page.get_by_text("保存しました。")).to_be_visible()
    page.goto(f"{P}sheets/2019/")
    row = page.get_by_role("row", name="研修会等の開催回数")
    expect(row).to_contain_text("1,234.5")
    row.get_by_role("link", name="1,234.5").click()
    newest = page.locator("main section").first
    expect(newest).to_contain_text("髙橋 花子")
    change = newest.get_by_role("row", name="2019年度")
    expect(change.get_by_role("cell").nth(0)).to_have_text("4")
    expect(change.get_by_role("cell").nth(1)).to_have_text("1234.5")


def test_saving_an_untouched_page_changes_nothing(portal: SimpleNamespace, open_page: Open) -> None:
    page = open_page(portal.people.officer)
    before = Event.objects.filter(action="reports.save_programme").count()
    for part in ("texts", "indicators/activity-1", "costs/2019-actual", "sheets/2019"):
        page.goto(f"{P}edit/{part}/")
        save(page)
        expect(page.get_by_text("保存しました。")).to_be_visible()
        assert Event.objects.filter(action="reports.save_programme").count() == before, part


def test_bad_input_names_its_field_and_keeps_the_typing(portal: SimpleNamespace, open_page: Open) -> None:
    page = open_page(portal.people.officer)
    for name, typed, told in BAD:
        page.goto(INDICATOR)
        field(page, "years-0-actual").fill("７７")
        field(page, name).fill(typed)
        save(page)
        summary = page.get_by_role("region", name="入力内容を確認してください")
        expect(summary).to_be_focused()
        expect(summary).to_contain_text(told)
        assert page.title().startswith("エラー：")
        expect(field(page, name)).to_have_value(typed)
        expect(field(page, "years-0-actual")).to_have_value("７７")
        tab_and_press(page, "link", summary.get_by_role("link").inner_text())
        expect(field(page, name)).to_be_focused()
        described = field(page, name).get_attribute("aria-describedby") or ""
        assert any(page.locator(f"[id='{one}']").inner_text() for one in described.split() if one.endswith("_error"))
    assert figure_of_2019() == "4.00"


def test_markup_and_rare_characters_are_kept_as_typed(portal: SimpleNamespace, open_page: Open) -> None:
    page = open_page(portal.people.officer)
    for typed in ("<script>alert(1)</script>{{ 7|add:7 }}", "𠮷野・髙﨑の研修😀"):
        page.goto(INDICATOR)
        field(page, "name").fill(typed)
        save(page)
        expect(page.get_by_role("table", name="この事務事業の指標")).to_contain_text(typed)
        page.goto(f"{P}sheets/2019/")
        expect(page.get_by_role("table", name="⑤ 活動指標")).to_contain_text(typed)
        page.goto(f"{P}history/")
        expect(page.locator("main")).to_contain_text(typed)


def test_the_second_of_two_officers_is_told_and_keeps_the_typing(portal: SimpleNamespace, open_page: Open) -> None:
    first, second = open_page(portal.people.officer), open_page(portal.people.officer)
    for page in (first, second):
        page.goto(INDICATOR)
    field(first, "years-3-actual").fill("5")
    save(first)
    expect(first.get_by_text("保存しました。")).to_be_visible()
    field(second, "years-3-actual").fill("9")
    save(second)
    expect(second.get_by_role("region", name="入力内容を確認してください")).to_contain_text(
        "編集中に、ほかの人が同じ項目を保存しました。"
    )
    expect(field(second, "years-3-actual")).to_have_value("9")
    assert figure_of_2019() == "5.00"
    save(second)
    expect(second.get_by_text("保存しました。")).to_be_visible()
    assert figure_of_2019() == "9.00"


def test_two_officers_on_different_parts_do_not_meet(portal: SimpleNamespace, open_page: Open) -> None:
    first, second = open_page(portal.people.officer), open_page(portal.people.officer)
    first.goto(INDICATOR)
    second.goto(f"{P}edit/indicators/activity-2/")
    field(first, "years-3-actual").fill("5")
    save(first)
    field(second, "years-3-actual").fill("40")
    save(second)
    expect(second.get_by_text("保存しました。")).to_be_visible()
    assert figure_of_2019() == "5.00"
