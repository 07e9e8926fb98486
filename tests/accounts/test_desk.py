"""The desk: what an administrator sees of an account and can do to it, what is refused, and what the trail keeps."""

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.models import Link
from audit.models import Event
from staff import actions
from staff.models import Staff
from staff.roles import Role
from tests import cast
from tests.accounts.signing import ANOTHER, PASSWORD, is_signed_in, text
from tests.accounts.signing import sign_in as by_form
from tests.mail_server import MailServer
from tests.project.test_permission_matrix import row_counts

DESK = "/administration/accounts/"
ACTS = ("link", "notice", "factors", "sessions", "disable", "enable")


@pytest.fixture
def employee(people: SimpleNamespace) -> Staff:
    """The employee with a password and a mail address."""
    people.employee.email = "sena@staff.moka.example"
    people.employee.save()
    return actions.set_password(by=people.employee, person=people.employee, password=PASSWORD)


@pytest.fixture
def administrator(people: SimpleNamespace, sign_in: Any) -> Client:
    return sign_in(people.administrator)


def act(browser: Client, person: Staff, name: str, reason: str = "本人が来庁") -> Any:
    return browser.post(f"{DESK}{person.pk}/{name}/", {"reason": reason})


def last() -> Event:
    return Event.objects.latest("pk")


# --- Finding -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["001", "００１", "瀨奈", "吉田"])
def test_a_person_is_found_by_number_and_name(typed: str, administrator: Client, employee: Staff) -> None:
    page = text(administrator.get(DESK, {"q": typed}))
    assert "𠮷田 瀨奈" in page
    assert "德永 誠" not in page


@pytest.mark.parametrize("typed", ["%", "_", "' OR 1=1", "\0", "長" * 500])
def test_a_strange_search_finds_nobody(typed: str, administrator: Client, employee: Staff) -> None:
    response = administrator.get(DESK, {"q": typed})
    assert response.status_code == 200
    assert "𠮷田 瀨奈" not in text(response)


def test_the_states_can_be_told_apart(administrator: Client, people: SimpleNamespace, employee: Staff) -> None:
    now = dt.datetime.now(dt.UTC)
    Staff.objects.filter(pk=people.manager.pk).update(disabled_at=now)
    Staff.objects.filter(pk=people.officer.pk).update(left_on=dt.date(2020, 1, 1))
    Staff.objects.filter(pk=people.ciso.pk).update(password_valid_until=now, last_login=now)
    Staff.objects.filter(pk=people.auditor.pk).update(last_login=now)

    def shown(state: str) -> set[str]:
        return {person.employee_number for person, _state in administrator.get(DESK, {"state": state}).context["rows"]}

    assert "003" not in shown("")
    assert shown("disabled") == {"002"}
    assert shown("temporary") == {"004"}
    assert {"001", "007"} <= shown("never")
    assert "005" not in shown("never")
    assert len(shown("all")) == 7
    assert administrator.get(DESK, {"state": "nonsense"}).status_code == 200


def test_nobody_sees_a_password_or_its_hash(administrator: Client, employee: Staff) -> None:
    for address in (DESK, f"{DESK}{employee.pk}/", *(f"{DESK}{employee.pk}/{name}/" for name in ACTS)):
        page = administrator.get(address).content.decode()
        assert "argon2" not in page
        assert employee.password not in page


def test_the_system_has_no_page(administrator: Client) -> None:
    system = actions.system_actor()
    assert administrator.get(f"{DESK}{system.pk}/").status_code == 404
    assert act(administrator, system, "enable").status_code == 404


@pytest.mark.parametrize("role", ["employee", "manager", "officer", "ciso", "auditor"])
def test_only_administrators_come_to_the_desk(role: str, people: SimpleNamespace, sign_in: Any) -> None:
    browser = sign_in(getattr(people, role))
    assert browser.get(DESK).status_code == 403
    before = row_counts()
    for name in ACTS:
        assert act(browser, people.other_department, name).status_code == 403
    assert row_counts() == before


def test_an_act_asks_again_who_is_there(people: SimpleNamespace, employee: Staff) -> None:
    browser = Client()
    browser.force_login(people.administrator)
    assert browser.get(f"{DESK}{employee.pk}/").status_code == 200
    response = browser.get(f"{DESK}{employee.pk}/disable/")
    assert response.status_code == 302
    assert response.headers["Location"].startswith(("/account/reauthenticate/", "/sign-in/"))
    act(browser, employee, "disable")
    employee.refresh_from_db()
    assert employee.disabled_at is None


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("reason", ["", "  ", "長" * 201, "\0"])
def test_an_act_without_a_proper_reason_is_refused(
    name: str, reason: str, administrator: Client, employee: Staff
) -> None:
    before = row_counts()
    response = act(administrator, employee, name, reason)
    assert response.status_code == 400
    assert response.context["form"].errors["reason"]
    assert row_counts() == before


def test_an_act_that_does_not_exist_is_not_found(administrator: Client, employee: Staff) -> None:
    assert administrator.get(f"{DESK}{employee.pk}/delete/").status_code == 404
    assert act(administrator, employee, "delete").status_code == 404


# --- Acting --------------------------------------------------------------------------------------------------------


def test_a_disabled_person_is_out_at_once_and_in_again_when_enabled(
    administrator: Client, people: SimpleNamespace, employee: Staff
) -> None:
    browser = by_form("001").browser
    assert is_signed_in(browser)
    assert act(administrator, employee, "disable").headers["Location"] == f"{DESK}{employee.pk}/"
    assert not is_signed_in(browser)
    assert by_form("001").status_code == 400
    event = last()
    event = Event.objects.filter(action="accounts.disable_account").get()
    assert (event.actor_uid, event.data) == (people.administrator.uid, {"ended": 1, "reason": "本人が来庁"})
    assert act(administrator, employee, "enable").status_code == 302
    assert is_signed_in(by_form("001").browser)
    assert Event.objects.filter(action="accounts.enable_account").exists()


def test_all_sessions_of_a_person_end(administrator: Client, employee: Staff) -> None:
    browsers = [by_form("001").browser for _ in range(3)]
    act(administrator, employee, "sessions")
    assert not any(map(is_signed_in, browsers))
    assert last().data == {"ended": 3, "reason": "本人が来庁"}
    assert is_signed_in(by_form("001").browser)


def test_second_factors_are_removed_and_the_password_must_then_be_changed(
    administrator: Client, employee: Staff
) -> None:
    for kind in ("totp", "recovery_codes"):
        Authenticator.objects.create(user=employee, type=kind, data={})
    act(administrator, employee, "factors")
    assert not Authenticator.objects.filter(user=employee).exists()
    employee.refresh_from_db()
    assert employee.password_must_change
    assert (last().action, last().data["removed"]) == ("accounts.remove_factors", 2)


def test_a_link_is_sent_and_its_fate_told(
    administrator: Client, employee: Staff, inbox: MailServer, django_capture_on_commit_callbacks: Any
) -> None:
    act(administrator, employee, "link")
    assert inbox.addresses == ["sena@staff.moka.example"]
    assert Link.objects.get().state == "sent"
    inbox.at_rcpt[employee.email] = "550 no"
    act(administrator, employee, "link")
    assert Link.objects.latest("pk").state == "failed"
    assert is_signed_in(by_form("001").browser), "the present password goes on working"


def out(person: Staff, people: SimpleNamespace) -> Staff:
    Staff.objects.filter(pk=person.pk).update(disabled_at=dt.datetime.now(dt.UTC))
    return person


def gone(person: Staff, people: SimpleNamespace) -> Staff:
    Staff.objects.filter(pk=person.pk).update(left_on=dt.date(2020, 1, 1))
    return person


def without_mail(person: Staff, people: SimpleNamespace) -> Staff:
    Staff.objects.filter(pk=person.pk).update(email="")
    return person


def oneself(person: Staff, people: SimpleNamespace) -> Staff:
    return people.administrator


def as_is(person: Staff, people: SimpleNamespace) -> Staff:
    return person


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("link", without_mail),
        ("link", out),
        ("link", gone),
        ("notice", out),
        ("notice", gone),
        ("notice", oneself),
        ("factors", as_is),
        ("factors", oneself),
        ("disable", oneself),
        ("disable", out),
        ("enable", as_is),
    ],
)
def test_what_makes_no_sense_is_refused_in_words_and_changes_nothing(
    name: str,
    who: Callable[[Staff, SimpleNamespace], Staff],
    administrator: Client,
    people: SimpleNamespace,
    employee: Staff,
) -> None:
    person = who(employee, people)
    before = row_counts()
    response = act(administrator, person, name)
    assert response.status_code == 409
    assert row_counts() == before
    offered = [name for name, _act in administrator.get(f"{DESK}{person.pk}/").context["acts"]]
    assert name not in offered


def test_two_administrators_are_always_left(people: SimpleNamespace, administrator: Client) -> None:
    others = [cast.person(f"a{number}") for number in range(2)]
    for one in others:
        actions.grant_role(by=people.ciso, person=one, role=Role.ADMINISTRATOR, valid_from=cast.SINCE)
    assert act(administrator, others[0], "disable").status_code == 302
    assert act(administrator, others[1], "disable").status_code == 409
    others[1].refresh_from_db()
    assert others[1].disabled_at is None


# --- Telling -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["notice", "factors", "sessions", "disable"])
def test_the_person_hears_of_it_by_mail(
    name: str,
    administrator: Client,
    employee: Staff,
    inbox: MailServer,
    django_capture_on_commit_callbacks: Any,
) -> None:
    Authenticator.objects.create(user=employee, type="totp", data={})
    with django_capture_on_commit_callbacks(execute=True):
        act(administrator, employee, name)
    (mail,) = inbox.mails
    assert mail["To"] == employee.email
    assert "本人が来庁" not in mail.get_content()
    assert employee.name in mail.get_content()


def test_a_dead_mail_server_hinders_no_act_and_is_told_on_the_page(
    transactional_db: None, administrator: Client, employee: Staff, settings: Any
) -> None:
    settings.EMAIL_PORT = 1
    response = act(administrator, employee, "disable")
    employee.refresh_from_db()
    assert response.status_code == 302
    assert employee.disabled_at is not None
    levels = [message.level_tag for message in administrator.get(response.headers["Location"]).context["messages"]]
    assert levels == ["success", "warning"]


def test_nothing_of_it_holds_a_name_or_a_password(administrator: Client, employee: Staff) -> None:
    for name in ("notice", "sessions", "disable", "enable"):
        act(administrator, employee, name, "確認済み")
    kept = str(list(Event.objects.filter(action__startswith="accounts.").values("data")))
    for told in ("𠮷田", "001", "sena", ANOTHER, PASSWORD):
        assert told not in kept
