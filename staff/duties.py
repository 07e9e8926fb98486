"""What a person holds for a time beside the posting: granted roles, standing in for a head, leave."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.periods import never_together, one_at_a_time
from staff.roles import Role


def _ends_after_start(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name=name)


class RoleGrant(models.Model):
    """A role held by a person from one day to another; several may be held at once, but none beside auditor.

    Whoever audits is not audited: the other roles are those whose work an auditor looks at.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(_("role"), max_length=16, choices=Role)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("granted role")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "role", "valid_from"], name="role_grant_key"),
            _ends_after_start("role_grant_ends_after_start"),
            one_at_a_time("role_grant_once", "person_id", "role"),
            never_together("auditor_holds_no_other_role", "person_id", apart=Q(role=Role.AUDITOR)),
        ]

    def __str__(self) -> str:
        return self.get_role_display()


class Deputy(models.Model):
    """`person` stands in for `head` (代理) from one day to another: may see and do what the head of a section may.

    Roles granted to the head do not pass on; they are granted to the deputy where that is wanted.
    """

    head = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="deputies")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="deputyships")
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"))

    class Meta:
        verbose_name = _("deputy")
        ordering: ClassVar = ["-valid_from", "pk"]
        constraints: ClassVar = [
            _ends_after_start("deputy_ends_after_start"),
            models.CheckConstraint(condition=~Q(head=F("person")), name="deputy_not_oneself"),
            one_at_a_time("deputy_once", "head_id", "person_id"),
        ]

    def __str__(self) -> str:
        return f"{self.person} / {self.head}"


class Leave(models.Model):
    """A time in which a person on the staff does not work (休職・育休等); the last day may still be unknown."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="leaves")
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("leave")
        ordering: ClassVar = ["-valid_from"]
        constraints: ClassVar = [
            _ends_after_start("leave_ends_after_start"),
            one_at_a_time("leave_once", "person_id"),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from}/{self.valid_to or ''}"
