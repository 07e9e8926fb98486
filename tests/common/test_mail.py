"""The door to the mail server: what is said when nobody or nothing sensible answers, and nothing in the clear."""

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from common import mail
from common.mail import Outcome, Unreachable
from tests.mail_server import OK, MailServer, serving


@pytest.fixture
def inbox(settings: Any) -> Iterator[MailServer]:
    with serving() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


def letter(to: str = "a@moka.example", subject: str = "件名") -> Any:
    return mail.message(to=to, subject=subject, text="本文\n.\n点で始まる行", message_id="<1@moka.example>")


def test_a_mail_arrives_as_it_was_written_and_the_answer_is_the_servers(inbox: MailServer) -> None:
    with mail.connected() as server:
        answer = mail.hand_over(server, letter())
    assert (answer.outcome, answer.words, answer.is_connected) == (Outcome.ACCEPTED, OK, True)
    assert inbox.mails[0]["Subject"] == "件名"
    assert inbox.mails[0].get_content().replace("\r\n", "\n") == "本文\n.\n点で始まる行\n"


def test_after_a_refusal_the_same_connection_takes_the_next_mail(inbox: MailServer) -> None:
    inbox.at_rcpt["a@moka.example"] = "550 no such user"
    with mail.connected() as server:
        refused, taken = mail.hand_over(server, letter()), mail.hand_over(server, letter("b@moka.example"))
    assert (refused.outcome, refused.words) == (Outcome.REFUSED, "550 no such user")
    assert taken.outcome is Outcome.ACCEPTED and inbox.addresses == ["b@moka.example"]


def test_a_subject_with_a_line_break_is_no_mail() -> None:
    with pytest.raises(ValueError, match=r"linefeed|newline|CR"):
        letter(subject="件名\nBcc: everybody@moka.example")


def test_a_server_without_starttls_gets_no_mail_where_it_is_asked_for(inbox: MailServer, settings: Any) -> None:
    settings.EMAIL_USE_TLS = True
    with pytest.raises(Unreachable, match="STARTTLS"), mail.connected():
        pass
    assert inbox.mails == []


def test_a_server_that_speaks_something_else_is_unreachable(settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.EMAIL_HOST, settings.EMAIL_PORT = listener.getsockname()
        settings.EMAIL_TIMEOUT = 2

        def answer() -> None:
            connection, _address = listener.accept()
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            connection.close()

        speaking = threading.Thread(target=answer)
        speaking.start()
        with pytest.raises(Unreachable), mail.connected():
            pass
        speaking.join(10)


def test_a_server_that_never_answers_is_given_up_after_the_time_set(settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.EMAIL_HOST, settings.EMAIL_PORT = listener.getsockname()
        settings.EMAIL_TIMEOUT = 1
        with pytest.raises(Unreachable, match="timed out"), mail.connected():
            pass
