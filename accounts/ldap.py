"""Sign-in with the password of the city's directory: LDAP or Active Directory, through django-auth-ldap.

Loaded only where a directory is named. It says who somebody is and nothing else: no row of a person is made or changed.
"""

import logging
import socket
import ssl
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import ldap
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django_auth_ldap.backend import LDAPBackend
from django_auth_ldap.config import LDAPSearch, LDAPSettings

from accounts.backends import EmployedStaffBackend
from accounts.servers import Directory
from staff.models import Staff

CONNECT_SECONDS = 3
ANSWER_SECONDS = 5
logger = logging.getLogger(__name__)


class DirectorySilentError(Exception):
    """The directory cannot be asked just now, about anybody."""


class DirectoryBackend(LDAPBackend):
    """Number and password as the directory knows them, for people on the staff today.

    The person is the one whose employee number is the entry's, letter by letter. An entry that is not the only one, or
    has no number or several, lets nobody in.
    """

    def __init__(self) -> None:
        if settings.LDAP is None:
            raise ImproperlyConfigured("No directory is named: set LDAP_SERVER_URI.")
        self.directory: Directory = settings.LDAP
        self.settings = LDAPSettings(defaults=_options(self.directory))

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_more: Any
    ) -> Staff | None:
        """Return the person, or None; where the directory is silent, say so whoever asks, and leave it to the next."""
        if not username or not password:
            return None
        try:
            self.settings.SERVER_URI = _first_that_answers(self.directory)
            person: Staff | None = super().authenticate(request, username, password)
        except DirectorySilentError:
            if request is not None:
                _say_silent(request)
            return None
        return person

    def authenticate_ldap_user(self, ldap_user: Any, password: str) -> Staff | None:
        """Reach the directory first, as the portal: what goes wrong there has nothing to do with the person."""
        try:
            ldap_user.connection  # noqa: B018
        except ldap.LDAPError as error:
            logger.error("The directory does not answer: %s", type(error).__name__)
            raise DirectorySilentError from error
        person: Staff | None = super().authenticate_ldap_user(ldap_user, password)
        return person

    def get_or_build_user(self, username: str, ldap_user: Any) -> tuple[Staff, bool]:
        """Return the person of the entry whose password was right, never a new one."""
        person = _person_of(ldap_user.attrs.get(self.directory.employee_number_attribute, []))
        if person is None or not person.is_active:
            raise ldap_user.AuthenticationFailed("the entry is nobody's who is on the staff today")
        return person, False

    def get_user(self, user_id: int) -> Staff | None:
        """Return the person of a running session, or None once he or she has left or was disabled."""
        return EmployedStaffBackend().get_user(user_id)


def _first_that_answers(directory: Directory) -> str:
    """Return the first server that takes a connection in time. Raises `DirectorySilentError` when none does.

    libldap cannot do this: on GnuTLS, as Debian has it, a server that says nothing during the handshake keeps it in a
    busy loop for ever once OPT_NETWORK_TIMEOUT is set, so that is left out.
    """
    for uri in directory.server_uri.split():
        try:
            _connect(uri, directory.ca_file)
        except OSError as error:
            logger.error("The directory does not answer: %s %s", uri, type(error).__name__)
        else:
            return uri
    raise DirectorySilentError


def _connect(uri: str, ca_file: str) -> None:
    parts = urlsplit(uri)
    if parts.scheme == "ldapi":
        return
    place = (parts.hostname or "", parts.port or (636 if parts.scheme == "ldaps" else 389))
    with socket.create_connection(place, CONNECT_SECONDS) as plain:
        if parts.scheme == "ldaps":
            context = ssl.create_default_context(cafile=ca_file or None)
            context.wrap_socket(plain, server_hostname=place[0]).close()


def _person_of(numbers: Sequence[Any]) -> Staff | None:
    """Return the person of the values of an entry's attribute; what is no text comes from the directory as bytes."""
    if len(numbers) != 1 or not isinstance(numbers[0], str) or "\0" in numbers[0]:
        return None
    return Staff.objects.filter(employee_number=numbers[0]).first()


def _say_silent(request: HttpRequest) -> None:
    messages.warning(
        request,
        _(
            "The city's directory server does not answer, so its passwords cannot be checked now. "
            "Please try again later."
        ),
        fail_silently=True,
    )


def _options(directory: Directory) -> dict[str, Any]:
    """Return the settings of django-auth-ldap for `directory`."""
    attribute = directory.employee_number_attribute
    search = LDAPSearch(directory.search_base, ldap.SCOPE_SUBTREE, directory.user_filter, [attribute])
    return {
        "START_TLS": directory.start_tls,
        "BIND_DN": directory.bind_dn,
        "BIND_PASSWORD": directory.bind_password,
        "USER_SEARCH": search,
        "ALWAYS_UPDATE_USER": False,
        "NO_NEW_USERS": True,
        "CONNECTION_OPTIONS": {
            ldap.OPT_REFERRALS: 0,
            ldap.OPT_TIMEOUT: ANSWER_SECONDS,
            **_tls_options(directory),
        },
    }


def _tls_options(directory: Directory) -> dict[int, Any]:
    """Return the options of the encrypted connection; the last one puts those before it into force."""
    authorities = {ldap.OPT_X_TLS_CACERTFILE: directory.ca_file} if directory.ca_file else {}
    return {
        **authorities,
        ldap.OPT_X_TLS_REQUIRE_CERT: ldap.OPT_X_TLS_DEMAND,
        ldap.OPT_X_TLS_PROTOCOL_MIN: ldap.OPT_X_TLS_PROTOCOL_TLS1_2,
        ldap.OPT_X_TLS_NEWCTX: 0,
    }
