"""The own account: the last sign-in, the own sessions, and what a change of the password does to them."""

import datetime as dt
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.sessions import device_words
from audit.models import Event
from staff.models import Staff
from tests.accounts.signing import ANOTHER, PASSWORD, english, is_signed_in, text, with_password
from tests.accounts.signing import sign_in as by_form
from tests.mail_server import MailServer

NOW = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
    "Safari/537.36 Edg/142.0.0.0"
)
CHANGE = {"oldpassword": PASSWORD, "password1": ANOTHER, "password2": ANOTHER}


@pytest.fixture(autouse=True)
def _now(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


def shown(browser: Client) -> list[UserSession]:
    return list(browser.get("/account/sessions/").context["sessions"])


def end(browser: Client, key: object) -> Any:
    return browser.post("/account/sessions/end/", {"session": key})


# --- The last sign-in ----------------------------------------------------------------------------------------------


def test_the_last_sign_in_is_told_once_after_signing_in_and_stays_on_the_account_page(
    person: Staff, time_machine: Any
) -> None:
    by_form("20160401").browser.post("/sign-out/")
    time_machine.move_to(NOW + dt.timedelta(days=1, minutes=5))
    browser = by_form("20160401", browser=english(Client())).browser
    browser.cookies["django_language"] = "en"
    first = text(browser.get("/"))
    assert "Last sign-in: 2026-11-24 10:00" in first
    assert "Last sign-in" not in text(browser.get("/"))
    assert "2026-11-24 10:00" in text(browser.get("/account/"))


def test_the_first_sign_in_has_none_before_it(person: Staff) -> None:
    browser = english(by_form("20160401").browser)
    assert "Last sign-in:" not in text(browser.get("/"))
    assert "This is the first one." in text(browser.get("/account/"))


def test_wrong_tries_since_then_are_told(person: Staff, time_machine: Any) -> None:
    by_form("20160401").browser.post("/sign-out/")
    for minutes in (10, 20, 30):
        time_machine.move_to(NOW + dt.timedelta(minutes=minutes))
        by_form("20160401", "wrong")
    time_machine.move_to(NOW + dt.timedelta(hours=5))
    browser = english(by_form("20160401", browser=english(Client())).browser)
    assert "Since then there were 3 wrong tries" in text(browser.get("/"))
    browser.post("/sign-out/")
    again = english(by_form("20160401", browser=english(Client())).browser)
    assert "wrong tr" not in text(again.get("/"))


# --- Sessions ------------------------------------------------------------------------------------------------------


def test_the_own_sessions_are_listed_with_device_and_time(person: Staff) -> None:
    here = by_form("20160401", browser=Client(headers={"User-Agent": EDGE})).browser
    by_form("20160401", browser=Client(headers={"User-Agent": "curl/8"}))
    found = shown(here)
    assert [(session.words, session.is_here) for session in found] == [
        ("Edge (Windows)", True),
        (found[1].words, False),
    ]
    assert "Edge (Windows)" in text(here.get("/account/sessions/"))


def test_another_session_of_one_s_own_can_be_ended_alone(person: Staff) -> None:
    here, there, third = (by_form("20160401").browser for _ in range(3))
    (session,) = [one for one in shown(there) if one.is_here]
    assert end(here, session.pk).headers["Location"] == "/account/sessions/"
    assert [is_signed_in(browser) for browser in (here, there, third)] == [True, False, True]
    assert Event.objects.latest("pk").action == "accounts.end_session"


def test_the_session_in_hand_ends_only_by_signing_out(person: Staff) -> None:
    here = by_form("20160401").browser
    (session,) = shown(here)
    end(here, session.pk)
    assert is_signed_in(here)


def test_all_others_end_together(person: Staff) -> None:
    here, *others = (by_form("20160401").browser for _ in range(4))
    assert here.post("/account/sessions/").status_code == 302
    assert is_signed_in(here)
    assert not any(map(is_signed_in, others))
    event = Event.objects.filter(action="accounts.end_sessions").get()
    assert (event.actor_uid, event.data) == (person.uid, {"ended": 3})


def test_a_session_of_somebody_else_is_as_unknown_as_one_that_is_over(person: Staff) -> None:
    with_password("20160402")
    other = by_form("20160402").browser
    (session,) = shown(other)
    here = by_form("20160401").browser
    answers = [end(here, key).status_code for key in (session.pk, 999999, "", "x", "\0", "9" * 40)]
    assert answers == [302] * 6
    told = {str(message) for message in here.get("/account/").context["messages"]}
    assert len(told) == 1
    assert is_signed_in(other)
    assert len(shown(here)) == 1


def test_signing_out_takes_the_session_off_the_list(person: Staff) -> None:
    here, other = (by_form("20160401").browser for _ in range(2))
    other.post("/sign-out/")
    assert len(shown(here)) == 1


def test_a_session_that_ran_out_is_not_listed(person: Staff, time_machine: Any) -> None:
    by_form("20160401")
    time_machine.move_to(NOW + dt.timedelta(hours=10))
    assert len(shown(by_form("20160401").browser)) == 1


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (EDGE, "Edge (Windows)"),
        (EDGE.rpartition(" ")[0], "Chrome (Windows)"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox (Linux)"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1",
            "Safari (iPhone)",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36",
            "Chrome (Android)",
        ),
    ],
)
def test_a_device_is_told_in_short_words(agent: str, words: str) -> None:
    assert device_words(agent) == words


@pytest.mark.parametrize("agent", ["", "x", "<script>alert(1)</script>", "\0" * 500])
def test_a_device_that_says_nothing_is_an_unknown_one(agent: str, person: Staff) -> None:
    assert agent not in device_words(agent) or not agent


# --- The password --------------------------------------------------------------------------------------------------


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(person: Staff) -> None:
    here, other = (by_form("20160401").browser for _ in range(2))
    assert here.post("/account/password/", CHANGE).headers["Location"] == "/account/"
    assert is_signed_in(here)
    assert not is_signed_in(other)
    assert len(shown(here)) == 1
    assert by_form("20160401").status_code == 400
    assert is_signed_in(by_form("20160401", ANOTHER).browser)
    event = Event.objects.filter(action="staff.set_password").latest("pk")
    assert (event.actor_uid, event.data) == (person.uid, {})


def test_the_person_hears_of_the_new_password_by_mail(
    person: Staff, inbox: MailServer, django_capture_on_commit_callbacks: Any
) -> None:
    here = by_form("20160401", browser=Client(headers={"User-Agent": EDGE})).browser
    with django_capture_on_commit_callbacks(execute=True):
        here.post("/account/password/", CHANGE)
    (mail,) = inbox.mails
    assert mail["To"] == "sena@staff.moka.example"
    assert "Edge (Windows)" in mail.get_content()
    assert "127.0.0.1" in mail.get_content()
    assert ANOTHER not in mail.get_content()


def test_a_password_that_was_not_changed_is_not_mailed(
    person: Staff, inbox: MailServer, django_capture_on_commit_callbacks: Any
) -> None:
    here = by_form("20160401").browser
    with django_capture_on_commit_callbacks(execute=True):
        assert here.post("/account/password/", {**CHANGE, "oldpassword": "wrong"}).status_code == 400
    assert inbox.mails == []


@pytest.mark.parametrize("fault", ["down", "refuses", "no address", "strange address"])
def test_whatever_the_mail_does_the_password_is_changed(
    fault: str, transactional_db: None, person: Staff, inbox: MailServer, settings: Any
) -> None:
    if fault == "down":
        settings.EMAIL_PORT = 1
    inbox.at_rcpt[person.email] = "550 no such mailbox" if fault == "refuses" else "250 OK"
    if "address" in fault:
        Staff.objects.filter(pk=person.pk).update(email="" if fault == "no address" else "瀨奈@真岡.example")
    here = by_form("20160401").browser
    assert here.post("/account/password/", CHANGE).status_code == 302
    person.refresh_from_db()
    assert person.check_password(ANOTHER)
    levels = [message.level_tag for message in here.get("/account/").context["messages"]]
    assert levels == (["success"] if fault == "no address" else ["success", "warning"])
