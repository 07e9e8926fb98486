"""A form that arrived after its session had ended: nothing was saved, and nothing that was typed is lost.

The page shows every entry again as a form with a fresh token. It does so only for a form that came from this portal's
own page, as the browser says by `Origin` or `Sec-Fetch-Site`: an entry smuggled in from elsewhere is never shown.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import resolve

from common import request_context

NEVER_KEPT = {"csrfmiddlewaretoken"}
SECRETS = ("password", "secret", "otp")
WITHOUT_KEEPING = {"account_login", "account_logout", "staff:choose_language", "accounts:extend_session"}


def form_not_saved(request: HttpRequest) -> HttpResponse:
    """Answer 403: the entries on a page that sends them again, or a plain page when they cannot be shown."""
    context: dict[str, Any] = {"request_id": request_context.current().request_id}
    if not may_show_again(request):
        return render(request, "form_expired.html", context, status=403)
    context |= {
        "entries": [(name, text) for name, texts in request.POST.lists() if name not in NEVER_KEPT for text in texts],
        "files": list(request.FILES),
        "target": request.get_full_path(),
    }
    if not request.user.is_authenticated:
        context["session_time"] = {"seconds": 0, "warning": 0}
    return render(request, "form_kept.html", context, status=403)


def may_show_again(request: HttpRequest) -> bool:
    """Tell whether the form is this portal's own and holds no secret."""
    own = f"{request.scheme}://{request.get_host()}"
    from_here = (
        request.headers.get("Origin") == own
        if "Origin" in request.headers
        else request.headers.get("Sec-Fetch-Site") == "same-origin"
    )
    if not from_here or resolve(request.path_info).view_name in WITHOUT_KEEPING:
        return False
    names = [name.lower() for name in request.POST if name not in NEVER_KEPT]
    return not any(secret in name for name in names for secret in SECRETS)
