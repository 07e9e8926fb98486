"""What every page shows: the person's navigation and facts of the portal."""

from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from common.permissions import Permission


class NavigationItem(NamedTuple):
    """One entry of the main navigation."""

    label: str
    url: str
    current: bool


def portal(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the base layout: city name, demo flag and the navigation by what the person may do."""
    return {
        "city_name": settings.CITY_NAME,
        "site_is_demo": settings.SITE_IS_DEMO,
        "languages": settings.LANGUAGES,
        "navigation": _navigation(request),
        "footer_links": _footer_links(request),
    }


def _navigation(request: HttpRequest) -> list[NavigationItem]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    entries = [(_("Home"), reverse("home"))]
    entries.append((_("Policies"), reverse("policies:index")))
    entries.append((_("Training"), reverse("training:index")))
    entries.append((_("Notices"), reverse("notices:index")))
    if user.has_permission(Permission.VIEW_ASSETS):
        entries.append((_("Registers"), reverse("assets:register", args=["information"])))
    if user.has_permission(Permission.VIEW_SHEETS):
        entries.append((_("Evaluation sheets"), reverse("reports:programmes")))
    entries.append((_("Staff directory"), reverse("staff:people")))
    if user.has_permission(Permission.VIEW_PEOPLE_RECORDS):
        entries.append((_("Administration"), reverse("staff:administration")))
    if user.has_permission(Permission.VIEW_TRAIL):
        entries.append((_("Audit trail"), reverse("staff:trail")))
    return [NavigationItem(label, url, _app_of(url) == _app_of(request.path)) for label, url in entries]


def _footer_links(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what a few people need now and then, so that the main menu stays calm."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.has_permission(Permission.VIEW_STYLE_GUIDE):
        return []
    return [(_("Style guide"), reverse("style:index"))]


def _app_of(path: str) -> str:
    return path.split("/")[1]
