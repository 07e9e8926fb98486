"""The hooks through which django-allauth works on this portal's people."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts import actions
from common import request_context
from common.language import remember_language
from staff.models import Staff

UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up; sign-in and sign-out are the portal's own audited actions."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no: people come in by the directory alone."""
        return False

    def login(self, request: HttpRequest, user: Any) -> None:
        """Open the session."""
        if not hasattr(user, "backend"):
            user.backend = "accounts.backends.EmployedStaffBackend"
        actions.sign_in(by=user, request=request)

    def logout(self, request: HttpRequest) -> None:
        """End the session."""
        if isinstance(request.user, Staff):
            actions.sign_out(by=request.user, request=request)

    def post_login(self, request: HttpRequest, user: Any, **more: Any) -> Any:
        """Go where the person was heading, in his or her own language from now on."""
        response = super().post_login(request, user, **more)
        remember_language(response, user.language)
        return response

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the caller's address as the audit trail knows it."""
        return request_context.client_address(request) or UNKNOWN_ADDRESS
