"""What administrators can do to an account: each act with its words, when it is offered, and how it is done."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import actions_desk, actions_single_sign_on, letters, links, notice, people
from accounts.models import Link
from common.pages import Crumb, breadcrumb
from common.templatetags.dates import day, moment
from staff.models import Staff
from staff.requests import PortalRequest

Words = str | Promise
Do = Callable[[PortalRequest, Staff, str], HttpResponse]


class Act(NamedTuple):
    """One thing to do: its words, whether it is offered for a person to an administrator, and the doing."""

    title: Words
    consequence: Words
    verb: Words
    offered: Callable[[Staff, Staff], bool]
    do: Do
    danger: bool = False


def _back(request: PortalRequest, person: Staff, sentence: str, kind: str) -> HttpResponse:
    """Say what was done, mail the person, and go back to the person's page."""
    messages.success(request, sentence)
    letters.tell(request, person, kind)
    return redirect("accounts:person", pk=person.pk)


def _send_link(request: PortalRequest, person: Staff, reason: str) -> HttpResponse:
    (owed,) = actions_desk.send_links(by=request.user, persons=[person], reason=reason)
    sent = links.send_link(owed.pk)
    if sent is None or sent.state == Link.State.WAITING:
        messages.warning(request, _("The mail server did not take the mail. The portal tries again every minute."))
    elif sent.state == Link.State.SENT:
        messages.success(request, _("The link was sent."))
    else:
        messages.error(request, _("The mail server refused the mail. Check the mail address."))
    return redirect("accounts:person", pk=person.pk)


def _print_notice(request: PortalRequest, person: Staff, reason: str) -> HttpResponse:
    response = notices(request, [person], reason)
    letters.tell(request, person, "temporary_password")
    return response


def _remove_factors(request: PortalRequest, person: Staff, reason: str) -> HttpResponse:
    actions_desk.remove_factors(by=request.user, person=person, reason=reason)
    return _back(request, person, _("The second factors were removed."), "factors_removed")


def _unlink(request: PortalRequest, person: Staff, reason: str) -> HttpResponse:
    actions_single_sign_on.unlink_identities(by=request.user, person=person, reason=reason)
    return _back(request, person, _("The outside account is forgotten."), "unlinked")


def _end_sessions(request: PortalRequest, person: Staff, reason: str) -> HttpResponse:
    keep = request.session.session_key or "" if person == request.user else ""
    actions_desk.end_sessions(by=request.user, person=person, keep=keep, reason=reason)
    return _back(request, person, _("The sessions have ended."), "sessions_ended")


def _disable(request: PortalRequest, person: Staff, reason: str) -> HttpResponse:
    actions_desk.disable_account(by=request.user, person=person, reason=reason)
    return _back(request, person, _("The account is disabled."), "account_disabled")


def _enable(request: PortalRequest, person: Staff, reason: str) -> HttpResponse:
    actions_desk.enable_account(by=request.user, person=person, reason=reason)
    return _back(request, person, _("The account is enabled."), "account_enabled")


ACTS = {
    "link": Act(
        gettext_lazy("Send a one-time link by mail"),
        gettext_lazy("The person chooses a password through the link. The present one works until then."),
        gettext_lazy("Send the link"),
        lambda person, by: bool(person.email) and person.is_active,
        _send_link,
    ),
    "notice": Act(
        gettext_lazy("Print a temporary password"),
        gettext_lazy(
            "The present password stops working at once. Hand the sheet over in person; it cannot be shown again."
        ),
        gettext_lazy("Make the sheet (PDF)"),
        lambda person, by: person.is_active and person != by,
        _print_notice,
    ),
    "factors": Act(
        gettext_lazy("Remove the second factors"),
        gettext_lazy(
            "For somebody who lost the device. First make sure who is asking, in person. "
            "The password must then be changed."
        ),
        gettext_lazy("Remove them"),
        lambda person, by: person != by and Authenticator.objects.filter(user_id=person.pk).exists(),
        _remove_factors,
        danger=True,
    ),
    "unlink": Act(
        gettext_lazy("Forget the outside account"),
        gettext_lazy(
            "For an account of the city's sign-in server that was linked with the wrong person. The person is signed "
            "out; the next sign-in there links again."
        ),
        gettext_lazy("Forget it"),
        lambda person, by: SocialAccount.objects.filter(user=person).exists(),
        _unlink,
    ),
    "sessions": Act(
        gettext_lazy("End all sessions"),
        gettext_lazy("The person is signed out on every device and can sign in again."),
        gettext_lazy("End the sessions"),
        lambda person, by: True,
        _end_sessions,
    ),
    "disable": Act(
        gettext_lazy("Disable the account"),
        gettext_lazy("The person is signed out everywhere and cannot sign in until the account is enabled again."),
        gettext_lazy("Disable it"),
        lambda person, by: person.disabled_at is None and person != by,
        _disable,
        danger=True,
    ),
    "enable": Act(
        gettext_lazy("Enable the account"),
        gettext_lazy("The person can sign in again with the password that he or she had."),
        gettext_lazy("Enable it"),
        lambda person, by: person.disabled_at is not None,
        _enable,
    ),
}


def offered(person: Staff, by: Staff) -> list[tuple[str, Act]]:
    """Return the acts that make sense for `person` now, with their names in the address."""
    return [(name, act) for name, act in ACTS.items() if act.offered(person, by)]


@transaction.atomic
def notices(request: PortalRequest, persons: Sequence[Staff], reason: str) -> HttpResponse:
    """Give each person, who has `department_name`, a temporary password and return the sheets, all or nothing."""
    made = [
        (person, actions_desk.issue_temporary_password(by=request.user, person=person, reason=reason))
        for person in persons
    ]
    response = HttpResponse(notice.render(made), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="notice_{timezone.localdate():%Y%m%d}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


def facts(person: Any) -> list[tuple[str, str]]:
    """Return what is known of an account: nothing of the password but whether there is one."""
    link = Link.objects.filter(person=person).first()
    left = f"{day(person.joined_on)} – {day(person.left_on)}"
    return [
        (_("Employee number"), person.employee_number),
        (_("Department"), person.department_name),
        (_("On the staff"), left),
        (_("Mail address"), person.email),
        (_("Last sign-in"), moment(person.last_login) or _("never")),
        (_("Password"), _password_words(person)),
        (_("One-time link"), f"{link.get_state_display()} ({moment(link.made_at)})" if link else ""),
        (_("Second factor"), _("in use") if person.has_factor else _("not in use")),
        (_("Running sessions"), str(UserSession.objects.filter(user=person).count())),
        (_("Disabled at"), moment(person.disabled_at)),
    ]


def _password_words(person: Staff) -> str:
    if not person.has_usable_password():
        return _("none of this portal")
    if person.password_valid_until is not None:
        return _("temporary, until %(moment)s") % {"moment": moment(person.password_valid_until)}
    return _("must be changed at the next sign-in") if person.password_must_change else _("chosen by the person")


def trail(*steps: Crumb, here: str = "") -> list[Crumb]:
    """Return the breadcrumb of the desk."""
    return breadcrumb((_("Accounts"), reverse("accounts:desk")), *steps, here=here)


def overview() -> dict[str, Any]:
    """Return how many wait for their first sign-in, and how many links are still to be mailed."""
    today = timezone.localdate()
    return {
        "newcomers": people.newcomers(today).count(),
        "without_link": people.to_be_sent_links(today).count(),
        "waiting_links": Link.objects.waiting().count(),
    }
