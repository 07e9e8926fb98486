"""How the actions of accounts are called, for the sweep over all actions."""

from types import SimpleNamespace
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from accounts import actions_desk
from accounts.throttle import Bucket


def session_request(person: Any = None) -> Any:
    """Return a request of `person` with a session that is saved nowhere yet."""
    request = RequestFactory().post("/")
    request.session = SessionStore()
    request.user = person
    return request


def user_session(person: Any) -> Any:
    return UserSession.objects.create(user=person, ip="127.0.0.1", session_key="k" * 32, user_agent="")


def reachable(scene: SimpleNamespace) -> Any:
    scene.other.email = "other@moka.example"
    return scene.other


def with_a_factor(scene: SimpleNamespace) -> Any:
    Authenticator.objects.create(user=scene.other, type="totp", data={})
    return scene.other


def out(scene: SimpleNamespace) -> Any:
    actions_desk.disable_account(by=scene.by, person=scene.other, reason="休職")
    return scene.other


def with_app(scene: SimpleNamespace) -> Authenticator:
    return Authenticator.objects.create(user=scene.by, type="totp", data={"used_mask": 1})


def linked(scene: SimpleNamespace) -> Any:
    SocialAccount.objects.create(user=scene.other, provider="oidc", uid="x")
    return scene.other


def before_an_app(scene: SimpleNamespace) -> dict[int, Any]:
    with_app(scene)
    return {}


CALLS = {
    "accounts.actions_factors.record_changes": (
        lambda s: {"before": before_an_app(s)},
        "accounts.add_factor",
    ),
    "accounts.actions_factors.fail_factor": (
        lambda s: {"kind": "code", "bucket": Bucket("x" * 64, "", "")},
        "accounts.factor_failed",
    ),
    "accounts.actions_factors.use_recovery_code": (
        lambda s: {"factor": with_app(s)},
        "accounts.use_recovery_code",
    ),
    "accounts.actions_factors.export_recovery_codes": (lambda s: {}, "accounts.export_recovery_codes"),
    "accounts.actions.sign_in": (lambda s: {"request": session_request()}, "accounts.sign_in"),
    "accounts.actions.sign_out": (lambda s: {"request": session_request(s.by)}, "accounts.sign_out"),
    "accounts.actions.sign_in_failed": (lambda s: {"bucket": Bucket("x" * 64, "", "")}, "accounts.sign_in_failed"),
    "accounts.actions.change_password": (lambda s: {"password": "とても長い合い言葉です-123"}, "staff.set_password"),
    "accounts.actions.require_password_change": (lambda s: {"person": s.other}, "accounts.require_password_change"),
    "accounts.actions.end_session": (lambda s: {"session": user_session(s.by)}, "accounts.end_session"),
    "accounts.actions_desk.end_sessions": (lambda s: {"person": s.other}, "accounts.end_sessions"),
    "accounts.actions_desk.send_links": (lambda s: {"persons": [reachable(s)], "reason": "採用"}, "accounts.send_link"),
    "accounts.actions_desk.issue_temporary_password": (
        lambda s: {"person": s.other, "reason": "採用"},
        "staff.set_password",
    ),
    "accounts.actions_desk.remove_factors": (
        lambda s: {"person": with_a_factor(s), "reason": "紛失"},
        "accounts.remove_factors",
    ),
    "accounts.actions_desk.disable_account": (
        lambda s: {"person": s.other, "reason": "休職"},
        "accounts.disable_account",
    ),
    "accounts.actions_desk.enable_account": (lambda s: {"person": out(s), "reason": "復職"}, "accounts.enable_account"),
}

CALLS |= {
    "accounts.actions_single_sign_on.link_identity": (
        lambda s: {"account": SocialAccount(provider="oidc", uid="x")},
        "accounts.link_identity",
    ),
    "accounts.actions_single_sign_on.unlink_identities": (
        lambda s: {"person": linked(s), "reason": "取違え"},
        "accounts.unlink_identities",
    ),
    "accounts.actions_single_sign_on.refuse_identity": (
        lambda s: {"reason": "not_active", "linked_to": s.other},
        "accounts.sign_in_refused",
    ),
}
