"""Second factors of the person who is signed in, and the question for them at the sign-in."""

from typing import Any

from allauth.account.internal.stagekit import clear_login, stash_login
from allauth.mfa.base import views as allauth_views
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts import actions_factors, factors, letters, one_time_codes
from accounts.factor_pages import add_to, changes_factors, trail
from accounts.gates import factor_is_due
from accounts.mounting import mounted, seconds_to_wait
from accounts.passwords import has_second_factor
from common.errors import Refused
from common.recent_sign_in import needs_recent_sign_in
from staff.requests import PortalRequest

APP, CODES = Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES


@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """Show which second factors the person has, and what each is good for."""
    held = list(Authenticator.objects.filter(user_id=request.user.pk).order_by("pk"))
    codes = next((factor for factor in held if factor.type == CODES), None)
    context = {
        "app": next((factor for factor in held if factor.type == APP), None),
        "passkeys": [factor for factor in held if factor.type == Authenticator.Type.WEBAUTHN],
        "codes": codes,
        "codes_left": factors.codes_left(codes) if codes else 0,
        "is_needed": factors.needs_factor(request.user),
        "is_missing": factor_is_due(request, request.user),
        "breadcrumbs": trail(),
    }
    return render(request, "mfa/index.html", context)


class _AddApp(totp.ActivateTOTPView):
    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        one_time_codes.remember(self.request.user, form.step)
        return response


@changes_factors(gettext_lazy("Add an authenticator app"))
def add_app(request: HttpRequest) -> HttpResponseBase:
    """Show the secret of a new app as a QR code and as text, and take the first code."""
    return _AddApp.as_view()(request)


@changes_factors(gettext_lazy("Remove the authenticator app"))
def remove_app(request: PortalRequest) -> HttpResponseBase:
    """Ask whether to remove the app, then remove it."""
    held = factors.held_by(request.user)
    if not any(factor.kind == APP for factor in held.values()):
        return redirect("mfa_index")
    hindrance = factors.why_not_removed(request.user, held)
    if hindrance and request.method == "POST":
        raise Refused(hindrance)
    return add_to(totp.deactivate_totp(request), hindrance=hindrance)


def _without_codes(request: PortalRequest) -> bool:
    return not Authenticator.objects.filter(user_id=request.user.pk, type=CODES).exists()


@require_safe
@changes_factors(gettext_lazy("Recovery codes"))
def view_codes(request: PortalRequest) -> HttpResponseBase:
    """Show the recovery codes that are not used yet."""
    if _without_codes(request):
        return redirect("mfa_index")
    return recovery_codes.view_recovery_codes(request)


@changes_factors(gettext_lazy("Make new recovery codes"))
def make_codes(request: PortalRequest) -> HttpResponseBase:
    """Ask whether to make new recovery codes, then make them."""
    if not has_second_factor(request.user):
        return redirect("mfa_index")
    return recovery_codes.generate_recovery_codes(request)


@require_safe
@mounted
@needs_recent_sign_in
def export_codes(request: PortalRequest) -> HttpResponseBase:
    """Give the unused recovery codes as a text file."""
    if _without_codes(request):
        return redirect("mfa_index")
    response = recovery_codes.download_recovery_codes(request)
    actions_factors.export_recovery_codes(by=request.user)
    return response


@login_not_required
@mounted
def second_step(request: Any) -> HttpResponseBase:
    """Ask for the second factor after the password. After THROTTLE_FREE_TRIES wrong ones the sign-in begins anew."""
    if "cancel" in request.POST:
        clear_login(request)
        return redirect("account_login")
    response = allauth_views.authenticate(request)
    if not isinstance(response, TemplateResponse):
        return response
    shown = response.context_data or {}
    if _is_wrong(shown):
        response.status_code = 400
        if _too_many(request):
            return _stopped(request)
    kinds = {factor.kind for factor in factors.held_by(request._login_stage.login.user).values()}
    if APP not in kinds and shown["form"] is not None:
        shown["form"].fields["code"].help_text = _("One of your recovery codes: eight digits.")
    return add_to(response, has_app=APP in kinds, has_passkey=Authenticator.Type.WEBAUTHN in kinds)


def _is_wrong(shown: dict[str, Any]) -> bool:
    """Tell whether a code or a passkey was checked and is not right; one that came too soon was not checked."""
    sent = [form for form in (shown["form"], shown["webauthn_form"]) if form is not None and form.is_bound]
    return any(not form.is_valid() and not seconds_to_wait(form) for form in sent)


def _too_many(request: Any) -> bool:
    stage = request._login_stage
    stage.state["wrong"] = stage.state.get("wrong", 0) + 1
    stash_login(request, stage.login)
    return bool(stage.state["wrong"] >= settings.THROTTLE_FREE_TRIES)


def _stopped(request: Any) -> HttpResponse:
    person = request._login_stage.login.user
    clear_login(request)
    letters.tell(None, person, "factor_failed")
    messages.error(request, _("The sign-in was stopped because too many codes were wrong. Please begin again."))
    return redirect("account_login")
