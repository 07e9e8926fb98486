"""Asking again who somebody is before what must not happen at a session that was left open.

A view says so by `needs_recent_sign_in`. It is asked when the form is opened, so that nothing is typed in vain. How
somebody is asked, and what becomes of a form that arrives too late, is decided in `accounts/reauthentication.py`.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

P = ParamSpec("P")
View = Callable[Concatenate[Any, P], HttpResponseBase]


def signed_in_recently(request: HttpRequest) -> bool:
    """Tell whether the person gave a password, a code or a passkey within the last REAUTHENTICATION_SECONDS.

    django-allauth keeps the time of each in the session; a session without any counts as an old one.
    """
    if not request.user.is_authenticated:
        return False
    newest = max((given["at"] for given in get_authentication_records(request, request.user)), default=0.0)
    return 0 <= time.time() - newest < settings.REAUTHENTICATION_SECONDS


def needs_recent_sign_in(view: View[P]) -> View[P]:
    """Let only a person into the view who has just shown who he or she is; everybody else is asked first.

    Stands below `@needs`, so that nobody is asked in vain.
    """

    @wraps(view)
    def guarded(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not signed_in_recently(request):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return guarded
