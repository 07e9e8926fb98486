"""The way to the city's provider and back."""

from collections.abc import Callable
from functools import wraps

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from accounts.mounting import View
from accounts.single_sign_on import CityProvider, IdTokenReader
from common.pages import safe_next


def at_provider(view: Callable[[HttpRequest, CityProvider], HttpResponseBase]) -> View:
    """Give the view the provider: 404 without one, a page in words when it does not do its part."""

    @wraps(view)
    def answered(request: HttpRequest, provider_id: str) -> HttpResponseBase:
        try:
            provider = get_adapter(request).get_provider(request, provider_id)
        except SocialApp.DoesNotExist as error:
            raise Http404 from error
        try:
            return view(request, provider)
        except (OAuth2Error, RequestException) as error:
            return render_authentication_error(request, provider, exception=error)

    return answered


@login_not_required
@require_POST
@at_provider
def start(request: HttpRequest, provider: CityProvider) -> HttpResponseBase:
    """Send the person to the provider, to sign in there."""
    nonce = {"nonce": get_random_string(32)}
    following = safe_next(request, request.POST.get("next", ""), "") or None
    return provider.redirect(request, AuthProcess.LOGIN, following, data=nonce, auth_params={**nonce})


@login_not_required
@require_safe
@at_provider
def finish(request: HttpRequest, provider: CityProvider) -> HttpResponseBase:
    """Let in the person who comes back from the provider."""
    return OAuth2CallbackView.adapter_view(IdTokenReader(request, provider.sub_id))(request)
