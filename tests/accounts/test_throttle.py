"""Slowing down guesses: what an attacker meets, and that the colleague does not meet it."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from accounts import throttle
from accounts.models import Attempt
from audit.models import Event
from staff import actions
from staff.models import Staff
from tests.accounts.signing import ANOTHER, PASSWORD, english, is_signed_in, sign_in, text, with_password

NOW = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _now(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


def later(time_machine: Any, **time: float) -> None:
    time_machine.shift(dt.timedelta(**time))


def guess(times: int, number: str = "20160401", **more: Any) -> Any:
    """Guess from as many unknown browsers, and return the last answer."""
    for place in range(times):
        response = sign_in(number, f"wrong guess number {place}", **more)
    return response


def statuses(times: int, **more: Any) -> list[int]:
    return [sign_in("20160401", "wrong guess", **more).status_code for _ in range(times)]


def test_the_first_tries_are_free_and_the_next_must_wait(person: Staff) -> None:
    assert statuses(6) == [400, 400, 400, 400, 400, 429]
    response = sign_in("20160401")
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "30"
    assert not is_signed_in(response.browser)


def test_how_long_to_wait_is_said_in_plain_words(person: Staff, time_machine: Any) -> None:
    guess(5)
    browser = english(Client())
    assert "Please wait 30 seconds, then try again." in text(sign_in("20160401", browser=browser))
    later(time_machine, seconds=20)
    assert "Please wait 10 seconds" in text(sign_in("20160401", browser=browser))
    later(time_machine, seconds=10)
    guess(1)
    assert "Please wait 1 minute," in text(sign_in("20160401", browser=browser))


def test_the_wait_doubles_up_to_a_quarter_of_an_hour(person: Staff, time_machine: Any, settings: Any) -> None:
    settings.THROTTLE_WINDOW_SECONDS = 24 * 3600
    guess(5)
    waits = []
    for _ in range(8):
        wait = int(sign_in("20160401", "x").headers["Retry-After"])
        waits.append(wait)
        later(time_machine, seconds=wait)
        assert statuses(1) == [400]
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]


def test_a_try_that_came_too_soon_is_not_checked_and_not_counted(person: Staff, time_machine: Any) -> None:
    guess(20)
    assert Attempt.objects.count() == 5
    assert Event.objects.filter(action="accounts.sign_in_failed").count() == 5
    later(time_machine, seconds=30)
    assert is_signed_in(sign_in("20160401").browser)


def test_after_the_window_all_is_forgotten(person: Staff, time_machine: Any) -> None:
    guess(5)
    later(time_machine, seconds=3601)
    assert statuses(5) == [400] * 5


def test_a_right_password_forgives_the_wrong_ones_before_it(person: Staff) -> None:
    guess(4)
    assert is_signed_in(sign_in("20160401").browser)
    assert statuses(6) == [400, 400, 400, 400, 400, 429]


def test_a_number_nobody_has_waits_in_the_same_words(person: Staff) -> None:
    known, unknown = guess(6), guess(6, "99999999")
    for response in (known, unknown):
        assert response.status_code == 429

    def plain(response: Any) -> str:
        without = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
        return re.sub(r"20160401|99999999", "N", without.replace(response.headers["X-Request-ID"], ""))

    assert plain(known) == plain(unknown)


@pytest.mark.parametrize("spelling", ["２０１６０４０１", " 20160401 ", "20160401"])
def test_another_spelling_of_the_number_is_no_way_round(person: Staff, spelling: str) -> None:
    guess(5)
    assert sign_in(spelling, "x").status_code == 429


def test_guesses_from_elsewhere_never_stop_the_colleague_s_own_computer(person: Staff) -> None:
    own = sign_in("20160401").browser
    own.post("/sign-out/")
    guess(50)
    assert sign_in("20160401").status_code == 429
    assert is_signed_in(sign_in("20160401", browser=own).browser)


def test_the_own_computer_is_slowed_for_itself_alone(person: Staff) -> None:
    own = sign_in("20160401").browser
    own.post("/sign-out/")
    assert statuses(6, browser=own)[-2:] == [400, 429]
    assert is_signed_in(sign_in("20160401").browser)


def test_a_computer_that_knows_one_account_is_a_stranger_to_another(person: Staff) -> None:
    with_password("20160402")
    own = sign_in("20160402").browser
    own.post("/sign-out/")
    guess(5)
    assert sign_in("20160401", browser=own).status_code == 429


def test_a_shared_computer_knows_several_people(person: Staff) -> None:
    with_password("20160402")
    shared = Client()
    for number in ("20160401", "20160402"):
        sign_in(number, browser=shared)
        shared.post("/sign-out/")
    guess(5)
    guess(5, "20160402")
    for number in ("20160401", "20160402"):
        assert is_signed_in(sign_in(number, browser=shared).browser)
        shared.post("/sign-out/")


def test_a_shared_computer_keeps_a_cookie_of_bounded_size(db: None) -> None:
    shared = Client()
    for number in range(throttle.ACCOUNTS_KEPT + 3):
        shared.force_login(with_password(f"2016{number:04}"))
        shared.post("/sign-out/")
        sign_in(f"2016{number:04}", browser=shared)
        shared.post("/sign-out/")
    assert len(shared.cookies["device"].value) < 400


def test_the_cookie_is_for_the_browser_alone_and_names_nobody(person: Staff) -> None:
    cookie = sign_in("20160401").browser.cookies["device"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 400 * 24 * 3600)
    assert "20160401" not in cookie.value


@pytest.mark.parametrize("forged", ["", "x", "x.y.z", "\x00", "x" * 5000])
def test_a_forged_cookie_is_no_cookie(person: Staff, forged: str) -> None:
    own = sign_in("20160401").browser
    own.post("/sign-out/")
    guess(5)
    value = own.cookies["device"].value
    for cookie in (forged, value[:-2] + "aa", value.replace(":", "1:", 1)):
        browser = Client()
        browser.cookies["device"] = cookie
        assert sign_in("20160401", browser=browser).status_code == 429


def test_a_wrong_password_gives_no_cookie(person: Staff) -> None:
    assert "device" not in sign_in("20160401", "wrong").browser.cookies


def test_one_address_may_err_as_often_as_a_city_does(person: Staff, settings: Any, time_machine: Any) -> None:
    settings.THROTTLE_ADDRESS_FAILURES = 8
    known = sign_in("20160401").browser
    known.post("/sign-out/")
    for number in range(8):
        assert sign_in(f"9{number:07}", "x").status_code == 400
    stopped = sign_in("20160401")
    assert (stopped.status_code, stopped.headers["Retry-After"]) == (429, "3600")
    assert is_signed_in(sign_in("20160401", browser=known).browser)
    assert is_signed_in(sign_in("20160401", REMOTE_ADDR="192.0.2.7").browser)
    later(time_machine, seconds=3600)
    assert is_signed_in(sign_in("20160401").browser)


def test_the_morning_of_the_first_of_april_goes_on(db: None, settings: Any) -> None:
    system = actions.system_actor()
    rows = [
        Attempt(account=throttle.account_of(f"n{number}"), address="127.0.0.1", succeeded=False)
        for number in range(487)
        for _ in range(2)
    ]
    Attempt.objects.bulk_create(rows)
    assert system and is_signed_in(sign_in(with_password("20160401").employee_number).browser)


def test_the_rows_hold_no_number_no_password_and_no_cookie(person: Staff) -> None:
    own = sign_in("20160401").browser
    sign_in("99999999", "a secret that was typed", browser=Client())
    kept = str(list(Attempt.objects.values()))
    for told in ("20160401", "99999999", "secret", PASSWORD, own.cookies["device"].value.split(".")[0]):
        assert told not in kept


@pytest.mark.parametrize("address", ["/account/reauthenticate/", "/account/password/"])
def test_guessing_on_an_open_session_is_slowed_too(person: Staff, address: str) -> None:
    browser = Client()
    browser.force_login(person)
    sent = {"password": "wrong", "oldpassword": "wrong", "password1": ANOTHER, "password2": ANOTHER}
    found = [browser.post(address, sent).status_code for _ in range(6)]
    assert found[-1] == 429
    assert set(found[:5]) <= {400, 429}
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_of_many_guesses_at_once_no_more_are_checked_than_are_free(transactional_db: None) -> None:
    actions.system_actor()
    with_password("20160401")

    def one(place: int) -> int:
        try:
            return int(sign_in("20160401", f"guess {place}").status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=16) as pool:
        found = list(pool.map(one, range(50)))
    assert set(found) == {400, 429}
    assert found.count(400) <= 5
    assert Attempt.objects.filter(succeeded=False).count() == found.count(400)


def test_of_many_right_passwords_after_wrong_ones_none_slips_through(transactional_db: None) -> None:
    actions.system_actor()
    with_password("20160401")
    guess(5)

    def one(_place: int) -> int:
        try:
            return int(sign_in("20160401").status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=8) as pool:
        assert set(pool.map(one, range(16))) == {429}
