"""Which system packages are asked for, and what a user without rights is told."""

import subprocess
from pathlib import Path

import pytest

from devservers import system_packages
from devservers.system_packages import command_line, missing, wanted


def no_program(name: str) -> str | None:
    return None


def test_run_time_packages() -> None:
    assert wanted(dev=False, has_ensurepip=True, has_headers=True, version=(3, 11)) == [
        "libpango-1.0-0",
        "libpangoft2-1.0-0",
        "libharfbuzz-subset0",
        "fonts-morisawa-bizud-gothic",
        "fonts-hanazono",
    ]


def test_venv_package_of_this_python_only_where_it_is_missing() -> None:
    assert wanted(dev=False, has_ensurepip=False, has_headers=False, version=(3, 12))[-1] == "python3.12-venv"


def test_development_adds_what_tests_and_checks_need() -> None:
    packages = wanted(dev=True, has_ensurepip=True, has_headers=True, version=(3, 11))
    assert packages[5:9] == ["chromium", "gettext", "libatomic1", "poppler-utils"]
    assert packages[9:] == ["gcc", "libldap-dev", "libsasl2-dev", "libltdl7", "libwrap0"]


def test_headers_of_this_python_only_where_it_came_without_them() -> None:
    assert wanted(dev=True, has_ensurepip=True, has_headers=False, version=(3, 12))[-1] == "python3.12-dev"


def test_a_first_run_needs_neither_a_compiler_nor_a_directory_server() -> None:
    packages = wanted(dev=False, has_ensurepip=True, has_headers=False, version=(3, 11))
    assert not {"gcc", "libldap-dev", "libsasl2-dev", "libwrap0", "python3.11-dev", "slapd"} & set(packages)


def test_installed_packages_are_not_asked_for() -> None:
    assert missing(["gettext", "fonts-hanazono"], {"gettext"}, no_program) == ["fonts-hanazono"]


@pytest.mark.parametrize("browser", ["chromium", "chromium-browser", "google-chrome"])
def test_any_browser_satisfies_chromium(browser: str) -> None:
    assert missing(["chromium"], set(), lambda name: f"/usr/bin/{name}" if name == browser else None) == []


def test_without_a_browser_chromium_is_missing() -> None:
    assert missing(["chromium"], set(), no_program) == ["chromium"]


def test_what_dpkg_knows_is_read() -> None:
    assert system_packages.installed_packages(["dpkg", "no-such-package-here"]) == {"dpkg"}


def test_without_rights_the_exact_line_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(system_packages, "installed_packages", lambda packages: {"libpango-1.0-0", "fonts-hanazono"})
    monkeypatch.setattr(system_packages, "way_to_root", lambda: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    assert system_packages.main([]) == 1
    line = "sudo apt-get install -y --no-install-recommends"
    assert f"{line} libpangoft2-1.0-0 libharfbuzz-subset0 fonts-morisawa-bizud-gothic\n" in capsys.readouterr().out


def test_nothing_missing_runs_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(system_packages, "installed_packages", lambda packages: set(packages))
    monkeypatch.setattr(system_packages, "way_to_root", lambda: pytest.fail("asked for rights"))
    monkeypatch.setattr(subprocess, "run", lambda *arguments, **options: pytest.fail("ran something"))
    assert system_packages.main(["--dev"]) == 0
    assert capsys.readouterr().out == ""


def test_slapd_is_there_for_the_tests_and_not_installed() -> None:
    assert (system_packages.SLAPD / "usr/sbin/slapd").exists(), "make setup-dev unpacks it"
    assert "slapd" not in system_packages.DEVELOPMENT


def fake_apt(folder: Path, monkeypatch: pytest.MonkeyPatch, *, knows: bool) -> Path:
    """Put an apt-get before the real one that packs a slapd of its own, after an update if it does not know it yet."""
    known, log = folder / "known", folder / "log"
    known.touch() if knows else None
    apt = folder / "bin" / "apt-get"
    apt.parent.mkdir()
    apt.write_text(
        f"""#!/bin/sh
        echo "$1" >> {log}
        [ "$1" = update ] && exec touch {known}
        [ -e {known} ] || exit 100
        mkdir -p tree/DEBIAN tree/usr/sbin
        printf 'Package: slapd\nVersion: 1\nArchitecture: all\nMaintainer: x\nDescription: x\n' > tree/DEBIAN/control
        touch tree/usr/sbin/slapd
        exec dpkg-deb -b tree slapd_1_all.deb
        """
    )
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", f"{apt.parent}:/usr/bin:/bin")
    return log


@pytest.mark.parametrize(("knows", "ran"), [(True, ["download"]), (False, ["download", "update", "download"])])
def test_slapd_is_unpacked_after_an_update_only_if_apt_does_not_know_it(
    knows: bool, ran: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = fake_apt(tmp_path, monkeypatch, knows=knows)
    monkeypatch.setattr(system_packages, "way_to_root", list)
    folder = tmp_path / ".venv" / "slapd"
    assert system_packages.install_slapd(folder) == 0
    assert (folder / "usr/sbin/slapd").exists()
    assert [path.name for path in folder.parent.iterdir()] == ["slapd"]
    assert system_packages.install_slapd(folder) == 0
    assert log.read_text().split() == ran


def test_without_rights_and_lists_the_user_is_told_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake_apt(tmp_path, monkeypatch, knows=False)
    monkeypatch.setattr(system_packages, "way_to_root", lambda: None)
    assert system_packages.install_slapd(tmp_path / ".venv" / "slapd") == 1
    assert "  sudo apt-get update\n" in capsys.readouterr().out


def test_command_names_every_package() -> None:
    assert command_line(["a", "b"]) == "sudo apt-get install -y --no-install-recommends a b"
