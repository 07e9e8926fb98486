"""What a stretch of work leaves running, and how the demo starts, watches and ends its children."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import devservers
from devservers import children, process
from devservers.place import Place
from devservers.session import session

PROJECT = Path(devservers.__file__).resolve().parent.parent


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "var"
    monkeypatch.setenv("MOKA_VAR", str(folder))
    for name in ("DATABASE_URL", "REDIS_URL", "PORT"):
        monkeypatch.delenv(name, raising=False)
    yield folder
    devservers.stop(folder)


def command(*arguments: str) -> "subprocess.CompletedProcess[str]":
    line = [sys.executable, "-m", "devservers", *arguments]
    return subprocess.run(line, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=120)


def test_session_stops_what_it_started(var: Path) -> None:
    with session():
        assert devservers.running() == ["postgres", "redis"]
    assert devservers.running() == []


def test_session_leaves_what_ran_before(var: Path) -> None:
    devservers.database_urls()
    with session():
        assert devservers.running() == ["postgres", "redis"]
    assert devservers.running() == ["postgres"]


def test_the_last_of_two_sessions_stops_the_servers(var: Path) -> None:
    with session():
        with session():
            pass
        assert devservers.running() == ["postgres", "redis"]
    assert devservers.running() == []


def test_session_starts_nothing_that_the_environment_names(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere/else")
    monkeypatch.setenv("REDIS_URL", "redis://somewhere/0")
    with session():
        assert devservers.running() == []


def test_session_stops_after_a_failure(var: Path) -> None:
    with pytest.raises(ZeroDivisionError), session():
        raise ZeroDivisionError
    assert devservers.running() == []


def test_run_passes_the_exit_status_on_and_leaves_nothing(var: Path) -> None:
    inner = "import devservers, sys; print(devservers.running()); sys.exit(7)"
    done = command("run", sys.executable, "-c", inner)
    assert (done.returncode, done.stdout) == (7, "['postgres', 'redis']\n")
    assert devservers.running() == []


def test_run_ended_by_term_leaves_nothing(var: Path) -> None:
    line = [sys.executable, "-m", "devservers", "run", "sleep", "600"]
    with subprocess.Popen(line, cwd=PROJECT) as started:
        assert process.wait_until(lambda: len(devservers.running()) == 2, 60)
        time.sleep(0.2)
        started.terminate()
        started.wait(timeout=60)
    assert devservers.running() == []


def test_demo_refuses_a_busy_port_before_doing_anything(var: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = command("demo", "--once", "--port", str(port))
    assert done.returncode == 1
    assert f"Port {port} cannot be used" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert devservers.running() == []
    assert not (var / "postgres").exists()


@pytest.mark.parametrize("port", ["0", "65536", "80x", "-1", "８０００"])
def test_demo_refuses_a_port_that_is_none(var: Path, port: str) -> None:
    done = command("demo", f"--port={port}")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: PORT must be a number from 1 to 65535")


def test_demo_takes_the_port_from_the_environment(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "seventy")
    assert "not 'seventy'" in command("demo").stderr


def test_demo_refuses_production(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOKA_ENV", "production")
    done = command("demo", "--once", "--port", str(process.choose_port(0)))
    assert done.returncode == 1
    assert "MOKA_ENV=production" in done.stderr
    assert devservers.running() == []


def test_only_one_demo_runs_in_a_copy(var: Path) -> None:
    place = Place.at()
    place.make()
    holder = f"flock {var / 'demo.lock'} sh -c 'echo held; exec sleep 600'"
    with subprocess.Popen(["sh", "-c", f"exec {holder}"], stdout=subprocess.PIPE, start_new_session=True) as other:
        assert other.stdout and other.stdout.readline() == b"held\n"
        done = command("demo", "--check", "--port", str(process.choose_port(0)))
        os.killpg(other.pid, signal.SIGKILL)
    assert done.returncode == 1
    assert "already running" in done.stderr


def test_a_dead_child_is_noticed(tmp_path: Path) -> None:
    child = children.spawn("worker", ["sh", "-c", "echo gone; exit 3"], tmp_path / "worker.log", tmp_path)
    assert process.wait_until(lambda: children.first_dead([child]) is child, 10)
    assert child.process.returncode == 3
    assert process.tail(child.log) == "gone"
    children.end_all([child])


def test_children_end_with_all_their_descendants(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that ignores TERM, and the grandchild of one that does not."""
    monkeypatch.setattr(children, "TERM_SECONDS", 1)
    stubborn = children.spawn("a", ["sh", "-c", "trap '' TERM; echo $$; sleep 600"], tmp_path / "a.log", tmp_path)
    parent = children.spawn("b", ["sh", "-c", "sleep 600 & echo $!; wait"], tmp_path / "b.log", tmp_path)
    logs = (tmp_path / "a.log", tmp_path / "b.log")
    assert process.wait_until(lambda: all(log.read_text().strip() for log in logs), 10)
    grandchild = int(logs[1].read_text())
    children.end_all([stubborn, parent])
    assert children.first_dead([stubborn]) and children.first_dead([parent])
    assert process.wait_until(lambda: process.command_line(grandchild) == [], 10)


def test_children_end_when_the_demo_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from devservers.children import spawn; "
        "child = spawn('web', ['sleep', '600'], Path(sys.argv[1]) / 'web.log', Path('/')); "
        "print(child.process.pid, flush=True); time.sleep(600)"
    )
    line = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(line, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout
        pid = int(demo.stdout.readline())
        assert process.wait_until(lambda: process.command_line(pid)[:1] == ["sleep"], 10)
        demo.kill()
    assert process.wait_until(lambda: process.command_line(pid) == [], 10)
