"""What the pages of all apps share."""

from typing import Any

from django.forms import BaseForm


def form_context(form: BaseForm, title: str, verb: str, cancel_url: str) -> dict[str, Any]:
    """Return what `form_page.html` shows; `verb` is the word on its button."""
    return {"form": form, "title": title, "verb": verb, "cancel_url": cancel_url}
