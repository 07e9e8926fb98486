"""Objects × who looks: one's own, the own department's, another department's and a missing one; and what auditors do."""

import datetime as dt
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from django.test import Client
from django.utils import timezone

from assets.actions import save_entry
from assets.registers import REGISTERS
from policies.models import PolicyVersion
from staff import actions
from staff.models import Department, Staff
from tests import cast
from tests.conftest import recent
from tests.policies import writing
from tests.project.scene import everything
from tests.project.test_permission_matrix import MATRIX, row_counts
from training.actions import enrol, save_session
from training.models import TrainingSession

SEEN, HIDDEN, NO, MISSING = "seen", "hidden", 403, 404
ROLES = cast.ROLES[1:]
WHERE = ("own", "same department", "other department", "missing")
NOBODY = 999_999


class Case(NamedTuple):
    """One kind of object.

    `address` leads to the object of a person and `missing` to none; `mark` is what shows only where it may be seen;
    `expected` is the outcome by role in the order of `WHERE`, with `others` for roles that are not named.
    """

    address: Callable[[SimpleNamespace, Staff], str]
    missing: Callable[[SimpleNamespace], str]
    mark: Callable[[Staff], str]
    expected: dict[str, tuple[Any, Any, Any, Any]]
    others: tuple[Any, Any, Any, Any]


def department_of(person: Staff) -> Department:
    return person.postings.get().department


def device_of(scene: SimpleNamespace, person: Staff) -> str:
    values = cast.device("X-1", department_code=department_of(person).code)
    words = {"by": scene.officer, "register": REGISTERS["devices"], "entry": None, "reason": "購入"}
    return f"/assets/devices/{save_entry(**words, values=values).pk}/"


def session_of(scene: SimpleNamespace, *people: Staff) -> TrainingSession:
    today = timezone.localdate()
    values = {"title": "研修", "state": "planned", "kind": "sitting", "audience": "all", "held_on": today}
    made = save_session(by=scene.officer, session=None, course="研修", values=values, on=today)
    enrol(by=scene.officer, session=made, people=Staff.objects.filter(pk__in=[one.pk for one in people]))
    return made


def version_of(scene: SimpleNamespace) -> PolicyVersion:
    today = timezone.localdate()
    return writing.published(scene, writing.policy(scene), on=today, decided_on=today, confirm_by=today)


def left(scene: SimpleNamespace, person: Staff) -> str:
    day = timezone.localdate() - dt.timedelta(days=1)
    Staff.objects.filter(pk=person.pk).update(left_on=day)
    return f"/people/{person.pk}/"


ALL, ONLY_OWN = (SEEN, SEEN, SEEN, MISSING), (SEEN, HIDDEN, HIDDEN, MISSING)
SECTION, NONE = (SEEN, SEEN, HIDDEN, MISSING), (NO, NO, NO, NO)
CASES = {
    "a person's record": Case(
        lambda _scene, one: f"/people/{one.pk}/",
        lambda _scene: f"/people/{NOBODY}/",
        lambda one: f"<dd>{one.employee_number}</dd>",
        {"manager": SECTION, "officer": ALL, "auditor": ALL, "administrator": ALL},
        ONLY_OWN,
    ),
    "a reader of a policy": Case(
        lambda scene, one: f"/policies/versions/{version_of(scene).pk}/readers/?q={one.employee_number}",
        lambda _scene: f"/policies/versions/{NOBODY}/readers/",
        lambda one: one.name,
        {"manager": SECTION, "officer": ALL, "ciso": ALL, "auditor": ALL},
        NONE,
    ),
    "an entry of a register": Case(
        device_of,
        lambda _scene: f"/assets/devices/{NOBODY}/",
        lambda one: department_of(one).code,
        {"manager": (SEEN, SEEN, MISSING, MISSING), "officer": ALL, "ciso": ALL, "auditor": ALL},
        NONE,
    ),
    "a session of training": Case(
        lambda scene, one: f"/training/sessions/{session_of(scene, one).pk}/",
        lambda _scene: f"/training/sessions/{NOBODY}/",
        lambda _one: "研修",
        {"manager": ALL, "officer": ALL, "ciso": ALL, "auditor": ALL},
        (SEEN, MISSING, MISSING, MISSING),
    ),
    "a name on the roster": Case(
        lambda scene, one: f"/training/sessions/{session_of(scene, *vars(scene).values(), one).pk}/",
        lambda _scene: f"/training/sessions/{NOBODY}/",
        lambda one: one.name,
        {"manager": SECTION, "officer": ALL, "ciso": ALL, "auditor": ALL},
        (HIDDEN, HIDDEN, HIDDEN, MISSING),
    ),
    "who has left": Case(
        lambda scene, one: left(scene, one),
        lambda _scene: f"/people/{NOBODY}/",
        lambda one: one.name,
        dict.fromkeys(("officer", "auditor", "administrator"), (None, SEEN, SEEN, MISSING)),
        (None, MISSING, MISSING, MISSING),
    ),
}


def owner(scene: SimpleNamespace, viewer: Staff, where: str) -> Staff:
    """Return the viewer, a colleague of the same department, or somebody of another one."""
    if where == "own":
        return viewer
    here = department_of(viewer)
    there = here if where == "same department" else Department.objects.exclude(code__startswith=here.code[:4]).first()
    one = cast.person("colleague", "同僚 一子")
    actions.post(by=actions.system_actor(), person=one, department=there, valid_from=cast.SINCE)
    return one


def main(response: Any) -> str:
    """Return what the page holds below its header, without the number of the request."""
    text = response.content.decode().partition("<main")[2]
    return re.sub(r"<code>[0-9a-f-]{36}</code>", "", text)


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", CASES)
def test_who_sees_whose(name: str, role: str, where: str, people: SimpleNamespace, sign_in: Any) -> None:
    case, viewer = CASES[name], getattr(people, role)
    expected = case.expected.get(role, case.others)[WHERE.index(where)]
    if expected is None:
        return
    if where == "missing":
        assert sign_in(viewer).get(case.missing(people)).status_code == expected
        return
    one = owner(people, viewer, where)
    address = case.address(people, one)
    response = sign_in(viewer).get(address)
    if expected in (SEEN, HIDDEN):
        assert response.status_code == 200
        assert (case.mark(one) in main(response)) is (expected == SEEN)
        return
    assert response.status_code == expected
    missing = sign_in(viewer).get(case.missing(people))
    assert (missing.status_code, main(missing)) == (response.status_code, main(response))


# --- Auditors read all and change nothing ----------------------------------------------------------------------------

OWN_THINGS = re.compile(r"\^?(sign-|session/|language/|account/|policies/versions/<int:pk>/confirm/)")
"""What everybody does for oneself: signing in and out, the own account, the language, confirming a policy."""
TAKES_AWAY = re.compile(r"/export/$")
"""A list handed out by a form: reading, which writes its event and nothing else."""
SENT = [pattern for pattern, row in MATRIX.items() if "POST" in row[2] and not OWN_THINGS.match(pattern)]


@pytest.mark.parametrize("pattern", SENT)
def test_an_auditor_sends_nothing_that_changes_anything(
    pattern: str, people: SimpleNamespace, sheet: Any, client: Client
) -> None:
    address = "/" + MATRIX[pattern][0].format(**everything(people, sheet))
    client.force_login(people.auditor)
    recent(client)
    client.get("/")
    before = row_counts()
    status = client.post(address, {"reason": "監査", "kind": "csv"}).status_code
    after = row_counts()
    if TAKES_AWAY.search(pattern):
        before.pop("audit_event"), after.pop("audit_event")
    else:
        assert status in (403, 404)
    assert after == before


def test_the_sweep_of_the_auditor_knows_the_addresses() -> None:
    assert len(SENT) > 30
    assert "people/<int:pk>/roles/new/" in SENT
