"""Every request has an id that the person, the log and the trail share, and an address one can trust."""

import logging
import uuid
from typing import Any

import pytest
from django.test import Client, RequestFactory

from audit.models import Event
from common import request_context
from common.request_context import RequestContext, RequestIdFilter, client_address

PASSWORD = "夏の草むらに赤いかさ-12"


def asked(**headers: str) -> str:
    return client_address(RequestFactory().get("/", **headers))


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:DB8:0:0::1", "2001:db8::1"),
        ("", ""),
        ("unix:", ""),
        ("192.0.2.7:1234", ""),
        ("192.0.2.300", ""),
    ],
)
def test_without_a_proxy_the_address_is_that_of_the_connection(raw: str, address: str) -> None:
    assert asked(REMOTE_ADDR=raw) == address


def test_without_a_proxy_nobody_can_say_another_address() -> None:
    assert asked(REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR="10.0.0.1", HTTP_X_REAL_IP="10.0.0.2") == "192.0.2.7"


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ("198.51.100.9", "198.51.100.9"),
        ("10.0.0.1, 198.51.100.9", "198.51.100.9"),
        ("rubbish, 198.51.100.9", "198.51.100.9"),
        (" 198.51.100.9 ", "198.51.100.9"),
        ("2001:db8::9", "2001:db8::9"),
        ("198.51.100.9, ", ""),
        ("<script>", ""),
        ("'; DROP TABLE audit_event; --", ""),
        ("1" * 10_000, ""),
        ("真岡", ""),
    ],
    ids=lambda text: ascii(text)[:20],
)
def test_behind_a_proxy_the_last_address_in_its_header_counts(header: str, address: str, settings: Any) -> None:
    settings.CLIENT_ADDRESS_HEADER = "X-Forwarded-For"
    assert asked(REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=header) == address


def test_behind_a_proxy_that_says_nothing_no_address_is_made_up(settings: Any) -> None:
    settings.CLIENT_ADDRESS_HEADER = "X-Forwarded-For"
    assert asked(REMOTE_ADDR="192.0.2.1") == ""


def sign_in_from(person: Any, **headers: str) -> Any:
    person.set_password(PASSWORD)
    person.save()
    return Client(**headers).post("/sign-in/", {"login": person.employee_number, "password": PASSWORD})


def test_the_answer_carries_the_id_under_which_the_trail_knows_the_request(people: Any) -> None:
    response = sign_in_from(people.employee, REMOTE_ADDR="192.0.2.7")
    event = Event.objects.latest("pk")
    assert (event.action, event.address) == ("accounts.sign_in", "192.0.2.7")
    assert event.request_id == response.headers["X-Request-ID"] == str(uuid.UUID(event.request_id))


@pytest.mark.parametrize("scope", ["eth0", "x" * 500], ids=["short", "long"])
def test_an_address_with_a_zone_of_any_length_does_not_stop_the_sign_in(people: Any, settings: Any, scope: str) -> None:
    settings.CLIENT_ADDRESS_HEADER = "X-Forwarded-For"
    assert sign_in_from(people.employee, HTTP_X_FORWARDED_FOR=f"fe80::1%{scope}").status_code == 302
    assert Event.objects.latest("pk").address in ("fe80::1", "")


@pytest.mark.django_db
def test_no_two_requests_share_an_id_and_nobody_can_choose_one() -> None:
    ids = {Client(HTTP_X_REQUEST_ID="chosen").get("/healthz").headers["X-Request-ID"] for _ in range(5)}
    assert len(ids) == 5
    assert "chosen" not in ids


def test_the_context_ends_with_its_block_even_after_a_fault() -> None:
    assert request_context.current() == RequestContext("", "")
    with pytest.raises(ZeroDivisionError), request_context.use(RequestContext("outer", "192.0.2.1")):
        with request_context.use(RequestContext("inner", "")):
            assert request_context.current().request_id == "inner"
        assert request_context.current() == RequestContext("outer", "192.0.2.1")
        raise ZeroDivisionError
    assert request_context.current() == RequestContext("", "")


def test_a_log_line_names_the_request() -> None:
    line = logging.LogRecord("moka", logging.INFO, __file__, 1, "text", None, None)
    with request_context.use(RequestContext("the-request", "")):
        assert RequestIdFilter().filter(line)
    assert line.request_id == "the-request"
    assert RequestIdFilter().filter(line)
    assert line.request_id == "-"
