"""How a view of django-allauth stands among the portal's own."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.template.response import TemplateResponse

View = Callable[..., HttpResponseBase]
METHODS = ("GET", "HEAD", "POST")
THROTTLED = "throttled"
"""The code of the error that asks a person to wait."""


def mounted(view: View) -> View:
    """Return `view` with all it changes and its audit event in one transaction, and a status that says what happened.

    That is 400 for a form with errors, 429 with `Retry-After` for one that came too soon, 404 for a link that is dead,
    and 405 for PUT, which Django's form views would take for POST.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        with transaction.atomic():
            response = view(request, *args, **kwargs)
        if isinstance(response, TemplateResponse):
            _tell_status(response, response.context_data or {})
        return response

    return answered


def _tell_status(response: TemplateResponse, shown: dict[str, Any]) -> None:
    form = shown.get("form")
    if shown.get("token_fail"):
        response.status_code = 404
    elif isinstance(form, BaseForm) and form.is_bound and not form.is_valid():
        wait = seconds_to_wait(form)
        response.status_code = 429 if wait else 400
        if wait:
            response.headers["Retry-After"] = str(wait)


def seconds_to_wait(form: BaseForm) -> int:
    """Return how long the sender of `form` has to wait before it is looked at; 0 when it was looked at."""
    errors: list[ValidationError] = [error for told in form.errors.as_data().values() for error in told]
    return next((error.params["seconds"] for error in errors if error.code == THROTTLED and error.params), 0)
