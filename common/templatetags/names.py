"""Names by key, for templates."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def of(names: Mapping[str, Any], key: str) -> Any:
    """Return what `names` holds for `key`, or the key itself."""
    return names.get(key, key)
