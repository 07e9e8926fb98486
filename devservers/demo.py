"""The demo: the portal with the city's real figures, its yearly sheet built by the real worker.

Web server, worker, beat and a mail server are children of this process, each in a process group of its own; they
end with it, however it ends. Their output goes to ``var/log``.
"""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from .children import Child, end_all, first_dead, spawn
from .place import DevServerError, Place, opened, try_lock
from .process import choose_port, port_is_free, size, tail
from .session import session

PROJECT = Path(__file__).resolve().parent.parent
PROGRAMME_FILE = "reports/data/moka-security-policy.json"
SHEET = ("moka-security-policy", "2019")
WEB_SECONDS = 60
ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class _Ended(BaseException):
    """Somebody asked the demo to stop."""


class _End:
    """Whether somebody asked the demo to stop, and whether that has to wait."""

    asked = held = False


_end = _End()


def main(port_text: str, *, once: bool, check: bool = False) -> int:
    """Run the demo; returns the exit status. With ``check`` only see whether it could start."""
    place = Place.at()
    place.make()
    with opened(place.var / "demo.lock") as lock:
        if not try_lock(lock):
            raise DevServerError("A demo of this copy is already running. Stop it with Ctrl-C in its terminal first.")
        port = _free_port(port_text)
        if check:
            return 0
        try:
            with _ending_signals():
                return _run(place, port, once)
        except _Ended:
            print("Stopped.", flush=True)
            return 0


def _free_port(text: str) -> int:
    """The port as a number, once it is sure that the web server can have it."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise DevServerError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    port = int(text)
    if not port_is_free(port):
        raise DevServerError(
            f"Port {port} cannot be used: it is busy or not allowed. Choose another: make demo PORT=8001"
        )
    return port


@contextmanager
def _ending_signals() -> Iterator[None]:
    """Turn the first SIGINT, SIGTERM or SIGHUP into _Ended and ignore the next: tidying up is whole."""
    _end.held = _end.asked = False

    def end(number: int, frame: FrameType | None) -> None:
        _ignore_ending_signals()
        _end.asked = True
        if not _end.held:
            raise _Ended

    before = {number: signal.signal(number, end) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _starting() -> Iterator[None]:
    """Let an end wait until the process started in this block is known: none is left behind."""
    _end.held = True
    try:
        yield
    finally:
        _end.held = False
    if _end.asked:
        raise _Ended


def _ignore_ending_signals() -> None:
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)


def _run(place: Place, port: int, once: bool) -> int:
    if os.environ.get("MOKA_ENV") == "production":
        raise DevServerError("The demo does not run with MOKA_ENV=production: it loads accounts with a known password.")
    with session():
        children: list[Child] = []
        try:
            accounts = _prepare(place)
            _start(place, port, children)
            print("Building the sheet through the worker …", flush=True)
            said = _manage(place, "request_sheet", *SHEET, "--wait", "120", children=children)
            if not said:
                raise DevServerError("request_sheet did not name the PDF it built.")
            _tell(port, said.splitlines()[-1], accounts, once)
            if not once:
                _serve(children)
        finally:
            _ignore_ending_signals()
            end_all(children)
    return 0


def _prepare(place: Place) -> str:
    """Migrate and load; returns what load_demo says about the demo accounts."""
    print("Preparing the database …", flush=True)
    _manage(place, "migrate", "--no-input")
    print("Loading the demo accounts and the city's programme …", flush=True)
    accounts = _manage(place, "load_demo")
    _manage(place, "import_programme", PROGRAMME_FILE)
    return accounts


def _manage(place: Place, *arguments: str, children: list[Child] | None = None) -> str:
    """Run a management command and return what it printed; meanwhile watch the children."""
    log = place.log("demo")
    before = size(log)
    command = [sys.executable, "manage.py", *arguments]
    with ExitStack() as stack:
        with log.open("ab") as errors, _starting():
            started = stack.enter_context(
                subprocess.Popen(
                    command, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, text=True
                )
            )
            stack.callback(started.kill)
        output = _output(started, children or [])
    with log.open("a", encoding="utf-8") as file:
        file.write(output)
    if started.returncode:
        raise DevServerError(f"`manage.py {' '.join(arguments)}` failed. {_log_end(log, before)}")
    return output.strip()


def _output(started: "subprocess.Popen[str]", children: list[Child]) -> str:
    """What the process prints until it ends; raises as soon as a child dies."""
    while True:
        try:
            return started.communicate(timeout=0.5)[0]
        except subprocess.TimeoutExpired:
            _check(children)


def _log_end(log: Path, before: int = 0) -> str:
    return f"Its log ({log}) ends with:\n{tail(log, before)}"


def _check(children: list[Child]) -> None:
    """Raise when a child has died."""
    dead = first_dead(children)
    if dead:
        raise DevServerError(
            f"The {dead.name} ended by itself (exit status {dead.process.returncode}). {_log_end(dead.log)}"
        )


def _start(place: Place, port: int, children: list[Child]) -> None:
    """Start web server, worker and beat; returns when the web server answers."""
    print("Starting web server, worker and beat …", flush=True)
    web = ["gunicorn", "moka_secpolicy.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    celery = ["celery", "-A", "moka_secpolicy"]
    os.environ.setdefault("PORTAL_URL", f"http://127.0.0.1:{port}")
    commands = {
        **_mail_server(place),
        "web": [*web, "--worker-class", "gthread", "--threads", "4", "--no-control-socket"],
        "worker": [*celery, "worker", "--concurrency", "2", "-Q", "default,pdf,mail", "-l", "WARNING"],
        "beat": [
            *celery,
            "beat",
            "-s",
            str(place.var / "celerybeat-schedule"),
            "--pidfile=",
            "-l",
            "WARNING",
        ],
    }
    for name, command in commands.items():
        with _starting():
            children.append(spawn(name, [sys.executable, "-m", *command], place.log(name), PROJECT))
    deadline = time.monotonic() + WEB_SECONDS
    while (answer := _answer(f"http://127.0.0.1:{port}/healthz")) != "200":
        _check(children)
        if time.monotonic() > deadline:
            raise DevServerError(f"The web server is not healthy ({answer}). {_log_end(place.log('web'))}")
        time.sleep(0.1)


def _mail_server(place: Place) -> dict[str, list[str]]:
    """The command of a mail server that keeps what it gets in ``var/mail``; none when one is named by EMAIL_HOST."""
    if os.environ.get("EMAIL_HOST"):
        return {}
    port = str(choose_port(0))
    os.environ["EMAIL_PORT"] = port
    return {"mail": ["devservers.mail", str(place.var / "mail"), port]}


def _answer(url: str) -> str:
    """The status of the page, or why there is none; never asked through a proxy."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url, timeout=5) as response:
            return str(response.status)
    except urllib.error.HTTPError as error:
        error.close()
        return str(error.code)
    except OSError as error:
        return str(error)


def _tell(port: int, pdf: str, accounts: str, once: bool) -> None:
    print(f"\nThe sheet of fiscal year {SHEET[1]} is built:\n  {pdf}", flush=True)
    if not once:
        print(f"\nThe portal: http://127.0.0.1:{port}/")
        print("Mails go nowhere: they are kept in var/mail.")
    print(f"\n{accounts}", flush=True)
    if not once:
        print("\nCtrl-C stops everything.", flush=True)


def _serve(children: list[Child]) -> None:
    """Watch until somebody ends the demo or a child dies."""
    while True:
        _check(children)
        time.sleep(0.5)
