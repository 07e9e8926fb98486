"""The addresses of versions, and what a person reads on a page."""

import html
import re
from typing import Any

from policies.models import PolicyVersion


def text_of(response: Any) -> str:
    """Return the page without its tags, one blank between words."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def page(version: PolicyVersion, tail: str = "") -> str:
    """Return the address of a version, or of what `tail` names below it."""
    return f"/policies/versions/{version.pk}/{tail}"
