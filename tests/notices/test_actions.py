"""Giving, recording, correcting and reminding: what is written down, what is refused, and who is owed what."""

import datetime as dt
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.utils import translation

from audit.models import Event
from common.errors import Refused
from notices import actions
from notices.models import Delivery, Notice, Reminder
from staff.audience import people_of
from staff.models import Staff
from tests import cast
from tests.notices.telling import TODAY, address, given, recorded, with_addresses


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def test_everybody_of_that_day_is_owed_the_notice_once(people: SimpleNamespace) -> None:
    with_addresses(people.employee)
    left = cast.person("0090", left_on=TODAY - dt.timedelta(days=1))
    comes = cast.person("0091")
    Staff.objects.filter(pk=comes.pk).update(joined_on=TODAY + dt.timedelta(days=1))
    notice = given(people)
    owed = {delivery.person_id: delivery for delivery in notice.deliveries.all()}
    assert set(owed) == {person.pk for person in vars(people).values()}
    assert left.pk not in owed and comes.pk not in owed
    assert owed[people.employee.pk].state == Delivery.State.WAITING
    assert owed[people.employee.pk].address == address(people.employee)
    assert owed[people.employee.pk].department_code == "012010"
    assert owed[people.manager.pk].state == Delivery.State.HOME_ONLY


def test_without_the_channel_mail_nobody_gets_a_mail(people: SimpleNamespace) -> None:
    with_addresses(people.employee)
    notice = given(people, channels=["groupware"])
    assert set(notice.deliveries.values_list("state", flat=True)) == {Delivery.State.HOME_ONLY}


@pytest.mark.parametrize(
    ("audience", "codes", "told"),
    [
        ("managers", [], {"manager"}),
        ("other", ["0110"], {"officer", "ciso", "administrator"}),
        ("other", ["012010", "013010"], {"employee", "manager", "auditor", "other_department"}),
    ],
)
def test_an_audience_is_whom_it_means_that_day(
    people: SimpleNamespace, audience: str, codes: list[str], told: set[str]
) -> None:
    notice = given(people, audience=audience, department_codes=codes)
    got = set(notice.deliveries.values_list("person", flat=True))
    assert got == {getattr(people, role).pk for role in told}


def test_newly_hired_staff_are_those_of_the_fiscal_year(people: SimpleNamespace) -> None:
    new = cast.person("0092")
    Staff.objects.filter(pk=new.pk).update(joined_on=dt.date(2026, 4, 1))
    before = cast.person("0093")
    Staff.objects.filter(pk=before.pk).update(joined_on=dt.date(2026, 3, 31))
    notice = given(people, audience="newcomers")
    assert list(notice.deliveries.values_list("person", flat=True)) == [new.pk]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"audience": "newcomers"}, "Nobody belongs"),
        ({"audience": "other"}, "Nobody belongs"),
        ({"title": "注意\nBcc: everybody@moka.example"}, "single line"),
        ({"title": "注意\u2028続き"}, "single line"),
        ({"title": "注意\x0b続き"}, "single line"),
        ({"title": ""}, "blank"),
        ({"channels": []}, "blank"),
        ({"channels": ["pigeon"]}, "pigeon"),
        ({"audience": "cats"}, "cats"),
    ],
)
def test_a_notice_that_cannot_be_is_refused_and_leaves_nothing(
    people: SimpleNamespace, wrong: dict[str, Any], said: str
) -> None:
    before = Event.objects.count()
    with pytest.raises(Refused, match=said):
        given(people, **wrong)
    assert not Notice.objects.exists() and not Delivery.objects.exists()
    assert Event.objects.count() == before


def test_a_form_sent_twice_gives_one_notice(people: SimpleNamespace) -> None:
    first, second = given(people, key="k"), given(people, key="k")
    assert first.pk == second.pk == Notice.objects.get().pk
    assert Event.objects.filter(action="notices.give_notice").count() == 1
    assert Delivery.objects.count() == len(vars(people))


def test_a_form_sent_again_with_other_words_is_told_and_not_dropped(people: SimpleNamespace) -> None:
    given(people, key="k")
    with pytest.raises(Refused, match="sent already"):
        given(people, key="k", title="別の件名")
    assert Notice.objects.get().title == "不審なメールへの注意"


def test_a_record_sent_twice_is_counted_once(people: SimpleNamespace) -> None:
    assert recorded(people, key="k").pk == recorded(people, key="k").pk
    assert Notice.objects.counting().count() == 1


@pytest.mark.parametrize(
    "change", [{"given_on": TODAY - dt.timedelta(days=1)}, {"counts": False}, {"title": "別の件名"}]
)
def test_a_record_sent_again_with_another_day_or_counting_is_told(
    people: SimpleNamespace, change: dict[str, Any]
) -> None:
    recorded(people, key="k")
    with pytest.raises(Refused, match="sent already"):
        recorded(people, key="k", **change)
    assert Notice.objects.get().given_on == TODAY


@pytest.mark.django_db(transaction=True)
def test_a_double_click_at_the_same_moment_gives_one_notice(people: SimpleNamespace) -> None:
    barrier, found = threading.Barrier(2), []

    def click() -> None:
        try:
            barrier.wait(10)
            found.append(given(people, key="k").pk)
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join(30)
    assert len(found) == 2 and len(set(found)) == 1
    assert Notice.objects.count() == 1 and Delivery.objects.count() == len(vars(people))


def test_a_record_owes_nobody_a_message_and_counts(people: SimpleNamespace) -> None:
    notice = recorded(people, channels=["meeting"], given_on=dt.date(2025, 3, 31))
    assert not notice.deliveries.exists()
    assert notice in Notice.objects.in_year(2024).counting()
    assert notice not in Notice.objects.in_year(2025)


def test_a_record_of_a_day_to_come_is_refused(people: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="future"):
        recorded(people, given_on=TODAY + dt.timedelta(days=1))


def test_a_correction_keeps_before_after_and_why(people: SimpleNamespace) -> None:
    notice = recorded(people)
    values = {"counts": False, "channels": ["mail", "meeting"]}
    actions.correct_notice(by=people.officer, notice=notice, values=values, on=TODAY, reason="研修の案内だった")
    event = Event.objects.get(action="notices.correct_notice")
    assert event.data["reason"] == "研修の案内だった"
    assert event.data["changes"] == [
        {"place": "channels", "before": ["mail"], "after": ["mail", "meeting"]},
        {"place": "counts", "before": True, "after": False},
    ]
    assert not Notice.objects.counting().exists()


def test_a_correction_of_nothing_writes_nothing(people: SimpleNamespace) -> None:
    notice = recorded(people)
    values = {"channels": ["mail"], "given_on": TODAY}
    actions.correct_notice(by=people.officer, notice=notice, values=values, on=TODAY, reason="確認")
    assert not Event.objects.filter(action="notices.correct_notice").exists()


@pytest.mark.parametrize(
    ("values", "said"), [({"given_on": TODAY + dt.timedelta(days=1)}, "future"), ({"channels": []}, "channel")]
)
def test_a_correction_to_what_cannot_be_is_refused(people: SimpleNamespace, values: dict[str, Any], said: str) -> None:
    notice = recorded(people)
    with pytest.raises(Refused, match=said):
        actions.correct_notice(by=people.officer, notice=notice, values=values, on=TODAY, reason="訂正")


def test_of_two_corrections_at_once_the_second_is_told(people: SimpleNamespace) -> None:
    notice = recorded(people)
    seen = notice.state
    words = {"by": people.officer, "notice": notice, "on": TODAY, "reason": "訂正"}
    actions.correct_notice(values={"counts": False}, expected_state=seen, **words)
    with pytest.raises(Refused, match="Somebody else"):
        actions.correct_notice(values={"audience_note": "課長"}, expected_state=seen, **words)
    assert not Notice.objects.get().counts


@pytest.mark.parametrize("values", [{"given_on": dt.date(2019, 5, 1)}, {"channels": ["document"]}, {"audience": "all"}])
def test_what_the_portal_gave_keeps_its_day_and_its_people(people: SimpleNamespace, values: dict[str, Any]) -> None:
    notice = given(people, audience="managers")
    words = {"by": people.officer, "notice": notice, "on": TODAY, "reason": "訂正"}
    with pytest.raises(Refused, match="Only whether it counts"):
        actions.correct_notice(values=values, **words)
    assert not actions.correct_notice(values={"counts": False}, **words).counts


@pytest.mark.parametrize("change", [{"title": "別の件名"}, {"text": "別の本文"}, {"record_only": True}])
def test_the_database_keeps_what_was_told(people: SimpleNamespace, change: dict[str, Any]) -> None:
    notice = given(people)
    with pytest.raises(Error), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(**change)
    for rows in (Delivery.objects.all(), Notice.objects.all()):
        with pytest.raises(Error), transaction.atomic():
            rows._raw_delete("default")


def test_the_database_keeps_to_whom_it_was_owed(people: SimpleNamespace) -> None:
    notice = given(people)
    with pytest.raises(Error), transaction.atomic():
        notice.deliveries.filter(person=people.employee).update(person=people.ciso)


def test_a_reminder_is_no_notice(people: SimpleNamespace) -> None:
    with_addresses(people.employee)
    some = people_of("all", on=TODAY).filter(pk__in=[people.employee.pk, people.manager.pk])
    reminder = actions.remind(by=people.officer, title="確認のお願い", text="本文", about="x", people=some, on=TODAY)
    assert reminder.deliveries.count() == 2
    assert reminder.deliveries.get(person=people.employee).state == Delivery.State.WAITING
    assert not Notice.objects.exists()


def test_reminding_nobody_is_refused(people: SimpleNamespace) -> None:
    nobody = people_of("newcomers", on=TODAY)
    with pytest.raises(Refused, match="Nobody"):
        actions.remind(by=people.officer, title="確認", text="本文", about="x", people=nobody, on=TODAY)
    assert not Reminder.objects.exists()


def test_a_stuck_mail_goes_again_to_the_address_of_today(people: SimpleNamespace) -> None:
    with_addresses(people.employee)
    notice = given(people)
    mine = notice.deliveries.filter(person=people.employee)
    mine.update(state=Delivery.State.REFUSED, attempts=6, answer="550 no such user")
    Staff.objects.filter(pk=people.employee.pk).update(email="new@moka.example")
    assert actions.send_again(by=people.officer, deliveries=mine) == 1
    again = mine.get()
    assert (again.state, again.attempts, again.address) == (Delivery.State.WAITING, 0, "new@moka.example")
    event = Event.objects.get(action="notices.send_again")
    assert event.data == {"before": "refused"} and event.object_id == str(again.pk)


def test_only_stuck_mails_go_again(people: SimpleNamespace) -> None:
    with_addresses(people.employee, people.manager)
    notice = given(people)
    notice.deliveries.filter(person=people.employee).update(state=Delivery.State.UNCERTAIN)
    notice.deliveries.filter(person=people.manager).update(state=Delivery.State.SENT)
    assert actions.send_again(by=people.officer, deliveries=notice.deliveries.all()) == 1
    assert notice.deliveries.get(person=people.manager).state == Delivery.State.SENT
    with pytest.raises(Refused, match="not stuck"):
        actions.send_again(by=people.officer, deliveries=notice.deliveries.all())


def test_the_trail_names_no_address(people: SimpleNamespace) -> None:
    with_addresses(*vars(people).values())
    notice = given(people)
    notice.deliveries.update(state=Delivery.State.REFUSED, answer=f"550 {address(people.employee)} unknown")
    actions.send_again(by=people.officer, deliveries=notice.deliveries.all())
    assert "moka.example" not in str(list(Event.objects.values_list("data", flat=True)))
