"""Response headers that no library sets for us."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers


class NoStoreMiddleware:
    """Keep every page out of shared and local caches: what a signed-in person saw stays with that person.

    Static files never pass here: WhiteNoise answers them earlier.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and mark the answer as not to be kept."""
        response = self.get_response(request)
        add_never_cache_headers(response)
        return response
