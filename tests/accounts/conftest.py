"""What the tests of accounts share: people with and without a password, a mail server, a provider."""

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.servers import Provider
from staff.models import Staff
from tests import cast
from tests.accounts import oidc_provider, signing
from tests.accounts.oidc_provider import OidcProvider
from tests.mail_server import MailServer, serving


@pytest.fixture
def inbox(settings: Any) -> Iterator[MailServer]:
    """A real SMTP server to which the portal sends."""
    with serving() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


@pytest.fixture
def person(db: None) -> Staff:
    """Somebody with a password and a mail address."""
    return signing.with_password("20160401", "𠮷田 瀨奈", email="sena@staff.moka.example")


@pytest.fixture
def provider(settings: Any) -> Iterator[OidcProvider]:
    """A provider that answers, and a portal that knows it."""
    with oidc_provider.serving() as server:
        settings.OIDC = Provider(server.url, oidc_provider.CLIENT, oidc_provider.SECRET, name="市のアカウント")
        yield server


@pytest.fixture
def member(db: None) -> Staff:
    """Somebody on the staff without a password here."""
    return cast.person("20160401", "𠮷田 瀨奈", email="sena@staff.moka.example")
