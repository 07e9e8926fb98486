"""Starting up: production names what is missing and starts nothing embedded; development uses what it is given."""

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

import devservers
from tests.conftest import PRODUCTION, environment

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
REQUIRED = ("DATABASE_URL", *(name for name in PRODUCTION if name != "MOKA_ENV"))
PROGRAMS = {
    "manage.py": ["manage.py", "check"],
    "migrate": ["manage.py", "migrate"],
    "gunicorn": ["-m", "gunicorn", "moka_secpolicy.wsgi", "--bind", "127.0.0.1:0"],
    "celery": ["-m", "celery", "-A", "moka_secpolicy", "worker"],
}


def run(words: list[str], *, var: Path, without: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    env = environment(MOKA_VAR=str(var), **variables)
    env.pop(without, None)
    return subprocess.run([sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)


def everything_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def var(tmp_path: Path) -> Path:
    folder = tmp_path / "var"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("missing", REQUIRED)
def test_production_without_a_variable_stops_names_it_and_starts_nothing(missing: str, program: str, var: Path) -> None:
    done = run(PROGRAMS[program], var=var, without=missing, **PRODUCTION)
    assert done.returncode != 0
    assert f"Set {missing}" in done.stderr
    assert everything_in(var) == []


@pytest.mark.parametrize(("name", "value"), [*((name, "") for name in REQUIRED), ("ALLOWED_HOSTS", " , ")])
def test_an_empty_variable_counts_as_missing(name: str, value: str, var: Path) -> None:
    done = run(["manage.py", "check"], var=var, **{**PRODUCTION, name: value})
    assert done.returncode != 0
    assert name in done.stderr
    assert everything_in(var) == []


@pytest.mark.parametrize("typo", ["prod", "Production", "PRODUCTION", "", "dev", "production "])
def test_an_environment_nobody_knows_is_refused(typo: str, var: Path) -> None:
    done = run(["manage.py", "check"], var=var, **{**PRODUCTION, "MOKA_ENV": typo})
    assert done.returncode != 0
    assert f"MOKA_ENV must be development or production, not {typo!r}" in done.stderr
    assert everything_in(var) == []


@pytest.mark.parametrize("typo", ["wareki", "ERA_FIRST", "", "era_first "])
def test_a_date_style_nobody_knows_is_refused(typo: str, var: Path) -> None:
    done = run(["manage.py", "check"], var=var, **{**PRODUCTION, "DATE_STYLE": typo})
    assert done.returncode != 0
    assert f"DATE_STYLE must be one of era_first, era_only, western, not {typo!r}" in done.stderr


@pytest.mark.parametrize("style", ["era_first", "era_only", "western"])
def test_each_date_style_is_taken(style: str, var: Path) -> None:
    look = "from django.conf import settings; print(settings.DATE_STYLE)"
    done = run(["manage.py", "shell", "-v", "0", "-c", look], var=var, **{**PRODUCTION, "DATE_STYLE": style})
    assert done.stdout.strip() == style, done.stderr


@pytest.mark.parametrize("roles", ["officer,admin", "everybody", "officer;ciso"])
def test_a_role_nobody_knows_would_ask_nobody_for_a_second_factor_and_is_refused(roles: str, var: Path) -> None:
    done = run(["manage.py", "check"], var=var, **{**PRODUCTION, "MFA_REQUIRED_ROLES": roles})
    assert done.returncode != 0
    assert "MFA_REQUIRED_ROLES names roles that do not exist" in done.stderr


def test_production_asks_officers_ciso_and_administrators_for_a_second_factor(var: Path) -> None:
    look = "from django.conf import settings; print(sorted(settings.MFA_REQUIRED_ROLES))"
    done = run(["manage.py", "shell", "-v", "0", "-c", look], var=var, **PRODUCTION)
    assert done.stdout.strip() == "['administrator', 'ciso', 'officer']", done.stderr


@pytest.mark.parametrize("keys", ["short", f"{'y' * 40},short"])
def test_a_short_key_for_second_factors_is_refused(keys: str, var: Path) -> None:
    done = run(["manage.py", "check"], var=var, **{**PRODUCTION, "MFA_ENCRYPTION_KEYS": keys})
    assert done.returncode != 0
    assert "Each key of MFA_ENCRYPTION_KEYS needs at least 32 characters" in done.stderr


def test_production_with_everything_set_starts_and_leaves_the_folder_alone(var: Path) -> None:
    done = run(["manage.py", "check"], var=var, **PRODUCTION)
    assert (done.returncode, done.stderr) == (0, "")
    assert everything_in(var) == []


SUBDOMAINS_ARE_NOT_OURS = {"security.W005", "security.W021"}


def test_production_settings_pass_django_s_own_deployment_check(var: Path) -> None:
    words = ["manage.py", "check", "--deploy"]
    done = run(words, var=var, **{**PRODUCTION, "SECRET_KEY": secrets.token_urlsafe(60)})
    assert done.returncode == 0, done.stderr
    assert set(re.findall(r"\((\w+\.\w\d+)\)", done.stderr)) == SUBDOMAINS_ARE_NOT_OURS


def test_production_shows_no_demo_and_no_debug_pages(var: Path) -> None:
    look = "from django.conf import settings; print(settings.SITE_IS_DEMO, settings.DEBUG, settings.ALLOWED_HOSTS)"
    done = run(
        ["manage.py", "shell", "-v", "0", "-c", look],
        var=var,
        **{**PRODUCTION, "ALLOWED_HOSTS": "a.example, b.example"},
    )
    assert done.stdout.strip() == "False False ['a.example', 'b.example']"


def test_development_with_both_addresses_set_starts_nothing_embedded(var: Path) -> None:
    done = run(["manage.py", "check", "--database", "default"], var=var, REDIS_URL="redis://127.0.0.1:1/0")
    assert done.returncode == 0, done.stderr
    assert everything_in(var) == ["secret_key"]
    assert devservers.running(var) == []


def test_development_makes_a_secret_key_of_its_own_once_and_keeps_it_private(var: Path) -> None:
    look = "from django.conf import settings; print(settings.SECRET_KEY)"
    keys = {
        run(["manage.py", "shell", "-v", "0", "-c", look], var=var, REDIS_URL="redis://127.0.0.1:1/0").stdout.strip()
        for _ in range(2)
    }
    assert keys == {(var / "secret_key").read_text()}
    assert len(keys.pop()) > 60
    assert (var / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["postgres", "redis"])
def test_asking_for_an_embedded_server_in_production_is_refused(name: str, var: Path) -> None:
    ask = {
        "postgres": "import devservers; devservers.database_urls()",
        "redis": "import devservers; devservers.redis_url()",
    }
    done = run(["-c", ask[name]], var=var, **PRODUCTION)
    assert done.returncode != 0
    assert "nothing embedded starts" in done.stderr
    assert everything_in(var) == []


def test_the_portal_starts_without_the_development_package(tmp_path: Path, var: Path) -> None:
    """Production need not even have `devservers` installed."""
    block = "import sys; sys.modules['devservers'] = None; import django; django.setup(); print('up')"
    done = run(["-c", block], var=var, DJANGO_SETTINGS_MODULE="moka_secpolicy.settings", **PRODUCTION)
    assert done.stdout.strip() == "up", done.stderr
    assert os.listdir(var) == []
