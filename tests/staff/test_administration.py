"""The administration: its lists, a person's record, and roles given and taken from the screen."""

import csv
import datetime as dt
import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit.actions import record
from audit.models import Event
from staff import actions
from staff.models import Deputy, Posting, RoleGrant, Staff
from staff.roles import Role
from staff.rolls import ROLLS, unused_accounts
from tests import cast

Sign = Callable[..., Client]
DAY = dt.timedelta(days=1)
FORM = {
    "employee_number": "001",
    "name": "𠮷田 瀨奈",
    "kana": "よしだ せな",
    "email": "sena@moka.example",
    "employment_kind": "regular",
    "joined_on": "2016-04-01",
    "left_on": "",
    "reason": "訂正",
}


@pytest.fixture
def today() -> dt.date:
    return timezone.localdate()


@pytest.fixture
def browser(people: SimpleNamespace, sign_in: Sign) -> Client:
    """The administrator's browser, in English."""
    opened = sign_in(people.administrator)
    opened.cookies["django_language"] = "en"
    return opened


def page(browser: Client, address: str, status: int = 200) -> str:
    response = browser.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def seen(browser: Client, address: str) -> str:
    """Return the hidden mark of the form, as the browser would send it back."""
    return browser.get(address).context["form"]["seen"].value()


# --- The lists ------------------------------------------------------------------------------------------------------


def test_the_front_page_counts_and_warns_of_a_single_administrator(people: SimpleNamespace, browser: Client) -> None:
    text = page(browser, "/administration/")
    assert "There are fewer than 2 administrators (1)" in text
    for name, roll in ROLLS.items():
        assert f"/administration/{name}/" in text and str(roll.title)
    actions.grant_role(by=people.officer, person=people.employee, role=Role.ADMINISTRATOR, valid_from=cast.SINCE)
    assert "There are fewer than" not in page(browser, "/administration/")


@pytest.mark.parametrize("name", ROLLS)
def test_each_list_opens_and_is_handed_out(people: SimpleNamespace, browser: Client, name: str) -> None:
    page(browser, f"/administration/{name}/")
    response = browser.get(f"/administration/{name}/file/?kind=csv")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert len(rows[0]) == len(ROLLS[name].headings)
    event = Event.objects.latest("pk")
    assert (event.action, event.data) == (
        "staff.export_people",
        {"list": name, "kind": "csv", "rows": len(rows) - 1},
    )
    assert browser.get(f"/administration/{name}/file/").status_code == 409


def test_roles_stand_in_the_list_of_their_time(people: SimpleNamespace, browser: Client, today: dt.date) -> None:
    def give(person: Staff, since: dt.date, until: dt.date | None) -> None:
        RoleGrant.objects.create(person=person, role=Role.OFFICER, valid_from=since, valid_to=until)

    give(people.employee, today - 9 * DAY, today - DAY)
    give(people.manager, today, today + 60 * DAY)
    give(people.other_department, today + 9 * DAY, today + 61 * DAY)
    expected = {
        "roles": {people.manager, people.other_department},
        "roles-ending": {people.manager},
        "roles-past": {people.employee},
    }
    for name, holders in expected.items():
        text = page(browser, f"/administration/{name}/")
        for one in (people.employee, people.manager, people.other_department):
            assert (one.name in text) is (one in holders), name


def test_deputies_disabled_accounts_and_people_without_mail_are_listed(
    people: SimpleNamespace, browser: Client, today: dt.date
) -> None:
    Deputy.objects.create(head=people.manager, person=people.employee, valid_from=today, valid_to=today)
    Staff.objects.filter(pk=people.auditor.pk).update(disabled_at=timezone.now(), email="a@moka.example")
    text = page(browser, "/administration/deputies/")
    assert people.manager.name in text and people.employee.name in text
    assert people.auditor.name in page(browser, "/administration/disabled/")
    text = page(browser, "/administration/without-mail/")
    assert people.employee.name in text and people.auditor.name not in text and "システム" not in text


@pytest.mark.parametrize(
    ("signed_in", "joined", "is_unused"),
    [(None, 90, True), (None, 89, False), (91, 4000, True), (89, 4000, False), (400, 10, True)],
)
def test_an_account_is_unused_after_ninety_days(
    people: SimpleNamespace, today: dt.date, signed_in: int | None, joined: int, is_unused: bool
) -> None:
    last = None if signed_in is None else timezone.now() - signed_in * DAY
    row = Staff.objects.filter(pk=people.employee.pk)
    row.update(last_login=last, joined_on=today - joined * DAY)
    assert unused_accounts(today).filter(pk=people.employee.pk).exists() is is_unused
    row.update(disabled_at=timezone.now())
    assert not unused_accounts(today).filter(pk=people.employee.pk).exists()


def test_the_number_of_days_is_a_setting(people: SimpleNamespace, today: dt.date, settings: Any) -> None:
    Staff.objects.filter(pk=people.employee.pk).update(last_login=timezone.now() - 40 * DAY)
    assert people.employee not in unused_accounts(today)
    settings.UNUSED_ACCOUNT_DAYS = 30
    assert people.employee in unused_accounts(today)


def test_imports_are_listed_with_their_counts(people: SimpleNamespace, browser: Client) -> None:
    data = {"on": "2026-04-01", "added": 31, "changed": 17, "left": 12, "reason": "定期異動"}
    record(by=people.officer, action="staff.import_people", on=people.officer, data=data)
    text = page(browser, "/administration/imports/")
    for words in ("2026-04-01", "31", "17", "12", "定期異動", people.officer.name):
        assert words in text


def test_a_list_that_is_none_is_not_found(browser: Client) -> None:
    page(browser, "/administration/nothing/", 404)
    page(browser, "/administration/nothing/file/?kind=csv", 404)


# --- A person's record ----------------------------------------------------------------------------------------------


def test_a_person_is_registered_from_the_screen(people: SimpleNamespace, browser: Client) -> None:
    response = browser.post("/people/new/", {**FORM, "employee_number": "００９９", "name": "新人 髙子"})
    one = Staff.objects.get(employee_number="0099")
    assert response.url == f"/people/{one.pk}/"
    assert (one.name, one.email, one.has_usable_password()) == ("新人 髙子", "sena@moka.example", False)
    assert Event.objects.latest("pk").actor_uid == people.administrator.uid


WRONG = [
    ({"employee_number": "002"}, "taken"),
    ({"employee_number": ""}, "required"),
    ({"employee_number": "0\u200b1"}, "cannot be seen"),
    ({"name": " 　"}, "required"),
    ({"name": "名\r\nBcc: x@example.com"}, "cannot be seen"),
    ({"email": "x@example.com\r\nBcc: y@example.com"}, "cannot be seen"),
    ({"email": "none"}, "valid email"),
    ({"employment_kind": "system"}, "valid choice"),
    ({"joined_on": ""}, "required"),
    ({"joined_on": "13/13"}, "cannot be read as a date"),
    ({"left_on": "2016-03-31"}, "before the first"),
    ({"name": "a\0b"}, "cannot be seen"),
    ({"name": "長" * 101}, "100"),
]


@pytest.mark.parametrize(("change", "said"), WRONG)
def test_a_wrong_record_is_told_and_the_input_kept(
    people: SimpleNamespace, browser: Client, change: dict[str, str], said: str
) -> None:
    before = Event.objects.count()
    for address, new in (("/people/new/", "n1"), (f"/people/{people.employee.pk}/edit/", "001")):
        response = browser.post(address, {**FORM, "employee_number": new, **change})
        assert response.status_code == 400
        assert said in response.content.decode()
        assert "よしだ せな" in response.content.decode()
    assert Event.objects.count() == before


def test_a_record_is_changed_with_a_reason(people: SimpleNamespace, browser: Client) -> None:
    address = f"/people/{people.employee.pk}/edit/"
    response = browser.post(address, {**FORM, "name": "改姓 瀨奈", "seen": seen(browser, address)})
    assert response.url == f"/people/{people.employee.pk}/"
    one = Staff.objects.get(pk=people.employee.pk)
    assert (one.name, one.kana, one.email) == ("改姓 瀨奈", "よしだ せな", "sena@moka.example")
    event = Event.objects.latest("pk")
    assert (event.action, event.data["reason"]) == ("staff.change_person", "訂正")
    assert {change["place"] for change in event.data["changes"]} == {"name", "kana", "email"}


def test_nothing_changed_is_no_event(people: SimpleNamespace, browser: Client) -> None:
    address, before = f"/people/{people.employee.pk}/edit/", Event.objects.count()
    same = {**FORM, "kana": "", "email": "", "seen": seen(browser, address)}
    assert browser.post(address, same).status_code == 302
    assert Event.objects.count() == before


def test_two_who_change_the_same_record_are_told(people: SimpleNamespace, browser: Client, today: dt.date) -> None:
    address = f"/people/{people.employee.pk}/edit/"
    old = seen(browser, address)
    actions.change_person(by=people.officer, person=people.employee, values={"kana": "よしだ"}, on=today, reason="訂正")
    response = browser.post(address, {**FORM, "seen": old})
    assert response.status_code == 400
    assert "Somebody else saved this" in response.content.decode()
    assert Staff.objects.get(pk=people.employee.pk).kana == "よしだ"
    again = response.context["form"]["seen"].value()
    assert browser.post(address, {**FORM, "seen": again}).status_code == 302
    assert Staff.objects.get(pk=people.employee.pk).kana == "よしだ せな"


def test_a_last_day_ends_the_posting_and_is_refused_while_a_later_one_waits(
    people: SimpleNamespace, today: dt.date
) -> None:
    words = {"by": people.administrator, "person": people.employee, "on": today, "reason": "退職"}
    actions.change_person(**words, values={"left_on": today})
    assert people.employee.postings.get().valid_to == today
    Posting.objects.filter(person=people.manager).update(valid_from=today + DAY)
    with pytest.raises(actions.Refused):
        actions.change_person(**{**words, "person": people.manager}, values={"left_on": today})
    assert Staff.objects.get(pk=people.manager.pk).left_on is None


# --- Roles from the screen ------------------------------------------------------------------------------------------


def test_a_role_is_given_and_taken_from_the_screen(people: SimpleNamespace, browser: Client, today: dt.date) -> None:
    address = f"/people/{people.employee.pk}/roles/new/"
    assert address in page(browser, f"/people/{people.employee.pk}/")
    sent = {"role": "officer", "valid_from": today, "valid_to": "", "reason": "担当替え"}
    assert browser.post(address, sent).url == f"/people/{people.employee.pk}/"
    grant = people.employee.role_grants.get()
    end = f"/roles/{grant.pk}/end/"
    text = page(browser, f"/people/{people.employee.pk}/")
    assert end in text and "担当替え" in text
    assert browser.post(end, {"last_day": today - DAY, "reason": "誤り"}).url == f"/people/{people.employee.pk}/"
    assert not people.employee.role_grants.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"role": "auditor"}, "Whoever audits is not audited"),
        ({"role": "officer"}, "already holds this role"),
        ({"role": ""}, "required"),
        ({"role": "king"}, "valid choice"),
        ({"valid_from": "2020-01-01"}, "days gone by"),
        ({"valid_to": "2020-01-01"}, "before the first"),
        ({"reason": ""}, "required"),
        ({"reason": "長" * 201}, "200"),
    ],
)
def test_a_wrong_grant_is_told_and_the_input_kept(
    people: SimpleNamespace, browser: Client, today: dt.date, change: dict[str, str], said: str
) -> None:
    sent = {"role": "ciso", "valid_from": today, "valid_to": "", "reason": "担当替え", **change}
    response = browser.post(f"/people/{people.officer.pk}/roles/new/", sent)
    assert response.status_code == 400
    assert said in response.content.decode()
    assert "reason" in change or "担当替え" in response.content.decode()
    assert people.officer.role_grants.count() == 1


def test_nobody_is_offered_the_own_roles_and_sending_it_is_refused(
    people: SimpleNamespace, browser: Client, today: dt.date
) -> None:
    me = people.administrator
    assert "/roles/" not in page(browser, f"/people/{me.pk}/")
    sent = {"role": "officer", "valid_from": today, "valid_to": "", "reason": "担当替え"}
    assert browser.post(f"/people/{me.pk}/roles/new/", sent).status_code == 400
    grant = me.role_grants.get()
    assert browser.post(f"/roles/{grant.pk}/end/", {"last_day": today, "reason": "x"}).status_code == 400
    assert me.role_grants.get().valid_to is None


def test_the_last_administrators_are_kept_on_the_screen_too(
    people: SimpleNamespace, browser: Client, today: dt.date
) -> None:
    second = actions.grant_role(
        by=people.officer, person=people.employee, role=Role.ADMINISTRATOR, valid_from=cast.SINCE
    )
    response = browser.post(f"/roles/{second.pk}/end/", {"last_day": today, "reason": "異動"})
    assert response.status_code == 400
    assert "At least two administrators must be left." in response.content.decode()


def test_giving_a_role_asks_who_one_is_after_a_while(people: SimpleNamespace, client: Client) -> None:
    client.force_login(people.administrator)
    grant = people.officer.role_grants.get()
    for address in (f"/people/{people.employee.pk}/roles/new/", f"/roles/{grant.pk}/end/"):
        assert client.get(address).status_code == 302
        assert client.post(address).status_code in (302, 403)
    assert people.employee.role_grants.count() == 0


# --- Auditors change nothing ----------------------------------------------------------------------------------------


def test_an_auditor_sees_it_all_and_finds_nothing_to_press(people: SimpleNamespace, sign_in: Sign) -> None:
    browser = sign_in(people.auditor)
    browser.cookies["django_language"] = "en"
    for address in ("/administration/", f"/people/{people.officer.pk}/", "/administration/roles/"):
        text = page(browser, address)
        for offered in ("roles/new", "/edit/", "deputies/new", "/end/", "people/new"):
            assert offered not in text, address
