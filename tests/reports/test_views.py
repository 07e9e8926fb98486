"""The pages of programmes and sheets as their readers and the officers see them."""

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.forms import BoundField, MultipleChoiceField
from django.test import Client
from django.utils import timezone

from audit.models import Event
from reports import production
from reports.actions import request_build
from reports.models import Indicator, Programme, SheetBuild

PROGRAMME = "/reports/programmes/moka-security-policy/"
SHEET = f"{PROGRAMME}sheets/2019/"
INDICATOR = f"{PROGRAMME}edit/indicators/activity-1/"


@pytest.fixture
def officer(people: Any, programme: Any, sign_in: Any) -> Client:
    return sign_in(people.officer)


@pytest.fixture
def manager(people: Any, programme: Any, sign_in: Any) -> Client:
    return sign_in(people.manager)


def text_of(response: Any) -> str:
    """Return what a person reads: the page without its tags."""
    return html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))


def fields_of(response: Any) -> dict[str, Any]:
    """Return what the editing page would send back as it is; boxes that are not ticked are not sent."""
    editor = response.context["editor"]
    shown = [editor.form, editor.seen, *(editor.figures.forms if editor.figures else [])]
    data = {f.html_name: sent(f) for form in shown for f in form}
    if editor.figures:
        management = editor.figures.management_form
        data |= {management[name].html_name: str(management[name].value()) for name in management.fields}
    return data


def sent(field: BoundField) -> Any:
    value = field.value()
    if isinstance(field.field, MultipleChoiceField):
        return list(value or [])
    return "" if value is None else str(value)


def test_the_list_leads_to_the_sheet(manager: Client) -> None:
    page = manager.get("/reports/programmes/")
    assert "真岡市セキュリティポリシー遵守運用事業" in text_of(page)
    assert f'href="{SHEET}"' in page.content.decode()


def test_an_empty_list_says_what_to_do(people: Any, sign_in: Any) -> None:
    assert "import_programme" in text_of(sign_in(people.officer).get("/reports/programmes/"))


def test_the_sheet_shows_its_figures_with_era_years(manager: Client) -> None:
    words = text_of(manager.get(SHEET)).split()
    for figure in ("28年度", "32年度", "485", "898", "1,122", "1,571"):
        assert figure in words


def test_a_figure_leads_to_who_entered_it(manager: Client, people: Any) -> None:
    address = f"{PROGRAMME}history/?place=indicators.activity.1.actual.2019"
    assert html.escape(address) in manager.get(SHEET).content.decode()
    shown = text_of(manager.get(address))
    assert "システム" in shown
    assert "活動指標 / ア / 実績 / 2019年度" in shown
    assert "研修会等の開催回数" not in shown, "only this figure's changes are shown"


@pytest.mark.parametrize("query", ["page=abc", "place=%00", "page=-1", "page=999999999999", "place=" + "x" * 500])
def test_a_rubbish_filter_is_never_an_error(manager: Client, query: str) -> None:
    assert manager.get(f"{PROGRAMME}history/?{query}").status_code == 200


def test_a_manager_downloads_and_has_no_button_to_build(manager: Client, people: Any, sheet: Any) -> None:
    build = request_build(by=people.officer, sheet=sheet)
    production.produce(build.pk)
    page = manager.get(SHEET)
    assert "PDFを作成する" not in text_of(page)
    download = manager.get(f"/reports/builds/{build.pk}/pdf/")
    assert download["Content-Type"] == "application/pdf"
    assert download["Content-Disposition"] == 'attachment; filename="evaluation-sheet_moka-security-policy_2019.pdf"'
    assert download["X-Content-Type-Options"] == "nosniff"
    assert download.content.startswith(b"%PDF-")
    assert Event.objects.filter(action="reports.download", actor_uid=people.manager.uid).count() == 1


def test_an_unfinished_pdf_is_told_and_not_recorded_as_downloaded(manager: Client, people: Any, sheet: Any) -> None:
    build = request_build(by=people.officer, sheet=sheet)
    response = manager.get(f"/reports/builds/{build.pk}/pdf/")
    assert response.status_code == 409
    assert "まだできていません" in text_of(response)
    assert not Event.objects.filter(action="reports.download").exists()


def test_a_lost_file_is_told_in_plain_words(manager: Client, people: Any, sheet: Any, settings: Any) -> None:
    build = request_build(by=people.officer, sheet=sheet)
    production.produce(build.pk)
    settings.FILES_DIR = settings.FILES_DIR / "elsewhere"
    response = manager.get(f"/reports/builds/{build.pk}/pdf/")
    assert response.status_code == 409
    assert "もう一度作成してください" in text_of(response)


def test_building_goes_to_a_progress_page_that_works_without_javascript(officer: Client) -> None:
    response = officer.post(f"{SHEET}builds/", follow=True)
    build = SheetBuild.objects.get()
    assert response.redirect_chain == [(f"/reports/builds/{build.pk}/", 302)]
    assert "待っています" in text_of(response)
    assert f'href="/reports/builds/{build.pk}/"' in response.content.decode()
    production.produce(build.pk)
    assert build.snapshot_sha256
    assert "PDFができました" in text_of(officer.get(f"/reports/builds/{build.pk}/"))


def test_htmx_gets_the_state_alone_and_stops_asking_when_it_is_done(officer: Client, people: Any, sheet: Any) -> None:
    build = request_build(by=people.officer, sheet=sheet)
    address = f"/reports/builds/{build.pk}/"
    waiting = officer.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in waiting
    assert "hx-trigger" in waiting
    production.produce(build.pk)
    assert "hx-trigger" not in officer.get(address, headers={"HX-Request": "true"}).content.decode()


def test_a_failed_build_says_why_and_what_is_safe(officer: Client, people: Any, sheet: Any) -> None:
    build = request_build(by=people.officer, sheet=sheet)
    moment = timezone.now()
    for _ in range(3):
        production.claim(build.pk, now=moment)
        moment += dt.timedelta(hours=1)
    production.sweep(now=moment)
    shown = text_of(officer.get(f"/reports/builds/{build.pk}/"))
    assert "途中で3回停止しました" in shown
    assert "失われていません" in shown


def test_the_programme_comes_back_as_its_file(manager: Client) -> None:
    response = manager.get(f"{PROGRAMME}file/")
    assert response["Content-Disposition"] == 'attachment; filename="moka-security-policy.json"'
    assert response.json()["indicators"][0]["actual"] == {"2016": 2, "2017": 5, "2018": 3, "2019": 4}


def test_taking_the_file_away_is_recorded_and_is_no_change_of_the_programme(manager: Client) -> None:
    before = text_of(manager.get(f"{PROGRAMME}history/"))
    manager.get(f"{PROGRAMME}file/")
    assert Event.objects.latest("pk").action == "reports.export_programme"
    assert text_of(manager.get(f"{PROGRAMME}history/")) == before


@pytest.mark.parametrize("part", ["texts", "indicators/activity-1", "costs/2019-actual", "sheets/2019"])
def test_saving_a_page_as_it_is_changes_nothing(officer: Client, part: str) -> None:
    address = f"{PROGRAMME}edit/{part}/"
    before = Event.objects.count()
    response = officer.post(address, fields_of(officer.get(address)))
    assert response.status_code == 302, text_of(response)
    assert Event.objects.count() == before
    assert Programme.objects.get().revision == 1


def test_a_figure_typed_full_width_is_saved_and_shown(officer: Client, people: Any) -> None:
    data = fields_of(officer.get(INDICATOR))
    row = next(name for name, value in data.items() if value == "2019")
    officer.post(INDICATOR, data | {row.replace("fiscal_year", "actual"): "１，２３４．５"})
    assert "1,234.5" in text_of(officer.get(SHEET)).split()
    shown = text_of(officer.get(f"{PROGRAMME}history/?place=indicators.activity.1.actual.2019"))
    assert people.officer.name in shown


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "あ" * 61),
        ("name", "二行\nの名前"),
        ("slot", "6"),
        ("group", "hobby"),
        ("years-0-actual", "abc"),
        ("years-0-actual", "1.234"),
        ("years-0-actual", "1" * 13),
        ("years-0-fiscal_year", "20160"),
        ("years-0-fiscal_year", "abc"),
        ("name", "名前\0"),
    ],
)
def test_a_wrong_indicator_is_told_and_the_typing_is_kept(officer: Client, field: str, typed: str) -> None:
    data = fields_of(officer.get(INDICATOR)) | {"unit": "回<b>", field: typed}
    response = officer.post(INDICATOR, data)
    assert response.status_code == 400
    assert "error-summary" in response.content.decode()
    assert 'value="回&lt;b&gt;"' in response.content.decode(), "what was typed elsewhere is still there"
    assert Indicator.objects.get(group="activity", slot=1).name == "研修会等の開催回数"


@pytest.mark.parametrize("typed", ["𠮷野家の研修 🎓", "<script>alert(1)</script>", "{{ 7|add:1 }} {% now 'Y' %}"])
def test_rare_kanji_and_markup_are_kept_and_shown_literally(officer: Client, typed: str) -> None:
    data = fields_of(officer.get(INDICATOR)) | {"name": typed}
    assert officer.post(INDICATOR, data).status_code == 302
    assert html.escape(typed) in officer.get(SHEET).content.decode()


def test_a_line_that_is_taken_is_refused(officer: Client) -> None:
    data = fields_of(officer.get(INDICATOR)) | {"slot": "2"}
    response = officer.post(INDICATOR, data)
    assert response.status_code == 400
    assert Indicator.objects.filter(group="activity").count() == 2


def test_the_same_year_twice_is_refused(officer: Client) -> None:
    data = fields_of(officer.get(INDICATOR)) | {"years-0-fiscal_year": "2017"}
    response = officer.post(INDICATOR, data)
    assert response.status_code == 400
    assert "同じ年度が2行にあります" in text_of(response)


def test_a_figure_without_a_year_asks_for_the_year(officer: Client) -> None:
    data = fields_of(officer.get(INDICATOR)) | {"years-0-fiscal_year": ""}
    assert "この数値の年度を入力してください" in text_of(officer.post(INDICATOR, data))


def test_the_second_of_two_officers_is_told_and_loses_no_typing(officer: Client) -> None:
    first = second = fields_of(officer.get(INDICATOR))
    officer.post(INDICATOR, first | {"name": "先の人の名称"})
    response = officer.post(INDICATOR, second | {"name": "後の人の名称"})
    assert response.status_code == 400
    assert "ほかの人が同じ項目を保存しました" in text_of(response)
    assert "後の人の名称" in response.content.decode()
    again = fields_of(response)
    assert officer.post(INDICATOR, again).status_code == 302
    assert Indicator.objects.get(group="activity", slot=1).name == "後の人の名称"


def test_two_officers_at_different_parts_do_not_disturb_each_other(officer: Client) -> None:
    texts = fields_of(officer.get(f"{PROGRAMME}edit/texts/"))
    officer.post(INDICATOR, fields_of(officer.get(INDICATOR)) | {"name": "研修会"})
    assert officer.post(f"{PROGRAMME}edit/texts/", texts | {"name": "新しい事業名"}).status_code == 302
    programme = Programme.objects.get()
    assert (programme.name, programme.indicators.get(group="activity", slot=1).name) == ("新しい事業名", "研修会")


def test_adding_costs_that_are_there_already_is_refused(officer: Client) -> None:
    address = f"{PROGRAMME}edit/costs/new/"
    amounts = dict.fromkeys(
        ("national", "prefectural", "bonds", "other", "general", "staff_count", "hours", "labour"), "1"
    )
    data = fields_of(officer.get(address)) | amounts | {"fiscal_year": "2019", "kind": "actual"}
    assert "すでに登録されています" in text_of(officer.post(address, data))
    assert officer.post(address, data | {"fiscal_year": "2021"}).status_code == 302
    assert Programme.objects.get().costs.get(fiscal_year=2021).total == 6


def test_negative_hours_are_refused_beside_their_field(officer: Client) -> None:
    address = f"{PROGRAMME}edit/costs/2019-actual/"
    response = officer.post(address, fields_of(officer.get(address)) | {"hours": "▲1"})
    assert response.status_code == 400
    assert "hours" in response.context["form"].errors


def test_removing_asks_first_and_the_history_keeps_what_it_was(officer: Client, programme: Any) -> None:
    address = f"{PROGRAMME}edit/indicators/activity-2/remove/"
    assert "メール、課長会議等による情報提供の回数" in text_of(officer.get(address))
    assert Indicator.objects.filter(group="activity", slot=2).exists()
    officer.post(address)
    assert not Indicator.objects.filter(group="activity", slot=2).exists()
    assert "メール、課長会議等による情報提供の回数" in text_of(officer.get(f"{PROGRAMME}history/"))


def test_a_built_sheet_is_not_removed(officer: Client, people: Any, sheet: Any) -> None:
    request_build(by=people.officer, sheet=sheet)
    response = officer.post(f"{PROGRAMME}edit/sheets/2019/remove/")
    assert response.status_code == 409
    assert "PDFを作成済みのシートは削除できません" in text_of(response)


def test_english_pages_speak_english(manager: Client) -> None:
    manager.post("/language/", {"language": "en", "next": SHEET})
    shown = text_of(manager.get(SHEET))
    assert "Figures of this sheet" in shown
    assert "このシートの数値" not in shown


def test_line_ends_of_a_browser_become_plain_ones(officer: Client) -> None:
    address = f"{PROGRAMME}edit/texts/"
    data = fields_of(officer.get(address)) | {
        "purpose_target": "  職員\r\n情報資産",
        "purpose_intent": "周知する。\r\n\r\n点検する。\r\n",
    }
    assert officer.post(address, data).status_code == 302
    purpose = Programme.objects.get().texts["purpose"]
    assert (purpose["target"], purpose["intent"]) == ("  職員\n情報資産", ["周知する。", "点検する。"])
