"""The first sign-in by the temporary password on a printed sheet: what it holds, how long it works, many at once."""

import datetime as dt
import re
import subprocess
import tempfile
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest

from audit.models import Event
from staff import actions
from staff.models import Department, Staff
from tests import cast
from tests.accounts.signing import ANOTHER, PASSWORD, is_signed_in
from tests.accounts.signing import sign_in as by_form

NOW = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)
NOTICES = "/administration/accounts/notices/"


@pytest.fixture(autouse=True)
def _now(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def newcomer(people: SimpleNamespace) -> Staff:
    """Somebody on the staff who has never signed in."""
    return cast.person("20260401", "新人 花子")


def words_of(pdf: bytes) -> str:
    """Return the text of a PDF without blanks, as poppler reads it."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        done = subprocess.run(["pdftotext", "-layout", file.name, "-"], capture_output=True, text=True, check=True)
    return done.stdout


def password_on(pdf: bytes) -> str:
    found = re.search(r"\b[a-z2-9]{4}(-[a-z2-9]{4}){3}\b", words_of(pdf))
    assert found
    return found[0]


def notice(sign_in: Any, people: SimpleNamespace, person: Staff) -> Any:
    browser = sign_in(people.administrator)
    return browser.post(f"/administration/accounts/{person.pk}/notice/", {"reason": "本人が来庁"})


def test_the_sheet_holds_what_the_person_needs_and_nothing_is_kept(
    people: SimpleNamespace, newcomer: Staff, sign_in: Any
) -> None:
    response = notice(sign_in, people, newcomer)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in response.headers["Cache-Control"]
    words = words_of(response.content)
    for told in (
        "初期パスワード通知書",
        "20260401",
        "新人 花子",
        "令和8年（2026年）12月8日まで",
        "http://127.0.0.1:8000",
    ):
        assert told in words, told
    newcomer.refresh_from_db()
    assert newcomer.password_must_change
    assert newcomer.check_password(password_on(response.content))
    event = Event.objects.filter(action="staff.set_password").latest("pk")
    assert event.actor_uid == people.administrator.uid
    assert event.data["reason"] == "本人が来庁"
    assert password_on(response.content) not in str(list(Event.objects.values()))
    with pikepdf.open(BytesIO(response.content)) as pdf:
        assert len(pdf.pages) == 1
        assert str(pdf.Root.Lang) == "ja"


def test_with_the_sheet_the_person_comes_in_and_must_change_it_first(
    people: SimpleNamespace, newcomer: Staff, sign_in: Any
) -> None:
    password = password_on(notice(sign_in, people, newcomer).content)
    browser = by_form("20260401", password).browser
    way = browser.get("/").headers["Location"]
    assert way.startswith("/account/password/")
    sent = {"oldpassword": password, "password1": ANOTHER, "password2": ANOTHER}
    assert browser.post(way, sent).headers["Location"] == "/"
    assert browser.get("/").status_code == 200
    newcomer.refresh_from_db()
    assert (newcomer.password_must_change, newcomer.password_valid_until) == (False, None)
    assert by_form("20260401", password).status_code == 400


def test_a_sheet_is_worth_nothing_after_its_last_day(
    people: SimpleNamespace, newcomer: Staff, sign_in: Any, time_machine: Any
) -> None:
    password = password_on(notice(sign_in, people, newcomer).content)
    time_machine.move_to(dt.datetime(2026, 12, 8, 14, 59, tzinfo=dt.UTC), tick=False)
    assert is_signed_in(by_form("20260401", password).browser)
    time_machine.move_to(dt.datetime(2026, 12, 8, 15, 0, tzinfo=dt.UTC), tick=False)
    assert by_form("20260401", password).status_code == 400


def test_a_new_sheet_makes_the_old_one_worthless(people: SimpleNamespace, newcomer: Staff, sign_in: Any) -> None:
    first, second = (password_on(notice(sign_in, people, newcomer).content) for _ in range(2))
    assert by_form("20260401", first).status_code == 400
    assert is_signed_in(by_form("20260401", second).browser)


def test_a_sheet_ends_the_sessions_of_the_person(people: SimpleNamespace, sign_in: Any) -> None:
    actions.set_password(by=people.employee, person=people.employee, password=PASSWORD)
    browser = by_form(people.employee.employee_number).browser
    assert is_signed_in(browser)
    notice(sign_in, people, people.employee)
    assert not is_signed_in(browser)


def test_a_link_of_the_sheet_page_is_made_only_by_sending_a_form(
    people: SimpleNamespace, newcomer: Staff, sign_in: Any
) -> None:
    held = newcomer.password
    assert sign_in(people.administrator).get(f"/administration/accounts/{newcomer.pk}/notice/").status_code == 200
    newcomer.refresh_from_db()
    assert newcomer.password == held


# --- Many at once --------------------------------------------------------------------------------------------------


def posted(number: str, code: str, **more: Any) -> Staff:
    one = cast.person(number, f"新人 {number}", **more)
    actions.post(by=one, person=one, department=Department.objects.get(code=code), valid_from=cast.SINCE)
    return one


def test_a_department_s_sheets_come_as_one_file(people: SimpleNamespace, sign_in: Any) -> None:
    fresh = [posted(f"n{number}", "012010") for number in range(3)]
    with_mail, elsewhere = posted("n8", "012010", email="a@moka.example"), posted("n9", "013010")
    Staff.objects.filter(employee_number__startswith="00").update(last_login=NOW)
    browser = sign_in(people.administrator)
    sent = {"department": "012010", "reason": "4月採用"}
    response = browser.post(NOTICES, sent)
    assert response.headers["Content-Type"] == "application/pdf"
    with pikepdf.open(BytesIO(response.content)) as pdf:
        assert len(pdf.pages) == 3
    words = words_of(response.content)
    for one in fresh:
        one.refresh_from_db()
        assert one.password_must_change
        assert one.name in words
    for one in (with_mail, elsewhere):
        assert one.name not in words
    again = browser.post(NOTICES, {**sent, "with_mail": "on"})
    with pikepdf.open(BytesIO(again.content)) as pdf:
        assert len(pdf.pages) == 4


@pytest.mark.parametrize(
    "sent",
    [
        {"department": "013010", "reason": "採用"},
        {"department": "none", "reason": "採用"},
        {"department": "012010", "reason": ""},
        {"department": "012010\0", "reason": "採用"},
        {},
    ],
)
def test_nothing_is_printed_for_nobody_or_without_reason(
    sent: dict[str, str], people: SimpleNamespace, sign_in: Any
) -> None:
    posted("n1", "012010")
    Staff.objects.filter(employee_number__startswith="00").update(last_login=NOW)
    response = sign_in(people.administrator).post(NOTICES, sent)
    assert response.status_code == 400
    assert not Staff.objects.filter(password_must_change=True).exists()


def test_too_many_sheets_at_once_are_refused(people: SimpleNamespace, sign_in: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("accounts.forms_desk.NOTICES_MAX", 2)
    for number in range(3):
        posted(f"n{number}", "012010")
    response = sign_in(people.administrator).post(NOTICES, {"department": "012010", "reason": "採用"})
    assert response.status_code == 400
    assert not Staff.objects.filter(password_must_change=True).exists()
