"""The demo from start to end on a project of three files: real gunicorn, worker, beat and signals."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Self

import pytest

import devservers
from devservers import demo as demo_module
from devservers import postgres, process
from devservers.place import Place

MANAGE = """
import sys, time
from pathlib import Path
from typing import Self
with open("var/commands", "a") as file: print(*sys.argv[1:], file=file)
match sys.argv[1]:
    case "load_demo": print("demo-officer / a-password")
    case "import_programme" if Path("refuse").exists(): sys.exit("indicators[3].slot: 6 is not 1 to 5")
    case "request_sheet":
        while Path("wait").exists(): time.sleep(0.1)
        print("request accepted"); print("/somewhere/sheet.pdf")
"""
WSGI = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"well"]
"""
CELERY = """
import devservers
from celery import Celery
app = Celery("moka_secpolicy", broker=devservers.redis_url())
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATABASE_URL", "REDIS_URL", "MOKA_VAR", "MOKA_ENV", "DJANGO_SETTINGS_MODULE"):
        monkeypatch.delenv(name, raising=False)
    shutil.copytree(Path(devservers.__file__).parent, tmp_path / "devservers")
    (tmp_path / "moka_secpolicy").mkdir()
    (tmp_path / "moka_secpolicy" / "__init__.py").write_text("")
    (tmp_path / "moka_secpolicy" / "wsgi.py").write_text(WSGI)
    (tmp_path / "moka_secpolicy" / "celery.py").write_text(CELERY)
    (tmp_path / "manage.py").write_text(MANAGE)
    return tmp_path


class Demo:
    """A demo process with its output in a file."""

    def __init__(self, project: Path, *arguments: str) -> None:
        self.var, self.port, self.output = project / "var", process.choose_port(0), project / "output"
        line = [sys.executable, "-m", "devservers", "demo", "--port", str(self.port), *arguments]
        with self.output.open("w") as file:
            self.process = subprocess.Popen(
                line, cwd=project, stdout=file, stderr=file, stdin=subprocess.DEVNULL, start_new_session=True
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)
        devservers.stop(self.var)

    def wait_for(self, words: str) -> None:
        def said() -> bool:
            return words in self.output.read_text() or self.process.poll() is not None

        assert process.wait_until(said, 90)
        assert words in self.output.read_text()

    def at_work(self) -> list[int]:
        """Living processes that belong to this copy, other than the demo itself."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                here = os.readlink(folder / "cwd") == str(self.var.parent)
            except OSError:
                continue
            if here and int(folder.name) not in (self.process.pid, os.getpid()):
                found.append(int(folder.name))
        return found

    def nothing_is_left(self) -> bool:
        return process.wait_until(lambda: not self.at_work(), 10) and devservers.running(self.var) == []


def test_once_builds_and_leaves_nothing(project: Path) -> None:
    with Demo(project, "--once") as demo:
        assert demo.process.wait(timeout=90) == 0, demo.output.read_text()
        assert demo.nothing_is_left()
        assert "/somewhere/sheet.pdf" in demo.output.read_text()
        assert "demo-officer / a-password" in demo.output.read_text()
    assert (project / "var" / "commands").read_text().splitlines() == [
        "migrate --no-input",
        "load_demo",
        "import_programme reports/data/moka-security-policy.json",
        "request_sheet moka-security-policy 2019 --wait 120",
    ]


def test_once_leaves_running_what_ran_before(project: Path) -> None:
    devservers.database_urls(project / "var")
    before = postgres.find(Place(project / "var"))
    with Demo(project, "--once") as demo:
        assert demo.process.wait(timeout=90) == 0, demo.output.read_text()
        assert devservers.running(demo.var) == ["postgres"]
        assert postgres.find(Place(demo.var)) == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_serves_until_it_is_ended(project: Path, number: signal.Signals) -> None:
    with Demo(project) as demo:
        demo.wait_for("Ctrl-C stops everything.")
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(f"http://127.0.0.1:{demo.port}/", timeout=10) as page:
            assert page.read() == b"well"
        assert f"http://127.0.0.1:{demo.port}/" in demo.output.read_text()
        demo.process.send_signal(number)
        time.sleep(0.05)
        demo.process.send_signal(number)
        assert demo.process.wait(timeout=60) == 0
        assert demo.nothing_is_left()
        assert "Traceback" not in demo.output.read_text()


def test_ended_while_the_sheet_is_built(project: Path) -> None:
    (project / "wait").touch()
    with Demo(project) as demo:
        demo.wait_for("Building the sheet")
        demo.process.send_signal(signal.SIGTERM)
        assert demo.process.wait(timeout=60) == 0
        assert demo.nothing_is_left()


def test_an_end_waits_until_the_process_that_starts_is_known() -> None:
    known: list[str] = []
    before = signal.getsignal(signal.SIGTERM)
    with demo_module._ending_signals():
        with pytest.raises(demo_module._Ended), demo_module._starting():
            os.kill(os.getpid(), signal.SIGTERM)
            known.append("started")
        assert known == ["started"]
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_failing_step_is_named_with_its_words_and_log(project: Path) -> None:
    (project / "refuse").touch()
    with Demo(project, "--once") as demo:
        assert demo.process.wait(timeout=90) == 1
        said = demo.output.read_text()
        assert "`manage.py import_programme reports/data/moka-security-policy.json` failed" in said
        assert "indicators[3].slot: 6 is not 1 to 5" in said
        assert str(demo.var / "log" / "demo.log") in said
        assert demo.nothing_is_left()


def test_a_child_dying_while_serving_ends_the_demo(project: Path) -> None:
    with Demo(project) as demo:
        demo.wait_for("Ctrl-C stops everything.")
        beat = [pid for pid in demo.at_work() if "beat" in process.command_line(pid)]
        assert len(beat) == 1
        os.kill(beat[0], signal.SIGKILL)
        assert demo.process.wait(timeout=60) == 1
        assert "The beat ended by itself (exit status -9)" in demo.output.read_text()
        assert demo.nothing_is_left()


def test_killed_demo_takes_its_children_with_it_and_the_next_one_works(project: Path) -> None:
    with Demo(project) as demo:
        demo.wait_for("Ctrl-C stops everything.")
        demo.process.kill()
        demo.process.wait()
        assert process.wait_until(lambda: not demo.at_work(), 30)
        with Demo(project, "--once") as second:
            assert second.process.wait(timeout=90) == 0, second.output.read_text()
            assert second.nothing_is_left()
