"""A view asks for a right; who does not hold it is told so and gets nothing."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory

from common.permissions import Permission, needs
from staff import actions
from staff.roles import Role
from tests.cast import SINCE

HEAD = {
    Permission.VIEW_SHEETS,
    Permission.VIEW_ASSETS,
    Permission.VIEW_READERS,
    Permission.VIEW_TRAINING,
    Permission.VIEW_NOTICES,
}
READS_ALL = HEAD | {Permission.VIEW_WHOLE_CITY}
ADMINISTRATION = {Permission.MANAGE_PEOPLE, Permission.GRANT_ROLES, Permission.MANAGE_ACCOUNTS}
RIGHTS = {
    "employee": set(),
    "other_department": set(),
    "administrator": ADMINISTRATION | {Permission.VIEW_PEOPLE_RECORDS, Permission.VIEW_STYLE_GUIDE},
    "manager": HEAD,
    "ciso": READS_ALL | {Permission.PUBLISH_POLICIES, Permission.VIEW_TRAIL},
    "auditor": READS_ALL | {Permission.VIEW_PEOPLE_RECORDS, Permission.VIEW_TRAIL},
    "officer": set(Permission) - ADMINISTRATION - {Permission.VIEW_TRAIL},
}


def enter(person: Any, permission: Permission) -> str:
    @needs(permission)
    def view(request: Any, word: str, *, end: str) -> HttpResponse:
        """Say a word."""
        return HttpResponse(word + end)

    assert (view.__name__, view.__doc__) == ("view", "Say a word.")
    request = RequestFactory().get("/")
    request.user = person
    return view(request, "come in", end="!").content.decode()


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", RIGHTS)
def test_only_who_holds_the_right_comes_in(role: str, permission: Permission, people: SimpleNamespace) -> None:
    person = getattr(people, role)
    if permission in RIGHTS[role]:
        assert enter(person, permission) == "come in!"
    else:
        with pytest.raises(PermissionDenied):
            enter(person, permission)


def test_rights_of_several_roles_add_up(people: SimpleNamespace) -> None:
    actions.grant_role(by=people.administrator, person=people.manager, role=Role.OFFICER, valid_from=SINCE)
    for permission in RIGHTS["officer"] | RIGHTS["manager"]:
        assert enter(people.manager, permission) == "come in!"


def test_every_right_belongs_to_some_role(people: SimpleNamespace) -> None:
    assert set().union(*RIGHTS.values()) == set(Permission)
