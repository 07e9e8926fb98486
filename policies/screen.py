"""What the pages of policies show."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from audit.models import Event
from common.charts import Ring, ring_chart
from common.errors import Refused
from common.listing import Listing
from common.pages import Crumb, breadcrumb
from common.permissions import Permission
from common.tables import EXCEL, NotWritable, excel
from common.templatetags.dates import day
from policies.models import Acknowledgement, Policy, PolicyVersion, ReaderQuerySet
from policies.reading import read
from staff.models import Department, Staff


def trail(policy: Policy | None = None, version: PolicyVersion | None = None, here: str = "") -> list[Crumb]:
    """Return the breadcrumb: home, policies, a policy, a version; the last is the page itself."""
    steps = [(_("Policies"), reverse("policies:index"))]
    if policy is not None:
        steps.append((policy.name, reverse("policies:policy", args=[policy.code])))
    if version is not None:
        steps.append((version_title(version), reverse("policies:version", args=[version.pk])))
    return breadcrumb(*steps, here=here)


def version_title(version: PolicyVersion) -> str:
    """Return what a version is called within its policy."""
    if version.number is None:
        return _("Draft")
    return _("Version %(number)s") % {"number": version.number}


def state_of(version: PolicyVersion, current: Iterable[int], on: dt.date) -> tuple[str, str]:
    """Return the kind of label and the words of a version's state on the day `on`.

    `current` are the keys of the versions of its policy that are not superseded.
    """
    if version.published_at is None:
        return "warning", _("draft")
    if version.pk not in current:
        return "neutral", _("superseded")
    if version.effective_on > on:
        return "info", _("takes effect on %(day)s") % {"day": day(version.effective_on)}
    return "success", _("in force")


def policy_rows(on: dt.date) -> list[dict[str, Any]]:
    """Return every policy with the version in force on the day `on` and those to come."""
    current = PolicyVersion.objects.not_superseded(on).order_by("number").defer("text")
    by_policy: dict[int, list[PolicyVersion]] = {}
    for version in current:
        by_policy.setdefault(version.policy_id, []).append(version)
    return [
        {
            "policy": policy,
            "in_force": next((v for v in by_policy.get(policy.pk, []) if v.effective_on <= on), None),
            "upcoming": [v for v in by_policy.get(policy.pk, []) if v.effective_on > on],
        }
        for policy in Policy.objects.all()
    ]


def version_rows(policy: Policy, user: Staff, on: dt.date) -> list[dict[str, Any]]:
    """Return the versions of a policy that `user` may see, the newest first, each with its state."""
    current = list(policy.versions.not_superseded(on).values_list("pk", flat=True))
    versions = policy.versions.visible_to(user).defer("text")
    return [
        {"version": version, "title": version_title(version), "state": state_of(version, current, on)}
        for version in versions
    ]


def facts(version: PolicyVersion) -> list[tuple[str, Any]]:
    """Return what is to be known of a version besides its text."""
    rows: list[tuple[str, Any]] = [
        (_("Established on"), day(version.established_on)),
        (_("Effective from"), day(version.effective_on)),
        (_("To be confirmed by"), day(version.confirm_by)),
        (_("Decided on"), day(version.decided_on)),
        (_("Document number of the decision"), version.document_number),
        (_("Decided by"), version.decided_by),
        (_("Written by"), version.author.name),
        (_("Last edited by"), version.last_edited_by.name),
    ]
    if version.published_at and version.published_by:
        rows += [
            (_("Published by"), version.published_by.name),
            (_("Published on"), day(version.published_at)),
            (_("SHA-256 of the text"), version.text_sha256),
        ]
    return rows


def version_context(version: PolicyVersion, user: Staff, on: dt.date) -> dict[str, Any]:
    """Return what the page of a version shows `user` on the day `on`; `newer` is the key of what took its place."""
    current = list(version.policy.versions.not_superseded(on).order_by("number").values_list("pk", flat=True))
    superseded = version.published_at is not None and version.pk not in current
    return {
        "version": version,
        "policy": version.policy,
        "reading": read(version.text),
        "facts": facts(version),
        "state": state_of(version, current, on),
        "newer": current[0] if superseded else None,
        "reader": version.readers.filter(person=user).with_confirmation().first(),
        "may_write": user.has_permission(Permission.MANAGE_POLICIES),
        "may_publish": user.has_permission(Permission.PUBLISH_POLICIES) and may_publish(version, user),
        "breadcrumbs": trail(version.policy, version),
    }


def may_publish(version: PolicyVersion, user: Staff) -> bool:
    """Tell whether `user` is another person than those who wrote the draft."""
    return version.published_at is None and user.pk not in (version.author_id, version.last_edited_by_id)


def department_rows(readers: ReaderQuerySet, on: dt.date) -> list[dict[str, Any]]:
    """Return must, confirmed, left and outstanding by department, in the official order of the day of asking."""
    found = list(readers.by_department(on))
    names = Department.objects.names_on(found[0]["since"]) if found else {}
    order = {code: number for number, code in enumerate(names)}
    rows = [
        {**row, "name": names.get(row["department_code"], ""), "waiting": row["must"] - row["confirmed"] - row["left"]}
        for row in found
    ]
    return sorted(rows, key=lambda row: order.get(row["department_code"], len(order)))


def totals(rows: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Return the sums of the department rows."""
    rows = list(rows)
    return {key: sum(row[key] for row in rows) for key in ("must", "confirmed", "waiting", "left")}


def ring(counts: dict[str, int]) -> Ring:
    """Return the ring of those who confirmed among all who must and are still there."""
    return ring_chart("confirmed", _("Confirmed"), counts["confirmed"], counts["must"] - counts["left"])


def narrow_readers(on: dt.date) -> Callable[[ReaderQuerySet, dict[str, Any]], ReaderQuerySet]:
    """Return the filter of the list of readers on the day `on`."""

    def narrowed(rows: Any, wanted: dict[str, Any]) -> ReaderQuerySet:
        state, q = wanted["state"], wanted["q"]
        gone = Q(person__left_on__lt=on)
        if state:
            rows = rows.filter(confirmed_at__isnull=state != "confirmed")
        if state in ("waiting", "left"):
            rows = rows.filter(gone) if state == "left" else rows.exclude(gone)
        if code := wanted["department"]:
            rows = rows.filter(department_code=code) if wanted["only"] else rows.below(code)
        if q:
            found = Q(person__name__icontains=q) | Q(person__kana__icontains=q) | Q(person__employee_number=q)
            rows = rows.filter(found)
        return rows

    return narrowed


def reader_state(confirmed_at: dt.datetime | None, left_on: dt.date | None, on: dt.date) -> tuple[str, str]:
    """Return the kind of label and the words of a reader's state on the day `on`."""
    if confirmed_at is not None:
        return "success", _("confirmed")
    if left_on and left_on < on:
        return "neutral", _("left")
    return "warning", _("not confirmed yet")


def reader_cells(readers: ReaderQuerySet, on: dt.date) -> list[list[str]]:
    """Return the rows of the readers' file: department of the day of asking, person, state, time in Japan."""
    fields = ("department_code", "person__employee_number", "person__name", "confirmed_at", "person__left_on")
    found = list(readers.order_by("department_code", "person__kana", "pk").values_list("since", *fields))
    names = Department.objects.names_on(found[0][0]) if found else {}
    return [
        [code, names.get(code, ""), number, name, reader_state(confirmed_at, left_on, on)[1], _local(confirmed_at)]
        for _since, code, number, name, confirmed_at, left_on in found
    ]


def readers_file(version: PolicyVersion, cells: list[list[str]], on: dt.date) -> HttpResponse:
    """Return the readers as an Excel file; raises `Refused` naming the first cell that no worksheet can hold."""
    headings = [
        _("Department code"),
        _("Department"),
        _("Employee number"),
        pgettext("person", "Name"),
        _("State"),
        _("Confirmed at"),
    ]
    try:
        content = excel(version.policy.name, headings, cells)
    except NotWritable as refusal:
        row, heading, _character = refusal.cells[0]
        said = _("Excel cannot hold a character of employee %(number)s, %(heading)s. Have it corrected first.")
        raise Refused(said % {"number": cells[row - 2][2], "heading": heading}) from refusal
    name = f"readers_{version.policy.code}_{version.number}_{on:%Y%m%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=EXCEL, headers=headers)


def _local(moment: dt.datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}" if moment else ""


def readers_context(version: PolicyVersion, visible: ReaderQuerySet, found: Listing, on: dt.date) -> dict[str, Any]:
    """Return what the follow-up page of a version shows."""
    rows = department_rows(visible, on)
    counts = totals(rows)
    names = {row["department_code"]: row["name"] for row in rows}
    return {
        "version": version,
        "policy": version.policy,
        "rows": rows,
        "counts": counts,
        "ring": ring(counts),
        "listing": found,
        "people": [
            (one, names.get(one.department_code, ""), reader_state(one.confirmed_at, one.person.left_on, on))
            for one in found.page
        ],
        "breadcrumbs": trail(version.policy, version, _("Who has confirmed")),
    }


def event_of(given: Acknowledgement) -> Event | None:
    """Return the audit event of a confirmation."""
    return Event.objects.about("policies.Acknowledgement", given.pk).first()
