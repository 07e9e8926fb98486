"""The language switch."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.views.decorators.http import require_POST

from common.language import remember_language
from common.pages import safe_next
from staff import actions
from staff.forms import LanguageForm


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
