"""The first sign-in by a one-time link from a mail: what it leads to, when it dies, and sending many."""

import datetime as dt
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from accounts import actions_desk, links
from accounts.models import Link
from audit.models import Event
from staff.models import Staff
from tests import cast
from tests.accounts.signing import ANOTHER, is_signed_in, text
from tests.accounts.signing import sign_in as by_form
from tests.mail_server import MailServer

NOW = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)
CHOSEN = {"password1": ANOTHER, "password2": ANOTHER}


@pytest.fixture(autouse=True)
def _now(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def newcomer(people: SimpleNamespace) -> Staff:
    """Somebody on the staff with a mail address, who has never signed in."""
    return cast.person("20260401", "新人 花子", email="hanako@staff.moka.example")


def link_of(inbox: MailServer, place: int = -1) -> str:
    """Return the path of the link in a mail."""
    found = re.search(r"https?://[^/\s]+(/account/first/\S+)", inbox.mails[place].get_content())
    assert found
    return found[1]


def sent_link(by: Staff, person: Staff, inbox: MailServer) -> str:
    (owed,) = actions_desk.send_links(by=by, persons=[person], reason="採用")
    assert links.send_link(owed.pk)
    return link_of(inbox)


def opened(address: str) -> tuple[Client, Any]:
    """Open a link in a new browser, following it to its form."""
    browser = Client()
    return browser, browser.get(address, follow=True)


# --- By a link -----------------------------------------------------------------------------------------------------


def test_a_link_leads_to_a_password_and_the_password_into_the_portal(
    people: SimpleNamespace, newcomer: Staff, inbox: MailServer
) -> None:
    address = sent_link(people.administrator, newcomer, inbox)
    browser, page = opened(address)
    assert page.status_code == 200
    assert address not in page.redirect_chain[-1][0]
    done = browser.post(page.redirect_chain[-1][0], CHOSEN)
    assert (done.status_code, done.headers["Location"]) == (302, "/account/first/done/")
    assert browser.get("/account/first/done/").status_code == 200
    assert not is_signed_in(browser)
    assert is_signed_in(by_form("20260401", ANOTHER).browser)
    event = Event.objects.filter(action="staff.set_password").latest("pk")
    assert (event.actor_uid, event.object_id) == (newcomer.uid, str(newcomer.pk))


def test_the_mail_is_plain_and_says_how_long_the_link_works(
    people: SimpleNamespace, newcomer: Staff, inbox: MailServer
) -> None:
    sent_link(people.administrator, newcomer, inbox)
    mail = inbox.mails[0]
    assert (mail["To"], mail.get_content_type()) == ("hanako@staff.moka.example", "text/plain")
    assert "72" in mail.get_content()
    assert newcomer.name in mail.get_content()
    assert newcomer.employee_number not in mail.get_content()


def used(people: SimpleNamespace, newcomer: Staff, address: str, time_machine: Any) -> None:
    browser, page = opened(address)
    assert browser.post(page.redirect_chain[-1][0], CHOSEN).status_code == 302


def expired(people: SimpleNamespace, newcomer: Staff, address: str, time_machine: Any) -> None:
    time_machine.move_to(NOW + dt.timedelta(hours=72, seconds=1), tick=False)


def signed_in(people: SimpleNamespace, newcomer: Staff, address: str, time_machine: Any) -> None:
    Client().force_login(newcomer)


def disabled(people: SimpleNamespace, newcomer: Staff, address: str, time_machine: Any) -> None:
    Staff.objects.filter(pk=newcomer.pk).update(disabled_at=NOW)


def left(people: SimpleNamespace, newcomer: Staff, address: str, time_machine: Any) -> None:
    Staff.objects.filter(pk=newcomer.pk).update(left_on=dt.date(2026, 11, 23))


def other_mail(people: SimpleNamespace, newcomer: Staff, address: str, time_machine: Any) -> None:
    Staff.objects.filter(pk=newcomer.pk).update(email="other@staff.moka.example")


def printed(people: SimpleNamespace, newcomer: Staff, address: str, time_machine: Any) -> None:
    actions_desk.issue_temporary_password(by=people.administrator, person=newcomer, reason="採用")


@pytest.mark.parametrize("how", [used, expired, signed_in, disabled, left, other_mail, printed])
def test_a_link_dies(
    how: Callable[..., None], people: SimpleNamespace, newcomer: Staff, inbox: MailServer, time_machine: Any
) -> None:
    address = sent_link(people.administrator, newcomer, inbox)
    _browser, page = opened(address)
    assert page.status_code == 200
    how(people, newcomer, address, time_machine)
    held = Staff.objects.get(pk=newcomer.pk).password
    browser, dead = opened(address)
    assert dead.status_code == 404
    assert browser.post(address, CHOSEN).status_code == 404
    assert Staff.objects.get(pk=newcomer.pk).password == held


def test_the_form_of_a_link_that_died_meanwhile_sets_nothing(
    people: SimpleNamespace, newcomer: Staff, inbox: MailServer, time_machine: Any
) -> None:
    address = sent_link(people.administrator, newcomer, inbox)
    browser, page = opened(address)
    used(people, newcomer, address, time_machine)
    held = Staff.objects.get(pk=newcomer.pk).password
    assert browser.post(page.redirect_chain[-1][0], CHOSEN).status_code == 404
    assert Staff.objects.get(pk=newcomer.pk).password == held


def test_every_dead_link_reads_the_same(
    people: SimpleNamespace, newcomer: Staff, inbox: MailServer, time_machine: Any
) -> None:
    address = sent_link(people.administrator, newcomer, inbox)
    expired(people, newcomer, address, time_machine)
    pages = set()
    for dead in (
        address,
        "/account/first/1-x/",
        "/account/first/zzzzzzzzzzzzzzzzzzzz-abc-def/",
        f"/account/first/{newcomer.pk}-set-password/",
        address.replace("/first/", "/first/9")[:-5] + "/",
        f"/account/first/1-{'a' * 2000}/",
    ):
        _browser, page = opened(dead)
        assert page.status_code == 404, dead
        pages.add(re.sub(r"[0-9a-f-]{36}", "", text(page)))
    assert len(pages) == 1


@pytest.mark.parametrize(
    "chosen", ["short", "真岡市情報セキュリティポリシー", "\0" * 20, "", "x" * 5000, "aaaaaaaaaaaaaaaaaaaa"]
)
def test_a_bad_password_is_refused_and_the_link_lives_on(
    chosen: str, people: SimpleNamespace, newcomer: Staff, inbox: MailServer
) -> None:
    address = sent_link(people.administrator, newcomer, inbox)
    browser, page = opened(address)
    form = page.redirect_chain[-1][0]
    response = browser.post(form, {"password1": chosen, "password2": chosen})
    assert response.status_code == 400
    assert response.context["form"].errors["password1"]
    assert browser.post(form, CHOSEN).status_code == 302


def test_a_link_ends_the_session_of_whoever_else_sits_there(
    people: SimpleNamespace, newcomer: Staff, inbox: MailServer
) -> None:
    address = sent_link(people.administrator, newcomer, inbox)
    browser = Client()
    browser.force_login(people.employee)
    page = browser.get(address, follow=True)
    assert page.status_code == 200
    assert not is_signed_in(browser)
    assert browser.post(page.redirect_chain[-1][0], CHOSEN).status_code == 302
    newcomer.refresh_from_db()
    assert newcomer.check_password(ANOTHER)


def test_500_people_behind_one_address_may_use_their_links_in_the_same_minute(
    people: SimpleNamespace, newcomer: Staff, inbox: MailServer
) -> None:
    for _ in range(60):
        assert Client().post("/account/first/1-x/", CHOSEN).status_code == 404


def test_links_go_to_everybody_who_waits_and_to_nobody_twice(
    people: SimpleNamespace, sign_in: Any, inbox: MailServer
) -> None:
    for number in range(3):
        cast.person(f"n{number}", "新人", email=f"n{number}@staff.moka.example")
    cast.person("n8", "紙の人")
    printed_one = cast.person("n9", "紙をもらった人", email="n9@staff.moka.example")
    actions_desk.issue_temporary_password(by=people.administrator, person=printed_one, reason="採用")
    browser = sign_in(people.administrator)
    assert browser.get("/administration/accounts/links/").context["count"] == 3
    assert browser.post("/administration/accounts/links/", {"reason": "4月採用"}).status_code == 302
    assert Link.objects.waiting().count() == 3
    assert links.send_waiting() == 0
    assert sorted(inbox.addresses) == [f"n{number}@staff.moka.example" for number in range(3)]
    assert Event.objects.filter(action="accounts.send_link").count() == 3
    browser.post("/administration/accounts/links/", {"reason": "もう一度"})
    assert Link.objects.count() == 3


def test_links_that_the_mail_server_does_not_take_wait_for_it(
    people: SimpleNamespace, newcomer: Staff, settings: Any, inbox: MailServer
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    (owed,) = actions_desk.send_links(by=people.administrator, persons=[newcomer], reason="採用")
    assert links.send_waiting() == 1
    settings.EMAIL_PORT = port
    assert links.send_waiting() == 0
    owed.refresh_from_db()
    assert (owed.state, owed.attempts) == ("sent", 2)
    assert opened(link_of(inbox))[1].status_code == 200


def test_a_link_is_given_up_after_some_tries_and_at_once_when_refused(
    people: SimpleNamespace, newcomer: Staff, settings: Any, inbox: MailServer
) -> None:
    inbox.at_rcpt[newcomer.email] = "550 no such mailbox"
    (owed,) = actions_desk.send_links(by=people.administrator, persons=[newcomer], reason="採用")
    assert links.send_waiting() == 0
    owed.refresh_from_db()
    assert owed.state == "failed"
    assert "550" in owed.answer
    settings.EMAIL_PORT = 1
    (second,) = actions_desk.send_links(by=people.administrator, persons=[newcomer], reason="採用")
    for _ in range(settings.MAIL_MAX_ATTEMPTS):
        links.send_waiting()
    second.refresh_from_db()
    assert (second.state, second.attempts) == ("failed", settings.MAIL_MAX_ATTEMPTS)
