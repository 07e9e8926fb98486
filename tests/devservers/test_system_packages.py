"""Which system packages are asked for, and what a user without rights is told."""

import pytest

from devservers import system_packages
from devservers.system_packages import command_line, missing, wanted


def no_program(name: str) -> str | None:
    return None


def test_run_time_packages() -> None:
    assert wanted(dev=False, has_ensurepip=True, version=(3, 11)) == [
        "libpango-1.0-0",
        "libpangoft2-1.0-0",
        "libharfbuzz-subset0",
        "fonts-morisawa-bizud-gothic",
        "fonts-hanazono",
    ]


def test_venv_package_of_this_python_only_where_it_is_missing() -> None:
    assert wanted(dev=False, has_ensurepip=False, version=(3, 12))[-1] == "python3.12-venv"


def test_development_adds_browser_gettext_and_poppler() -> None:
    packages = wanted(dev=True, has_ensurepip=True, version=(3, 11))
    assert packages[-4:] == ["chromium", "gettext", "libatomic1", "poppler-utils"]


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
    assert system_packages.main(["--dev"]) == 0
    assert capsys.readouterr().out == ""


def test_command_names_every_package() -> None:
    assert command_line(["a", "b"]) == "sudo apt-get install -y --no-install-recommends a b"
