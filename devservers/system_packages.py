"""Install the Debian/Ubuntu packages the portal needs, or name them: ``python3 system_packages.py [--dev]``.

Runs before the virtual environment exists, with nothing but the standard library. Does nothing, quickly,
when nothing is missing.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence

RUN_TIME = (
    "libpango-1.0-0",
    "libpangoft2-1.0-0",
    "libharfbuzz-subset0",
    "fonts-morisawa-bizud-gothic",
    "fonts-hanazono",
)
DEVELOPMENT = ("chromium", "gettext", "libatomic1", "poppler-utils")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def wanted(dev: bool, has_ensurepip: bool, version: tuple[int, int]) -> list[str]:
    """Every package this machine should have; the venv package only where Python came without ensurepip."""
    venv = () if has_ensurepip else (f"python{version[0]}.{version[1]}-venv",)
    return [*RUN_TIME, *venv, *(DEVELOPMENT if dev else ())]


def missing(
    packages: Sequence[str], installed: set[str], which: Callable[[str], str | None] = shutil.which
) -> list[str]:
    """Those not installed; any Chromium or Chrome will do, as Ubuntu's package only points to a snap."""
    has_browser = any(which(name) for name in BROWSERS)
    return [name for name in packages if name not in installed and not (name == "chromium" and has_browser)]


def command_line(packages: Sequence[str]) -> str:
    """What the user types to install the packages."""
    return f"sudo apt-get install -y --no-install-recommends {' '.join(packages)}"


def installed_packages(packages: Sequence[str]) -> set[str]:
    """Which of the packages dpkg knows as installed."""
    done = subprocess.run(
        ["dpkg-query", "-W", "-f=${db:Status-Status} ${Package}\n", *packages],
        capture_output=True,
        text=True,
        check=False,
    )
    return {line.split(" ", 1)[1] for line in done.stdout.splitlines() if line.startswith("installed ")}


def way_to_root() -> list[str] | None:
    """What to put before apt-get: nothing as root, sudo where it asks no password, else None."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and not subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode:
        return ["sudo", "-n"]
    return None


def install(packages: Sequence[str], prefix: Sequence[str]) -> bool:
    """Run apt-get; True when it succeeded. Its output is the user's to see."""
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    subprocess.run([*apt, "update", "-q"], check=False)
    command = [*apt, "install", "-y", "-q", "--no-install-recommends", *packages]
    return subprocess.run(command, check=False).returncode == 0


def main(arguments: Sequence[str]) -> int:
    """See what is missing and install or name it; exit status 1 when something stays missing."""
    has_ensurepip = importlib.util.find_spec("ensurepip") is not None
    packages = wanted("--dev" in arguments, has_ensurepip, sys.version_info[:2])
    if shutil.which("dpkg-query") is None:
        print(f"This is not Debian or Ubuntu: please install what corresponds to {' '.join(packages)}")
        return 0
    lacking = missing(packages, installed_packages(packages))
    if not lacking:
        return 0
    prefix = way_to_root()
    if prefix is None:
        print(f"These system packages are missing. Install them and run make again:\n  {command_line(lacking)}")
        return 1
    print(f"Installing system packages: {' '.join(lacking)}", flush=True)
    if not install(lacking, prefix):
        print(f"apt-get could not install them (see above). By hand:\n  {command_line(lacking)}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
