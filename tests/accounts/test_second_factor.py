"""An authenticator app with recovery codes: adding it, signing in with it, and what a guesser meets."""

import re
from typing import Any

import pytest
from allauth.core import context
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.actions_desk import disable_account
from accounts.factors import FactorsAdapter
from accounts.models import Attempt
from audit.models import Event
from staff.actions import system_actor
from staff.models import Staff
from tests.accounts.factors import ADD, CODES, App, add_app, recovery_codes, second_step, secret_on, with_app
from tests.accounts.signing import ANOTHER, PASSWORD, english, is_signed_in, sign_in, text
from tests.mail_server import MailServer

INDEX = "/account/factors/"
REMOVE = "/account/factors/app/remove/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon(time_machine: Any) -> None:
    time_machine.move_to("2026-11-23T03:00:05Z", tick=False)


@pytest.fixture
def browser(person: Staff) -> Client:
    """A browser in which the person has just signed in."""
    person.language = "en"
    person.save()
    return sign_in("20160401").browser


def actions_of(person: Staff) -> list[str]:
    return list(Event.objects.filter(actor_uid=person.uid).order_by("pk").values_list("action", flat=True))


# --- Adding an app ------------------------------------------------------------------------------------------------


def test_an_app_is_added_in_three_steps_and_the_codes_come_next(browser: Client, person: Staff) -> None:
    page = browser.get(ADD).content.decode()
    assert [page.index(words) for words in ("1. Install", "2. Scan", "3. Type")] == sorted(
        page.index(words) for words in ("1. Install", "2. Scan", "3. Type")
    )
    app = App(secret_on(page))
    assert browser.post(ADD, {"code": app.code()}).headers["Location"] == CODES
    words = text(browser.get(CODES))
    assert all(f"{code[:4]} {code[4:]}" in words for code in recovery_codes(person))
    assert "in use" in text(browser.get(INDEX))
    assert actions_of(person)[-2:] == ["accounts.add_factor", "accounts.add_factor"]


def test_the_qr_code_is_drawn_without_style_and_says_what_it_is(browser: Client) -> None:
    page = browser.get(ADD).content.decode()
    drawing = re.search(r'<svg class="qr".*?</svg>', page, re.DOTALL)
    assert drawing
    assert "<title" in drawing[0] and "<desc" in drawing[0] and 'role="img"' in drawing[0]
    assert "style" not in drawing[0] and "data:" not in page


def test_the_key_stays_the_same_until_it_is_used(browser: Client) -> None:
    first = secret_on(browser.get(ADD).content.decode())
    wrong = browser.post(ADD, {"code": "000000"})
    assert wrong.status_code == 400
    assert secret_on(wrong.content.decode()) == first == secret_on(browser.get(ADD).content.decode())
    assert "The code is not right" in text(wrong)


@pytest.mark.parametrize("sent", ["", "abc", "1" * 5_000, "\0", "１２３", "😀"])
def test_a_wrong_first_code_adds_nothing(sent: str, browser: Client) -> None:
    browser.get(ADD)
    assert browser.post(ADD, {"code": sent}).status_code == 400
    assert not Authenticator.objects.exists()


def test_full_width_digits_and_blanks_are_read(browser: Client) -> None:
    app = App(secret_on(browser.get(ADD).content.decode()))
    wide = app.code().translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert browser.post(ADD, {"code": f" {wide[:3]}　{wide[3:]} "}).status_code == 302


def test_the_names_that_an_app_shows_are_the_portal_and_the_number(browser: Client, person: Staff) -> None:
    browser.get(ADD)
    with context.request_context(browser.get(ADD).wsgi_request):
        address = FactorsAdapter().build_totp_url(person, "KEY")
    assert address.startswith("otpauth://totp/20160401?secret=KEY&issuer=%E7%9C%9F%E5%B2%A1%E5%B8%82%20")


def test_an_app_that_is_there_is_not_added_a_second_time(browser: Client) -> None:
    add_app(browser)
    assert browser.get(ADD).headers["Location"] == REMOVE
    assert browser.post(ADD, {"code": "000000"}).headers["Location"] == REMOVE
    assert Authenticator.objects.filter(type="totp").count() == 1


def test_the_mail_tells_of_an_app_that_was_added(
    browser: Client, inbox: MailServer, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        add_app(browser)
    assert [mail["To"] for mail in inbox.mails] == ["sena@staff.moka.example"]


# --- Signing in ---------------------------------------------------------------------------------------------------


def test_after_the_password_comes_the_code_and_only_then_the_portal(person: Staff) -> None:
    app = with_app(person)
    response = sign_in("20160401")
    browser = response.browser
    assert response.headers["Location"] == "/sign-in/factor/"
    assert not is_signed_in(browser)
    assert browser.get("/policies/").headers["Location"].startswith("/sign-in/")
    assert second_step(browser, app.code()).headers["Location"] == "/"
    assert is_signed_in(browser)
    assert actions_of(person)[-1] == "accounts.sign_in"


def test_the_person_arrives_where_he_or_she_was_heading(person: Staff) -> None:
    app, browser = with_app(person), Client()
    browser.post("/sign-in/?next=/policies/", {"login": "20160401", "password": PASSWORD, "next": "/policies/"})
    assert second_step(browser, app.code()).headers["Location"] == "/policies/"


@pytest.mark.parametrize("later", [-1, 0, 1])
def test_a_clock_that_is_half_a_minute_off_is_borne(later: int, person: Staff) -> None:
    app = with_app(person)
    assert second_step(sign_in("20160401").browser, app.code(later)).status_code == 302


@pytest.mark.parametrize("later", [-20, -2, 2, 20])
def test_a_code_of_another_time_is_wrong(later: int, person: Staff) -> None:
    app = with_app(person)
    assert second_step(sign_in("20160401").browser, app.code(later)).status_code == 400


@pytest.mark.parametrize("seconds", [0, 29, 59])
def test_a_code_works_once_however_long_it_would_be_taken(seconds: int, person: Staff, time_machine: Any) -> None:
    app = with_app(person)
    code = app.code(1)
    assert second_step(sign_in("20160401").browser, code).status_code == 302
    time_machine.shift(seconds)
    again = sign_in("20160401").browser
    assert second_step(again, code).status_code == 400
    assert not is_signed_in(again)


def test_the_code_that_added_the_app_does_not_sign_in(browser: Client, person: Staff) -> None:
    app = add_app(browser)
    again = sign_in("20160401").browser
    assert second_step(again, app.code()).status_code == 400
    assert second_step(again, app.code(1)).status_code == 302


def test_an_earlier_code_is_dead_once_a_later_one_was_used(person: Staff) -> None:
    app = with_app(person)
    assert second_step(sign_in("20160401").browser, app.code(1)).status_code == 302
    assert second_step(sign_in("20160401").browser, app.code(0)).status_code == 400


def test_a_recovery_code_lets_in_once_and_is_told(person: Staff) -> None:
    with_app(person)
    person.language = "en"
    person.save()
    code = recovery_codes(person)[3]
    browser = sign_in("20160401", browser=english(Client())).browser
    assert second_step(browser, f"{code[:4]} {code[4:]}").status_code == 302
    assert "You used a recovery code. 9 are left." in text(browser.get("/account/"))
    assert code not in recovery_codes(person)
    assert second_step(sign_in("20160401").browser, code).status_code == 400
    used = Event.objects.get(action="accounts.use_recovery_code")
    assert used.data == {"left": 9}


def test_a_recovery_code_is_told_by_mail_as_well(
    person: Staff, inbox: MailServer, django_capture_on_commit_callbacks: Any
) -> None:
    with_app(person)
    browser = sign_in("20160401").browser
    with django_capture_on_commit_callbacks(execute=True):
        second_step(browser, recovery_codes(person)[0])
    assert [mail["To"] for mail in inbox.mails] == ["sena@staff.moka.example"]


@pytest.mark.parametrize("sent", ["", "000000", "1" * 5_000, "\0", "😀", "<b>", "-1"])
def test_a_wrong_code_is_told_and_signs_nobody_in(sent: str, person: Staff) -> None:
    with_app(person)
    browser = sign_in("20160401").browser
    response = second_step(browser, sent)
    assert response.status_code == 400
    assert response.context["form"].errors["code"]
    assert not is_signed_in(browser)


def test_the_page_without_a_password_before_it_leads_to_the_sign_in(db: None) -> None:
    assert Client().get("/sign-in/factor/").headers["Location"] == "/sign-in/"
    assert Client().post("/sign-in/factor/", {"code": "123456"}).headers["Location"] == "/sign-in/"


def test_the_sign_in_can_be_stopped_at_the_second_step(person: Staff) -> None:
    app = with_app(person)
    browser = sign_in("20160401").browser
    assert browser.get("/sign-in/").headers["Location"] == "/sign-in/factor/"
    assert browser.post("/sign-in/factor/", {"cancel": "1"}).headers["Location"] == "/sign-in/"
    assert browser.get("/sign-in/").status_code == 200
    assert second_step(browser, app.code()).headers["Location"] == "/sign-in/"
    assert not is_signed_in(browser)


def test_somebody_disabled_meanwhile_does_not_get_in(person: Staff) -> None:
    app = with_app(person)
    browser = sign_in("20160401").browser
    disable_account(by=system_actor(), person=person, reason="test")
    second_step(browser, app.code())
    assert not is_signed_in(browser)


# --- Guessing -----------------------------------------------------------------------------------------------------


def guess(browser: Client, times: int) -> Any:
    response = None
    for _ in range(times):
        response = second_step(browser, "000000")
    return response


def test_five_wrong_codes_stop_the_sign_in_and_are_told_by_mail(
    person: Staff, inbox: MailServer, django_capture_on_commit_callbacks: Any
) -> None:
    with_app(person)
    browser = sign_in("20160401").browser
    assert guess(browser, 4).status_code == 400
    with django_capture_on_commit_callbacks(execute=True):
        assert guess(browser, 1).headers["Location"] == "/sign-in/"
    assert browser.get("/sign-in/").status_code == 200
    assert actions_of(person).count("accounts.factor_failed") == 5
    assert len(inbox.mails) == 1


def test_a_guesser_with_the_right_password_has_to_wait_longer_and_longer(person: Staff, time_machine: Any) -> None:
    app = with_app(person)
    guess(sign_in("20160401").browser, 5)
    browser = sign_in("20160401").browser
    waiting = second_step(browser, app.code())
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (429, "30")
    time_machine.shift(31)
    assert second_step(browser, "000000").status_code == 400
    waiting = second_step(browser, "000000")
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (429, "60")
    time_machine.shift(61)
    assert second_step(browser, app.code()).status_code == 302


def test_a_code_that_came_too_soon_is_not_used_up(person: Staff, time_machine: Any) -> None:
    app = with_app(person)
    guess(sign_in("20160401").browser, 5)
    browser = sign_in("20160401").browser
    code = app.code(1)
    assert second_step(browser, code).status_code == 429
    time_machine.shift(30)
    assert second_step(browser, code).status_code == 302


def test_a_guesser_elsewhere_never_makes_the_colleague_s_own_computer_wait(person: Staff) -> None:
    app = with_app(person)
    own = sign_in("20160401").browser
    assert second_step(own, app.code()).status_code == 302
    own.post("/sign-out/")
    for _ in range(3):
        guess(sign_in("20160401").browser, 5)
    assert sign_in("20160401", browser=own).headers["Location"] == "/sign-in/factor/"
    assert second_step(own, app.code(1)).status_code == 302


def test_wrong_codes_and_wrong_passwords_are_counted_apart(person: Staff) -> None:
    with_app(person)
    guess(sign_in("20160401").browser, 5)
    assert sign_in("20160401").headers["Location"] == "/sign-in/factor/"
    assert Attempt.objects.filter(succeeded=False).values("account").distinct().count() == 1


# --- Recovery codes and removal -----------------------------------------------------------------------------------


def test_the_codes_are_shown_again_saved_as_a_file_and_made_anew(browser: Client, person: Staff) -> None:
    add_app(browser)
    old = recovery_codes(person)
    assert all(f"{code[:4]} {code[4:]}" in text(browser.get(CODES)) for code in old)
    file = browser.get(f"{CODES}file/")
    assert "attachment" in file.headers["Content-Disposition"]
    assert all(f"{code[:4]} {code[4:]}" in file.content.decode() for code in old)
    assert browser.post(f"{CODES}new/").headers["Location"] == CODES
    assert not set(old) & set(recovery_codes(person))
    assert "accounts.export_recovery_codes" in actions_of(person)
    assert actions_of(person)[-2:] == ["accounts.remove_factor", "accounts.add_factor"]


@pytest.mark.parametrize("address", [CODES, f"{CODES}new/", f"{CODES}file/", REMOVE])
def test_without_a_factor_these_pages_lead_to_the_overview(address: str, browser: Client) -> None:
    assert browser.get(address).headers["Location"] == INDEX


def test_removing_the_last_factor_asks_for_a_longer_password(browser: Client, person: Staff) -> None:
    add_app(browser)
    assert "Remove the authenticator app?" in text(browser.get(REMOVE))
    assert browser.post(REMOVE).status_code == 302
    assert not Authenticator.objects.exists()
    person.refresh_from_db()
    assert person.password_must_change
    assert browser.get("/").headers["Location"].startswith("/account/password/")
    assert actions_of(person)[-3:] == [
        "accounts.remove_factor",
        "accounts.remove_factor",
        "accounts.require_password_change",
    ]


def test_where_all_passwords_have_the_same_length_none_must_be_changed(
    browser: Client, person: Staff, settings: Any
) -> None:
    settings.PASSWORD_MIN_LENGTH_WITH_SECOND_FACTOR = settings.PASSWORD_MIN_LENGTH
    add_app(browser)
    browser.post(REMOVE)
    person.refresh_from_db()
    assert not person.password_must_change


def test_a_short_password_is_good_enough_with_a_factor_only(browser: Client) -> None:
    sent = {"oldpassword": PASSWORD, "password1": "かえるの合唱9", "password2": "かえるの合唱9"}
    assert browser.post("/account/password/", sent).status_code == 400
    add_app(browser)
    sent = {"oldpassword": PASSWORD, "password1": "hippo-tango-9", "password2": "hippo-tango-9"}
    assert browser.post("/account/password/", sent).status_code == 302
    assert ANOTHER not in sent.values()


# --- At rest ------------------------------------------------------------------------------------------------------


def test_no_secret_can_be_read_in_the_database(browser: Client, person: Staff) -> None:
    app = add_app(browser)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert app.secret not in stored
    assert not any(code in stored for code in recovery_codes(person))


def test_a_new_key_comes_first_and_the_old_ones_still_decrypt(person: Staff, settings: Any, capsys: Any) -> None:
    settings.MFA_ENCRYPTION_KEYS = ["the first key of all, long enough"]
    app = with_app(person)
    settings.MFA_ENCRYPTION_KEYS = ["a second key, which is also long", *settings.MFA_ENCRYPTION_KEYS]
    assert second_step(sign_in("20160401").browser, app.code()).status_code == 302
    call_command("encrypt_factors_again")
    assert capsys.readouterr().out == "2 secrets encrypted with the first key\n"
    settings.MFA_ENCRYPTION_KEYS = settings.MFA_ENCRYPTION_KEYS[:1]
    assert second_step(sign_in("20160401").browser, app.code(1)).status_code == 302


def test_a_lost_key_is_told_and_lets_nobody_in(person: Staff, settings: Any) -> None:
    app = with_app(person)
    settings.MFA_ENCRYPTION_KEYS = ["quite another key of forty characters ..."]
    browser = sign_in("20160401").browser
    assert second_step(browser, app.code()).status_code == 409
    assert not is_signed_in(browser)
    with pytest.raises(CommandError, match="No key of MFA_ENCRYPTION_KEYS fits"):
        call_command("encrypt_factors_again")
