"""How long the session lasts, staying signed in, and coming back after its end."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_POST, require_safe

from accounts.middleware import extend, time_left
from common.pages import safe_next
from staff.requests import PortalRequest


@login_not_required
@require_safe
def session(request: HttpRequest) -> JsonResponse:
    """Tell a page of this portal how long its session lasts, and the token its forms need now; prolongs nothing."""
    if not request.user.is_authenticated:
        return JsonResponse({"signed_in": False, "token": get_token(request)})
    left = time_left(request.session)
    return JsonResponse({"signed_in": True, "token": get_token(request), "name": request.user.name, **left._asdict()})


@require_POST
def extend_session(request: PortalRequest) -> HttpResponse:
    """Stay signed in: the idle time counts from now on."""
    extend(request.session)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"signed_in": True, "name": request.user.name, **time_left(request.session)._asdict()})
    return redirect(safe_next(request, request.POST.get("next", ""), resolve_url("home")))


@require_safe
def signed_in_again(request: PortalRequest) -> HttpResponse:
    """Tell a person who signed in again in a new tab to go back to the tab with the open form."""
    return render(request, "accounts/signed_in_again.html")
