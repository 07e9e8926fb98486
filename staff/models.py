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
from django.utils.translation import gettext_lazy as _

from common.canonical import canonical_json
from common.periods import covers, one_at_a_time
from common.permissions import Permission
from staff.duties import Deputy, Leave, RoleGrant
from staff.organisation import DepartmentQuerySet, PostingQuerySet
from staff.rights import HasRights
from staff.roles import ROLE_PERMISSIONS
from staff.search import folded, search_key

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


def employed(day: dt.date, prefix: str = "") -> Q:
    """Return the condition that a person is on the staff on `day`; the day of leaving counts.

    `prefix` leads to the person from another model, for example `person__`.
    """
    return covers(day, start=f"{prefix}joined_on", end=f"{prefix}left_on")


def _or_empty(rows: models.QuerySet[Any, Any]) -> Coalesce:
    """Return the first value of `rows` as a column, empty where there is none."""
    return Coalesce(models.Subquery(rows[:1]), models.Value(""))


class StaffQuerySet(models.QuerySet["Staff"]):
    """Reads of people."""

    def employed_on(self, day: dt.date) -> "StaffQuerySet":
        """Those on the staff on `day`: joined by then and not left before it (the day of leaving counts)."""
        return self.filter(employed(day))

    def visible_to(self, viewer: "Staff", on: dt.date) -> "StaffQuerySet":
        """The people whose page `viewer` may open on the day `on`: everybody on the staff, never the system.

        Who may see people's records also finds those who have left or are still to come.
        """
        people = self.exclude(employment_kind=Staff.EmploymentKind.SYSTEM)
        return people if viewer.has_permission(Permission.VIEW_PEOPLE_RECORDS) else people.employed_on(on)

    def found_by(self, words: str) -> "StaffQuerySet":
        """Those whose name or ふりがな holds `words`, compared as `staff.search` folds them."""
        return self.filter(search_key__contains=folded(models.Value(words)))

    def belonging_to(self, codes: Iterable[str], on: dt.date) -> "StaffQuerySet":
        """Those on the staff on `on` who had a posting, main or concurrent, in a department of `codes` that day.

        `Department.objects.codes_below` gives the codes of a whole division.
        """
        held = Posting.objects.in_force(on).of_codes(codes)
        return self.employed_on(on).filter(pk__in=held.values("person"))

    def on_leave(self, day: dt.date) -> "StaffQuerySet":
        """Those on the staff on `day` who are on leave (休職・育休等) that day."""
        return self.employed_on(day).filter(pk__in=Leave.objects.filter(covers(day)).values("person"))

    def working_on(self, day: dt.date) -> "StaffQuerySet":
        """Those on the staff on `day` who are not on leave that day."""
        return self.employed_on(day).exclude(pk__in=Leave.objects.filter(covers(day)).values("person"))

    def holding(self, permission: Permission, on: dt.date) -> "StaffQuerySet":
        """Those who hold `permission` on `on` by a granted role."""
        roles = [role for role, permissions in ROLE_PERMISSIONS.items() if permission in permissions]
        granted = RoleGrant.objects.filter(covers(on), role__in=roles)
        return self.filter(pk__in=granted.values("person"))

    def with_department_on(self, day: dt.date) -> "StaffQuerySet":
        """Add `department_code`, that of the main posting held on `day`, and `department_name`, as it was called then.

        Both are empty for a person without a main posting.
        """
        department = Department.objects.in_force(day).filter(code=models.OuterRef("department_code"))
        return self.with_department_code_on(day).annotate(department_name=_or_empty(department.values("name")))

    def with_department_code_on(self, day: dt.date) -> "StaffQuerySet":
        """Add `department_code` alone, that of the main posting held on `day`; empty without one."""
        main = Posting.objects.in_force(day).filter(person=models.OuterRef("pk"), concurrent=False)
        return self.annotate(department_code=_or_empty(main.values("department__code")))

    def counted_on(self, day: dt.date) -> "models.QuerySet[Staff, Any]":
        """Count those on the staff on `day`: one row for each department code, employment kind and on leave or not.

        The rows hold `department_code`, `employment_kind`, `away` and `people`; everybody counts once, by the main
        posting.
        """
        away = models.Exists(Leave.objects.filter(covers(day), person=models.OuterRef("pk")))
        rows = self.employed_on(day).with_department_code_on(day).annotate(away=away).order_by()
        return rows.values("department_code", "employment_kind", "away").annotate(people=models.Count("pk"))


class StaffManager(BaseUserManager["Staff"]):
    """Fetching people for sign-in and for commands."""

    def get_queryset(self) -> StaffQuerySet:
        """Return all people, with the reads of `StaffQuerySet`."""
        return StaffQuerySet(self.model, using=self._db)

    def employed_on(self, day: dt.date) -> StaffQuerySet:
        """See `StaffQuerySet.employed_on`."""
        return self.get_queryset().employed_on(day)

    def visible_to(self, viewer: "Staff", on: dt.date) -> StaffQuerySet:
        """See `StaffQuerySet.visible_to`."""
        return self.get_queryset().visible_to(viewer, on)

    def belonging_to(self, codes: Iterable[str], on: dt.date) -> StaffQuerySet:
        """See `StaffQuerySet.belonging_to`."""
        return self.get_queryset().belonging_to(codes, on)

    def on_leave(self, day: dt.date) -> StaffQuerySet:
        """See `StaffQuerySet.on_leave`."""
        return self.get_queryset().on_leave(day)

    def working_on(self, day: dt.date) -> StaffQuerySet:
        """See `StaffQuerySet.working_on`."""
        return self.get_queryset().working_on(day)


class Staff(HasRights, AbstractBaseUser):
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
    search_key = models.GeneratedField(expression=search_key(), output_field=models.TextField(), db_persist=True)
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
        return self.disabled_at is None and self.is_employed_on(day)

    def identity_hash(self) -> str:
        """Return the salted SHA-256 that ties uid, number and name together without telling them."""
        identity = canonical_json([self.identity_salt, str(self.uid), self.employee_number, self.name])
        return hashlib.sha256(identity.encode()).hexdigest()

    def is_employed_on(self, day: dt.date) -> bool:
        """Tell whether the person is on the staff on `day`; the day of leaving counts."""
        return self.joined_on is not None and self.joined_on <= day and (self.left_on is None or day <= self.left_on)

    def main_posting_on(self, day: dt.date) -> "Posting | None":
        """Return the main (not concurrent) posting in force on `day`, with its department."""
        return self.postings.in_force(day).filter(concurrent=False).select_related("department").first()


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

    @property
    def ends_on(self) -> dt.date | None:
        """The last day of the department, followed through renames and moves; None while it is open."""
        rows = Department.objects.filter(code=self.code, valid_from__gte=self.valid_from).order_by("valid_from")
        last: dt.date | None = None
        for row in rows:
            if last is not None and row.valid_from != last + dt.timedelta(days=1):
                break
            last = row.valid_to
        return last

    def path_on(self, day: dt.date) -> list[str]:
        """Return the names from the top of the city down to this department as on `day`, for example [部, 課, 係].

        A posting may point at an earlier row of the department: its name and place are those of the row of `day`.
        """
        now = Department.objects.in_force(day).filter(code=self.code).first() or self
        names, code, seen = [now.name], now.parent_code, {self.code}
        while code and code not in seen:
            seen.add(code)
            above = Department.objects.in_force(day).filter(code=code).first()
            if above is None:
                break
            names.insert(0, above.name)
            code = above.parent_code
        return names


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
