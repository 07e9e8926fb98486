"""How somebody shows again who he or she is, and what becomes of the page or the form that asked for it.

Whoever has a second factor shows that; the password alone would not do. Whoever has neither a factor nor a password
that this portal can check (single sign-on) signs out and in again. Nothing that was typed is put into the session
meanwhile: a form that comes too late is shown again, and sent again from there.
"""

from collections.abc import Callable

from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.kept_form import form_not_saved
from staff.models import Staff


def ways_of(person: Staff) -> list[dict[str, str]]:
    """Return the ways in which `person` can be asked, the first one first: `id`, `description` and `url` of each."""
    kinds = set(Authenticator.objects.filter(user_id=person.pk).values_list("type", flat=True))
    app, passkey = Authenticator.Type.TOTP in kinds, Authenticator.Type.WEBAUTHN in kinds
    code = _way("mfa_reauthenticate", _("Use a code of the app, or a recovery code"))
    if app or passkey:
        key = _way("mfa_reauthenticate_webauthn", _("Use a passkey"))
        return ([code] if app else []) + ([key] if passkey else []) + ([code] if passkey and not app else [])
    return [_way("account_reauthenticate", _("Use the password"))] if has_password(person) else []


def _way(name: str, description: str) -> dict[str, str]:
    return {"id": name, "description": description, "url": reverse(name)}


def has_password(person: Staff) -> bool:
    """Tell whether `person` may have a password that this portal or the directory can check."""
    return person.has_usable_password() or bool(settings.LDAP)


def address_of_question(person: Staff) -> str:
    """Return the address of the page on which `person` is asked first."""
    ways = ways_of(person)
    return ways[0]["url"] if ways else reverse("account_reauthenticate")


class ReauthenticationMiddleware:
    """Ask again where a view says so; django-allauth's own way would keep the form in the session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as without this middleware; only exceptions interest it."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the way to the question, or a page that keeps what was sent; None for any other exception."""
        if not isinstance(exception, ReauthenticationRequired) or not isinstance(request.user, Staff):
            return None
        question = address_of_question(request.user)
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=403, headers={"HX-Redirect": question})
        if request.method == "POST":
            return form_not_saved(request, first=question, to_confirm=True)
        back = QueryDict(mutable=True)
        back["next"] = request.get_full_path()
        return HttpResponseRedirect(f"{question}?{back.urlencode(safe='/')}")


def following(request: HttpRequest) -> dict[str, str]:
    """Return where the person was going, and the address of a sign-in that leads there; the pages show both."""
    place = request.POST.get("next") or request.GET.get("next") or ""
    again = QueryDict(mutable=True)
    again["next"] = place
    tail = f"?{again.urlencode(safe='/')}" if place else ""
    return {"following": place, "sign_in_url": f"{reverse('account_login')}{tail}"}
