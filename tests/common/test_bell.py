"""Ringing for a worker: after commit only, and never in the way of the person's work."""

import json
import logging
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.db import transaction

from common import request_context
from common.bell import ring
from tests.conftest import BROKER_PORT

pytestmark = pytest.mark.django_db(transaction=True)
TASK, QUEUE = "tests.nobody_does_this", "moka:default"


def rung(broker: Any) -> list[dict[str, Any]]:
    """The messages that wait for a worker."""
    server = redis.Redis.from_url(broker.url)
    try:
        return [json.loads(message) for message in server.lrange(QUEUE, 0, -1)]
    finally:
        server.close()


def test_outside_of_a_transaction_it_rings_at_once_with_the_row_and_the_request(broker: Any) -> None:
    with request_context.use(request_context.RequestContext("a-request", "")):
        ring(TASK, 7)
    (message,) = rung(broker)
    assert message["headers"]["task"] == TASK
    assert message["headers"]["request_id"] == "a-request"
    assert message["headers"]["argsrepr"] == "(7,)"


def test_it_rings_only_after_commit(broker: Any) -> None:
    with transaction.atomic():
        ring(TASK, 1)
        ring(TASK, 2)
        assert rung(broker) == []
    assert len(rung(broker)) == 2


def test_a_transaction_rolled_back_rings_for_nothing(broker: Any) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ring(TASK, 1)
        raise ZeroDivisionError
    assert rung(broker) == []


def test_a_part_rolled_back_rings_for_the_rest_only(broker: Any) -> None:
    with transaction.atomic():
        ring(TASK, 1)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            ring(TASK, 2)
            raise ZeroDivisionError
    assert [message["headers"]["argsrepr"] for message in rung(broker)] == ["(1,)"]


def test_with_no_broker_the_caller_goes_on_and_the_log_names_the_row(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "common.bell"), transaction.atomic():
        ring(TASK, 42)
        ring(TASK, 43)
    assert [record.getMessage().split(";")[0] for record in caplog.records] == [
        f"The broker did not take {TASK}(42,)",
        f"The broker did not take {TASK}(43,)",
    ]


def test_a_broker_killed_and_started_again_is_rung_again(broker: Any, caplog: pytest.LogCaptureFixture) -> None:
    ring(TASK, 1)
    broker.kill()
    ring(TASK, 2)
    assert "(2,)" in caplog.text
    broker.start()
    ring(TASK, 3)
    assert [message["headers"]["argsrepr"] for message in rung(broker)] == ["(3,)"]


@pytest.fixture
def silent_broker() -> Iterator[None]:
    """Something that takes connections where the broker should be, and never says a word."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", BROKER_PORT))
        listener.listen()
        held: list[socket.socket] = []

        def hold() -> None:
            while True:
                try:
                    held.append(listener.accept()[0])
                except OSError:
                    return

        threading.Thread(target=hold, daemon=True).start()
        yield
        listener.shutdown(socket.SHUT_RDWR)
        for connection in held:
            connection.close()


@pytest.mark.usefixtures("silent_broker")
def test_with_a_broker_that_never_answers_the_caller_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    ring(TASK, 42)
    assert f"The broker did not take {TASK}(42,)" in caplog.text
