"""A real Celery worker process of a test's own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil

from tests.conftest import environment, wait_for


class Worker:
    """`celery worker` on this test's database and broker, in a process group of its own."""

    def __init__(self, broker_url: str, folder: Path, **settings: str) -> None:
        self.log = folder / f"worker-{os.urandom(4).hex()}.log"
        command = [sys.executable, "-m", "celery", "-A", "moka_secpolicy", "worker", "--concurrency", "1"]
        command += ["-Q", "default,pdf,mail", "-l", "INFO", "--without-mingle", "--without-gossip"]
        env = environment(REDIS_URL=broker_url, **settings)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, env=env, stdout=log, stderr=log, start_new_session=True)
        wait_for(lambda: " ready." in self.log.read_text())

    def children(self) -> list[psutil.Process]:
        """Return the processes that do the work."""
        return psutil.Process(self.process.pid).children()

    def kill(self) -> None:
        """Kill the worker and its children at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Let the worker finish and go, if it still runs."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
