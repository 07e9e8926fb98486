"""What the pages of all apps share."""

from typing import Any

from django.forms import BaseForm
from django.urls import reverse
from django.utils.translation import gettext as _

Crumb = tuple[str, str]


def form_context(form: BaseForm, title: str, verb: str, cancel_url: str) -> dict[str, Any]:
    """Return what `form_page.html` shows; `verb` is the word on its button."""
    return {"form": form, "title": title, "verb": verb, "cancel_url": cancel_url}


def breadcrumb(*steps: Crumb, here: str = "") -> list[Crumb]:
    """Return home, then `steps` as words and addresses, then `here`; the last is the page itself and leads nowhere."""
    crumbs = [(_("Home"), reverse("home")), *steps, *([(here, "")] if here else [])]
    return [*crumbs[:-1], (crumbs[-1][0], "")]
