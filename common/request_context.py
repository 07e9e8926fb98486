"""What the log and the audit trail need to know of the request in hand: its id and the address it came from."""

import ipaddress
import logging
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class RequestContext(NamedTuple):
    """A request's id (36 characters at most, shown to the person on error pages) and the caller's address.

    `acting_for` holds the uids of the heads of departments by whose right a deputy (代理) has got in; mostly nobody.
    """

    request_id: str = ""
    address: str = ""
    acting_for: tuple[uuid.UUID, ...] = ()


OUTSIDE = RequestContext()
_current: ContextVar[RequestContext] = ContextVar("request_context", default=OUTSIDE)


def current() -> RequestContext:
    """Return the context of the request or task in hand; empty strings outside of one."""
    return _current.get()


@contextmanager
def use(context: RequestContext) -> Iterator[None]:
    """Make `context` the current one inside the `with` block."""
    token = _current.set(context)
    try:
        yield
    finally:
        _current.reset(token)


def act_for(heads: Iterable[uuid.UUID]) -> None:
    """Remember for the rest of the request that it is answered by the right of `heads`; outside of one, do nothing."""
    context = current()
    if context.request_id:
        _current.set(context._replace(acting_for=tuple(sorted({*context.acting_for, *heads}))))


def client_address(request: HttpRequest) -> str:
    """Return the caller's address: the socket's, or the proxy's header named by CLIENT_ADDRESS_HEADER."""
    header = settings.CLIENT_ADDRESS_HEADER
    raw = request.headers.get(header, "").rpartition(",")[2] if header else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ipaddress.ip_address(raw.partition("%")[0].strip()))
    except ValueError:
        return ""


class RequestContextMiddleware:
    """Give every request an id, keep it for the log and the audit trail, and return it as `X-Request-ID`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the request's id at hand and on the answer."""
        context = RequestContext(str(uuid.uuid4()), client_address(request))
        with use(context):
            response = self.get_response(request)
        response["X-Request-ID"] = context.request_id
        return response


class RequestIdFilter(logging.Filter):
    """Put the request id on every log record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the id; every record passes."""
        record.request_id = current().request_id or "-"
        return True
