"""What policies put on a person's home page."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common import home
from common.duties import Duty, duties
from common.permissions import Permission
from policies.models import PolicyVersion, Reader
from policies.screen import version_title
from staff.models import Staff

NEWEST = 5


@home.tasks
def to_confirm(person: Staff, on: dt.date) -> Iterator[home.Task]:
    """Yield the versions the person has not confirmed yet."""
    for reader in Reader.objects.outstanding_for(person, on):
        version = reader.version
        title = _("Read and confirm: %(policy)s") % {"policy": version.policy.name}
        url = reverse("policies:version", args=[version.pk])
        yield home.Task(title, url, version.confirm_by, version_title(version))


@home.tasks
def to_publish(person: Staff, on: dt.date) -> Iterator[home.Task]:
    """Yield the drafts of others that wait for a second person."""
    if not person.has_permission(Permission.PUBLISH_POLICIES):
        return
    drafts = PolicyVersion.objects.drafts().exclude(author=person).exclude(last_edited_by=person)
    for draft in drafts.exclude(document_number="").select_related("policy").defer("text")[:NEWEST]:
        title = _("Check and publish: %(policy)s") % {"policy": draft.policy.name}
        yield home.Task(title, reverse("policies:version", args=[draft.pk]))


@home.state
def confirmed(person: Staff, on: dt.date) -> Iterator[home.StateFact]:
    """Yield how many have confirmed each version in force, of those the person follows up."""
    if not person.has_permission(Permission.VIEW_READERS):
        return
    asked = PolicyVersion.objects.not_superseded(on).filter(confirm_by__isnull=False)
    for version in asked.order_by("-published_at").select_related("policy").defer("text")[:NEWEST]:
        rows = list(version.readers.visible_to(person, on).by_department(on))
        must = sum(row["must"] - row["left"] for row in rows)
        if not must:
            continue
        done = sum(row["confirmed"] for row in rows)
        label = _("Confirmed: %(policy)s") % {"policy": _named(version)}
        kind = "success" if done >= must else "neutral"
        value = _("%(done)s of %(must)s") % {"done": done, "must": must}
        yield home.StateFact(label, value, reverse("policies:readers", args=[version.pk]), kind)


@home.news
def published(person: Staff, on: dt.date) -> Iterator[home.News]:
    """Yield the newest versions."""
    newest = PolicyVersion.objects.not_superseded(on).order_by("-published_at").select_related("policy").defer("text")
    for version in newest[:NEWEST]:
        title = _("New version: %(policy)s") % {"policy": _named(version)}
        url, at = reverse("policies:version", args=[version.pk]), version.published_at
        if at is not None:
            yield home.News(title, at, url, version.summary)


def _named(version: PolicyVersion) -> str:
    return f"{version.policy.name} {version_title(version)}"


@duties
def to_know(person: Staff, viewer: Staff, on: dt.date) -> Iterator[Duty]:
    """Yield how many of the versions the person was asked to confirm are confirmed, and the drafts he or she wrote."""
    if viewer != person and not viewer.has_permission(Permission.VIEW_READERS):
        return
    asked = Reader.objects.filter(person=person, version__in=PolicyVersion.objects.not_superseded(on))
    found = asked.with_confirmation().aggregate(asked=Count("pk"), done=Count("confirmed_at"))
    url = reverse("policies:index")
    if found["asked"]:
        value = pgettext("things", "%(done)s of %(must)s") % {"done": found["done"], "must": found["asked"]}
        yield Duty(_("Policies confirmed"), value, url)
    drafts = PolicyVersion.objects.drafts().visible_to(viewer).filter(author=person).count()
    if drafts and viewer.has_permission(Permission.MANAGE_POLICIES):
        yield Duty(_("Drafts of policies"), str(drafts), url)
