"""How a page on which second factors change stands among the portal's own."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts import actions_factors
from accounts.factors import held_by
from accounts.mounting import View, mounted
from common.pages import Crumb, breadcrumb
from common.recent_sign_in import needs_recent_sign_in
from staff.models import Staff


def changes_factors(here: Promise) -> Callable[[View], View]:
    """Mount a page called `here`: asked again before, one change of a person at a time, each with its event."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answered(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method != "POST":
                return add_to(view(request, *args, **kwargs), breadcrumbs=trail(str(here)))
            by = Staff.objects.select_for_update(of=("self",)).get(pk=request.user.pk)
            before = held_by(by)
            response = view(request, *args, **kwargs)
            actions_factors.record_changes(by=by, before=before)
            return add_to(response, breadcrumbs=trail(str(here)))

        return mounted(needs_recent_sign_in(answered))

    return decorate


def add_to(response: HttpResponseBase, **more: Any) -> HttpResponseBase:
    """Return a page that is not drawn yet, with `more` to show; any other answer as it is."""
    if isinstance(response, TemplateResponse):
        response.context_data = {**(response.context_data or {}), **more}
    return response


def trail(here: str = "") -> list[Crumb]:
    """Return the way to the page of second factors, or to the page `here` below it."""
    steps = [(_("My account"), reverse("accounts:account")), (_("Second factors"), reverse("mfa_index"))]
    return breadcrumb(*steps, here=here)
