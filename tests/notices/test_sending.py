"""Mails as a real SMTP server gets them: each once, with the server's answer, whatever goes wrong on the way."""

import datetime as dt
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from notices import actions, sending
from notices.models import Delivery, Notice
from staff.audience import people_of
from staff.models import Staff
from tests import cast
from tests.conftest import Broker, free_port, wait_for
from tests.mail_server import OK, MailServer
from tests.notices.telling import address, given, with_addresses
from tests.worker import Worker

State = Delivery.State


@pytest.fixture
def reached(people: SimpleNamespace) -> SimpleNamespace:
    """The cast, each with a mail address."""
    with_addresses(*vars(people).values())
    return people


def told(people: SimpleNamespace, **more: Any) -> Notice:
    return given(people, on=timezone.localdate(), **more)


def mine(notice: Notice, person: Staff) -> Delivery:
    return notice.deliveries.get(person=person)


def states(notice: Notice) -> dict[str, int]:
    found: dict[str, int] = {}
    for state in notice.deliveries.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def test_everybody_gets_one_mail_in_plain_words(reached: SimpleNamespace, inbox: MailServer) -> None:
    notice = told(reached)
    sending.send_mails()
    assert sorted(inbox.addresses) == sorted(address(person) for person in vars(reached).values())
    mail = next(one for one in inbox.mails if one["To"] == address(reached.employee))
    assert mail["Subject"] == "【お知らせ】不審なメールへの注意"
    assert mail["From"] == "portal@moka.example"
    assert mail["Message-ID"] == f"<delivery-{mine(notice, reached.employee).pk}@moka.example>"
    assert abs(mail["Date"].datetime - timezone.now()) < dt.timedelta(minutes=1)
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_content()
    assert "𠮷田 瀨奈 様" in text and "添付ファイルを開かないでください。" in text
    assert f"http://127.0.0.1:8000/notices/{notice.pk}/" in text
    assert not mail.is_multipart()


def test_the_row_keeps_what_the_server_said(reached: SimpleNamespace, inbox: MailServer) -> None:
    notice = told(reached)
    sending.send_mails()
    assert states(notice) == {State.SENT: len(vars(reached))}
    delivery = mine(notice, reached.employee)
    assert (delivery.answer, delivery.attempts) == (OK, 1)
    assert delivery.sent_at is not None
    assert (delivery.token, delivery.lease_until) == (None, None)


def test_a_reminder_asks_in_its_subject(reached: SimpleNamespace, inbox: MailServer) -> None:
    today = timezone.localdate()
    some = people_of("all", on=today).filter(pk=reached.employee.pk)
    actions.remind(by=reached.officer, title="確認のお願い", text="本文", about="x", people=some, on=today)
    sending.send_mails()
    assert [mail["Subject"] for mail in inbox.mails] == ["【要確認】確認のお願い"]


def test_sending_again_with_nothing_due_sends_nothing(reached: SimpleNamespace, inbox: MailServer) -> None:
    told(reached)
    for _ in range(3):
        sending.send_mails()
    assert len(inbox.mails) == len(vars(reached))


@pytest.mark.parametrize("place", ["at_rcpt", "at_data"])
def test_a_refused_address_is_named_and_the_others_get_theirs(
    reached: SimpleNamespace, inbox: MailServer, place: str
) -> None:
    getattr(inbox, place)[address(reached.employee)] = "550 5.1.1 そのような利用者はいません"
    notice = told(reached)
    sending.send_mails()
    assert states(notice) == {State.SENT: len(vars(reached)) - 1, State.REFUSED: 1}
    assert mine(notice, reached.employee).answer.startswith("550 5.1.1")
    assert address(reached.employee) not in inbox.addresses


def test_an_address_that_no_server_takes_is_refused_before_it_is_tried(
    reached: SimpleNamespace, inbox: MailServer
) -> None:
    notice = told(reached)
    notice.deliveries.filter(person=reached.employee).update(address="吉田@moka.example")
    sending.send_mails()
    assert states(notice) == {State.SENT: len(vars(reached)) - 1, State.REFUSED: 1}


def test_one_mail_that_cannot_be_written_holds_up_no_other(reached: SimpleNamespace, inbox: MailServer) -> None:
    notice = told(reached)
    notice.deliveries.filter(person=reached.employee).update(address="a\u2028b@moka.example")
    sending.send_mails()
    assert states(notice) == {State.SENT: len(vars(reached)) - 1, State.REFUSED: 1}


def test_an_answer_with_control_characters_is_kept_without_them(reached: SimpleNamespace, inbox: MailServer) -> None:
    inbox.at_rcpt[address(reached.employee)] = "550 no\0such\x1buser"
    notice = told(reached)
    sending.send_mails()
    assert mine(notice, reached.employee).answer == "550 no such user"


def test_a_server_that_says_later_is_asked_later_and_given_up_one_day(
    reached: SimpleNamespace, inbox: MailServer, settings: Any
) -> None:
    settings.MAIL_MAX_ATTEMPTS = 3
    inbox.at_rcpt[address(reached.employee)] = "451 4.3.0 try again"
    notice = told(reached)
    waits = []
    for _ in range(3):
        sending.send_mails()
        delivery = mine(notice, reached.employee)
        waits.append((delivery.state, round((delivery.due_at - timezone.now()).total_seconds(), -1)))
        Delivery.objects.filter(state=State.WAITING).update(due_at=timezone.now())
    assert waits[:2] == [(State.WAITING, 60), (State.WAITING, 120)]
    assert mine(notice, reached.employee).state == State.GIVEN_UP
    assert mine(notice, reached.employee).answer == "451 4.3.0 try again"


def test_a_server_that_is_down_costs_nobody_anything(reached: SimpleNamespace, settings: Any) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    notice = told(reached)
    sending.send_mails()
    assert states(notice) == {State.WAITING: len(vars(reached))}
    delivery = mine(notice, reached.employee)
    assert delivery.attempts == 0 and delivery.due_at > timezone.now()
    assert "refused" in delivery.answer.lower()


def test_what_waited_for_a_server_goes_out_once_it_is_back(
    reached: SimpleNamespace, inbox: MailServer, settings: Any
) -> None:
    port = settings.EMAIL_PORT
    settings.EMAIL_PORT = free_port()
    notice = told(reached)
    sending.send_mails()
    settings.EMAIL_PORT = port
    Delivery.objects.update(due_at=timezone.now())
    sending.send_mails()
    assert states(notice) == {State.SENT: len(vars(reached))}
    assert len(inbox.mails) == len(vars(reached))


def test_a_connection_cut_before_the_text_is_tried_again(reached: SimpleNamespace, inbox: MailServer) -> None:
    inbox.lost_at_rcpt.add(address(reached.employee))
    notice = told(reached)
    sending.send_mails()
    assert mine(notice, reached.employee).state == State.WAITING
    assert State.UNCERTAIN not in states(notice)
    inbox.lost_at_rcpt.clear()
    Delivery.objects.filter(state=State.WAITING).update(due_at=timezone.now())
    sending.send_mails()
    assert states(notice) == {State.SENT: len(vars(reached))}
    assert sorted(inbox.addresses) == sorted(address(person) for person in vars(reached).values())


def test_a_connection_cut_after_the_text_is_never_tried_again_by_itself(
    reached: SimpleNamespace, inbox: MailServer
) -> None:
    inbox.lost_at_data.add(address(reached.employee))
    notice = told(reached)
    for _ in range(3):
        sending.send_mails()
        Delivery.objects.filter(state=State.WAITING).update(due_at=timezone.now())
    assert states(notice) == {State.SENT: len(vars(reached)) - 1, State.UNCERTAIN: 1}
    assert inbox.addresses.count(address(reached.employee)) == 1


def test_a_server_that_closes_leaves_the_rest_waiting(reached: SimpleNamespace, inbox: MailServer) -> None:
    for person in vars(reached).values():
        inbox.at_rcpt[address(person)] = "421 4.3.2 shutting down"
    notice = told(reached)
    sending.send_mails()
    assert states(notice) == {State.WAITING: len(vars(reached))}
    assert sorted(notice.deliveries.values_list("attempts", flat=True)) == [0] * (len(vars(reached)) - 1) + [1]


def test_a_batch_ends_in_time_and_the_rest_goes_with_the_next(
    reached: SimpleNamespace, inbox: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "BATCH_SECONDS", 0.3)
    inbox.before_answer = lambda _address: time.sleep(0.2)
    notice = told(reached)
    sending.send_mails()
    first = states(notice)
    assert first[State.SENT] < len(vars(reached)) and first[State.WAITING] > 0
    for _ in range(5):
        sending.send_mails()
    assert states(notice) == {State.SENT: len(vars(reached))}
    assert len(inbox.mails) == len(vars(reached))


def test_two_workers_never_hold_the_same_mail(reached: SimpleNamespace) -> None:
    told(reached)
    first, second = sending.claim(), sending.claim()
    assert len(first) == len(vars(reached)) and second == []


def test_a_worker_whose_lease_ran_out_sends_nothing(reached: SimpleNamespace, inbox: MailServer) -> None:
    notice = told(reached)
    late = sending.claim()
    other = sending.claim(now=timezone.now() + dt.timedelta(hours=1))
    assert len(other) == len(late)
    with sending.mail.connected() as server:
        sending.send_batch(server, late, until=time.monotonic() + 60)
    assert inbox.mails == [] and states(notice) == {State.CLAIMED: len(late)}


def test_the_sweep_finds_what_nobody_rang_for_and_marks_what_nobody_knows(reached: SimpleNamespace) -> None:
    notice = told(reached)
    claimed = sending.claim()
    Delivery.objects.filter(pk=claimed[0].pk).update(state=State.SENDING)
    hour = timezone.now() + dt.timedelta(hours=1)
    assert sending.sweep() == 0
    assert sending.sweep(now=hour) == len(claimed) - 1
    assert states(notice) == {State.CLAIMED: len(claimed) - 1, State.UNCERTAIN: 1}


# --- Real workers -------------------------------------------------------------------------------------------------


@pytest.fixture
def start_worker(broker: Broker, tmp_path: Path, inbox: MailServer) -> Iterator[Any]:
    started: list[Worker] = []

    def start() -> Worker:
        started.append(Worker(broker.url, tmp_path, MAIL_LEASE_SECONDS="5", **inbox.variables))
        return started[-1]

    yield start
    for worker in started:
        worker.stop()


@pytest.mark.job
@pytest.mark.xdist_group("job")
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_it_sends_sends_nobody_a_second_mail(
    transactional_db: None, inbox: MailServer, start_worker: Any
) -> None:
    people = cast.people()
    with_addresses(*vars(people).values())
    inbox.before_answer = lambda _address: time.sleep(0.5)
    worker = start_worker()
    notice = told(people)
    wait_for(lambda: len(inbox.mails) >= 3)
    worker.kill()
    inbox.before_answer = lambda _address: None
    wait_for(
        lambda: timezone.now() > max(notice.deliveries.exclude(lease_until=None).values_list("lease_until", flat=True))
    )
    start_worker()
    sending.sweep()
    wait_for(lambda: not notice.deliveries.filter(state__in=[State.WAITING, State.CLAIMED, State.SENDING]).exists())
    assert sorted(set(inbox.addresses)) == sorted(inbox.addresses)
    found = states(notice)
    assert found[State.UNCERTAIN] == 1 and found[State.SENT] == len(vars(people)) - 1
    uncertain = notice.deliveries.get(state=State.UNCERTAIN)
    assert inbox.addresses.count(uncertain.address) == 1


@pytest.mark.job
@pytest.mark.xdist_group("job")
@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_or_flushed_loses_no_mail(
    transactional_db: None, broker: Broker, inbox: MailServer, start_worker: Any
) -> None:
    people = cast.people()
    with_addresses(*vars(people).values())
    broker.kill()
    notice = told(people)
    broker.start()
    start_worker()
    assert inbox.mails == []
    sending.sweep()
    wait_for(lambda: states(notice) == {State.SENT: len(vars(people))})
    assert len(inbox.mails) == len(vars(people))
