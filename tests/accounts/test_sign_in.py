"""Signing in and out, and choosing a language, as a person at a browser sees it."""

import datetime as dt
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import Attempt
from audit.models import Event
from staff import actions
from staff.models import Staff
from tests import cast
from tests.project.test_permission_matrix import row_counts

pytestmark = pytest.mark.django_db
PASSWORD = "あめんぼ赤いな-アイウエオカキクケコ"
WRONG = "職員番号またはパスワードが正しくありません。"
TODAY = dt.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _today(time_machine: Any) -> None:
    time_machine.move_to(dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC))


@pytest.fixture
def person(db: None) -> Staff:
    return with_password("20160401", "𠮷田 瀨奈")


def with_password(number: str, name: str = "真岡 太郎", **changes: Any) -> Staff:
    one = cast.person(number, name)
    for field, value in changes.items():
        setattr(one, field, value)
    one.save()
    return actions.set_password(by=one, person=one, password=PASSWORD)


def sign_in(number: str, password: str = PASSWORD, to: str = "/sign-in/", browser: Client | None = None) -> Any:
    browser = browser or Client()
    response = browser.post(to, {"login": number, "password": password})
    response.browser = browser
    return response


def is_signed_in(browser: Client) -> bool:
    return browser.get("/").status_code == 200


def plain(response: Any) -> str:
    """The page without what is new each time: the form's token and the request's id."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    return text.replace(response.headers["X-Request-ID"], "")


def test_the_right_number_and_password_open_the_portal_and_greet_by_name(person: Staff) -> None:
    response = sign_in("20160401")
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    page = response.browser.get("/").content.decode()
    assert "𠮷田 瀨奈" in page
    event = Event.objects.latest("pk")
    assert (event.action, event.actor_uid, event.object_id) == ("accounts.sign_in", person.uid, str(person.pk))


@pytest.mark.parametrize(
    ("number", "password"),
    [
        ("20160401", PASSWORD + "x"),
        ("20160401", PASSWORD.replace("ア", "ｱ")),
        ("20160401", f" {PASSWORD}"),
        ("99999999", PASSWORD),
        ("SYSTEM", PASSWORD),
        ("20160401' OR '1'='1", PASSWORD),
        ("%", PASSWORD),
    ],
)
def test_a_wrong_pair_is_told_in_one_sentence_and_opens_nothing(number: str, password: str, person: Staff) -> None:
    system = actions.system_actor()
    before = row_counts()
    response = sign_in(number, password)
    assert response.status_code == 400
    assert WRONG in response.content.decode()
    assert password not in response.content.decode()
    assert not is_signed_in(response.browser)
    after = row_counts()
    changed = {table: after[table][0] - before[table][0] for table in after if after[table] != before[table]}
    assert changed == {"accounts_attempt": 1, "audit_event": 1}
    event, attempt = Event.objects.latest("pk"), Attempt.objects.get()
    assert (event.action, event.data) == ("accounts.sign_in_failed", {"known_device": False})
    assert event.actor_uid == (person.uid if number == "20160401" else system.uid)
    kept = str(list(Event.objects.filter(pk=event.pk).values())) + str(vars(attempt))
    assert number not in kept
    assert password.strip() not in kept


def test_wrong_unknown_gone_and_disabled_read_the_same(person: Staff) -> None:
    with_password("20160402", left_on=TODAY - dt.timedelta(days=1))
    with_password("20160403", joined_on=TODAY + dt.timedelta(days=1))
    with_password("20160404", disabled_at=dt.datetime(2026, 11, 22, tzinfo=dt.UTC))
    cast.person("20160405")
    wrong = plain(sign_in("20160401", "wrong")).replace("20160401", "NUMBER")
    assert WRONG in wrong
    for number in ("20160402", "20160403", "20160404", "20160405", "20169999"):
        response = sign_in(number)
        assert response.status_code == 400
        assert plain(response).replace(number, "NUMBER") == wrong, number


@pytest.mark.parametrize(
    ("changes", "comes_in"),
    [
        ({"left_on": TODAY}, True),
        ({"left_on": TODAY - dt.timedelta(days=1)}, False),
        ({"joined_on": TODAY}, True),
        ({"joined_on": TODAY + dt.timedelta(days=1)}, False),
        ({"disabled_at": dt.datetime(2026, 11, 23, tzinfo=dt.UTC)}, False),
    ],
)
def test_only_people_on_the_staff_today_come_in(changes: dict[str, Any], comes_in: bool) -> None:
    with_password("20200401", **changes)
    assert is_signed_in(sign_in("20200401").browser) is comes_in


@pytest.mark.parametrize(
    ("number", "password"),
    [
        ("2016\x000401", PASSWORD),
        ("\0", "\0"),
        ("20160401", "a\0b"),
        ("2" * 10_000, PASSWORD),
        ("20160401", "あ" * 10_000),
        ("", ""),
        ("20160401", ""),
        ("", PASSWORD),
        ("{{ 7*7 }}<script>alert(1)</script>", PASSWORD),
    ],
    ids=lambda text: ascii(text)[:12],
)
def test_hostile_and_empty_entries_are_answered_with_the_form(number: str, password: str, person: Staff) -> None:
    response = sign_in(number, password)
    text = response.content.decode()
    assert response.status_code == 400
    assert 'name="password"' in text
    assert "<script>alert" not in text
    assert "49" not in re.findall(r'value="([^"]*)"', text)
    assert not is_signed_in(response.browser)


def test_a_wrong_try_keeps_the_number_and_never_the_password(person: Staff) -> None:
    text = sign_in("20160401", "合い言葉ではない").content.decode()
    assert 'value="20160401"' in text
    assert "合い言葉ではない" not in text


def test_a_number_typed_with_full_width_digits_is_the_same_number(person: Staff) -> None:
    assert is_signed_in(sign_in("２０１６０４０１").browser)


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/", "//evil.example/", "///evil.example", r"/\evil.example", "http:evil.example", "javascript:alert(1)",
     "\thttps://evil.example", "https:///evil.example", "http://testserver@evil.example/", "//evil.example\\@testserver/", "http://[::1", ""],
)  # fmt: skip
def test_signing_in_never_leads_out_of_the_portal(address: str, person: Staff) -> None:
    browser = Client()
    response = browser.post("/sign-in/", {"login": "20160401", "password": PASSWORD}, query_params={"next": address})
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    response = browser.get("/sign-in/", query_params={"next": address})
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    response = browser.post("/language/", {"language": "en", "next": address})
    assert (response.status_code, response.headers["Location"]) == (302, "/")


@pytest.mark.parametrize("address", ["foo", "home", "a b", "?x=1", "真岡", "x" * 1500])
def test_a_place_to_go_to_that_is_no_page_is_no_fault(address: str, person: Staff) -> None:
    browser = Client(raise_request_exception=False)
    response = browser.post("/sign-in/", {"login": "20160401", "password": PASSWORD}, query_params={"next": address})
    assert response.status_code == 302
    assert not response.headers["Location"].startswith(("http:", "https:", "//"))
    assert browser.post("/language/", {"language": "ja", "next": address}).status_code == 302


def test_after_signing_in_one_arrives_where_one_was_heading(person: Staff) -> None:
    browser = Client()
    sent = browser.get("/reports/programmes/?a=1&b=%E7%9C%9F%E5%B2%A1")
    assert sent.status_code == 302
    assert sent.headers["Location"].startswith("/sign-in/?next=/reports/programmes/")
    response = sign_in("20160401", to=sent.headers["Location"], browser=browser)
    assert response.headers["Location"] == "/reports/programmes/?a=1&b=%E7%9C%9F%E5%B2%A1"


def test_signing_in_gives_a_new_session_key(person: Staff) -> None:
    browser = Client()
    session = browser.session
    session["planted"] = "x"
    session.save()
    planted = session.session_key
    browser.cookies["sessionid"] = planted
    sign_in("20160401", browser=browser)
    assert browser.cookies["sessionid"].value != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_signing_out_ends_the_session_for_good(person: Staff) -> None:
    browser = sign_in("20160401").browser
    key = browser.cookies["sessionid"].value
    response = browser.post("/sign-out/")
    assert (response.status_code, response.headers["Location"]) == (302, "/sign-in/")
    assert not is_signed_in(browser)
    assert not Session.objects.filter(session_key=key).exists()
    thief = Client()
    thief.cookies["sessionid"] = key
    assert not is_signed_in(thief)
    event = Event.objects.latest("pk")
    assert (event.action, event.actor_uid) == ("accounts.sign_out", person.uid)


def test_a_link_cannot_sign_anybody_out(person: Staff) -> None:
    browser = sign_in("20160401").browser
    assert browser.get("/sign-out/").status_code == 405
    assert browser.head("/sign-out/").status_code == 405
    assert is_signed_in(browser)


def test_a_form_of_another_site_signs_nobody_in_or_out(person: Staff) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert sign_in("20160401", browser=browser).status_code == 403
    browser.force_login(person)
    assert browser.post("/sign-out/").status_code == 403
    assert is_signed_in(browser)


@pytest.mark.parametrize("how", ["leaves", "disabled", "new password"])
def test_the_session_ends_when_the_person_leaves_or_is_disabled_or_the_password_changes(
    how: str, person: Staff, time_machine: Any
) -> None:
    browser = sign_in("20160401").browser
    assert is_signed_in(browser)
    if how == "leaves":
        Staff.objects.filter(pk=person.pk).update(left_on=TODAY)
        assert is_signed_in(browser), "the last day counts"
        browser.get("/")
        time_machine.move_to(dt.datetime(2026, 11, 23, 14, 59, tzinfo=dt.UTC))
        Session.objects.filter().update(expire_date=dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
        browser = Client()
        browser.force_login(person)
        assert is_signed_in(browser)
        time_machine.move_to(dt.datetime(2026, 11, 23, 15, 0, 1, tzinfo=dt.UTC))
    elif how == "disabled":
        Staff.objects.filter(pk=person.pk).update(disabled_at=dt.datetime(2026, 11, 23, tzinfo=dt.UTC))
    else:
        actions.set_password(by=person, person=person, password="別の長い合い言葉です-12345")
    assert not is_signed_in(browser)
    assert browser.get("/reports/programmes/").status_code == 302


def minutes_later(time_machine: Any, minutes: float) -> None:
    time_machine.shift(dt.timedelta(minutes=minutes))


def test_half_an_hour_without_a_request_ends_the_session_and_says_why(person: Staff, time_machine: Any) -> None:
    browser = sign_in("20160401").browser
    assert is_signed_in(browser)
    minutes_later(time_machine, 29)
    assert is_signed_in(browser)
    minutes_later(time_machine, 29)
    assert is_signed_in(browser), "each request starts the half hour anew"
    minutes_later(time_machine, 31)
    response = browser.get("/", follow=True)
    assert response.redirect_chain[0][0].startswith("/sign-in/")
    assert "制限時間" in response.content.decode()
    assert not is_signed_in(browser)


def test_after_nine_hours_the_session_ends_even_for_the_busy(person: Staff, time_machine: Any) -> None:
    browser = sign_in("20160401").browser
    for _ in range(26):
        assert is_signed_in(browser)
        minutes_later(time_machine, 20)
    assert is_signed_in(browser), "8 hours and 40 minutes"
    minutes_later(time_machine, 21)
    assert not is_signed_in(browser)


def test_a_form_sent_too_late_changes_nothing(people: SimpleNamespace, programme: Any, time_machine: Any) -> None:
    browser = Client()
    browser.force_login(people.officer)
    assert is_signed_in(browser)
    minutes_later(time_machine, 31)
    before = row_counts()
    response = browser.post("/reports/programmes/moka-security-policy/sheets/2019/builds/")
    assert response.status_code == 403
    assert "保存されていません" in response.content.decode()
    assert row_counts() == before


def heading(browser: Client, address: str = "/sign-in/") -> str:
    found = re.search(r"<html lang=\"(\w+)\"", browser.get(address).content.decode())
    assert found
    return found[1]


def test_the_language_is_remembered_by_the_browser(db: None) -> None:
    browser = Client()
    assert heading(browser) == "ja"
    response = browser.post("/language/", {"language": "en", "next": "/sign-in/?next=/"})
    assert (response.status_code, response.headers["Location"]) == (302, "/sign-in/?next=/")
    assert heading(browser) == "en"
    cookie = browser.cookies["django_language"]
    assert (cookie.value, cookie["max-age"], cookie["samesite"], cookie["httponly"]) == ("en", 31536000, "Lax", True)
    assert heading(Client()) == "ja"


def test_the_language_goes_with_the_person_to_another_browser(person: Staff) -> None:
    browser = sign_in("20160401").browser
    browser.post("/language/", {"language": "en", "next": "/"})
    assert heading(browser, "/") == "en"
    event = Event.objects.latest("pk")
    assert (event.action, event.data, event.actor_uid) == ("staff.choose_language", {"language": "en"}, person.uid)
    elsewhere = Client()
    assert heading(elsewhere) == "ja"
    sign_in("20160401", browser=elsewhere)
    assert heading(elsewhere, "/") == "en"
    elsewhere.post("/language/", {"language": "ja", "next": "/"})
    assert heading(elsewhere, "/") == "ja"


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"language": "fr"},
        {"language": ""},
        {"language": "en", "next": "x" * 3000},
        {"language": "en", "next": "\0"},
    ],
)
def test_a_language_nobody_speaks_here_changes_nothing(data: dict[str, str], person: Staff) -> None:
    browser = sign_in("20160401").browser
    before = row_counts()
    response = browser.post("/language/", data)
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert row_counts() == before
    assert heading(browser, "/") == "ja"
