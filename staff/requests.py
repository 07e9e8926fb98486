"""The type of a request that has passed the sign-in and the middleware."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from staff.models import Staff


class PortalRequest(HttpRequest):
    """A request of a person who is signed in."""

    user: Staff
    htmx: HtmxDetails
