"""What the events of the policies are called in the audit trail, and which pages their objects have."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audit.wording import FILES, Link, Topic, name_actions, name_objects, opens
from policies.models import Policy, PolicyVersion
from staff.models import Staff

name_actions(
    Topic("policies", _("Policies")),
    {
        "policies.add_policy": _("Added a policy"),
        "policies.save_draft": _("Saved a draft"),
        "policies.discard_draft": _("Discarded a draft"),
        "policies.publish": _("Published a version"),
        "policies.acknowledge": _("Confirmed a policy as read"),
    },
)
name_actions(FILES, {"policies.export_readers": _("Took the list of readers away")})
name_objects({"policies.Acknowledgement": _("confirmation of a policy")})


@opens("policies.Policy")
def _policies(viewer: Staff, keys: set[int], on: dt.date) -> dict[int, Link]:
    return {
        one.pk: Link(one.name, reverse("policies:policy", args=[one.code]))
        for one in Policy.objects.filter(pk__in=keys)
    }


@opens("policies.PolicyVersion")
def _versions(viewer: Staff, keys: set[int], on: dt.date) -> dict[int, Link]:
    rows = PolicyVersion.objects.visible_to(viewer).select_related("policy").filter(pk__in=keys)
    return {one.pk: Link(str(one), reverse("policies:version", args=[one.pk])) for one in rows}
