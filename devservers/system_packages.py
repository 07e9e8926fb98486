"""Install the Debian/Ubuntu packages the portal needs, or name them: ``python3 system_packages.py [--dev]``.

Runs before the virtual environment exists, with nothing but the standard library. Does nothing, quickly,
when nothing is missing.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

RUN_TIME = (
    "libpango-1.0-0",
    "libpangoft2-1.0-0",
    "libharfbuzz-subset0",
    "fonts-morisawa-bizud-gothic",
    "fonts-hanazono",
)
COMPILING = ("gcc", "libldap-dev", "libsasl2-dev")
"""For python-ldap, which comes as source; beside them the headers of the Python in use."""
DIRECTORY_SERVER = ("libltdl7", "libwrap0")
"""What slapd loads that the packages above do not bring."""
DEVELOPMENT = ("chromium", "gettext", "libatomic1", "poppler-utils", *COMPILING, *DIRECTORY_SERVER)
SLAPD = Path(__file__).resolve().parent.parent / ".venv" / "slapd"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def wanted(dev: bool, has_ensurepip: bool, has_headers: bool, version: tuple[int, int]) -> list[str]:
    """Every package this machine should have; those of Python itself only where it came without that part."""
    python = f"python{version[0]}.{version[1]}"
    venv = () if has_ensurepip else (f"{python}-venv",)
    headers = () if has_headers else (f"{python}-dev",)
    return [*RUN_TIME, *venv, *((*DEVELOPMENT, *headers) if dev else ())]


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


def unpack_slapd(folder: Path) -> bool:
    """Unpack Debian's slapd below `folder` for the tests, which start it there; True when it is there.

    It is not installed: that would start a service, and on Ubuntu a profile keeps the installed one out of a test's
    folders. Needs no rights, only that apt knows its packages.
    """
    if (folder / "usr/sbin/slapd").exists():
        return True
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        subprocess.run(["apt-get", "download", "-q", "slapd"], cwd=work, check=False)
        for package in Path(work).glob("slapd_*.deb"):
            unpacked = Path(work, "unpacked")
            if subprocess.run(["dpkg-deb", "-x", package, unpacked], check=False).returncode == 0:
                shutil.rmtree(folder, ignore_errors=True)
                unpacked.rename(folder)
    return (folder / "usr/sbin/slapd").exists()


def install_slapd(folder: Path) -> int:
    """Unpack slapd, after asking apt for its newest lists if it must; exit status 1 when that fails."""
    if unpack_slapd(folder):
        return 0
    prefix = way_to_root()
    if prefix is not None:
        subprocess.run([*prefix, "apt-get", "update", "-q"], check=False)
        if unpack_slapd(folder):
            return 0
    print("apt-get could not download slapd for the tests. Run this, then make again:\n  sudo apt-get update")
    return 1


def main(arguments: Sequence[str]) -> int:
    """See what is missing and install or name it; exit status 1 when something stays missing."""
    has_ensurepip = importlib.util.find_spec("ensurepip") is not None
    has_headers = Path(sysconfig.get_path("include"), "Python.h").exists()
    dev = "--dev" in arguments
    packages = wanted(dev, has_ensurepip, has_headers, sys.version_info[:2])
    if shutil.which("dpkg-query") is None:
        print(f"This is not Debian or Ubuntu: please install what corresponds to {' '.join(packages)}")
        return 0
    return install_packages(packages) or (install_slapd(SLAPD) if dev else 0)


def install_packages(packages: Sequence[str]) -> int:
    """Install the packages that are missing, or name them; exit status 1 when something stays missing."""
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
