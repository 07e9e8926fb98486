"""How the tests of accounts sign in, and what they sign in with."""

import re
from typing import Any

from django.test import Client

from staff import actions
from staff.models import Staff
from tests import cast

PASSWORD = "あめんぼ赤いな-アイウエオカキクケコ"
ANOTHER = "別の長い合い言葉です-12345"


def with_password(number: str, name: str = "真岡 太郎", **changes: Any) -> Staff:
    """Register a person, change some columns, and give the documented password."""
    one = cast.person(number, name)
    for field, value in changes.items():
        setattr(one, field, value)
    one.save()
    return actions.set_password(by=one, person=one, password=PASSWORD)


def sign_in(number: str, password: str = PASSWORD, *, browser: Client | None = None, **extra: Any) -> Any:
    """Send the sign-in form; the response carries its browser."""
    browser = browser or Client()
    response = browser.post("/sign-in/", {"login": number, "password": password}, **extra)
    response.browser = browser
    return response


def is_signed_in(browser: Client) -> bool:
    """Tell whether the browser gets a page, even one that asks for something first."""
    response = browser.get("/account/")
    return response.status_code == 200 or response.headers.get("Location", "").startswith("/account/")


def text(response: Any) -> str:
    """Return the words of a page, each run of blanks as one."""
    html = response.content.decode()
    return " ".join(re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL).split())


def english(browser: Client) -> Client:
    """Let the browser speak English."""
    browser.cookies["django_language"] = "en"
    return browser
