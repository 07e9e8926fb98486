"""What a person may do on a day and why: granted roles, heading a department, standing in for a head (代理)."""

import datetime as dt
import uuid
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from common.periods import covers
from common.permissions import Permission
from common.request_context import act_for
from staff.roles import MANAGER_PERMISSIONS, ROLE_PERMISSIONS, Role

GRANTED, HEADS, STANDS_IN = "granted", "heads", "stands in"


class Standing(NamedTuple):
    """Why a person may do something on one day.

    `roles` are granted; `headed` are the codes of the departments he or she heads; `heads` are those he or she stands
    in for: the uid of each head with the codes of the departments that head heads on the day.
    """

    roles: frozenset[str] = frozenset()
    headed: frozenset[str] = frozenset()
    heads: dict[uuid.UUID, frozenset[str]] = {}

    @property
    def own_permissions(self) -> frozenset[Permission]:
        """The rights of the granted roles and of heading a department."""
        granted = frozenset[Permission]().union(*(ROLE_PERMISSIONS[role] for role in self.roles))
        return granted | MANAGER_PERMISSIONS if self.headed else granted

    @property
    def permissions(self) -> frozenset[Permission]:
        """All rights: one's own, and a manager's while standing in for one. Roles granted to the head stay there."""
        return self.own_permissions | MANAGER_PERMISSIONS if self.heads else self.own_permissions

    @property
    def stood_in_for(self) -> frozenset[str]:
        """The codes of the departments whose head the person stands in for."""
        return frozenset[str]().union(*self.heads.values())


def standing_of(person: Any, day: dt.date) -> Standing:
    """Read the standing of `person` on `day` in one query; only who is on the staff that day stands in for a head."""
    postings = apps.get_model("staff", "Posting").objects.in_force(day).filter(is_head=True)
    granted = person.role_grants.filter(covers(day))
    rows = [_rows(granted, GRANTED, F("role")), _rows(postings.filter(person=person), HEADS, F("department__code"))]
    if person.is_employed_on(day):
        deputyships = person.deputyships.filter(covers(day))
        stood_in_for = postings.filter(person__in=deputyships.values("head"))
        rows.append(_rows(stood_in_for, STANDS_IN, F("department__code"), F("person__uid")))
    found: dict[str, set[str]] = {GRANTED: set(), HEADS: set()}
    heads: dict[uuid.UUID, set[str]] = {}
    for why, word, head in rows[0].union(*rows[1:], all=True):
        (heads.setdefault(head, set()) if why == STANDS_IN else found[why]).add(word)
    codes_of = {head: frozenset(codes) for head, codes in heads.items()}
    return Standing(frozenset(found[GRANTED]), frozenset(found[HEADS]), codes_of)


def _rows(rows: Any, why: str, word: F, head: F | None = None) -> Any:
    """Return `rows` as three columns, so that the reasons of one kind can stand below those of another."""
    nobody = Cast(Value(None), models.UUIDField())
    columns = {"why": Value(why), "word": word, "whose": head or nobody}
    return rows.order_by().annotate(**columns).values_list(*columns)


class HasRights:
    """What `Staff` answers about rights. `role_grants`, `postings`, `deputyships` and the days are those of the row."""

    def permissions_on(self, day: dt.date) -> frozenset[Permission]:
        """Return the rights held on `day`: those of granted roles, and a manager's for a head and a head's deputy."""
        return standing_of(self, day).permissions

    @cached_property
    def standing(self) -> Standing:
        """Why the person may do what today, read once a request."""
        return standing_of(self, timezone.localdate())

    @property
    def permissions(self) -> frozenset[Permission]:
        """The rights held today."""
        return self.standing.permissions

    def has_permission(self, permission: Permission) -> bool:
        """Tell whether the person holds `permission` today."""
        return permission in self.permissions

    def heads_behind(self, permission: Permission) -> tuple[uuid.UUID, ...]:
        """Return the heads for whom the person acts when using `permission`: none where the right is the person's."""
        borrowed = self.has_permission(permission) and permission not in self.standing.own_permissions
        return tuple(self.standing.heads) if borrowed else ()

    def headed_codes_on(self, day: dt.date) -> set[str]:
        """Return the codes of the departments headed on `day`, or whose head the person stands in for, and all below.

        A head whose departments are seen in this way is named by the audit events of the request.
        """
        standing, departments = standing_of(self, day), apps.get_model("staff", "Department").objects
        codes: set[str] = departments.codes_below(standing.headed, day)
        for head, headed in standing.heads.items():
            more = departments.codes_below(headed, day) - codes
            act_for([head] if more else [])
            codes |= more
        return codes

    @cached_property
    def role_names(self) -> list[str]:
        """What the person is to the portal today, in words: granted roles, manager, deputy, or else employee."""
        names = [str(label) for role, label in Role.choices if role in self.standing.roles]
        if self.standing.headed:
            names.append(_("manager"))
        if codes := self.standing.stood_in_for:
            departments = apps.get_model("staff", "Department").objects.names_on(timezone.localdate())
            shown = [name for code, name in departments.items() if code in codes]
            names += [_("deputy for the head of %(department)s") % {"department": name} for name in shown]
        return names or [_("employee")]
