"""What the pages of all apps share."""

from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

Crumb = tuple[str, str]


def form_context(form: BaseForm, title: str, verb: str, cancel_url: str) -> dict[str, Any]:
    """Return what `form_page.html` shows; `verb` is the word on its button."""
    return {"form": form, "title": title, "verb": verb, "cancel_url": cancel_url}


def breadcrumb(*steps: Crumb, here: str = "") -> list[Crumb]:
    """Return home, then `steps` as words and addresses, then `here`; the last is the page itself and leads nowhere."""
    crumbs = [(_("Home"), reverse("home")), *steps, *([(here, "")] if here else [])]
    return [*crumbs[:-1], (crumbs[-1][0], "")]


def address_of(name: str, *args: Any) -> str:
    """Return the address of that name; "" where this portal has no such page (an app or a part that is left out)."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def safe_next(request: HttpRequest, url: str, default: str) -> str:
    """Return `url` when it lies within this portal, else `default`."""
    within = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if url.startswith("/") and within else default
