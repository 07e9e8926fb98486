"""People, departments over time, postings and granted roles."""

import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from common.canonical import canonical_json
from common.periods import covers, one_at_a_time
from common.permissions import Permission
from staff.duties import Deputy, Leave, RoleGrant
from staff.roles import MANAGER_PERMISSIONS, ROLE_PERMISSIONS, Role

SYSTEM_NUMBER = "SYSTEM"
__all__ = [
    "SYSTEM_NUMBER",
    "Department",
    "Deputy",
    "Leave",
    "Posting",
    "RoleGrant",
    "Staff",
    "StaffQuerySet",
    "employed",
]


def new_salt() -> str:
    """Return a fresh salt for an identity hash: 32 random bytes as hex."""
    return secrets.token_hex(32)


def employed(day: dt.date) -> Q:
    """Return the condition that a person is on the staff on `day`; the day of leaving counts."""
    return covers(day, start="joined_on", end="left_on")


def _or_empty(rows: models.QuerySet[Any, Any]) -> Coalesce:
    """Return the first value of `rows` as a column, empty where there is none."""
    return Coalesce(models.Subquery(rows[:1]), models.Value(""))


class StaffQuerySet(models.QuerySet["Staff"]):
    """Reads of people."""

    def employed_on(self, day: dt.date) -> "StaffQuerySet":
        """Those on the staff on `day`: joined by then and not left before it (the day of leaving counts)."""
        return self.filter(employed(day))

    def with_department_on(self, day: dt.date) -> "StaffQuerySet":
        """Add `department_code`, that of the main posting held on `day`, and `department_name`, as it was called then.

        Both are empty for a person without a main posting.
        """
        main = Posting.objects.in_force(day).filter(person=models.OuterRef("pk"), concurrent=False)
        department = Department.objects.in_force(day).filter(code=models.OuterRef("department_code"))
        coded = self.annotate(department_code=_or_empty(main.values("department__code")))
        return coded.annotate(department_name=_or_empty(department.values("name")))


class StaffManager(BaseUserManager["Staff"]):
    """Fetching people for sign-in and for commands."""

    def get_queryset(self) -> StaffQuerySet:
        """Return all people, with the reads of `StaffQuerySet`."""
        return StaffQuerySet(self.model, using=self._db)

    def employed_on(self, day: dt.date) -> StaffQuerySet:
        """See `StaffQuerySet.employed_on`."""
        return self.get_queryset().employed_on(day)


class Staff(AbstractBaseUser):
    """One person of the city, or the system itself; the user model.

    Evidence names the person by `uid` only. `identity_salt` makes the hash in the registration event worthless
    to guess; erasing it, the name and the number one day leaves the trail sound.
    """

    class EmploymentKind(models.TextChoices):
        """How a person is employed; head-counts are taken by it."""

        REGULAR = "regular", _("regular staff")
        FISCAL_YEAR = "fiscal_year", _("staff appointed for a fiscal year")
        REAPPOINTED = "reappointed", _("reappointed staff")
        SPECIAL = "special", _("special post")
        SYSTEM = "system", _("the system")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee_number = models.CharField(_("employee number"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)
    kana = models.CharField(_("name in hiragana"), max_length=100, blank=True)
    email = models.EmailField(_("mail address"), blank=True)
    employment_kind = models.CharField(_("kind of employment"), max_length=16, choices=EmploymentKind)
    joined_on = models.DateField(_("joined on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    disabled_at = models.DateTimeField(_("disabled at"), null=True, blank=True)
    identity_salt = models.CharField(max_length=64, default=new_salt, editable=False)
    password_must_change = models.BooleanField(_("password must be changed"), default=False)
    password_valid_until = models.DateTimeField(_("temporary password valid until"), null=True, blank=True)
    language = models.CharField(
        _("language"), max_length=2, default="ja", choices=[("ja", "日本語"), ("en", "English")]
    )

    objects: ClassVar[StaffManager] = StaffManager()

    USERNAME_FIELD = "employee_number"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        ordering: ClassVar = ["kana", "employee_number"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                name="staff_left_after_joined",
                violation_error_message=_("The day of leaving must not be before the day of joining."),
            ),
            models.CheckConstraint(
                condition=Q(employment_kind="system") | Q(joined_on__isnull=False),
                name="staff_joined_on_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Whether the person may sign in today: on the staff, not disabled, and a person at all."""
        return self.is_active_on(timezone.localdate())

    def is_active_on(self, day: dt.date) -> bool:
        """Tell whether the person may sign in on `day`."""
        if self.disabled_at is not None or self.joined_on is None:
            return False
        return self.joined_on <= day and (self.left_on is None or day <= self.left_on)

    def identity_hash(self) -> str:
        """Return the salted SHA-256 that ties uid, number and name together without telling them."""
        identity = canonical_json([self.identity_salt, str(self.uid), self.employee_number, self.name])
        return hashlib.sha256(identity.encode()).hexdigest()

    def permissions_on(self, day: dt.date) -> frozenset[Permission]:
        """Return the rights held on `day`: those of each granted role, and a manager's while heading a department."""
        roles = self.role_grants.filter(covers(day)).values_list("role", flat=True)
        granted = frozenset[Permission]().union(*(ROLE_PERMISSIONS[role] for role in roles))
        heads = self.postings.in_force(day).filter(is_head=True).exists()
        return granted | MANAGER_PERMISSIONS if heads else granted

    @cached_property
    def role_names(self) -> list[str]:
        """What the person is to the portal today, in words: granted roles, manager, or else employee."""
        today = timezone.localdate()
        grants = self.role_grants.filter(covers(today))
        names = [str(Role(grant.role).label) for grant in grants]
        if self.postings.in_force(today).filter(is_head=True).exists():
            names.append(str(_("manager")))
        return names or [str(_("employee"))]

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        """The rights held today, read once a request."""
        return self.permissions_on(timezone.localdate())

    def has_permission(self, permission: Permission) -> bool:
        """Tell whether the person holds `permission` today."""
        return permission in self.permissions

    def headed_codes_on(self, day: dt.date) -> set[str]:
        """Return the codes of the departments the person heads on `day`, and of all below them."""
        headed = self.postings.in_force(day).filter(is_head=True).values_list("department__code", flat=True)
        return Department.objects.codes_below(headed, day)

    def main_posting_on(self, day: dt.date) -> "Posting | None":
        """Return the main (not concurrent) posting in force on `day`, with its department."""
        return self.postings.in_force(day).filter(concurrent=False).select_related("department").first()


class DepartmentQuerySet(models.QuerySet["Department"]):
    """Reads of the organisation, always as it was on a day."""

    def in_force(self, on: dt.date) -> "DepartmentQuerySet":
        """The departments that existed on `on`, in the city's official order (建制順)."""
        return self.filter(covers(on)).order_by("order", "code")

    def subtree(self, of: "Department", on: dt.date) -> "DepartmentQuerySet":
        """`of` and everything below it on the day `on`, found by code so that a renamed parent keeps its children."""
        return self.in_force(on).filter(code__in=self.codes_below([of.code], on))

    def names_on(self, on: dt.date) -> dict[str, str]:
        """Return the names by code as they were on the day `on`, in the city's official order."""
        return dict(self.in_force(on).values_list("code", "name"))

    def codes_below(self, codes: Iterable[str], on: dt.date) -> set[str]:
        """Return `codes` and those of every department below them on the day `on`."""
        found = set(codes)
        frontier = set(found)
        while frontier:
            children = self.in_force(on).filter(parent_code__in=frontier).values_list("code", flat=True)
            frontier = set(children) - found
            found |= frontier
        return found


class Department(models.Model):
    """A department (部, 課, 係) from one day to another. A rename or a move is a new row with the same code."""

    code = models.CharField(_("department code"), max_length=20)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)
    name = models.CharField(_("department"), max_length=100)
    parent_code = models.CharField(_("code of the department above"), max_length=20, blank=True)
    order = models.PositiveIntegerField(_("official order"))

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("department")
        ordering: ClassVar = ["order", "code", "valid_from"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="department_key"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="department_ends_after_start",
            ),
            models.CheckConstraint(condition=~Q(parent_code=F("code")), name="department_not_its_own_parent"),
            one_at_a_time("department_once", "code"),
        ]

    def __str__(self) -> str:
        return self.name

    def path_on(self, day: dt.date) -> list[str]:
        """Return the names from the top of the city down to this department on `day`, for example [部, 課, 係]."""
        names, code, seen = [self.name], self.parent_code, {self.code}
        while code and code not in seen:
            seen.add(code)
            above = Department.objects.in_force(day).filter(code=code).first()
            if above is None:
                break
            names.insert(0, above.name)
            code = above.parent_code
        return names


class PostingQuerySet(models.QuerySet["Posting"]):
    """Reads of who belonged where."""

    def in_force(self, on: dt.date) -> "PostingQuerySet":
        """The postings held on the day `on`."""
        return self.filter(covers(on))


class Posting(models.Model):
    """A person in a department, with a position, from one day to another. Concurrent posts (兼務) stand beside it."""

    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="postings")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="postings")
    position = models.CharField(_("position"), max_length=50, blank=True)
    is_head = models.BooleanField(_("head of the department"), default=False)
    concurrent = models.BooleanField(_("concurrent post"), default=False)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        ordering: ClassVar = ["person", "concurrent", "valid_from"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "department", "valid_from"], name="posting_key"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="posting_ends_after_start",
            ),
            one_at_a_time("main_posting_once", "person_id", condition=Q(concurrent=False)),
            one_at_a_time("concurrent_posting_once", "person_id", "department_id", condition=Q(concurrent=True)),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.position}".strip()
