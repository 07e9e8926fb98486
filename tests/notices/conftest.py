"""A mail server for the tests of notices."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.mail_server import MailServer, serving


@pytest.fixture
def inbox(settings: Any) -> Iterator[MailServer]:
    """A real SMTP server to which the portal sends."""
    with serving() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server
