"""Response headers that no library sets for us."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers


class SafeHeadersMiddleware:
    """Give every answer, refusals of the host included, the headers that keep it safe.

    No page is kept by a cache: what a signed-in person saw stays with that person. Static files bring their own
    `Cache-Control` from WhiteNoise.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and add what the answer does not say itself."""
        response = self.get_response(request)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        if "Cache-Control" not in response.headers:
            add_never_cache_headers(response)
        return response
