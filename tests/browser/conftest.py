"""One real web server, worker and Chromium for all journeys; each test gets an emptied database with the cast."""

import contextlib
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from staff import actions
from tests import cast
from tests.browser.driving import PASSWORD, Watch
from tests.conftest import Broker, environment, free_port, wait_for
from tests.mail_server import MailServer, serving
from tests.worker import Worker

FOLDER = Path(__file__).parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NOT_ASKED = {"REAUTHENTICATION_SECONDS": "3600"}
"""However slow the machine, nobody is asked for the password again in the middle of a journey."""
Open = Callable[..., Page]


class Servers(NamedTuple):
    """What runs for all browser tests: the web server's address, the worker, where both keep files, a mail server."""

    url: str
    worker: Worker
    files: Path
    inbox: MailServer


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test below this folder: it drives a browser, and all of them share one process."""
    for item in items:
        if FOLDER in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="package")
def servers(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Gunicorn and a Celery worker on the test database, with a Redis between them, and a mail server."""
    folder = tmp_path_factory.mktemp("browser")
    files = folder / "files"
    with contextlib.ExitStack() as stack:
        broker = Broker(folder, free_port())
        stack.callback(broker.kill)
        url = stack.enter_context(web_server(folder, **NOT_ASKED, REDIS_URL=broker.url, FILES_DIR=str(files)))
        inbox = stack.enter_context(serving())
        worker = Worker(broker.url, folder, FILES_DIR=str(files), **inbox.variables)
        stack.callback(worker.stop)
        yield Servers(url, worker, files, inbox)


@contextlib.contextmanager
def web_server(folder: Path, **variables: str) -> Iterator[str]:
    """Run gunicorn on the test database with `variables` in its environment; gives its address once it answers."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "gunicorn", "moka_secpolicy.wsgi", "--bind", f"127.0.0.1:{port}"]
    command += ["--worker-class", "gthread", "--threads", "4", "--no-control-socket"]
    with (folder / f"web-{port}.log").open("wb") as log:
        web = subprocess.Popen(command, env=environment(**variables), stdout=log, stderr=log)
        try:
            wait_for(lambda: is_healthy(url))
            yield url
        finally:
            end(web)


def end(process: "subprocess.Popen[bytes]") -> None:
    """Let the web server go in good order."""
    process.terminate()
    process.wait(30)


def is_healthy(url: str) -> bool:
    """Tell whether the web server answers, asked directly and never through a proxy."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(f"{url}/healthz", timeout=5) as answer:
        return answer.status == 200


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The system's Chromium. Playwright keeps an event loop in this thread, so Django is told that this is meant."""
    binary = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    assert binary, "Chromium is not installed: make setup-dev installs it."
    flags = FLAGS + (["--no-sandbox"] if os.geteuid() == 0 else [])
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=binary, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def portal(servers: Servers, transactional_db: None, settings: Any) -> SimpleNamespace:
    """The portal with the cast, all with one password, and the city's programme; `files` is shared with the worker."""
    settings.FILES_DIR = servers.files
    people = cast.people()
    for person in (people.employee, people.manager, people.officer, people.auditor, people.administrator):
        actions.set_password(by=actions.system_actor(), person=person, password=PASSWORD)
    programme = cast.city_programme()
    sheet = programme.sheets.get(fiscal_year=2019)
    servers.inbox.mails.clear()
    served = servers._asdict()
    return SimpleNamespace(**served, people=people, programme=programme, sheet=sheet)


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Collect what the browser complains about on any page of the test, and allow nothing at its end."""
    watching = Watch()
    yield watching
    assert watching.complaints == []


@pytest.fixture
def open_page(portal: SimpleNamespace, chromium: Browser, watch: Watch) -> Iterator[Open]:
    """Return a function that opens a window of its own, signed in as `person` unless that is None."""
    with contextlib.ExitStack() as stack:

        def opened(person: Any = None, *, width: int = 1280, **options: Any) -> Page:
            options = {"base_url": portal.url, "locale": "ja-JP", **options}
            context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
            stack.callback(context.close)
            context.set_default_timeout(15_000)
            watch.over(context)
            page = context.new_page()
            if person is not None:
                sign_in(page, person)
            return page

        yield opened


def sign_in(page: Page, person: Any) -> None:
    """Sign in through the form."""
    page.goto("/sign-in/")
    page.locator("[name=login]").fill(person.employee_number)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/")
