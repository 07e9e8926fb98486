"""A real gunicorn of a test's own, and a door to the database that a test can shut."""

import http.client
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.conftest import environment, free_port, wait_for

ROOT = Path(__file__).resolve().parents[2]


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    text: str


class Site:
    """The portal as served to browsers."""

    def __init__(self, port: int, log: Path) -> None:
        self.port, self.log = port, log

    def ask(self, path: str, method: str = "GET", body: str | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read().decode())
        finally:
            connection.close()


@contextmanager
def served(folder: Path, **variables: str) -> Iterator[Site]:
    """Serve the portal with these environment variables."""
    port, log = free_port(), folder / "gunicorn.log"
    command = [sys.executable, "-m", "gunicorn", "moka_secpolicy.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "2"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment(**variables), stdout=out, stderr=out, start_new_session=True
        )
    try:
        wait_for(lambda: socket.create_connection(("127.0.0.1", port), 1).close() is None)
        yield Site(port, log)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


class Door:
    """A TCP port that leads to another one until it is shut, and again after it is opened."""

    def __init__(self, host: str, port: int) -> None:
        self.target, self.port, self.pairs = (host, port), free_port(), []
        self.listener: socket.socket | None = None
        self.open()

    def open(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def shut(self) -> None:
        """End every connection, and take no more."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for pair in self.pairs:
            for end in pair:
                _hang_up(end)
        self.pairs.clear()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                pair = listener.accept()[0], socket.create_connection(self.target)
            except OSError:
                return
            self.pairs.append(pair)
            threading.Thread(target=_carry, args=pair, daemon=True).start()


def _carry(one: socket.socket, other: socket.socket) -> None:
    with one, other:
        try:
            while True:
                for ready in select.select([one, other], [], [])[0]:
                    data = ready.recv(65536)
                    if not data:
                        return
                    (other if ready is one else one).sendall(data)
        except (OSError, ValueError):
            return


def _hang_up(end: Any) -> None:
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
