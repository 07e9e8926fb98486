"""The demo's own processes: web server, worker and beat."""

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from .process import LOG_LIMIT, wait_until

TERM_SECONDS = 20


class Child(NamedTuple):
    """A process we started in a process group of its own, and its log."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path


def spawn(name: str, command: Sequence[str], log: Path, cwd: Path) -> Child:
    """Start a child that Ctrl-C in the terminal does not reach; the kernel ends it should we be killed."""
    tied = ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []
    too_long = log.exists() and log.stat().st_size > LOG_LIMIT
    with log.open("wb" if too_long else "ab") as output:
        process = subprocess.Popen(
            [*tied, *command],
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Child(name, process, log)


def first_dead(children: Sequence[Child]) -> Child | None:
    """A child that has ended, if any."""
    return next((child for child in children if child.process.poll() is not None), None)


def end_all(children: Sequence[Child]) -> None:
    """Ask each child to end, then kill what is left of each process group."""
    for child in children:
        if child.process.poll() is None:
            child.process.send_signal(signal.SIGTERM)
    wait_until(lambda: all(child.process.poll() is not None for child in children), TERM_SECONDS)
    for child in children:
        with suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()
