"""What a person may do, as one enum, and the decorator that asks it of a view."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase

from common import request_context

P = ParamSpec("P")
View = Callable[Concatenate[Any, P], HttpResponseBase]


class Permission(StrEnum):
    """One line a right. Which role holds which right stands in `staff/roles.py`."""

    VIEW_SHEETS = "view_sheets"
    EDIT_PROGRAMMES = "edit_programmes"
    BUILD_SHEETS = "build_sheets"
    VIEW_ASSETS = "view_assets"
    EDIT_ASSETS = "edit_assets"
    MANAGE_POLICIES = "manage_policies"
    PUBLISH_POLICIES = "publish_policies"
    VIEW_READERS = "view_readers"
    VIEW_TRAINING = "view_training"
    MANAGE_TRAINING = "manage_training"
    VIEW_NOTICES = "view_notices"
    MANAGE_NOTICES = "manage_notices"
    VIEW_WHOLE_CITY = "view_whole_city"
    VIEW_PEOPLE_RECORDS = "view_people_records"
    MANAGE_PEOPLE = "manage_people"
    GRANT_ROLES = "grant_roles"
    MANAGE_ACCOUNTS = "manage_accounts"
    VIEW_TRAIL = "view_trail"
    VIEW_STYLE_GUIDE = "view_style_guide"


def needs(permission: Permission) -> Callable[[View[P]], View[P]]:
    """Let only a person who holds `permission` into the view; everybody else gets 403.

    Where the right is a head's, whom the person stands in for, the audit events of the request name the head too.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.has_permission(permission):
                raise PermissionDenied
            request_context.act_for(request.user.heads_behind(permission))
            return view(request, *args, **kwargs)

        return guarded

    return decorate
