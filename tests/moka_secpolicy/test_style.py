"""The style guide: every component, widget and error page in it, its code true, and nothing of it is ever saved."""

import html
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import lxml.html
import pytest
from django.forms import Field, widgets
from django.template import Template
from django.test import Client

from common import fields
from moka_secpolicy.style.examples import Example
from moka_secpolicy.style.forms import EveryWidget
from moka_secpolicy.style.foundations import contrast, pixels, tokens
from moka_secpolicy.style.sections import SECTIONS
from tests.project.test_catalogue import ENGLISH, JAPANESE, visible_text
from tests.project.test_permission_matrix import row_counts

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
ELSEWHERE = {"components/site_header.html": "it is on the page already, as on every page"}
FAULTS = ("[45]??.html", "form_expired.html", "form_kept.html")
BASES = {"Widget", "MultiWidget", "Media", "MediaDefiningClass", "Script"}
EXAMPLES = [example for section in SECTIONS.values() for example in section.examples]
GOOD = {
    "title": "お知らせ",
    "body": "本文",
    "amount": "１，２３４",
    "people": "3",
    "section": "taxes",
    "answer": "yes",
    "duties": ["citizens", "policy"],
    "read": "on",
    "version": "1",
    "tags": ["taxes"],
    "seen_0": "2026-04-01",
    "seen_1": "09:00",
}
ROWS = {"rows-TOTAL_FORMS": "2", "rows-INITIAL_FORMS": "2", "rows-0-name": "住民基本台帳", "rows-1-name": "課税台帳"}


@pytest.fixture
def officer(people: SimpleNamespace, sign_in: Any) -> Client:
    return sign_in(people.officer)


def text_of(response: Any) -> str:
    return " ".join(lxml.html.fromstring(response.content.decode()).text_content().split())


def test_the_guide_lists_its_sections_and_the_footer_leads_there(officer: Client) -> None:
    page = officer.get("/style/").content.decode()
    for slug, section in SECTIONS.items():
        assert f'href="/style/{slug}/"' in page
        assert html.escape(str(section.title)) in page
    home = lxml.html.fromstring(officer.get("/").content.decode())
    assert [link.get("href") for link in home.xpath("//footer//a")] == ["/style/"]
    assert not home.xpath("//nav//a[@href='/style/']")


@pytest.mark.parametrize("role", ["employee", "manager", "ciso", "auditor"])
def test_nobody_else_is_led_there(role: str, people: SimpleNamespace, sign_in: Any) -> None:
    assert "/style/" not in sign_in(getattr(people, role)).get("/").content.decode()


@pytest.mark.parametrize("slug", SECTIONS)
def test_a_section_shows_each_example_with_its_name_purpose_and_code(slug: str, officer: Client) -> None:
    response = officer.get(f"/style/{slug}/")
    assert response.status_code == 200
    page = lxml.html.fromstring(response.content.decode())
    for example in SECTIONS[slug].examples:
        (section,) = page.xpath(f"//section[@aria-labelledby='{example.slug}']")
        assert section.xpath("./h2")[0].text_content() == str(example.name)
        assert section.xpath("./p")[0].text_content() == str(example.purpose)
        assert section.xpath(".//pre/code")[0].text_content() == example.code
        specimens = section.xpath(".//div[@class='specimen']")
        assert len(specimens) == len(example.states)
        assert all(specimen.xpath("./*[not(@class='specimen__label')]") for specimen in specimens)


@pytest.mark.parametrize("slug", SECTIONS)
def test_no_two_parts_of_a_page_have_the_same_id(slug: str, officer: Client) -> None:
    page = officer.get(f"/style/{slug}/").content.decode()
    ids = re.findall(r'\sid="([^"]*)"', page)
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("slug", SECTIONS)
def test_the_guide_speaks_both_languages(slug: str, officer: Client) -> None:
    japanese = visible_text(officer.get(f"/style/{slug}/").content.decode())
    assert JAPANESE.search(japanese)
    assert ENGLISH.findall(japanese) == []
    officer.cookies["django_language"] = "en"
    english = visible_text(officer.get(f"/style/{slug}/").content.decode())
    assert "Style guide" in english
    assert set(JAPANESE.findall(english.replace("日本語", ""))) <= set("真岡市髙橋花子")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.slug)
def test_the_code_beside_an_example_can_be_written(example: Example) -> None:
    Template("{% load crispy_forms_tags i18n static %}" + example.code)


def test_every_component_chart_and_error_page_has_its_example() -> None:
    files = {
        str(file.relative_to(TEMPLATES))
        for folder in ("components", "charts")
        for file in (TEMPLATES / folder).glob("*.html")
        if not file.name.startswith("_")
    }
    files |= {file.name for pattern in FAULTS for file in TEMPLATES.glob(pattern)} - {"500.html"} | {"500_body.html"}
    used = {example.template for example in EXAMPLES}
    used |= {name for example in EXAMPLES for name in re.findall(r"[\w/]+\.html", example.code)}
    used |= {"components/error_page.html"}
    assert files - used == set(ELSEWHERE)


def test_every_field_of_the_house_is_in_the_big_form() -> None:
    house = {cls for cls in vars(fields).values() if isinstance(cls, type) and cls.__module__ == fields.__name__}
    shown = {cls for field in EveryWidget.base_fields.values() for cls in type(field).__mro__}
    assert {cls for cls in house if issubclass(cls, Field)} - shown == set()


def test_every_widget_of_django_is_in_the_big_form() -> None:
    shown = {cls.__name__ for field in EveryWidget.base_fields.values() for cls in type(field.widget).__mro__}
    assert set(widgets.__all__) - BASES - shown == set()


def test_what_is_wrong_is_named_kept_and_not_saved(officer: Client) -> None:
    before = row_counts()
    response = officer.post("/style/forms/", {"title": "長" * 61, "people": "三人", "day": "13/13", "section": "none"})
    assert response.status_code == 400
    page = response.content.decode()
    assert "<title>エラー" in page
    form = response.context["form"]
    assert {"title", "body", "people", "day", "section", "answer", "duties", "read", "report"} <= set(form.errors)
    summary = lxml.html.fromstring(page).xpath("//section[@class='error-summary']")[0].text_content()
    for name in form.errors:
        assert str(form[name].label) in summary
    assert 'value="三人"' in page and "長" * 61 in page
    assert row_counts() == before


def test_what_is_right_is_said_to_be_right_and_not_saved(officer: Client, tmp_path: Path) -> None:
    before = row_counts()
    report = tmp_path / "報告.pdf"
    report.write_bytes(b"%PDF-")
    with report.open("rb") as file:
        response = officer.post("/style/forms/", {**GOOD, "report": file})
    assert response.status_code == 200, response.context["form"].errors
    assert "notification--success" in response.content.decode()
    assert row_counts() == before


def test_rows_are_added_checked_and_not_saved(officer: Client) -> None:
    before = row_counts()
    more = officer.post("/style/formsets/", {**ROWS, "rows-1-name": "長" * 30, "add_row": "rows"})
    assert more.status_code == 200
    assert 'name="rows-2-name"' in more.content.decode()
    assert "長" * 30 in more.content.decode() and "notification--success" not in more.content.decode()
    assert officer.post("/style/formsets/", {**ROWS, "rows-0-records": "5"}).status_code == 400
    assert officer.post("/style/formsets/", ROWS).status_code == 200
    assert row_counts() == before


@pytest.mark.parametrize("slug", [slug for slug in SECTIONS if not SECTIONS[slug].sample])
def test_an_example_s_own_button_does_nothing(slug: str, officer: Client) -> None:
    before = row_counts()
    response = officer.post(f"/style/{slug}/", {"version": "3"})
    assert response.status_code == 200
    assert "notification--success" in response.content.decode()
    assert row_counts() == before


@pytest.mark.parametrize("colour", [("#fff", "1.0"), ("#000000", "21.0"), ("#767676", "4.5"), ("#949494", "3.0")])
def test_contrast_is_that_of_wcag(colour: tuple[str, str]) -> None:
    assert f"{contrast(colour[0]):.1f}" == colour[1]


def test_the_values_come_from_the_style_sheet() -> None:
    assert tokens()["blue-900"] == "#0017c1"
    assert pixels("size")[0] == ("size-14", 14.0)
    assert dict(pixels("space"))["space-64"] == 64.0
