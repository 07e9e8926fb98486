"""The question who somebody is, asked again before a sensitive act: by password, code, passkey, or a new sign-in."""

from allauth.account import views as allauth_account
from allauth.mfa.base import views as allauth_mfa
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import redirect, render

from accounts.factor_pages import add_to
from accounts.mounting import mounted
from accounts.reauthentication import following
from accounts.views_passkeys import ConfirmByPasskey
from staff.requests import PortalRequest

# django-allauth leads to the person's first way, and says 403 to somebody who has none.


@mounted
def by_password(request: PortalRequest) -> HttpResponseBase:
    """Ask for the password; whoever can be asked in no way signs out and in again."""
    try:
        return add_to(allauth_account.reauthenticate(request), **following(request))
    except PermissionDenied:
        return render(request, "account/sign_in_afresh.html", following(request))


@mounted
def by_code(request: PortalRequest) -> HttpResponseBase:
    """Ask for a code of the app or a recovery code."""
    try:
        return add_to(allauth_mfa.reauthenticate(request), **following(request))
    except PermissionDenied:
        return redirect("account_reauthenticate")


@mounted
def by_passkey(request: PortalRequest) -> HttpResponseBase:
    """Ask for a passkey."""
    try:
        return add_to(ConfirmByPasskey.as_view()(request), **following(request))
    except PermissionDenied:
        return redirect("account_reauthenticate")
