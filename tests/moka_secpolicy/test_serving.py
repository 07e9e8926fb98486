"""The portal behind a real web server: production's headers and cookies, and a database that goes away."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from staff import actions
from tests import cast
from tests.conftest import PRODUCTION, environment, url_of
from tests.moka_secpolicy.serving import ROOT, Answer, Door, Site, served

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "とても長い合い言葉です-123"
HOST = "portal.example"
HTTPS = {"Host": HOST, "X_Forwarded_Proto": "https", "Referer": f"https://{HOST}/sign-in/"}
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@pytest.fixture
def production(tmp_path: Path) -> Iterator[Site]:
    variables = {**PRODUCTION, "MOKA_VAR": str(tmp_path), "ALLOWED_HOSTS": HOST}
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "-v", "0"]
    subprocess.run(collect, cwd=ROOT, env=environment(**variables), check=True, timeout=120)
    with served(tmp_path, **variables) as site:
        yield site


def cookies(answer: Answer) -> dict[str, str]:
    return {line.partition("=")[0]: line for line in answer.headers.get_all("Set-Cookie", [])}


def test_production_as_a_browser_sees_it(production: Site) -> None:
    one = cast.person("0001")
    actions.set_password(by=one, person=one, password=PASSWORD)

    page = production.ask("/sign-in/", **HTTPS)
    assert page.status == 200
    assert "31536000" in page.headers["Strict-Transport-Security"]
    assert "demo-officer" not in page.text
    for name in ("Secure", "HttpOnly", "SameSite=Lax"):
        assert name in cookies(page)["csrftoken"]
    style = re.search(r'href="(/static/css/base\.[0-9a-f]+\.css)"', page.text)
    assert style
    assert production.ask(style[1], **HTTPS).status == 200

    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
    cookie = cookies(page)["csrftoken"].partition(";")[0]
    form = f"csrfmiddlewaretoken={token}&login=0001&password={quote(PASSWORD)}"
    sent = {**HTTPS, "Cookie": cookie, "Content_Type": "application/x-www-form-urlencoded"}
    entered = production.ask("/sign-in/", "POST", form, **sent)
    assert (entered.status, entered.headers["Location"]) == (302, "/")
    for name in ("Secure", "HttpOnly", "SameSite=Lax"):
        assert name in cookies(entered)["sessionid"]
    session = cookies(entered)["sessionid"].partition(";")[0]
    home = production.ask("/", **HTTPS, Cookie=session)
    assert home.status == 200
    assert "no-store" in home.headers["Cache-Control"]

    plain = production.ask("/sign-in/?next=/", Host=HOST)
    assert (plain.status, plain.headers["Location"]) == (301, f"https://{HOST}/sign-in/?next=/")
    assert production.ask("/healthz", Host=HOST).status == 200


def test_a_host_that_is_not_ours_gets_our_page_and_every_header(production: Site) -> None:
    for host in ("evil.example", "portal.example.evil.example", "portal.example@evil", "portal_example", ""):
        look_at_the_refusal(production.ask("/", Host=host, X_Forwarded_Proto="https"))


def test_a_host_that_is_not_ours_gets_the_same_before_it_is_sent_to_https(production: Site) -> None:
    look_at_the_refusal(production.ask("/", Host="evil.example"), secure=False)


def look_at_the_refusal(answer: Answer, *, secure: bool = True) -> None:
    assert answer.status == 400
    assert "リクエスト" in answer.text or "読み取" in answer.text
    assert re.search(f"<code>{UUID}</code>", answer.text)
    assert "Traceback" not in answer.text
    assert "evil" not in answer.text
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "Cache-Control", "X-Frame-Options"):
        assert name in answer.headers, name
    assert ("Strict-Transport-Security" in answer.headers) is secure


@pytest.fixture
def door() -> Iterator[Door]:
    database = connections["default"].settings_dict
    made = Door(database["HOST"], int(database["PORT"]))
    yield made
    made.shut()


def test_a_database_that_goes_away_is_told_and_one_that_comes_back_is_used(
    door: Door, tmp_path: Path, people: SimpleNamespace
) -> None:
    browser = Client()
    browser.force_login(people.officer)
    session = f"sessionid={browser.cookies['sessionid'].value}; django_language="
    through_the_door = url_of({**connections["default"].settings_dict, "PORT": door.port})
    with served(
        tmp_path, DATABASE_URL=through_the_door, REDIS_URL="redis://127.0.0.1:1/0", SECRET_KEY=settings.SECRET_KEY
    ) as site:
        answer = site.ask("/healthz")
        assert (answer.status, answer.text) == (200, '{"status": "ok"}')
        assert site.ask("/", Cookie=session + "ja").status == 200

        door.shut()
        started = time.monotonic()
        assert site.ask("/healthz").status == 503
        assert "no database" in site.ask("/healthz").text
        for language, words in (("ja", "お問い合わせ"), ("en", "What you saved before is safe.")):
            broken = site.ask("/", Cookie=session + language)
            assert (broken.status, broken.headers["Retry-After"]) == (503, "60")
            assert words in broken.text
            assert re.search(f"<code>{UUID}</code>", broken.text)
            assert "psycopg" not in broken.text
            assert "Traceback" not in broken.text
            assert broken.headers["X-Request-ID"] in site.log.read_text()
        assert time.monotonic() - started < 60

        door.open()
        assert site.ask("/healthz").status == 200
        assert site.ask("/", Cookie=session + "ja").status == 200


def test_a_database_that_was_never_there_does_not_stop_the_server_from_telling(tmp_path: Path) -> None:
    with served(
        tmp_path, DATABASE_URL="postgres://nobody:none@127.0.0.1:1/none", REDIS_URL="redis://127.0.0.1:1/0"
    ) as site:
        answer = site.ask("/healthz")
    assert (answer.status, answer.text) == (503, '{"status": "no database"}')


def test_the_health_check_does_not_need_the_broker_or_a_person(client: Any) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert client.head("/healthz").status_code == 200
    assert client.post("/healthz").status_code == 405
