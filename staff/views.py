"""Signing in and out, and the language switch."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from staff import actions
from staff.forms import LanguageForm, SignInForm, safe_next
from staff.requests import PortalRequest


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign a person in with employee number and password, then go where he or she was heading."""
    target = safe_next(request, request.GET.get("next", ""), resolve_url(settings.LOGIN_REDIRECT_URL))
    if request.user.is_authenticated:
        return redirect(target)
    form = SignInForm(request.POST if request.method == "POST" else None, request=request)
    if form.is_valid():
        actions.sign_in(by=form.person, request=request)
        response = redirect(target)
        remember_language(response, form.person.language)
        return response
    return render(request, "staff/sign_in.html", {"form": form}, status=400 if form.is_bound else 200)


@require_POST
def sign_out(request: PortalRequest) -> HttpResponse:
    """End the session and show the sign-in page."""
    actions.sign_out(by=request.user, request=request)
    return redirect(settings.LOGIN_URL)


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Switch the language of the screens and come back to the page the person was on."""
    form = LanguageForm(request.POST)
    if not form.is_valid():
        return redirect("home")
    language = form.cleaned_data["language"]
    if request.user.is_authenticated:
        actions.choose_language(by=request.user, language=language)
    response = redirect(safe_next(request, form.cleaned_data["next"], resolve_url("home")))
    remember_language(response, language)
    return response


def remember_language(response: HttpResponse, language: str) -> None:
    """Keep the language in a cookie for a year; the sign-in page has no person to ask."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 60 * 60,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
