"""Passkeys of the person who is signed in, and signing in with one."""

from typing import Any

from allauth.account.views import BaseReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import views as allauth_views
from allauth.mfa.webauthn.internal import auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django.views.generic.edit import FormView

from accounts import factors
from accounts.factor_pages import add_to, changes_factors, trail
from accounts.mounting import mounted
from common.errors import Refused
from staff.requests import PortalRequest


@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """List the person's passkeys."""
    held = Authenticator.objects.filter(user_id=request.user.pk, type=Authenticator.Type.WEBAUTHN).order_by("pk")
    context = {"passkeys": list(held), "breadcrumbs": trail(_("Passkeys"))}
    return render(request, "mfa/webauthn/authenticator_list.html", context)


class _AddPasskey(allauth_views.AddWebAuthnView):
    """Asks for a passkey that the device keeps and guards by PIN, finger or face, so that it signs in by itself."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        options = auth.begin_registration(self.request.user, passwordless=True)
        return FormView.get_context_data(self, **kwargs) | {"options": options["publicKey"]}


@changes_factors(gettext_lazy("Add a passkey"))
def add(request: HttpRequest) -> HttpResponseBase:
    """Let the browser make a passkey, and keep its public half."""
    return _AddPasskey.as_view()(request)


@changes_factors(gettext_lazy("Rename the passkey"))
def rename(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give a passkey another name."""
    return allauth_views.edit_webauthn(request, pk=pk)


@changes_factors(gettext_lazy("Remove the passkey"))
def remove(request: PortalRequest, pk: int) -> HttpResponseBase:
    """Ask whether to remove a passkey, then remove it."""
    passkey = get_object_or_404(Authenticator, pk=pk, user=request.user, type=Authenticator.Type.WEBAUTHN)
    hindrance = factors.why_not_removed(request.user, factors.held_by(request.user))
    if hindrance and request.method == "POST":
        raise Refused(hindrance)
    return add_to(allauth_views.remove_webauthn(request, pk=pk), passkey=passkey, hindrance=hindrance)


class _SignIn(allauth_views.LoginWebAuthnView):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return JsonResponse(auth.begin_authentication(user=None)["publicKey"])


@login_not_required
@mounted
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Give the sign-in page its question to a passkey as JSON, and take the answer."""
    return _SignIn.as_view()(request)


class ConfirmByPasskey(allauth_views.ReauthenticateWebAuthnView):
    """Shows a wrong answer on the page itself, where django-allauth would leave it."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the page again."""
        return FormView.form_invalid(self, form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the question to the passkey."""
        options = auth.begin_authentication(self.request.user)
        return BaseReauthenticateView.get_context_data(self, **kwargs) | {"options": options["publicKey"]}
