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
FACTORS = "mfa_"
"""The pages on which codes and passkeys are sent, which are worth nothing a minute later."""
WITHOUT_KEEPING = {
    "account_login",
    "account_logout",
    "openid_connect_login",
    "staff:choose_language",
    "accounts:extend_session",
}


def form_not_saved(request: HttpRequest, *, first: str = "", to_confirm: bool = False) -> HttpResponse:
    """Answer 403: the entries on a page that sends them again, or a plain page when they cannot be shown.

    `first` is the address of what the person, who is signed in, has to do before the form can be sent; `to_confirm`
    says that this is only to show again who he or she is.
    """
    context: dict[str, Any] = {"request_id": request_context.current().request_id}
    if not may_show_again(request):
        return render(request, "form_expired.html", context, status=403)
    context |= {
        "entries": [(name, text) for name, texts in request.POST.lists() if name not in NEVER_KEPT for text in texts],
        "files": list(request.FILES),
        "target": request.get_full_path(),
        "first": first,
        "to_confirm": to_confirm,
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
    page = resolve(request.path_info).view_name
    if not from_here or page in WITHOUT_KEEPING or page.startswith(FACTORS):
        return False
    names = [name.lower() for name in request.POST if name not in NEVER_KEPT]
    return not any(secret in name for name in names for secret in SECRETS)
