"""Starting a server so that it outlives us, proving that a process is ours, and ending it."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from .place import DevServerError

LOG_LIMIT = 5_000_000
DETACH = 'echo $$; exec "$@" >&2'


def command_line(pid: int) -> list[str]:
    """The arguments of a process; empty when it is gone, waits to be reaped or just changes its program."""
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return []
    return raw.decode(errors="replace").rstrip("\0").split("\0") if raw else []


def alive(pid: int) -> bool:
    """Whether the process exists and does more than wait to be reaped (which some containers never do)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state not in "ZX"


def environment() -> dict[str, str]:
    """What a server gets to see of our environment: no secret of ours, no setting that changes it."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def launch(argv: Sequence[str], log: Path, cwd: Path | str = "/") -> int:
    """Start ``argv`` in a session of its own, output appended to ``log``; returns its pid.

    The process is no child of ours, so it needs no reaping and Ctrl-C in the terminal does not reach it.
    """
    mode = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        mode |= os.O_TRUNC
    with open(os.open(log, mode, 0o600), "ab") as output:
        done = subprocess.run(
            ["setsid", "--fork", "/bin/sh", "-c", DETACH, "sh", *argv],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=output,
            cwd=cwd,
            env=environment(),
            check=True,
        )
    return int(done.stdout)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Ask again and again until the condition holds; False when the time is over."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def end(is_ours: Callable[[], int | None], steps: Sequence[tuple[signal.Signals, float]]) -> bool:
    """Send each signal in turn and give it its seconds; True once the process is gone.

    ``is_ours`` proves the process anew before each signal and gives its pid, or None when it is gone.
    """
    for number, seconds in steps:
        pid = is_ours()
        if pid is None:
            return True
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return True
        except PermissionError as error:
            raise DevServerError(f"Process {pid} belongs to another user: stop it as that user.") from error
        if wait_until(lambda: is_ours() is None, seconds):
            return True
    return False


def tail(log: Path, start: int = 0, lines: int = 12) -> str:
    """The last lines that ``log`` received after position ``start``."""
    try:
        with log.open("rb") as file:
            file.seek(max(start, log.stat().st_size - 20_000))
            return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def size(log: Path) -> int:
    """Where the log will go on after the next launch (which may empty it first)."""
    length = log.stat().st_size if log.exists() else 0
    return 0 if length > LOG_LIMIT else length


def port_is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def choose_port(wish: int) -> int:
    """The port used last time if it is still free, otherwise a free one."""
    if wish and port_is_free(wish):
        return wish
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
