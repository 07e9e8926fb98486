"""What the pages of notices show."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from common.fiscal_year import fiscal_year_of
from common.pages import Crumb, breadcrumb
from common.tables import EXCEL, excel
from common.templatetags.dates import day, fiscal_year_name
from notices.models import Channel, Delivery, Notice
from staff.audience import Audience, people_of
from staff.history import Entry, history_of

KINDS = {
    Delivery.State.HOME_ONLY: "neutral",
    Delivery.State.WAITING: "info",
    Delivery.State.CLAIMED: "info",
    Delivery.State.SENDING: "info",
    Delivery.State.SENT: "success",
    Delivery.State.REFUSED: "error",
    Delivery.State.GIVEN_UP: "error",
    Delivery.State.UNCERTAIN: "warning",
}
STUCK_SHOWN = 100
OPEN = (Delivery.State.WAITING, Delivery.State.CLAIMED, Delivery.State.SENDING)


def trail(notice: Notice | None = None, here: str = "") -> list[Crumb]:
    """Return the breadcrumb: home, notices, a notice; the last is the page itself."""
    steps = [(_("Notices"), reverse("notices:index"))]
    if notice is not None:
        steps.append((notice.title, reverse("notices:notice", args=[notice.pk])))
    return breadcrumb(*steps, here=here)


def narrow(today: dt.date) -> Callable[[Any, dict[str, Any]], QuerySet[Any]]:
    """Return the filter of the whole list; without a year it shows the fiscal year of `today`."""

    def narrowed(rows: Any, wanted: dict[str, Any]) -> QuerySet[Any]:
        rows = rows.in_year(wanted["year"] or fiscal_year_of(today))
        if wanted["channel"]:
            rows = rows.filter(channels__contains=[wanted["channel"]])
        if wanted["counting"]:
            rows = rows.filter(counts=wanted["counting"] == "yes")
        return rows.filter(Q(title__icontains=wanted["q"]) | Q(text__icontains=wanted["q"])) if wanted["q"] else rows

    return narrowed


def year_counts(year: int) -> dict[str, Any]:
    """Return how many notices of a fiscal year count and do not, and how many went by each channel."""
    rows = Notice.objects.in_year(year)
    by_channel = {name: Count("pk", filter=Q(counts=True, channels__contains=[name])) for name in Channel.values}
    found = rows.aggregate(
        counting=Count("pk", filter=Q(counts=True)), others=Count("pk", filter=Q(counts=False)), **by_channel
    )
    channels = [(Channel(name).label, found[name]) for name in Channel.values]
    return {**found, "channels": channels, "year": fiscal_year_name(year)}


def channel_names(channels: list[str]) -> str:
    """Return the channels in words."""
    return "・".join(str(Channel(channel).label) for channel in channels)


def facts(notice: Notice) -> list[tuple[str, Any]]:
    """Return what is to be known of a notice besides its text."""
    audience = notice.audience_note or notice.get_audience_display()
    return [
        (_("Date given"), day(notice.given_on)),
        (_("Channels"), channel_names(notice.channels)),
        (_("Audience"), audience),
        (_("Counts as information given"), _("yes") if notice.counts else _("no")),
        (_("Given outside this portal"), _("yes, record only") if notice.record_only else _("no")),
    ]


def narrow_mine(rows: Any, wanted: dict[str, Any]) -> QuerySet[Any]:
    """Narrow one's own notices; without a year it shows all of them."""
    rows = rows.in_year(wanted["year"]) if wanted["year"] else rows
    return rows.filter(Q(title__icontains=wanted["q"]) | Q(text__icontains=wanted["q"])) if wanted["q"] else rows


LABELS = {
    "given_on": gettext_lazy("Date given"),
    "channels": gettext_lazy("Channels"),
    "audience": gettext_lazy("Audience"),
    "audience_note": gettext_lazy("Audience in words"),
    "counts": gettext_lazy("Counts as information given"),
}


def history(notice: Notice) -> list[Entry]:
    """Return the corrections of a notice, the newest first: when, who, why, and each change in words."""
    return history_of(notice, LABELS, _in_words)


def _in_words(place: str, value: Any) -> str:
    if place == "given_on":
        return day(dt.date.fromisoformat(value))
    if place == "channels":
        return channel_names(value)
    if place == "counts":
        return _("yes") if value else _("no")
    return str(Audience(value).label) if place == "audience" else str(value)


def progress(notice: Notice) -> dict[str, Any]:
    """Return how far the mails of a notice are: counts by state, percent, what delays them, and the stuck ones."""
    found = dict(notice.deliveries.order_by().values_list("state").annotate(n=Count("pk")))
    mails = sum(n for state, n in found.items() if state != Delivery.State.HOME_ONLY)
    waiting = sum(found.get(state, 0) for state in OPEN)
    return {
        "states": [
            (Delivery.State(state).label, n, KINDS[Delivery.State(state)]) for state, n in sorted(found.items())
        ],
        "mails": mails,
        "waiting": waiting,
        "percent": 100 * (mails - waiting) // mails if mails else 100,
        "delay": _delay(notice) if waiting else "",
        "stuck": notice.deliveries.stuck().select_related("person")[:STUCK_SHOWN],
        "kinds": KINDS,
    }


def _delay(notice: Notice) -> str:
    """Return what the mail server, or the lack of one, made the waiting mails wait for; empty when nothing did."""
    delayed = notice.deliveries.filter(state=Delivery.State.WAITING).exclude(answer="").order_by("-due_at")
    return delayed.values_list("answer", flat=True).first() or ""


def preview(values: dict[str, Any], on: dt.date) -> dict[str, Any]:
    """Return how many people and how many mails a notice given on the day `on` would reach."""
    people = people_of(values["audience"], on=on, department_codes=values["department_codes"])
    counted = people.aggregate(people=Count("pk"), with_mail=Count("pk", filter=~Q(email="")))
    return {**counted, "by_mail": Channel.MAIL in values["channels"], "channels": channel_names(values["channels"])}


def new_form_values() -> dict[str, Any]:
    """Return what an empty form begins with; its key is its own."""
    return {"channels": [Channel.MAIL], "key": uuid.uuid4().hex}


def delivery_rows(notice: Notice) -> list[list[str]]:
    """Return to whom a notice went and what the mail server said, as the cells of a file."""
    return [
        [
            one.department_code,
            one.person.employee_number,
            one.person.name,
            str(one.get_state_display()),
            f"{timezone.localtime(one.sent_at):%Y-%m-%d %H:%M:%S}" if one.sent_at else "",
            one.answer,
        ]
        for one in notice.deliveries.select_related("person").order_by("department_code", "person__kana", "pk")
    ]


def deliveries_file(notice: Notice, rows: list[list[str]]) -> HttpResponse:
    """Return the `delivery_rows` of a notice as an Excel file."""
    headings = [
        _("Department code"),
        _("Employee number"),
        pgettext("person", "Name"),
        _("State"),
        _("Sent at"),
        _("Answer of the mail server"),
    ]
    headers = {"Content-Disposition": f'attachment; filename="notice_{notice.pk}_{notice.given_on:%Y%m%d}.xlsx"'}
    return HttpResponse(excel(str(_("Notice")), headings, rows), content_type=EXCEL, headers=headers)
