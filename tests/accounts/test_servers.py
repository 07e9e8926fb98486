"""The servers that the environment names: what is read from it, and what start-up refuses."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts import servers
from accounts.servers import Directory, Provider
from tests.conftest import PRODUCTION, environment

ROOT = Path(__file__).resolve().parents[2]
ENV = environ.Env()
LDAP = {"LDAP_SERVER_URI": "ldaps://ad.moka.example", "LDAP_USER_SEARCH_BASE": "ou=people,dc=moka,dc=example"}
OIDC = {"OIDC_SERVER_URL": "https://login.moka.example/realms/city", "OIDC_CLIENT_ID": "moka-portal"}


@pytest.fixture(autouse=True)
def _nothing_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("LDAP_", "OIDC_", "LOCAL_PASSWORDS_")):
            monkeypatch.delenv(name)


def named(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def test_none_is_named_unless_the_environment_does() -> None:
    assert servers.directory(ENV, production=True) is None
    assert servers.provider(ENV, production=True) is None


def test_a_directory_needs_its_address_and_its_base_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, LDAP)
    found = servers.directory(ENV, production=True)
    assert found == Directory("ldaps://ad.moka.example", "ou=people,dc=moka,dc=example")
    assert found.user_filter == "(employeeNumber=%(user)s)"
    assert found.local_passwords


def test_every_variable_of_a_directory_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    named(
        monkeypatch,
        {
            "LDAP_SERVER_URI": "ldap://one.moka.example ldap://two.moka.example",
            "LDAP_USER_SEARCH_BASE": "dc=moka,dc=example",
            "LDAP_USER_FILTER": "(sAMAccountName=%(user)s)",
            "LDAP_EMPLOYEE_NUMBER_ATTRIBUTE": "employeeID",
            "LDAP_BIND_DN": "cn=portal,dc=moka,dc=example",
            "LDAP_BIND_PASSWORD": "x",
            "LDAP_CA_FILE": "/etc/ca.pem",
            "LDAP_START_TLS": "true",
            "LOCAL_PASSWORDS_WITH_LDAP": "false",
        },
    )
    assert servers.directory(ENV, production=True) == Directory(
        server_uri="ldap://one.moka.example ldap://two.moka.example",
        search_base="dc=moka,dc=example",
        user_filter="(sAMAccountName=%(user)s)",
        employee_number_attribute="employeeID",
        bind_dn="cn=portal,dc=moka,dc=example",
        bind_password="x",
        ca_file="/etc/ca.pem",
        start_tls=True,
        local_passwords=False,
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"LDAP_SERVER_URI": "ldap://ad.moka.example"}, "in the clear"),
        ({"LDAP_SERVER_URI": "ldaps://ad.moka.example ldap://ad.moka.example"}, "in the clear"),
        ({"LDAP_START_TLS": "true"}, "LDAP_START_TLS is for ldap:// alone"),
        ({"LDAP_SERVER_URI": "ad.moka.example"}, "must begin with ldaps://"),
        ({"LDAP_SERVER_URI": "https://ad.moka.example"}, "must begin with ldaps://"),
        ({"LDAP_USER_SEARCH_BASE": ""}, "Set LDAP_USER_SEARCH_BASE"),
        ({"LDAP_BIND_DN": "cn=portal"}, "Set LDAP_BIND_PASSWORD"),
        ({"LDAP_USER_FILTER": "(uid=*)"}, r"must hold %\(user\)s"),
        ({"LDAP_USER_FILTER": "(uid=%s)"}, r"must hold %\(user\)s"),
        ({"LDAP_USER_FILTER": "(uid=%(number)s)"}, r"must hold %\(user\)s"),
        ({"LDAP_USER_FILTER": "(uid=%(user)s%)"}, r"must hold %\(user\)s"),
    ],
)
def test_a_directory_that_cannot_be_meant_stops_the_start(
    changes: dict[str, str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    named(monkeypatch, {**LDAP, **changes})
    with pytest.raises(ImproperlyConfigured, match=words):
        servers.directory(ENV, production=True)


def test_in_development_a_plain_connection_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, {**LDAP, "LDAP_SERVER_URI": "ldap://127.0.0.1:389"})
    assert servers.directory(ENV, production=False)


def test_without_the_library_the_start_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, LDAP)
    monkeypatch.setattr(servers, "find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match=r"requirements-ldap\.txt"):
        servers.directory(ENV, production=True)


def test_a_provider_needs_its_issuer_and_what_it_calls_the_portal(monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, OIDC)
    expected = Provider(server_url=OIDC["OIDC_SERVER_URL"], client_id="moka-portal")
    assert servers.provider(ENV, production=True) == expected._replace(form_origins=("https://login.moka.example",))


@pytest.mark.parametrize("tail", ["", "/.well-known/openid-configuration"])
def test_every_variable_of_a_provider_is_read(tail: str, monkeypatch: pytest.MonkeyPatch) -> None:
    more = {
        "OIDC_SERVER_URL": f"https://login.moka.example:8443/realms/city{tail}",
        "OIDC_CLIENT_SECRET": "s",
        "OIDC_NAME": "市のアカウント",
        "OIDC_EMPLOYEE_NUMBER_CLAIM": "employeeid",
        "OIDC_FORM_ORIGINS": "https://adfs.moka.example,https://login.moka.example:8443",
        "OIDC_SECOND_FACTOR_VALUES": "mfa,hwk",
    }
    named(monkeypatch, {**OIDC, **more})
    assert servers.provider(ENV, production=True) == Provider(
        server_url="https://login.moka.example:8443/realms/city",
        client_id="moka-portal",
        client_secret="s",
        name="市のアカウント",
        employee_number_claim="employeeid",
        form_origins=("https://login.moka.example:8443", "https://adfs.moka.example"),
        second_factor_values=("mfa", "hwk"),
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"OIDC_SERVER_URL": "http://login.moka.example"}, "must begin with https://"),
        ({"OIDC_SERVER_URL": "login.moka.example"}, "the address of the issuer"),
        ({"OIDC_SERVER_URL": "javascript:alert(1)"}, "the address of the issuer"),
        ({"OIDC_CLIENT_ID": ""}, "Set OIDC_CLIENT_ID"),
    ],
)
def test_a_provider_that_cannot_be_meant_stops_the_start(
    changes: dict[str, str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    named(monkeypatch, {**OIDC, **changes})
    with pytest.raises(ImproperlyConfigured, match=words):
        servers.provider(ENV, production=True)


LOOK = """
from django.conf import settings
print(settings.AUTHENTICATION_BACKENDS, settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"])
"""


def started(tmp_path: Path, **variables: str) -> Any:
    env = environment(MOKA_VAR=str(tmp_path), **PRODUCTION, **variables)
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", LOOK]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)


def test_production_asks_the_directory_first_and_lets_forms_lead_to_the_provider(tmp_path: Path, db: None) -> None:
    shown = started(tmp_path, **LDAP, **OIDC)
    assert shown.stdout.strip() == (
        "['accounts.ldap.DirectoryBackend', 'accounts.backends.EmployedStaffBackend'] "
        "[\"'self'\", 'https://login.moka.example']"
    ), shown.stderr


def test_production_without_either_asks_nobody_else(tmp_path: Path, db: None) -> None:
    assert started(tmp_path).stdout.strip() == "['accounts.backends.EmployedStaffBackend'] [\"'self'\"]"


def test_production_does_not_start_with_a_directory_in_the_clear(tmp_path: Path, db: None) -> None:
    refused = started(tmp_path, **{**LDAP, "LDAP_SERVER_URI": "ldap://ad.moka.example"})
    assert refused.returncode != 0
    assert "Passwords would cross the network in the clear" in refused.stderr
