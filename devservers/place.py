"""Where the embedded servers keep their data, and the small state file that remembers ports and passwords."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

LOCK_SECONDS = 180


class DevServerError(Exception):
    """An embedded server cannot be used; the message says what happened and what to do."""


@dataclass
class Server:
    """What is remembered of one server: its TCP port (0 = none yet) and its passwords by role."""

    port: int = 0
    passwords: dict[str, str] = field(default_factory=dict)


@dataclass
class State:
    """The content of ``devservers.json``; ``session_started``: servers that end with the last session."""

    postgres: Server = field(default_factory=Server)
    redis: Server = field(default_factory=Server)
    session_started: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Place:
    """The folder ``var/`` and what lies where in it."""

    var: Path

    @classmethod
    def at(cls, var: Path | None = None) -> "Place":
        """The given folder, or ``$MOKA_VAR``, or ``var/`` of the project."""
        chosen = var or os.environ.get("MOKA_VAR") or Path(__file__).resolve().parent.parent / "var"
        return cls(Path(chosen).resolve())

    @property
    def state_file(self) -> Path:
        """Ports and passwords, readable by its owner alone."""
        return self.var / "devservers.json"

    def log(self, name: str) -> Path:
        """The log file called ``name``."""
        return self.var / "log" / f"{name}.log"

    def load(self) -> State:
        """The remembered state; an unreadable file counts as empty (new passwords are then set)."""
        try:
            raw = json.loads(self.state_file.read_bytes())
            return State(Server(**raw["postgres"]), Server(**raw["redis"]), list(raw["session_started"]))
        except FileNotFoundError:
            return State()
        except PermissionError as error:
            raise DevServerError(
                f"{self.state_file} belongs to another user. Work as the user who started the servers, "
                "or remove the var folder as that user."
            ) from error
        except (ValueError, KeyError, TypeError):
            return State()

    def save(self, state: State) -> None:
        """Replace the state file in one step, mode 0600."""
        temporary = self.state_file.with_suffix(".new")
        temporary.unlink(missing_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(state), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.state_file)

    def make(self) -> None:
        """Create the folder and its log folder."""
        try:
            (self.var / "log").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DevServerError(f"{self.var} cannot be created: {error.strerror}.") from error

    @contextmanager
    def lock(self) -> Iterator[int]:
        """Hold the lock under which servers are made, started and stopped; yields its descriptor."""
        self.make()
        with opened(self.var / "devservers.lock") as descriptor:
            deadline = time.monotonic() + LOCK_SECONDS
            while not try_lock(descriptor):
                if time.monotonic() > deadline:
                    raise DevServerError(
                        f"Another process has held {self.var}/devservers.lock for {LOCK_SECONDS} seconds. "
                        "See which one with `fuser`, end it, and try again."
                    )
                time.sleep(0.02)
            yield descriptor


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """The descriptor of a lock file, created when missing; closing it gives the lock up."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DevServerError(f"{path} cannot be opened: {error.strerror}.") from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def try_lock(descriptor: int, *, shared: bool = False) -> bool:
    """Take the file lock without waiting; False when someone else holds it."""
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
