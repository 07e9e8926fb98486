"""A person's own account: what is known of the last sign-in, the password, and the running sessions."""

from allauth.account import views as allauth_views
from allauth.usersessions import views as allauth_sessions
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import actions, sessions
from accounts.forms import SessionForm
from accounts.passwords import has_second_factor
from common.pages import breadcrumb
from staff.requests import PortalRequest


@require_safe
def account(request: PortalRequest) -> HttpResponse:
    """Show the own account and where each of its parts is changed."""
    previous = sessions.previous_sign_in(request.session)
    context = {
        "previous": previous,
        "has_password": request.user.has_usable_password(),
        "has_factor": has_second_factor(request.user),
        "breadcrumbs": breadcrumb(here=_("My account")),
    }
    return render(request, "accounts/account.html", context)


def change_password(request: HttpRequest) -> HttpResponseBase:
    """Change the own password; who signs in by another system has none here."""
    if request.user.is_authenticated and not request.user.has_usable_password():
        messages.info(request, _("Your password is not kept by this portal, so it cannot be changed here."))
        return redirect("accounts:account")
    response = allauth_views.password_change(request)
    if hasattr(response, "context_data"):
        response.context_data["breadcrumbs"] = _trail(_("Change the password"))
    return response


def list_sessions(request: HttpRequest) -> HttpResponseBase:
    """List the own running sessions; POST ends all but the one in hand."""
    response = allauth_sessions.list_usersessions(request)
    if hasattr(response, "context_data"):
        for session in response.context_data["sessions"]:
            session.words, session.is_here = sessions.device_words(session.user_agent), session.is_current()
        response.context_data["breadcrumbs"] = _trail(_("Where you are signed in"))
    return response


@require_POST
def end_session(request: PortalRequest) -> HttpResponse:
    """End one of the person's own other sessions; one of somebody else is as unknown as one that is over."""
    form = SessionForm(request.POST, request=request)
    if form.is_valid():
        actions.end_session(by=request.user, session=form.cleaned_data["session"])
        messages.success(request, _("The session has ended."))
    else:
        messages.info(request, _("That session was over already."))
    return redirect("usersessions_list")


def _trail(here: str) -> list[tuple[str, str]]:
    return breadcrumb((_("My account"), reverse("accounts:account")), here=here)
