"""A real SMTP server of a test's own, which keeps what it gets and can be told to refuse or to fall over."""

import email
import email.policy
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.conftest import free_port

OK = "250 2.0.0 taken as 4711"


class MailServer:
    """The mails taken so far, and how the next ones are answered.

    `at_rcpt` and `at_data` map an address to an answer other than yes; `lost_at_data` names addresses whose mail is
    taken, but whose connection is cut before the answer; `before_answer` runs before a taken mail is answered.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.mails: list[EmailMessage] = []
        self.at_rcpt: dict[str, str] = {}
        self.at_data: dict[str, str] = {}
        self.lost_at_rcpt: set[str] = set()
        self.lost_at_data: set[str] = set()
        self.before_answer: Callable[[str], None] = lambda address: None
        self.lock = threading.Lock()

    @property
    def variables(self) -> dict[str, str]:
        """The environment of a process of the portal that sends here."""
        return {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(self.port)}

    @property
    def addresses(self) -> list[str]:
        """To whom the taken mails went, in order."""
        return [str(mail["To"]) for mail in self.mails]

    async def handle_RCPT(  # noqa: N802
        self, server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Answer for one recipient."""
        if address in self.lost_at_rcpt:
            server.transport.abort()
        if address in self.at_rcpt:
            return self.at_rcpt[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take one mail, or not."""
        (address,) = envelope.rcpt_tos
        if address in self.at_data:
            return self.at_data[address]
        with self.lock:
            self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        self.before_answer(address)
        if address in self.lost_at_data:
            server.transport.abort()
        return OK


@contextmanager
def serving() -> Iterator[MailServer]:
    """Serve on a free port of 127.0.0.1."""
    inbox = MailServer(free_port())
    controller = Controller(inbox, hostname="127.0.0.1", port=inbox.port)
    controller.start()
    try:
        yield inbox
    finally:
        controller.stop()
