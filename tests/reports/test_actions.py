"""Saving programmes, asking for a PDF and handing it out, as the records show it afterwards."""

import copy
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from audit.models import Event
from common.canonical import sha256_of
from common.errors import Refused
from common.files import FileDamaged, path_of
from reports import production
from reports.actions import download, request_build, save_programme
from reports.contents import changes_between, document_of, places_of
from reports.models import PDF, IndicatorValue, Programme, SheetBuild
from reports.programme_file import parse, to_json
from tests.cast import CITY_FILE, city_programme

JANUARY = dt.datetime(2026, 1, 15, 3, 0, tzinfo=dt.UTC)


@pytest.fixture
def document(programme: Any) -> Any:
    return copy.deepcopy(document_of(programme))


def test_what_is_imported_is_what_comes_out_again(db: None) -> None:
    document = document_of(city_programme(counted=True))
    assert parse(to_json(document).encode()) == parse(CITY_FILE.read_bytes())


def test_the_city_sheet_holds_its_own_figures(programme: Any) -> None:
    figures = {(v.indicator.name, v.fiscal_year): v.value for v in IndicatorValue.objects.select_related("indicator")}
    assert figures["研修会等の開催回数", 2017] == 5
    assert figures["真岡市職員数", 2019] == 485
    assert figures["各課が保有する個人情報の項目件数", 2020] == 1122
    cost = programme.costs.get(fiscal_year=2019, kind="actual")
    assert (cost.operating, cost.labour, cost.total) == (358, 1213, 1571)


def test_saving_the_same_again_changes_nothing_and_writes_no_event(people: Any, programme: Any, document: Any) -> None:
    before = Event.objects.count()
    saved = save_programme(by=people.officer, document=document)
    assert (saved.added, saved.changes, saved.programme.revision) == (False, 0, programme.revision)
    assert Event.objects.count() == before


def test_a_changed_figure_is_recorded_with_before_and_after(people: Any, programme: Any, document: Any) -> None:
    document["indicators"][0]["actual"][2019] = Decimal("5.5")
    save_programme(by=people.officer, document=document)
    event = Event.objects.about("reports.Programme", programme.pk).first()
    change = {"place": "indicators.activity.1.actual.2019", "before": "4", "after": "5.5"}
    assert event.data["changes"] == [change]
    assert event.actor_uid == people.officer.uid
    assert document_of(Programme.objects.get()) == document


def test_taking_a_figure_an_indicator_and_a_cost_out_is_recorded(people: Any, programme: Any, document: Any) -> None:
    del document["indicators"][0]["actual"][2016]
    gone = document["indicators"].pop(1)
    del document["costs"][2016]
    save_programme(by=people.officer, document=document)
    places = {c["place"] for c in Event.objects.about("reports.Programme", programme.pk).first().data["changes"]}
    assert "indicators.activity.1.actual.2016" in places
    assert f"indicators.{gone['group']}.{gone['slot']}.name" in places
    assert "costs.2016.actual.labour" in places
    assert document_of(Programme.objects.get()) == document


def test_an_older_state_is_refused_and_nothing_is_lost(people: Any, programme: Any, document: Any) -> None:
    first = copy.deepcopy(document)
    first["name"] = "先に保存した名前"
    save_programme(by=people.officer, document=first, expected_revision=programme.revision)
    document["name"] = "後から保存した名前"
    with pytest.raises(Refused):
        save_programme(by=people.officer, document=document, expected_revision=programme.revision)
    assert Programme.objects.get().name == "先に保存した名前"


def test_a_sheet_with_a_pdf_cannot_be_taken_out_and_the_rest_is_not_saved(
    people: Any, sheet: Any, document: Any
) -> None:
    request_build(by=people.officer, sheet=sheet)
    document["sheets"] = []
    document["name"] = "変更"
    with pytest.raises(Refused):
        save_programme(by=people.officer, document=document)
    assert Programme.objects.get().name == "真岡市セキュリティポリシー遵守運用事業"


def test_changes_are_told_by_place_whatever_the_order_in_the_file(document: Any) -> None:
    shuffled = copy.deepcopy(document)
    shuffled["indicators"].reverse()
    assert changes_between(places_of(document), places_of(shuffled)) == []


def test_a_request_keeps_every_figure_with_who_asked_and_when(people: Any, sheet: Any) -> None:
    build = request_build(by=people.officer, sheet=sheet, at=JANUARY)
    kept = build.snapshot
    assert [line["values"] for line in kept["indicators"]["activity"]] == [
        ["2", "5", "3", "4", "4"],
        ["41", "36", "37", "39", "47"],
    ]
    assert kept["costs"][3]["total"] == "1571"
    assert kept["requested"] == {
        "at": "2026-01-15T12:00:00+09:00",
        "uid": str(people.officer.uid),
        "name": "髙橋 花子",
        "department": "総務部 情報政策課",
    }
    assert build.snapshot_sha256 == sha256_of(kept)


def test_a_later_change_does_not_touch_a_build_already_asked_for(people: Any, sheet: Any, document: Any) -> None:
    build = request_build(by=people.officer, sheet=sheet)
    document["indicators"][0]["actual"][2019] = Decimal(99)
    save_programme(by=people.officer, document=document)
    production.produce(build.pk)
    build.refresh_from_db()
    assert build.state == SheetBuild.State.DONE
    assert build.snapshot["indicators"]["activity"][0]["values"][3] == "4"


def test_a_running_year_is_a_forecast(people: Any, sheet: Any) -> None:
    sheet.fiscal_year = 2026
    kinds = [c["kind"] for c in request_build(by=people.officer, sheet=sheet, at=JANUARY).snapshot["columns"]]
    assert kinds == ["actual", "actual", "forecast", "forecast", "forecast"]


def test_a_download_is_recorded_by_uid(people: Any, sheet: Any) -> None:
    build = request_build(by=people.officer, sheet=sheet)
    production.produce(build.pk)
    build.refresh_from_db()
    content = download(by=people.manager, build=build)
    assert content.startswith(b"%PDF-")
    event = Event.objects.about("reports.SheetBuild", build.pk).first()
    assert (event.action, event.actor_uid) == ("reports.download", people.manager.uid)
    assert event.data == {"file_sha256": build.file_sha256}


def test_an_unfinished_build_is_not_handed_out(people: Any, sheet: Any) -> None:
    with pytest.raises(Refused):
        download(by=people.manager, build=request_build(by=people.officer, sheet=sheet))


def test_a_file_changed_on_disk_is_not_handed_out_and_no_download_is_recorded(people: Any, sheet: Any) -> None:
    build = request_build(by=people.officer, sheet=sheet)
    production.produce(build.pk)
    build.refresh_from_db()
    path_of(build.file_sha256, PDF).write_bytes(b"%PDF-1.7 somebody else's")
    before = Event.objects.count()
    with pytest.raises(FileDamaged):
        download(by=people.manager, build=build)
    assert Event.objects.count() == before
    assert timezone.now() > build.requested_at
