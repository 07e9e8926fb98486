"""The directory, a person's page, the departments and one's own profile, as each kind of viewer sees them."""

import datetime as dt
import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Event
from staff import actions
from staff.models import Department, Deputy, Leave, Staff
from staff.roles import Role
from tests import cast
from tests.project.scene import policy_versions, session

Sign = Callable[..., Client]
DAY = dt.timedelta(days=1)
MISSING = 999_999


@pytest.fixture
def today() -> dt.date:
    return timezone.localdate()


@pytest.fixture
def english(sign_in: Sign) -> Sign:
    def signed_in(person: Any) -> Client:
        browser = sign_in(person)
        browser.cookies["django_language"] = "en"
        return browser

    return signed_in


def page(browser: Client, address: str, status: int = 200) -> str:
    response = browser.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def leaver(today: dt.date, number: str = "gone") -> Staff:
    one = cast.person(number, "退職 済子", kana="たいしょく すみこ")
    actions.change_person(
        by=actions.system_actor(), person=one, values={"left_on": today - DAY}, on=today, reason="退職"
    )
    return Staff.objects.get(pk=one.pk)


# --- The directory --------------------------------------------------------------------------------------------------


def test_everybody_finds_everybody_on_the_staff(people: SimpleNamespace, english: Sign, today: dt.date) -> None:
    leaver(today)
    for viewer in vars(people).values():
        text = page(english(viewer), "/people/")
        assert all(one.name in text for one in vars(people).values())
        assert "退職 済子" not in text
        assert "システム" not in text


def test_the_path_of_the_department_and_other_posts_stand_in_the_row(
    people: SimpleNamespace, english: Sign, today: dt.date
) -> None:
    actions.post(
        by=people.officer,
        person=people.officer,
        department=Department.objects.get(code="012010"),
        position="併任主査",
        concurrent=True,
        valid_from=today,
    )
    text = page(english(people.employee), "/people/?q=髙橋")
    assert "総務部 情報政策課" in text
    assert "also 市民課 併任主査" in text


def test_numbers_are_for_those_who_see_records(people: SimpleNamespace, english: Sign) -> None:
    for viewer, seen in (
        (people.employee, False),
        (people.ciso, False),
        (people.officer, True),
        (people.auditor, True),
    ):
        browser = english(viewer)
        assert ("Employee number" in page(browser, "/people/")) is seen
        found = page(browser, f"/people/?q={people.manager.employee_number}")
        assert (people.manager.name in found) is seen
        assert (browser.get("/people/file/?kind=csv").status_code == 200) is seen


def test_a_department_is_chosen_with_all_below(people: SimpleNamespace, english: Sign, today: dt.date) -> None:
    text = page(english(people.employee), "/people/?department=0110")
    assert people.officer.name in text
    assert people.manager.name not in text
    unknown = page(english(people.employee), "/people/?department=nothing")
    assert "Nothing fits" in unknown


def test_leavers_are_shown_to_who_chooses_them_and_may(people: SimpleNamespace, english: Sign, today: dt.date) -> None:
    leaver(today)
    assert "退職 済子" in page(english(people.administrator), "/people/?state=left")
    assert people.employee.name not in page(english(people.administrator), "/people/?state=left")
    assert "退職 済子" in page(english(people.auditor), "/people/?state=all&q=たいしょく")
    assert "退職 済子" not in page(english(people.employee), "/people/?state=left")


def test_it_is_sorted_by_furigana_whatever_the_script(people: SimpleNamespace, english: Sign) -> None:
    for number, kana in (("k1", "いとう"), ("k2", "アオキ"), ("k3", "ｳｴﾀﾞ")):
        cast.person(number, f"人{number}", kana=kana)
    text = page(english(people.employee), "/people/?q=人")
    assert text.index("人k2") < text.index("人k1") < text.index("人k3")
    text = page(english(people.employee), "/people/?q=人&sort=-kana")
    assert text.index("人k3") < text.index("人k1") < text.index("人k2")


def test_the_directory_is_handed_out_with_what_the_filters_leave(people: SimpleNamespace, sign_in: Sign) -> None:
    response = sign_in(people.administrator).get("/people/file/?kind=xlsx&department=0110")
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert {row[1] for row in rows[1:]} == {people.officer.name, people.ciso.name, people.administrator.name}
    assert {row[0] for row in rows[1:]} == {"003", "004", "006"}
    event = Event.objects.latest("pk")
    assert (event.action, event.data) == ("staff.export_people", {"list": "people", "kind": "xlsx", "rows": 3})


def test_a_character_that_the_file_lacks_is_named_and_nothing_is_told(people: SimpleNamespace, sign_in: Sign) -> None:
    before = Event.objects.count()
    response = sign_in(people.administrator).get("/people/file/?kind=cp932")
    assert response.status_code == 409
    assert "𠮷" in response.content.decode()
    assert Event.objects.count() == before


# --- A person -------------------------------------------------------------------------------------------------------


def test_everybody_sees_where_somebody_works_and_who_heads_it(
    people: SimpleNamespace, english: Sign, today: dt.date
) -> None:
    Staff.objects.filter(pk=people.employee.pk).update(email="sena@moka.example")
    actions.appoint_deputy(
        by=people.administrator,
        head=people.manager,
        person=people.officer,
        valid_from=today,
        valid_to=today,
        reason="出張",
    )
    text = page(english(people.other_department), f"/people/{people.employee.pk}/")
    for seen in ("𠮷田 瀨奈", "市民課", "sena@moka.example", "德永 誠", "deputy: 髙橋 花子"):
        assert seen in text
    for hidden in ("Postings", "Employee number", people.employee.employee_number + "<", "出張"):
        assert hidden not in text


@pytest.mark.parametrize("role", ["employee", "manager", "officer", "auditor", "administrator"])
def test_the_record_is_for_oneself_the_own_heads_and_who_sees_records(
    people: SimpleNamespace, english: Sign, role: str
) -> None:
    text = page(english(getattr(people, role)), f"/people/{people.employee.pk}/")
    assert "Postings, the latest first" in text
    assert people.employee.employee_number in text


@pytest.mark.parametrize("role", ["ciso", "other_department"])
def test_the_record_is_for_nobody_else(people: SimpleNamespace, english: Sign, role: str) -> None:
    assert "Postings, the latest first" not in page(english(getattr(people, role)), f"/people/{people.employee.pk}/")


def test_a_deputy_of_the_head_sees_the_record_while_it_lasts(
    people: SimpleNamespace, english: Sign, today: dt.date
) -> None:
    row = Deputy.objects.create(head=people.manager, person=people.other_department, valid_from=today, valid_to=today)
    assert "Postings, the latest" in page(english(people.other_department), f"/people/{people.employee.pk}/")
    Deputy.objects.filter(pk=row.pk).update(valid_from=today - 2 * DAY, valid_to=today - DAY)
    assert "Postings, the latest" not in page(english(people.other_department), f"/people/{people.employee.pk}/")


def test_roles_stand_there_with_who_gave_and_took_them_and_why(
    people: SimpleNamespace, english: Sign, today: dt.date
) -> None:
    grant = actions.grant_role(
        by=people.administrator,
        person=people.employee,
        role=Role.OFFICER,
        valid_from=today - 9 * DAY,
        reason="担当替え",
    )
    actions.end_grant(by=people.officer, grant=grant, last_day=today - DAY, on=today, reason="復帰")
    text = page(english(people.auditor), f"/people/{people.employee.pk}/")
    for seen in ("担当替え", "復帰", people.administrator.name, people.officer.name, "ended"):
        assert seen in text
    assert "Take away" not in text


def test_duties_and_leave_stand_in_the_record(people: SimpleNamespace, english: Sign, today: dt.date) -> None:
    policy_versions(people), session(people)
    Leave.objects.create(person=people.employee, valid_from=today)
    text = page(english(people.manager), f"/people/{people.employee.pk}/")
    for seen in ("Policies confirmed", "1 of 1", "Training attended this fiscal year", "0 of 1", "On leave from"):
        assert seen in text
    text = page(english(people.administrator), f"/people/{people.employee.pk}/")
    assert "Policies confirmed" not in text


def test_a_change_of_the_record_is_told_without_the_old_and_the_new_name(
    people: SimpleNamespace, english: Sign, today: dt.date
) -> None:
    values = {"name": "𠮷田 改姓", "employment_kind": "special", "email": "new@moka.example"}
    actions.change_person(by=people.administrator, person=people.employee, values=values, on=today, reason="婚姻")
    event = Event.objects.latest("pk")
    fresh = Staff.objects.get(pk=people.employee.pk)
    assert event.data["identity"] == fresh.identity_hash()
    assert "改姓" not in str(event.data) and "moka.example" not in str(event.data)
    text = page(english(people.auditor), f"/people/{people.employee.pk}/")
    assert "婚姻" in text and "changed (the trail does not hold the words)" in text and "special post" in text


@pytest.mark.parametrize("role", ["employee", "manager", "other_department", "ciso"])
def test_who_has_left_is_as_missing_as_nobody(
    people: SimpleNamespace, sign_in: Sign, role: str, today: dt.date
) -> None:
    browser = sign_in(getattr(people, role))
    gone, system = leaver(today), actions.system_actor()
    pages = [page(browser, f"/people/{pk}/", 404) for pk in (gone.pk, system.pk, MISSING)]
    assert len({text.split("<main")[1].split("<code>")[0] for text in pages}) == 1


def test_records_keep_who_has_left_and_never_show_the_system(
    people: SimpleNamespace, english: Sign, today: dt.date
) -> None:
    text = page(english(people.auditor), f"/people/{leaver(today).pk}/")
    assert "has left" in text
    page(english(people.auditor), f"/people/{actions.system_actor().pk}/", 404)


# --- My profile -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", cast.ROLES[1:])
def test_everybody_has_a_profile(people: SimpleNamespace, english: Sign, role: str) -> None:
    one = getattr(people, role)
    text = page(english(one), "/profile/")
    assert one.employee_number in text and "Postings, the latest first" in text
    assert 'name="language"' in text
    assert 'href="/profile/"' in page(english(one), "/")


def test_a_head_appoints_a_deputy_from_the_profile_and_ends_it(
    people: SimpleNamespace, english: Sign, today: dt.date
) -> None:
    browser = english(people.manager)
    address = f"/people/{people.manager.pk}/deputies/new/"
    assert address in page(browser, "/profile/")
    assert people.employee.name in page(browser, address)
    assert people.officer.name not in page(browser, address)
    sent = {"person": people.employee.pk, "number": "", "valid_from": today, "valid_to": today + DAY, "reason": "出張"}
    assert browser.post(address, sent).url == "/profile/"
    deputy = Deputy.objects.get()
    assert (deputy.head, deputy.person) == (people.manager, people.employee)
    assert "出張" in page(browser, "/profile/")
    end = f"/deputies/{deputy.pk}/end/"
    assert end in page(browser, "/profile/")
    assert browser.post(end, {"last_day": today, "reason": "復帰"}).url == "/profile/"
    deputy.refresh_from_db()
    assert deputy.valid_to == today


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"person": ""}, "Choose a person or enter a number."),
        ({"number": "003"}, "not both"),
        ({"person": "", "number": "none"}, "Nobody on the staff has this employee number."),
        ({"person": "", "number": "002"}, "his or her own rights"),
        ({"valid_to": ""}, "required"),
        ({"valid_to": "1999-01-01"}, "before the first"),
        ({"valid_from": "2020-01-01"}, "days gone by"),
        ({"reason": " "}, "required"),
        ({"person": "0"}, "valid choice"),
    ],
)
def test_a_wrong_deputy_is_told_and_the_input_kept(
    people: SimpleNamespace, english: Sign, today: dt.date, change: dict[str, str], said: str
) -> None:
    sent = {"person": people.employee.pk, "number": "", "valid_from": today, "valid_to": today + DAY, "reason": "出張"}
    response = english(people.manager).post(f"/people/{people.manager.pk}/deputies/new/", {**sent, **change})
    assert response.status_code == 400
    text = response.content.decode()
    assert said in text
    assert "reason" in change or "出張" in text
    assert not Deputy.objects.exists()


def test_a_head_appoints_for_nobody_else_and_ends_nobody_else_s(
    people: SimpleNamespace, sign_in: Sign, today: dt.date
) -> None:
    taxes = Department.objects.get(code="013010")
    actions.post(
        by=people.officer,
        person=people.other_department,
        department=taxes,
        is_head=True,
        concurrent=True,
        valid_from=today,
    )
    row = Deputy.objects.create(head=people.other_department, person=people.auditor, valid_from=today, valid_to=today)
    browser = sign_in(people.manager)
    for address in (f"/people/{people.other_department.pk}/deputies/new/", f"/deputies/{row.pk}/end/"):
        assert browser.get(address).status_code == 404
        assert browser.post(address).status_code == 404
    assert sign_in(people.employee).get(f"/people/{people.employee.pk}/deputies/new/").status_code == 403


def test_a_deputy_appoints_no_deputy(people: SimpleNamespace, sign_in: Sign, today: dt.date) -> None:
    Deputy.objects.create(head=people.manager, person=people.employee, valid_from=today, valid_to=today)
    assert sign_in(people.employee).get(f"/people/{people.manager.pk}/deputies/new/").status_code == 403


# --- Departments ----------------------------------------------------------------------------------------------------


@pytest.fixture
def renamed(people: SimpleNamespace, today: dt.date) -> dt.date:
    """市民課 became 市民窓口課 this day ten days ago."""
    since = today - 10 * DAY
    Department.objects.filter(code="012010").update(valid_to=since - DAY)
    cast.department("012010", "市民窓口課", valid_from=since)
    return since


def test_the_tree_stands_in_the_official_order_with_heads_and_numbers(people: SimpleNamespace, english: Sign) -> None:
    text = page(english(people.employee), "/departments/")
    assert text.index("総務部") < text.index("情報政策課") < text.index("市民課") < text.index("税務課")
    assert people.manager.name in text
    row = text[text.index("総務部") : text.index("情報政策課")]
    assert '<td class="number">0</td><td class="number">3</td>' in row


def test_another_day_has_the_names_of_the_time(people: SimpleNamespace, english: Sign, renamed: dt.date) -> None:
    browser = english(people.employee)
    before = (renamed - DAY).isoformat()
    assert "市民窓口課" in page(browser, "/departments/")
    text = page(browser, f"/departments/?on={before}")
    assert "市民課" in text and "市民窓口課" not in text and people.manager.name not in text
    assert people.manager.name in page(english(people.auditor), f"/departments/?on={before}")


def test_a_department_shows_its_people_heads_and_names_over_time(
    people: SimpleNamespace, english: Sign, renamed: dt.date
) -> None:
    text = page(english(people.other_department), "/departments/012010/")
    for seen in ("市民窓口課", "市民課", people.manager.name, people.employee.name, "Names over time"):
        assert seen in text


@pytest.mark.parametrize(
    ("role", "seen"), [("employee", False), ("other_department", False), ("manager", True), ("auditor", True)]
)
def test_who_was_there_on_another_day_is_not_for_everybody(
    people: SimpleNamespace, english: Sign, today: dt.date, role: str, seen: bool
) -> None:
    for days in (-10, 10):
        on = (today + days * DAY).isoformat()
        text = page(english(getattr(people, role)), f"/departments/012010/?on={on}").split("<main")[1]
        assert (people.employee.name in text) is seen


def test_a_japanese_date_is_read_and_nonsense_is_told(people: SimpleNamespace, english: Sign) -> None:
    browser = english(people.employee)
    assert "As of 2018-04-01" in page(browser, "/departments/?on=Ｈ30.4.1")
    assert "cannot be read as a date" in page(browser, "/departments/?on=abc")
    assert "cannot be read as a date" in page(browser, "/departments/012010/?on=abc")
    assert "did not exist on this day" in page(browser, "/departments/012010/?on=1999-1-1")
    assert "No department existed" in page(browser, "/departments/?on=1999-1-1")


@pytest.mark.parametrize("code", ["nothing", "012010%00", "０１２０１０", "%2E%2E"])
def test_a_department_that_never_was_is_not_found(people: SimpleNamespace, sign_in: Sign, code: str) -> None:
    assert sign_in(people.employee).get(f"/departments/{code}/").status_code == 404
