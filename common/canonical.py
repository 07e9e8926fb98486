"""One byte form for JSON data, so that a hash taken today can be taken again in ten years.

Keys sorted, no spaces, characters as themselves in UTF-8. Floats are refused: a decimal is a string.
"""

import hashlib
import json
from decimal import Decimal
from typing import Any


def canonical_json(data: Any) -> str:
    """Return `data` (dict, list, str, int, bool, None) in canonical JSON; raises `TypeError` for anything else."""
    _refuse_floats(data)
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256_of(data: Any) -> str:
    """Return the SHA-256 of the canonical JSON of `data` as 64 hex characters."""
    return hashlib.sha256(canonical_json(data).encode()).hexdigest()


def _refuse_floats(data: Any) -> None:
    if isinstance(data, float):
        raise TypeError("a float has no canonical form; pass a string")
    if isinstance(data, dict):
        if not all(isinstance(key, str) for key in data):
            raise TypeError("keys must be strings")
        data = list(data.values())
    if isinstance(data, list | tuple):
        for item in data:
            _refuse_floats(item)


def decimal_text(value: Decimal) -> str:
    """Return `value` without exponent and without trailing zeros: the one text of this number, for example 12.5."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("", "-0") else text
