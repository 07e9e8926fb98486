"""The officer's browser, in which most of the training is done."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client


@pytest.fixture
def officer(people: SimpleNamespace, sign_in: Any) -> Client:
    """A browser of the officer who runs the training."""
    return sign_in(people.officer)


def text_of(response: Any) -> str:
    """Return what a page says."""
    return response.content.decode()
