"""One of everything that has an address, for the sweeps over all addresses."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from accounts import links
from assets.actions import save_entry
from assets.models import Held
from assets.registers import REGISTERS
from audit.models import Event
from notices import actions as notices_actions
from notices.models import Delivery, Notice
from policies import actions as policies_actions
from policies.models import PolicyVersion
from reports.actions import request_build
from reports.models import EvaluationSheet
from staff.models import Deputy, Leave, Staff
from tests import cast
from tests.accounts.factors import with_passkey
from tests.policies import writing
from training import actions as training_actions
from training.models import TrainingSession

PDF = b"%PDF-1.7 a small file"


def policy_versions(people: SimpleNamespace) -> tuple[PolicyVersion, PolicyVersion]:
    """Return a published version that everybody has confirmed, and a draft."""
    today = timezone.localdate()
    of, dates = writing.policy(people), {"decided_on": today, "confirm_by": today + dt.timedelta(days=30)}
    version = writing.published(people, of, on=today, **dates)
    for person in vars(people).values():
        policies_actions.acknowledge(by=person, version=version, on=today)
    return version, writing.draft(people, of, **dates)


def session(people: SimpleNamespace, **more: Any) -> TrainingSession:
    """Return a session of today with everybody on its roster and a file handed out."""
    today, by = timezone.localdate(), people.officer
    values = {"title": "全職員研修", "state": "planned", "kind": "sitting", "audience": "all", "held_on": today, **more}
    made = training_actions.save_session(by=by, session=None, course="全職員研修", values=values, on=today)
    training_actions.enrol_audience(by=by, session=made)
    training_actions.add_material(by=by, session=made, name="資料.pdf", suffix=".pdf", content=PDF)
    return made


def notice(people: SimpleNamespace, **more: Any) -> Notice:
    """Return a notice of today for everybody, one of whose mails is stuck."""
    today = timezone.localdate()
    values = {"title": "不審なメールへの注意", "text": "開かないでください。", "channels": ["mail"], "audience": "all"}
    given = notices_actions.give_notice(by=people.officer, on=today, **{**values, **more})
    given.deliveries.filter(person=people.employee).update(state=Delivery.State.REFUSED, address="a@moka.example")
    return given


def entry(people: SimpleNamespace) -> Held:
    """Return a device that stands in the officer's and the manager's sight."""
    values = cast.device("X-0001", department_code="012010")
    return save_entry(by=people.officer, register=REGISTERS["devices"], entry=None, values=values, reason="購入")


def deputy(people: SimpleNamespace) -> Deputy:
    """Return who will stand in for the manager in a month; nobody has more rights today."""
    first = timezone.localdate() + dt.timedelta(days=30)
    return Deputy.objects.create(
        head=people.manager, person=people.other_department, valid_from=first, valid_to=first + dt.timedelta(days=1)
    )


def leave(people: SimpleNamespace) -> Leave:
    """Return a leave of the employee in a month."""
    return Leave.objects.create(person=people.employee, valid_from=timezone.localdate() + dt.timedelta(days=30))


def everything(people: SimpleNamespace, sheet: EvaluationSheet) -> dict[str, Any]:
    """Return the keys under which the addresses name the objects."""
    version, draft = policy_versions(people)
    sheet.programme.indicators.filter(group="activity", slot=1).update(source="sessions_held", recorded_from=2016)
    held, given = session(people), notice(people)
    return {
        "build": request_build(by=people.officer, sheet=sheet, here=True).pk,
        "version": version.pk,
        "draft": draft.pk,
        "session": held.pk,
        "enrolment": held.enrolments.get(person=people.employee).pk,
        "material": held.materials.get().pk,
        "notice": given.pk,
        "delivery": given.deliveries.get(person=people.employee).pk,
        "entry": entry(people).pk,
        "event": Event.objects.latest("pk").pk,
        "person": people.employee.pk,
        "link": links.address_of(Staff.objects.get(pk=people.employee.pk)).rstrip("/").rpartition("/")[2],
        "head": people.manager.pk,
        "grant": people.officer.role_grants.get(role="officer").pk,
        "deputy": deputy(people).pk,
        "passkey": with_passkey(people.employee).pk,
        "posting": people.employee.postings.earliest("pk").pk,
        "leave": leave(people).pk,
    }
