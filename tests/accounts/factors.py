"""Second factors of the tests: an authenticator app, and adding one."""

import re
import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from accounts.factor_secrets import decrypt, encrypt
from staff.models import Staff
from tests.accounts.security_key import SecurityKey

ADD, CODES = "/account/factors/app/add/", "/account/factors/codes/"


class App:
    """An authenticator app that holds one key."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    def code(self, later: int = 0) -> str:
        """Return what it shows now, or `later` steps of 30 seconds from now."""
        return format_hotp_value(hotp_value(self.secret, int(time.time()) // 30 + later))


def with_app(person: Staff) -> App:
    """Give the person an app and recovery codes, as if added long ago."""
    app = App("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": encrypt(app.secret)})
    RecoveryCodes.activate(person)
    return app


def with_passkey(person: Staff, name: str = "机のPC") -> Authenticator:
    """Give the person a passkey, and recovery codes, as if added long ago."""
    question = {"user": {"id": "MQ"}, "challenge": "AAAA"}
    data = {"name": name, "credential": SecurityKey().make(question)}
    RecoveryCodes.activate(person)
    return Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data=data)


def add_app(browser: Client) -> App:
    """Add an app on the page."""
    app = App(secret_on(browser.get(ADD).content.decode()))
    response = browser.post(ADD, {"code": app.code()})
    assert response.headers["Location"] == CODES, response.content.decode()
    return app


def secret_on(page: str) -> str:
    """Return the key that the page shows as text, in groups of four."""
    groups = re.findall(r"<span>([A-Z2-7]{4})</span>", page)
    assert len(groups) == 8
    return "".join(groups)


def recovery_codes(person: Staff) -> list[str]:
    """Return the unused recovery codes."""
    factor = Authenticator.objects.get(user=person, type=Authenticator.Type.RECOVERY_CODES)
    assert decrypt(factor.data["seed"])
    return list(factor.wrap().get_unused_codes())


def second_step(browser: Client, code: str, **more: Any) -> Any:
    """Type a code on the page after the password."""
    return browser.post("/sign-in/factor/", {"code": code, **more})
