"""The one door to the mail server: plain text, one recipient a mail, and the server's answer in one of four words."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime, parseaddr
from enum import StrEnum
from typing import NamedTuple

from django.conf import settings

ANSWER_MAX = 500
CONTROL = re.compile(r"[\x00-\x1f\x7f\ufffe\uffff]+")
CLOSING = 421
"""The code with which a server ends the connection (RFC 5321, 3.8)."""


class Outcome(StrEnum):
    """What became of one mail."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    LATER = "later"
    UNKNOWN = "unknown"


class Answer(NamedTuple):
    """The outcome and what the server said; `is_connected` is False once nothing more can be sent."""

    outcome: Outcome
    words: str
    is_connected: bool = True


class Unreachable(Exception):
    """The mail server did not answer, or not as a mail server does."""


@contextmanager
def connected() -> Iterator[smtplib.SMTP]:
    """Open one connection to the mail server for several mails; raises `Unreachable`."""
    try:
        server = _opened()
    except (OSError, smtplib.SMTPException) as error:
        raise Unreachable(_plain(str(error))) from error
    try:
        yield server
    finally:
        try:
            server.quit()
        except (OSError, smtplib.SMTPException):
            server.close()


def _opened() -> smtplib.SMTP:
    where = {"host": settings.EMAIL_HOST, "port": settings.EMAIL_PORT, "timeout": settings.EMAIL_TIMEOUT}
    if settings.EMAIL_USE_SSL:
        server: smtplib.SMTP = smtplib.SMTP_SSL(**where, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(**where)
    try:
        if settings.EMAIL_USE_TLS:
            server.starttls(context=ssl.create_default_context())
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except (OSError, smtplib.SMTPException):
        server.close()
        raise
    return server


def message(*, to: str, subject: str, text: str, message_id: str) -> EmailMessage:
    """Return a plain-text mail; raises `ValueError` for a subject with a line break."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = settings.MAIL_FROM
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = localtime()
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text, cte="base64")
    return mail


def hand_over(server: smtplib.SMTP, mail: EmailMessage) -> Answer:
    """Give one mail to the server and return what it answered; never raises for what the server says.

    A connection lost before the text was handed over means that the mail was not taken; after it, nobody knows.
    """
    sender, recipient = (parseaddr(str(mail[name]))[1] for name in ("From", "To"))
    if not f"{sender}{recipient}".isascii():
        return Answer(Outcome.REFUSED, "The address has characters that a mail server does not take.")
    lost = Outcome.LATER
    try:
        server.ehlo_or_helo_if_needed()
        for command, address in ((server.mail, sender), (server.rcpt, recipient)):
            code, words = command(address)
            if code // 100 != 2:
                return _turned_down(server, code, words)
        lost = Outcome.UNKNOWN
        code, words = server.data(mail.as_bytes())
        return _answer(code, words) if code // 100 == 2 else _turned_down(server, code, words)
    except smtplib.SMTPDataError as refusal:
        return _turned_down(server, refusal.smtp_code, refusal.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        return Answer(lost, _plain(str(error)), is_connected=False)


def _turned_down(server: smtplib.SMTP, code: int, words: bytes | str) -> Answer:
    """Return the answer of a server that does not take the mail, and make ready for the next one."""
    answer = _answer(code, words)
    try:
        server.rset()
    except (OSError, smtplib.SMTPException):
        return answer._replace(is_connected=False)
    return answer._replace(is_connected=code != CLOSING)


def _answer(code: int, words: bytes | str) -> Answer:
    said = words.decode(errors="replace") if isinstance(words, bytes) else words
    outcome = Outcome.ACCEPTED if code < 300 else Outcome.REFUSED if code >= 500 else Outcome.LATER
    return Answer(outcome, _plain(f"{code} {said}"))


def _plain(words: str) -> str:
    """Return what a server said as one short line that a database and a worksheet can hold."""
    return CONTROL.sub(" ", words)[:ANSWER_MAX]
