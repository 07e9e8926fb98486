"""PostgreSQL refuses to run as root; this finds a way to run it as somebody else.

No folder's permissions are changed but those of the data folder. Where the other user cannot enter a
parent folder (a clone below a closed home) or read the wheel's files (a tight umask), the process gets
the smallest Linux capability that lets it reach them. ``no_setuid_fixup`` keeps that capability valid
for access(2) too, which PostgreSQL asks about its own binaries.
"""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from .place import DevServerError
from .process import environment

CAPABILITIES = (None, "dac_read_search", "dac_override")


def account() -> tuple[int, int]:
    """uid and gid of the user who shall run PostgreSQL in place of root."""
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise DevServerError("PostgreSQL cannot run as root, and there is neither a user 'postgres' nor 'nobody'.")


def own(data: Path) -> None:
    """Give the data folder to the user who runs the server; a folder some other user owns stays his."""
    if os.geteuid() != 0:
        if data.stat().st_uid != os.geteuid():
            raise DevServerError(f"{data} belongs to another user. Work as that user, or let that user remove it.")
        return
    if data.stat().st_uid == 0:
        uid, gid = account()
        for folder, _, files in os.walk(data):
            for path in (folder, *(os.path.join(folder, name) for name in files)):
                os.chown(path, uid, gid, follow_symlinks=False)


def prefix(data: Path, binaries: Path) -> list[str]:
    """What to put before a PostgreSQL command line so that it runs as the owner of ``data``."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        raise DevServerError("PostgreSQL cannot run as root, and setpriv (package util-linux) is missing.")
    owner = data.stat()
    base = ["setpriv", f"--reuid={owner.st_uid}", f"--regid={owner.st_gid}", "--clear-groups"]
    complaint = ""
    for capability in CAPABILITIES:
        extra = [] if capability is None else _with(capability)
        complaint = _complaint([*base, *extra], data, binaries)
        if not complaint:
            return [*base, *extra]
    name = pwd.getpwuid(owner.st_uid).pw_name
    raise DevServerError(
        f"PostgreSQL cannot run as root, and the user '{name}' cannot reach {data} and {binaries}. "
        f"Move the project to a folder that '{name}' may enter, or work as an ordinary user.\n{complaint}"
    )


def _with(capability: str) -> list[str]:
    return [f"--inh-caps=+{capability}", f"--ambient-caps=+{capability}", "--securebits=+no_setuid_fixup"]


def _complaint(command: list[str], data: Path, binaries: Path) -> str:
    """Why this command cannot enter the data and run the binaries with their share files; empty if it can."""
    script = 'cd "$1" && exec "$2" -D "$1" --show'
    probe = [*command, "/bin/sh", "-c", script, "sh", str(data), str(binaries / "initdb")]
    done = subprocess.run(probe, cwd="/", env=environment(), capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else (done.stderr.strip() or f"exit status {done.returncode}")
