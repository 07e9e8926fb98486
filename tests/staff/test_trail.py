"""What an auditor finds on the audit trail's page, and that neither bad filters nor bad data break it."""

import datetime as dt
import html
import re
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.actions import record_many
from audit.models import Event
from common import request_context
from staff.models import Staff
from tests import cast
from tests.project import scene
from tests.staff.trails import act, page, shown, written_past_the_portal


@pytest.fixture
def auditor(people: SimpleNamespace, sign_in: Callable[..., Client]) -> Client:
    return sign_in(people.auditor)


# --- What a row says -----------------------------------------------------------------------------------------------


def test_the_newest_stands_first_with_who_what_and_on_what(people: SimpleNamespace, auditor: Client) -> None:
    first, last = act(people), act(people, "staff.grant_role", role="ciso")
    assert shown(auditor)[:2] == [last.pk, first.pk]
    text = page(auditor)
    assert "髙橋 花子" in text
    assert "役割の付与" in text
    assert "staff.grant_role" not in text.split("<tbody>")[1]


def test_a_row_says_its_time_in_japan_to_the_second(people: SimpleNamespace, auditor: Client) -> None:
    event = written_past_the_portal(people, at=dt.datetime(2026, 3, 31, 15, 0, 1, tzinfo=dt.UTC))
    assert shown(auditor, since="R8.4.1", until="R8.4.1") == [event.pk]
    assert "R8.4.1 00:00:01" in page(auditor, since="R8.4.1", until="R8.4.1")
    assert "令和8年（2026年）4月1日 00:00:01" in auditor.get(f"/trail/{event.pk}/").content.decode()
    assert shown(auditor, since="2026-03-31", until="2026-03-31") == []


def test_somebody_who_is_no_longer_known_is_named_by_the_uid(people: SimpleNamespace, auditor: Client) -> None:
    stranger = uuid.uuid4()
    act(people, by=SimpleNamespace(uid=stranger))
    assert "現在の名簿にない人" in page(auditor)
    assert str(stranger) in page(auditor)


def test_what_a_deputy_does_names_the_head(people: SimpleNamespace, auditor: Client) -> None:
    context = request_context.RequestContext("r-1", "192.0.2.1", (people.manager.uid,))
    with request_context.use(context):
        event = act(people)
    assert "德永 誠の代理" in page(auditor)
    assert "德永 誠" in auditor.get(f"/trail/{event.pk}/").content.decode()


def test_a_person_in_the_details_is_named_and_a_role_is_a_word(people: SimpleNamespace, auditor: Client) -> None:
    act(people, "staff.grant_role", person=str(people.employee.uid), role="ciso", reason="異動のため")
    text = page(auditor)
    assert "𠮷田 瀨奈" in text
    assert "異動のため" in text
    assert str(people.employee.uid) not in text


def test_a_change_says_the_place_in_words(people: SimpleNamespace, auditor: Client) -> None:
    event = scene.entry(people)
    text = page(auditor, object_type="assets.NetworkDevice", object_id=event.pk)
    assert "管理番号: – → X-0001" in text
    assert "取得日: – → 平成28年（2016年）4月1日" in text
    assert "購入" in text


def test_an_object_leads_to_its_page(people: SimpleNamespace, auditor: Client, sheet: Any) -> None:
    keys = scene.everything(people, sheet)
    text = page(auditor)
    for address in ("policies/versions/{version}/", "training/sessions/{session}/", "notices/{notice}/"):
        assert f'href="/{address.format(**keys)}"' in text
    assert f'href="/assets/devices/{keys["entry"]}/"' in page(auditor, object_type="assets.NetworkDevice")
    assert f'href="/reports/builds/{keys["build"]}/"' in page(auditor, object_type="reports.SheetBuild")


def test_no_link_leads_where_the_viewer_may_not_go(people: SimpleNamespace, auditor: Client, sheet: Any) -> None:
    draft = scene.everything(people, sheet)["draft"]
    assert auditor.get(f"/policies/versions/{draft}/").status_code == 404
    assert f"/policies/versions/{draft}/" not in page(auditor)


def test_long_details_are_cut_on_the_list_and_whole_on_the_event(people: SimpleNamespace, auditor: Client) -> None:
    uids = [str(uuid.uuid4()) for _ in range(500)]
    event = act(people, notified=uids)
    assert uids[9] in page(auditor)
    assert uids[10] not in page(auditor)
    assert "ほか490件" in page(auditor)
    assert uids[499] in auditor.get(f"/trail/{event.pk}/").content.decode()


# --- Searching -----------------------------------------------------------------------------------------------------


def test_a_period_is_two_japanese_dates_both_included(people: SimpleNamespace, auditor: Client) -> None:
    event = act(people)
    event.refresh_from_db()
    at = timezone.localdate(event.at)
    assert event.pk in shown(auditor, since=f"{at:%Y/%m/%d}", until=f"{at:%Y/%m/%d}")
    assert event.pk in shown(auditor, since=f"R{at.year - 2018}.{at.month}.{at.day}")
    assert shown(auditor, since=f"{at + dt.timedelta(days=1):%Y-%m-%d}") == []
    assert shown(auditor, until=f"{at - dt.timedelta(days=1):%Y-%m-%d}") == []


@pytest.mark.parametrize("words", ["001", "００1", "𠮷田", "吉田 瀬奈", "瀨奈", "よしだ", "ヨシダ"])
def test_a_person_is_found_by_number_and_by_name(words: str, people: SimpleNamespace, auditor: Client) -> None:
    Staff.objects.filter(pk=people.employee.pk).update(kana="よしだ せな")
    mine, other = act(people, by=people.employee), act(people)
    assert mine.pk in shown(auditor, who=words)
    assert other.pk not in shown(auditor, who=words)


def test_a_uid_is_a_person_too_even_of_nobody_who_is_known(people: SimpleNamespace, auditor: Client) -> None:
    stranger = SimpleNamespace(uid=uuid.uuid4())
    event = act(people, by=stranger)
    assert shown(auditor, who=str(stranger.uid)) == [event.pk]
    assert shown(auditor, person=str(stranger.uid)) == [event.pk]
    assert "現在の名簿にない人" in page(auditor, person=str(stranger.uid))


def test_a_name_that_fits_several_is_asked_back(people: SimpleNamespace, auditor: Client) -> None:
    one, two = cast.person("0101", "真岡 太郎"), cast.person("0102", "真岡 次郎")
    assert shown(auditor, who="真岡") == []
    text = page(auditor, who="真岡")
    assert "該当する人が複数います" in text
    for person in (one, two):
        assert f"person={person.uid}" in text
    links = re.findall(r'href="(\?[^"]*person=[^"]+)"', text)
    assert all("who" not in link for link in links)


def test_a_number_fits_one_person_alone(people: SimpleNamespace, auditor: Client) -> None:
    cast.person("0011", "別の人")
    event = act(people, by=people.employee)
    assert event.pk in shown(auditor, who="001")


def test_very_many_people_are_not_listed(people: SimpleNamespace, auditor: Client) -> None:
    Staff.objects.bulk_create(Staff(employee_number=f"m{n}", name="真岡 太郎", joined_on=cast.SINCE) for n in range(30))
    text = page(auditor, who="真岡")
    assert "20人を超えます" in text
    assert "person=" not in text


def test_nobody_of_that_name_is_told(people: SimpleNamespace, auditor: Client) -> None:
    assert shown(auditor, who="いない人") == []
    assert "該当する職員番号や氏名の人はいません" in page(auditor, who="いない人")


def test_no_address_of_the_page_holds_the_name_that_was_typed(people: SimpleNamespace, auditor: Client) -> None:
    for _ in range(60):
        act(people, by=people.employee)
    text = page(auditor, who="𠮷田", action="staff.post")
    addresses = re.findall(r'href="([^"]*person=[^"]*)"', text)
    assert len(addresses) == 4
    assert all(f"person={people.employee.uid}" in address and "who" not in address for address in addresses)


def test_one_kind_of_action_or_a_whole_topic(people: SimpleNamespace, auditor: Client) -> None:
    posted, exported = act(people), act(people, "assets.export_register", rows=3)
    fetched = act(people, "reports.download")
    assert shown(auditor, action="assets.export_register") == [exported.pk]
    assert shown(auditor, action="files") == [fetched.pk, exported.pk]
    assert posted.pk in shown(auditor, action="staff")
    assert exported.pk not in shown(auditor, action="staff")


def test_an_object_is_found_by_kind_and_number(people: SimpleNamespace, auditor: Client) -> None:
    mine = act(people, on=people.ciso)
    found = shown(auditor, object_type="staff.Staff", object_id=str(people.ciso.pk))
    assert mine.pk in found
    assert set(found) == set(Event.objects.about("staff.Staff", people.ciso.pk).values_list("pk", flat=True))
    assert shown(auditor, object_id="1") == []
    assert "対象の種類も選んでください" in page(auditor, object_id="1")


def test_what_one_request_did_and_what_came_from_one_address(people: SimpleNamespace, auditor: Client) -> None:
    request_id = str(uuid.uuid4())
    with request_context.use(request_context.RequestContext(request_id, "2001:db8::1")):
        events = [act(people).pk, act(people).pk]
    assert shown(auditor, request_id=request_id) == events[::-1]
    assert shown(auditor, request_id=f" {request_id} ") == events[::-1]
    assert shown(auditor, address="2001:DB8:0::0:1") == events[::-1]
    assert shown(auditor, address="192.0.2.77") == []


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"since": "13/13"}, "日付"),
        ({"since": "R8.2.30"}, "暦にありません"),
        ({"since": "2026-11-24", "until": "2026-11-23"}, "最終日が開始日より前"),
        ({"action": "no.such"}, "選択"),
        ({"object_type": "no.Such"}, "選択"),
        ({"address": "999.1.1.1"}, "IPアドレス"),
        ({"request_id": "x" * 100}, "文字"),
        ({"who": "x\0y"}, "使えない文字"),
        ({"since": "9" * 400}, "日付"),
    ],
)
def test_a_filter_that_cannot_be_read_is_told_and_shows_nothing(
    wanted: dict[str, str], told: str, people: SimpleNamespace, auditor: Client
) -> None:
    act(people)
    assert shown(auditor, **wanted) == []
    assert "error-summary" in page(auditor, **wanted)


@pytest.mark.parametrize("number", ["0", "-1", "abc", "9" * 30, "99999999", "\0", "１"])
def test_a_page_that_does_not_exist_is_the_first(number: str, people: SimpleNamespace, auditor: Client) -> None:
    event = act(people)
    assert shown(auditor, before=number)[0] >= event.pk
    assert shown(auditor, after=number)[0] >= event.pk


# --- Paging --------------------------------------------------------------------------------------------------------


def filled(people: SimpleNamespace, many: int) -> list[int]:
    """Record many events, most of them in one statement and so at one moment; return their numbers, newest first."""
    entries = ((people.employee, {"n": number}) for number in range(many))
    record_many(by=people.manager, action="staff.post", entries=entries)
    return list(Event.objects.filter(actor_uid=people.manager.uid).values_list("pk", flat=True).order_by("-pk"))


def turned(browser: Client, address: str, word: str) -> str | None:
    found = re.search(rf'href="(\?[^"]*)"[^>]*>{word}</a>', page_at(browser, address))
    return f"/trail/{html.unescape(found[1])}" if found else None


def page_at(browser: Client, address: str) -> str:
    response = browser.get(address)
    assert response.status_code == 200
    return response.content.decode()


def numbers_at(browser: Client, address: str) -> list[int]:
    return [
        int(n)
        for n in re.findall(r'<th scope="row" class="nowrap"><a href="/trail/(\d+)/">', page_at(browser, address))
    ]


def test_every_event_stands_on_one_page_on_the_way_back_and_again(people: SimpleNamespace, auditor: Client) -> None:
    expected = filled(people, 120)
    address: str | None = f"/trail/?person={people.manager.uid}"
    walked, back = [], []
    last = ""
    while address:
        walked += numbers_at(auditor, address)
        last, address = address, turned(auditor, address, "前の記録へ")
    assert walked == expected
    address = last
    while address:
        back.append(numbers_at(auditor, address))
        address = turned(auditor, address, "新しい記録へ")
    assert [number for part in reversed(back) for number in part][-120:] == expected


def test_what_is_done_meanwhile_moves_no_page(people: SimpleNamespace, auditor: Client) -> None:
    filled(people, 60)
    second = turned(auditor, f"/trail/?person={people.manager.uid}", "前の記録へ")
    assert second
    before = numbers_at(auditor, second)
    filled(people, 10)
    assert numbers_at(auditor, second) == before


def test_the_newest_page_says_nothing_of_newer_ones(people: SimpleNamespace, auditor: Client) -> None:
    filled(people, 60)
    assert turned(auditor, "/trail/", "新しい記録へ") is None
    second = turned(auditor, "/trail/", "前の記録へ")
    assert second
    assert turned(auditor, second, "最新の記録へ") == "/trail/?"


def test_a_page_costs_the_same_however_many_events(people: SimpleNamespace, auditor: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            auditor.get("/trail/", {"person": str(people.manager.uid)})
        assert not any("COUNT(" in query["sql"].upper() for query in captured)
        return len(captured)

    auditor.get("/trail/")
    filled(people, 5)
    before = queries()
    filled(people, 300)
    assert queries() == before


def test_only_those_who_audit_see_the_trail(people: SimpleNamespace, sign_in: Callable[..., Client]) -> None:
    event = act(people)
    for role in cast.ROLES[1:]:
        expected = 200 if role in ("auditor", "ciso") else 403
        browser = sign_in(getattr(people, role))
        for address in ("/trail/", f"/trail/{event.pk}/", "/trail/file/?kind=csv", "/trail/retention/"):
            assert browser.get(address).status_code == expected, (role, address)


def test_those_who_audit_find_the_trail_in_the_menu(people: SimpleNamespace, sign_in: Callable[..., Client]) -> None:
    for role in cast.ROLES[1:]:
        menu = sign_in(getattr(people, role)).get("/").content.decode()
        assert ('href="/trail/"' in menu) is (role in ("auditor", "ciso")), role


def test_a_person_s_page_leads_to_what_the_person_did(people: SimpleNamespace, auditor: Client) -> None:
    link = f'href="/trail/?person={people.officer.uid}"'
    assert link in auditor.get(f"/people/{people.officer.pk}/").content.decode()
