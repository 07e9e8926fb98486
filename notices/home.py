"""What notices put on a person's home page."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import home
from common.fiscal_year import fiscal_year_of
from common.permissions import Permission
from notices.models import Delivery, Notice
from staff.models import Staff

NEWEST = 5


@home.tasks
def stuck_mails(person: Staff, on: dt.date) -> Iterator[home.Task]:
    """Yield the notices some of whose mails need a person's decision."""
    if not person.has_permission(Permission.MANAGE_NOTICES):
        return
    stuck = Delivery.objects.stuck().filter(notice__isnull=False)
    count = stuck.count()
    if count:
        title = ngettext("%(n)s mail did not go out", "%(n)s mails did not go out", count) % {"n": count}
        newest = stuck.order_by("-pk").values_list("notice", flat=True)[:1]
        yield home.Task(title, reverse("notices:notice", args=[newest[0]]))


@home.state
def given_this_year(person: Staff, on: dt.date) -> Iterator[home.StateFact]:
    """Yield how many notices the fiscal year has had so far."""
    if person.has_permission(Permission.VIEW_NOTICES):
        count = Notice.objects.in_year(fiscal_year_of(on)).counting().count()
        yield home.StateFact(_("Notices given this fiscal year"), str(count), reverse("notices:index"))


@home.news
def given_to_me(person: Staff, on: dt.date) -> Iterator[home.News]:
    """Yield the newest notices and reminders for the person."""
    mine = Delivery.objects.filter(person=person).select_related("notice", "reminder").order_by("-pk")
    for delivery in mine[:NEWEST]:
        if delivery.notice:
            url = reverse("notices:notice", args=[delivery.notice_id])
            yield home.News(delivery.notice.title, delivery.created_at, url)
        elif delivery.reminder:
            yield home.News(delivery.reminder.title, delivery.created_at, "", delivery.reminder.text)
