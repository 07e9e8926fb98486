"""A rule said no: the one exception for it, and how a person reads it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common import request_context


class Refused(Exception):
    """An action was refused by a rule. The message is a translated sentence for the person who asked."""


class RefusedMiddleware:
    """Show an uncaught `Refused` as a page with its sentence and status 409: nothing was changed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as without this middleware; only exceptions interest it."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page of a refusal; None for any other exception."""
        if not isinstance(exception, Refused):
            return None
        context = {"sentence": str(exception), "request_id": request_context.current().request_id}
        return render(request, "409.html", context, status=409)


class ButtonAddressMiddleware:
    """Show a page with words where an address that only a form sends to is opened by itself (405)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Give a 405 to a GET its page; what is allowed is said in the header as before."""
        response = self.get_response(request)
        if response.status_code != 405 or request.method != "GET" or response.content:
            return response
        page = render(request, "405.html", {"request_id": request_context.current().request_id}, status=405)
        page["Allow"] = response["Allow"]
        return page
