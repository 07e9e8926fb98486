"""What the sweeps over the whole project share."""

from typing import Any

import pytest

from accounts.servers import Provider


@pytest.fixture(autouse=True)
def _provider_that_is_down(settings: Any) -> None:
    """The portal knows a provider, so that its addresses exist; nobody answers there."""
    settings.OIDC = Provider("http://127.0.0.1:9", "moka-portal")
