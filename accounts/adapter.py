"""The hooks through which django-allauth works on this portal's people."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import actions, actions_desk, letters, reauthentication, sessions, throttle
from accounts.methods import remember_who_checked
from accounts.models import Attempt
from accounts.mounting import THROTTLED
from common import request_context
from common.language import remember_language
from common.pages import safe_next
from common.recent_sign_in import signed_in_recently
from common.templatetags.dates import moment
from staff.actions import system_actor
from staff.models import Staff

UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104
ADDRESS_MAX = 2000
"""Longer addresses are refused by Django as a place to go to."""


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up; sign-in, sign-out and passwords are the portal's own audited actions."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": gettext_lazy("The employee number or the password is not right."),
        "incorrect_password": gettext_lazy("The password is not right."),
        "enter_current_password": gettext_lazy("The current password is not right."),
        "same_as_current": gettext_lazy("This is the current password. Choose another one."),
        "too_many_login_attempts": gettext_lazy("Too many wrong tries. Please wait a few minutes and try again."),
        "invalid_password_reset": gettext_lazy("This link cannot be used any more."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no: people come in by the directory alone."""
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """Say no: every answer is a page."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Tell whether `url` is an address of this portal, given from its root."""
        try:
            return len(url) <= ADDRESS_MAX and bool(safe_next(context.request, url, ""))
        except ValueError:
            return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Raise `ValidationError` with the time to wait while too many tries were wrong."""
        self.bucket = throttle.bucket_of(request, credentials.get("username", ""))
        seconds = throttle.wait_seconds(self.bucket)
        if seconds:
            raise ValidationError(
                _("Too many wrong tries. Please wait %(time)s, then try again. The password was not checked."),
                code=THROTTLED,
                params={"time": throttle.in_words(seconds), "seconds": seconds},
            )

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Return the person of number and password, or None; either is counted."""
        person = super().authenticate(request, **credentials)
        if person is not None:
            remember_who_checked(request, person)
            Attempt.objects.create(**self.bucket._asdict(), succeeded=True)
        return person

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the wrong try and record it, the same way whether the number is known or not."""
        known = Staff.objects.filter(employee_number=credentials.get("username", "")).first()
        system = system_actor()
        actions.sign_in_failed(by=known or system, bucket=self.bucket)

    def login(self, request: HttpRequest, user: Any) -> None:
        """Open the session, unless the account was closed while the second factor was asked for."""
        if not user.is_active:
            raise ImmediateHttpResponse(self.respond_user_inactive(request, user))
        if not hasattr(user, "backend"):
            user.backend = "accounts.backends.EmployedStaffBackend"
        actions.sign_in(by=user, request=request)

    def logout(self, request: HttpRequest) -> None:
        """End the session."""
        if isinstance(request.user, Staff):
            actions.sign_out(by=request.user, request=request)

    def post_login(self, request: HttpRequest, user: Any, **more: Any) -> Any:
        """Go where the person was heading, in his or her own language from now on, on a browser that is now known."""
        response = super().post_login(request, user, **more)
        remember_language(response, user.language)
        throttle.remember_device(request, response, user.employee_number)
        _tell_previous_sign_in(request)
        return response

    def set_password(self, user: Any, password: str) -> None:
        """Give the person the password that he or she chose; the other sessions end."""
        request = context.request
        keep = request.session.session_key or "" if request.user == user else ""
        actions.change_password(by=user, password=password, keep=keep)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Go back to the page of the account."""
        return reverse("accounts:account")

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Mail the person of a change in our own words; `template_prefix` ends with what changed."""
        letters.tell(self.request, user, template_prefix.rpartition("/")[2])

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, str]]:
        """Return the ways in which a person can be asked again who he or she is."""
        return reauthentication.ways_of(user) if user.is_authenticated else []

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Tell whether the person must be asked again: by the portal's own measure, which is stricter."""
        return not signed_in_recently(context.request)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the caller's address as the audit trail knows it."""
        return request_context.client_address(request) or UNKNOWN_ADDRESS


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Ending one's other sessions is an audited action."""

    def end_sessions(self, sessions: Any) -> None:
        """End all sessions of the person but the one in hand."""
        request = context.request
        actions_desk.end_sessions(by=request.user, person=request.user, keep=request.session.session_key or "")


def _tell_previous_sign_in(request: HttpRequest) -> None:
    """Say when the sign-in before was, and how many wrong tries there were since."""
    previous = sessions.previous_sign_in(request.session)
    if previous is None:
        return
    messages.info(request, _("Last sign-in: %(moment)s") % {"moment": moment(previous.at)})
    if previous.failures:
        words = ngettext(
            "Since then there was %(count)d wrong try with your employee number. If that was not you, please tell the "
            "information-policy section.",
            "Since then there were %(count)d wrong tries with your employee number. If that was not you, please tell "
            "the information-policy section.",
            previous.failures,
        )
        messages.warning(request, words % {"count": previous.failures})
