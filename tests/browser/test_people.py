"""An administrator brings a whole city in through the screens: its departments, then everybody, and a full list later."""

import datetime as dt
import re
from pathlib import Path
from types import SimpleNamespace

from django.utils import timezone
from playwright.sync_api import Page, expect

from audit.models import Event
from common.tables import csv_chunks, excel, read_table
from staff import directory_export
from staff.directory import HEADINGS
from staff.models import Department, Posting, Staff
from tests.browser.conftest import Open
from tests.browser.looking import assert_accessible

SECTIONS = 40
PEOPLE = 487
ON = dt.date(2026, 4, 1)
KINDS = ("正規職員", "正規職員", "正規職員", "会計年度任用職員", "再任用")


def sections() -> bytes:
    """The departments: four divisions (部) with nine sections (課) each."""
    rows: list[list[str]] = []
    for division in range(1, 5):
        rows.append([f"9{division}", f"第{division}部", "", f"{division * 100}", "2020-04-01", ""])
        for section in range(1, SECTIONS // 4):
            code, order = f"9{division}{section:02d}", f"{division * 100 + section}"
            rows.append([code, f"第{division}部第{section}課", f"9{division}", order, "2020-04-01", ""])
    assert len(rows) == SECTIONS
    return b"".join(csv_chunks(directory_export.DEPARTMENT_HEADINGS, rows))


def everybody() -> list[list[str]]:
    """The people: a head in each section, and every fiftieth with a concurrent post beside."""
    codes = [f"9{division}{section:02d}" for division in range(1, 5) for section in range(1, SECTIONS // 4)]
    rows = []
    for number in range(PEOPLE):
        code, name = codes[number % len(codes)], f"{'髙﨑𠮷德瀨彅'[number % 6]}山 {number}子"
        head = "はい" if number < len(codes) else "いいえ"
        whose = [f"{number:06d}", name, "やま こ", f"p{number}@moka.example"]
        terms = [KINDS[number % 5], head, "本務", f"{1990 + number % 30}-04-01", "", "", ""]
        rows.append([*whose, code, "課長" if head == "はい" else "主事", *terms])
        if number % 50 == 0:
            beside = codes[(number + 1) % len(codes)]
            rows.append([*whose, beside, "主査", terms[0], "いいえ", "兼務", *terms[3:]])
    return rows


def choose(page: Page, name: str, content: bytes) -> None:
    page.locator("main input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )


def facts(page: Page) -> dict[str, str]:
    """What the preview counts."""
    words = [re.split(r"\s*\n\s*", fact) for fact in page.locator("main .fact-grid li").all_inner_texts()]
    return {one[0]: one[1] for one in words}


def read_and_save(page: Page, reason: str) -> None:
    page.get_by_label("理由").fill(reason)
    page.get_by_role("button", name="保存する").click()


def test_an_administrator_reads_40_departments_and_487_people_on_the_screen(
    portal: SimpleNamespace, open_page: Open, tmp_path: Path
) -> None:
    page = open_page(portal.people.administrator)
    page.goto("/departments/import/")
    choose(page, "所属.csv", sections())
    page.get_by_role("button", name="読み込んで").click()
    assert facts(page)["追加"] == f"{SECTIONS}"
    read_and_save(page, "新しい組織")
    expect(page.locator("main")).to_contain_text("第4部第9課")
    assert Department.objects.filter(code__startswith="9").count() == SECTIONS

    page.goto("/people/import/")
    choose(page, "職員名簿.xlsx", excel("職員", list(HEADINGS.values()), everybody()))
    page.locator("[name=on]").fill("令和8年4月1日")
    page.get_by_role("button", name="読み込んで").click()
    assert facts(page) == {"追加": f"{PEOPLE}", "変更": "0", "退職": "0", "変更なし": "0", "誤り": "0"}
    expect(page.locator("main")).to_contain_text("髙山 0子")
    expect(page.locator("main")).to_contain_text(f"ほかに{PEOPLE - 25}人います")
    assert not Staff.objects.filter(employee_number="000000").exists()
    assert_accessible(page, "people-preview")
    read_and_save(page, "4月1日付け人事異動")
    expect(page.locator("body")).to_contain_text(f"追加{PEOPLE}人、変更0人（うち異動0人）、退職0人")
    assert Staff.objects.filter(email__endswith="@moka.example").count() == PEOPLE
    assert Posting.objects.filter(concurrent=True).count() == 10
    event = Event.objects.filter(action="staff.import_people").get()
    assert (event.data["added"], event.data["on"], event.actor_uid) == (
        PEOPLE,
        "2026-04-01",
        portal.people.administrator.uid,
    )
    a_full_list_is_taken_away_changed_and_read_again(page, tmp_path)


def a_full_list_is_taken_away_changed_and_read_again(page: Page, folder: Path) -> None:
    page.goto("/people/export/")
    page.locator("[name=on]").fill("R8.4.1")
    page.locator("[name=kind]").select_option("xlsx")
    with page.expect_download() as download:
        page.get_by_role("button", name="ダウンロード").click()
    download.value.save_as(folder / "directory.xlsx")
    headings, *rows = [one.cells for one in read_table((folder / "directory.xlsx").read_bytes())]
    rows = [cells + [""] * (len(headings) - len(cells)) for cells in rows]
    assert len(rows) == PEOPLE + 10 + 7, "everybody, the concurrent posts, and the cast"
    kept = [cells for cells in rows if cells[0] != "000486"]
    moved = next(cells for cells in kept if cells[0] == "000485")
    moved[headings.index("所属コード")] = "9101"

    page.goto("/people/import/")
    choose(page, "全職員.xlsx", excel("職員", headings, kept))
    page.locator("[name=on]").fill("R8.10.1")
    page.get_by_label("この名簿にない職員を退職とする").check()
    page.get_by_role("button", name="読み込んで").click()
    assert facts(page) == {"追加": "0", "変更": "1", "退職": "1", "変更なし": f"{PEOPLE - 2 + 7}", "誤り": "0"}
    read_and_save(page, "10月1日付け人事異動")
    expect(page.locator("body")).to_contain_text("変更1人（うち異動1人）、退職1人")
    assert Staff.objects.get(employee_number="000486").left_on == dt.date(2026, 9, 30)
    assert Staff.objects.employed_on(timezone.localdate()).count() in (PEOPLE + 7, PEOPLE + 6)
