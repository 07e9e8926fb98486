"""Which role holds which right. Manager and employee are not granted: they follow from the posting."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.permissions import Permission


class Role(models.TextChoices):
    """Roles that are granted to a person for a time (RoleGrant)."""

    OFFICER = "officer", _("information-policy section")
    CISO = "ciso", _("CISO")
    AUDITOR = "auditor", _("auditor")
    ADMINISTRATOR = "administrator", _("administrator")


MANAGER_PERMISSIONS = frozenset(
    {
        Permission.VIEW_SHEETS,
        Permission.VIEW_ASSETS,
        Permission.VIEW_READERS,
        Permission.VIEW_TRAINING,
        Permission.VIEW_NOTICES,
    }
)
READS_ALL = MANAGER_PERMISSIONS | {Permission.VIEW_WHOLE_CITY}
ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.OFFICER: READS_ALL
    | {
        Permission.EDIT_PROGRAMMES,
        Permission.BUILD_SHEETS,
        Permission.EDIT_ASSETS,
        Permission.MANAGE_POLICIES,
        Permission.PUBLISH_POLICIES,
        Permission.MANAGE_TRAINING,
        Permission.MANAGE_NOTICES,
        Permission.VIEW_PEOPLE_RECORDS,
        Permission.VIEW_STYLE_GUIDE,
    },
    Role.CISO: READS_ALL | {Permission.PUBLISH_POLICIES, Permission.VIEW_TRAIL},
    Role.AUDITOR: READS_ALL | {Permission.VIEW_PEOPLE_RECORDS, Permission.VIEW_TRAIL},
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.VIEW_PEOPLE_RECORDS,
            Permission.MANAGE_PEOPLE,
            Permission.GRANT_ROLES,
            Permission.MANAGE_ACCOUNTS,
            Permission.VIEW_STYLE_GUIDE,
        }
    ),
}
