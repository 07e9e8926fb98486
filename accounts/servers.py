"""The servers of the city that may sign people in, as the environment names them: none unless one is named.

docs/manual/single-sign-on.md tells what each variable means. Start-up stops with the name of what is wrong.
"""

from importlib.util import find_spec
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


class Directory(NamedTuple):
    """An LDAP server or Active Directory. `server_uri` may name several servers, parted by blanks."""

    server_uri: str
    search_base: str
    user_filter: str = "(employeeNumber=%(user)s)"
    employee_number_attribute: str = "employeeNumber"
    bind_dn: str = ""
    bind_password: str = ""
    ca_file: str = ""
    start_tls: bool = False
    local_passwords: bool = True


class Provider(NamedTuple):
    """An OpenID Connect provider. `server_url` is its issuer; of the claims, one holds the employee number."""

    server_url: str
    client_id: str
    client_secret: str = ""
    name: str = ""
    employee_number_claim: str = "employee_number"
    form_origins: tuple[str, ...] = ()
    second_factor_values: tuple[str, ...] = ()


def directory(env: Any, *, production: bool) -> Directory | None:
    """Return the directory of LDAP_SERVER_URI, None without one; raises `ImproperlyConfigured`."""
    if not (uri := env("LDAP_SERVER_URI", default="").strip()):
        return None
    found = Directory(
        server_uri=uri,
        search_base=env("LDAP_USER_SEARCH_BASE", default=""),
        user_filter=env("LDAP_USER_FILTER", default=Directory._field_defaults["user_filter"]),
        employee_number_attribute=env("LDAP_EMPLOYEE_NUMBER_ATTRIBUTE", default="employeeNumber"),
        bind_dn=env("LDAP_BIND_DN", default=""),
        bind_password=env("LDAP_BIND_PASSWORD", default=""),
        ca_file=env("LDAP_CA_FILE", default=""),
        start_tls=env.bool("LDAP_START_TLS", default=False),
        local_passwords=env.bool("LOCAL_PASSWORDS_WITH_LDAP", default=True),
    )
    _check_directory(found, production=production)
    return found


def _check_directory(found: Directory, *, production: bool) -> None:
    if find_spec("django_auth_ldap") is None:
        raise ImproperlyConfigured("LDAP_SERVER_URI is set, but what requirements-ldap.txt names is not installed.")
    schemes = {urlsplit(uri).scheme for uri in found.server_uri.split()}
    if not schemes <= {"ldap", "ldaps", "ldapi"}:
        raise ImproperlyConfigured("LDAP_SERVER_URI must begin with ldaps://, ldap:// or ldapi://.")
    if found.start_tls and schemes != {"ldap"}:
        raise ImproperlyConfigured("LDAP_START_TLS is for ldap:// alone.")
    if production and "ldap" in schemes and not found.start_tls:
        raise ImproperlyConfigured(
            "Passwords would cross the network in the clear: use ldaps:// or LDAP_START_TLS=true."
        )
    if not found.search_base:
        raise ImproperlyConfigured("Set LDAP_USER_SEARCH_BASE: below it people are looked for.")
    if found.bind_dn and not found.bind_password:
        raise ImproperlyConfigured(
            "Set LDAP_BIND_PASSWORD: without one the directory would not ask who LDAP_BIND_DN is."
        )
    if not _takes_user(found.user_filter):
        raise ImproperlyConfigured("LDAP_USER_FILTER must hold %(user)s, where the employee number goes.")


def _takes_user(user_filter: str) -> bool:
    try:
        return "%(user)s" in user_filter and bool(user_filter % {"user": ""})
    except (KeyError, TypeError, ValueError):
        return False


def provider(env: Any, *, production: bool) -> Provider | None:
    """Return the provider of OIDC_SERVER_URL, None without one; raises `ImproperlyConfigured`."""
    if not (url := env("OIDC_SERVER_URL", default="").strip().removesuffix("/.well-known/openid-configuration")):
        return None
    found = Provider(
        server_url=url,
        client_id=env("OIDC_CLIENT_ID", default=""),
        client_secret=env("OIDC_CLIENT_SECRET", default=""),
        name=env("OIDC_NAME", default=""),
        employee_number_claim=env("OIDC_EMPLOYEE_NUMBER_CLAIM", default="employee_number"),
        form_origins=tuple(dict.fromkeys([_origin(url), *env.list("OIDC_FORM_ORIGINS", default=[])])),
        second_factor_values=tuple(env.list("OIDC_SECOND_FACTOR_VALUES", default=[])),
    )
    if not found.client_id:
        raise ImproperlyConfigured("Set OIDC_CLIENT_ID: the provider knows this portal by it.")
    if production and urlsplit(url).scheme != "https":
        raise ImproperlyConfigured("OIDC_SERVER_URL must begin with https://.")
    return found


def _origin(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ImproperlyConfigured("OIDC_SERVER_URL must be the address of the issuer, beginning with https://.")
    return f"{parts.scheme}://{parts.netloc}"
