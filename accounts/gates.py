"""What a person must do before anything else: each gate knows when it is shut, where it leads, and what stays open.

Gates are asked in order. A form that arrives while one is shut is kept on a page and can be sent afterwards.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import reverse

from accounts.factors import lacks_factor
from accounts.kept_form import form_not_saved
from accounts.methods import provider_asked_factor
from staff.models import Staff

ALWAYS_OPEN = frozenset(
    {
        "account_logout",
        "accounts:extend_session",
        "accounts:session",
        "accounts:signed_in_again",
        "health",
        "staff:choose_language",
    }
)


class Gate(NamedTuple):
    """`shut` tells whether the person must pass first, at the page `leads_to`; `open_pages` are those needed for it."""

    shut: Callable[[HttpRequest, Staff], bool]
    leads_to: str
    open_pages: frozenset[str]


def password_is_due(request: HttpRequest, person: Staff) -> bool:
    """Tell whether the person must choose a password of his or her own first."""
    return person.password_must_change and person.has_usable_password()


def factor_is_due(request: HttpRequest, person: Staff) -> bool:
    """Tell whether the person must add a second factor first, because of a role of today (MFA_REQUIRED_ROLES).

    Not where a provider has asked for one at this sign-in and the settings believe it.
    """
    return lacks_factor(person) and not provider_asked_factor(request, person)


ADDING_A_FACTOR = frozenset(
    {
        *("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_change_password"),
        *("account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
    }
)
GATES = (
    Gate(password_is_due, "account_change_password", frozenset({"account_change_password"})),
    Gate(factor_is_due, "mfa_index", ADDING_A_FACTOR),
)


class GateMiddleware:
    """Lead a person whose account is not in order to the page that puts it in order."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; which page is asked for is known in `process_view`."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], words: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Return the way to the first gate that is shut, None when the page may be shown."""
        page = request.resolver_match.view_name if request.resolver_match else ""
        if not isinstance(request.user, Staff) or page in ALWAYS_OPEN:
            return None
        gate = next((one for one in GATES if one.shut(request, request.user)), None)
        return None if gate is None or page in gate.open_pages else _way_to(gate, request)


def _way_to(gate: Gate, request: HttpRequest) -> HttpResponseBase:
    address = reverse(gate.leads_to)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401, headers={"HX-Refresh": "true"})
    if request.method == "POST":
        return form_not_saved(request, first=address)
    following = QueryDict(mutable=True)
    following["next"] = request.get_full_path()
    return HttpResponseRedirect(f"{address}?{following.urlencode(safe='/')}")
