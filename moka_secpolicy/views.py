"""The front page, the health check and the error pages."""

import logging
import sys

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.kept_form import form_not_saved
from common import home as home_page
from common import request_context
from staff.requests import PortalRequest

logger = logging.getLogger(__name__)
RETRY_AFTER_SECONDS = 60


@require_safe
def home(request: PortalRequest) -> HttpResponse:
    """Show what the person who signed in has to do and may look at."""
    today = timezone.localdate()
    context = {
        "roles": request.user.role_names,
        "tasks": home_page.tasks_of(request.user, today),
        "facts": home_page.state_of(request.user, today),
        "news": home_page.news_for(request.user, today),
    }
    return render(request, "home.html", context)


@login_not_required
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Tell a load balancer whether this process can answer: 200, or 503 without the database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "no database"}, status=503)
    return JsonResponse({"status": "ok"})


def _error(request: HttpRequest, status: int) -> HttpResponse:
    context = {"request_id": request_context.current().request_id}
    return render(request, f"{status}.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request could not be understood."""
    return _error(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The person may not do this; a line in the log says who tried what."""
    logger.warning("Denied: %s %s to %s", request.method, request.path, getattr(request.user, "uid", "nobody"))
    return _error(request, 403)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is not this session's: nothing was saved, and what was typed is kept when it is our own form."""
    logger.warning("Form refused: %s %s: %s", request.method, request.path, reason)
    return form_not_saved(request)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is no such page, or it is not this person's to see: the answer is the same."""
    return _error(request, 404)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Something was tried too often within a short time."""
    return _error(request, 429)


def server_error(request: HttpRequest) -> HttpResponse:
    """Something broke: 503 when the database does not answer, else 500. Rendered without context processors."""
    context = {"request_id": request_context.current().request_id}
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        unavailable = render_to_string("503.html", context)
        return HttpResponse(unavailable, status=503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
    return HttpResponse(render_to_string("500.html", context), status=500)
