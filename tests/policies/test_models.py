"""What the database itself keeps to: whole versions, one confirmation each, and evidence that nobody rewrites."""

import datetime as dt
from contextlib import closing
from types import SimpleNamespace
from typing import Any

import psycopg2
import pytest
from django.db import Error, IntegrityError, ProgrammingError, connection, transaction

from policies import actions
from policies.models import Acknowledgement, PolicyVersion, Reader
from staff import actions as staff_actions
from staff.models import Staff
from tests import cast
from tests.conftest import as_owner
from tests.policies.writing import TEXT, TODAY, draft, policy, published

TOMORROW = TODAY + dt.timedelta(days=1)
NOW = dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC)
DENIED = "permission denied"


# --- Reads ----------------------------------------------------------------------------------------------------------


def test_in_force_and_superseded_follow_from_the_dates(people: SimpleNamespace) -> None:
    of = policy(people)
    first = published(people, of)
    second = published(people, of, effective_on=TOMORROW)
    assert list(PolicyVersion.objects.in_force(TODAY)) == [first]
    assert list(PolicyVersion.objects.in_force(TOMORROW)) == [second]
    assert set(PolicyVersion.objects.not_superseded(TODAY)) == {first, second}


def test_a_draft_is_seen_by_those_who_write_or_publish_alone(people: SimpleNamespace) -> None:
    mine, version = draft(people), published(people, policy(people, "standard"))
    for role in ("officer", "ciso"):
        assert set(PolicyVersion.objects.visible_to(getattr(people, role))) == {mine, version}
    for role in ("employee", "manager", "auditor", "administrator", "other_department"):
        assert set(PolicyVersion.objects.visible_to(getattr(people, role))) == {version}
    actions.discard_draft(by=people.officer, version=mine)
    assert set(PolicyVersion.objects.visible_to(people.officer)) == {version}


def test_outstanding_are_the_current_versions_not_confirmed(people: SimpleNamespace) -> None:
    of = policy(people)
    published(people, of)
    second = published(people, of)
    published(people, policy(people, "standard"), confirm_by=None)
    assert [one.version for one in Reader.objects.outstanding_for(people.employee, TODAY)] == [second]
    actions.acknowledge(by=people.employee, version=second, on=TODAY)
    assert not Reader.objects.outstanding_for(people.employee, TODAY).exists()


def test_the_most_pressing_stands_first(people: SimpleNamespace) -> None:
    later = published(people)
    sooner = published(people, policy(people, "standard"), confirm_by=TOMORROW)
    assert [one.version for one in Reader.objects.outstanding_for(people.employee, TODAY)] == [sooner, later]


def test_the_counts_by_department_leave_out_who_left(people: SimpleNamespace) -> None:
    version = published(people)
    actions.acknowledge(by=people.employee, version=version, on=TODAY)
    Staff.objects.filter(pk=people.manager.pk).update(left_on=TODAY)
    counts = {row["department_code"]: row for row in version.readers.by_department(TOMORROW)}
    assert counts["012010"] == {"department_code": "012010", "since": TODAY, "must": 2, "confirmed": 1, "left": 1}
    assert version.readers.by_department(TODAY)[1]["left"] == 0


def test_who_confirmed_and_then_left_counts_as_confirmed(people: SimpleNamespace) -> None:
    version = published(people)
    actions.acknowledge(by=people.employee, version=version, on=TODAY)
    Staff.objects.filter(pk=people.employee.pk).update(left_on=TODAY)
    counts = {row["department_code"]: row for row in version.readers.by_department(TOMORROW)}
    assert (counts["012010"]["confirmed"], counts["012010"]["left"]) == (1, 0)


def test_a_head_follows_up_the_own_department_only(people: SimpleNamespace) -> None:
    version = published(people)
    seen = version.readers.visible_to(people.manager, TODAY).values_list("person_id", flat=True)
    assert set(seen) == {people.employee.uid, people.manager.uid}
    assert version.readers.visible_to(people.auditor, TODAY).count() == 7
    assert version.readers.visible_to(people.employee, TODAY).count() == 0


def test_the_head_of_a_subtree_sees_those_below(people: SimpleNamespace) -> None:
    below = cast.department("01201010", "窓口係", "012010")
    clerk = cast.person("clerk")
    staff_actions.post(by=people.officer, person=clerk, department=below, valid_from=cast.SINCE)
    seen = published(people).readers.visible_to(people.manager, TODAY)
    assert seen.filter(person=clerk).exists()


# --- What can be -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "missing",
    [
        {"published_by": None},
        {"number": None},
        {"number": 0},
        {"text_sha256": ""},
        {"text_sha256": "F" * 64},
        {"decided_on": None},
        {"document_number": ""},
        {"decided_by": ""},
        {"discarded_at": NOW},
        {"published_at": None},
    ],
)
def test_a_version_is_published_whole_or_not_at_all(people: SimpleNamespace, missing: dict[str, Any]) -> None:
    mine = PolicyVersion.objects.filter(pk=draft(people).pk)
    whole = {"published_at": NOW, "published_by": people.ciso, "number": 1, "text_sha256": "0" * 64}
    with pytest.raises(IntegrityError, match="published_whole"), transaction.atomic():
        mine.update(**{**whole, **missing})
    assert mine.update(**whole) == 1


def test_nobody_can_be_written_down_as_publisher_of_the_own_draft(people: SimpleNamespace) -> None:
    other = cast.person("officer-2")
    mine = PolicyVersion.objects.filter(pk=draft(people).pk)
    mine.update(last_edited_by=other)
    for by in (people.officer, other):
        with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
            mine.update(published_at=NOW, published_by=by, number=1, text_sha256="0" * 64)


def test_a_version_takes_effect_when_it_is_established_or_later(people: SimpleNamespace) -> None:
    mine = PolicyVersion.objects.filter(pk=draft(people).pk)
    assert mine.update(established_on=TODAY, effective_on=TODAY) == 1
    with pytest.raises(IntegrityError, match="effective_after_established"), transaction.atomic():
        mine.update(established_on=TOMORROW, effective_on=TODAY)


def test_two_versions_of_a_policy_never_carry_the_same_number(people: SimpleNamespace) -> None:
    version = published(people)
    twin = PolicyVersion.objects.filter(pk=draft(people, version.policy).pk)
    with pytest.raises(IntegrityError, match="policy_version_number"), transaction.atomic():
        twin.update(published_at=NOW, published_by=people.ciso, number=version.number, text_sha256="0" * 64)


def test_a_person_is_asked_once_and_confirms_once(people: SimpleNamespace) -> None:
    version = published(people)
    actions.acknowledge(by=people.employee, version=version, on=TODAY)
    for again in (
        Reader(version=version, person=people.employee, since=TODAY),
        Acknowledgement(version=version, person=people.employee, text_sha256="0" * 64),
    ):
        with pytest.raises(IntegrityError, match="key"), transaction.atomic():
            again.save()


def test_a_confirmation_names_a_whole_hash(people: SimpleNamespace) -> None:
    version = published(people)
    with pytest.raises(IntegrityError, match="text_is_sha256"), transaction.atomic():
        Acknowledgement.objects.create(version=version, person=people.employee, text_sha256="0" * 63)


# --- What nobody rewrites ---------------------------------------------------------------------------------------------


def run(sql: str) -> None:
    """Run `sql` as the role the portal works as."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def run_as_owner(sql: str) -> None:
    with closing(as_owner()) as owner, owner.cursor() as cursor:
        cursor.execute(sql)


CHANGES = [
    "text = '別の文'",
    "effective_on = '2030-01-01'",
    "confirm_by = NULL",
    "decided_by = 'x'",
    "published_at = NULL",
]
EVIDENCE = [
    "UPDATE policies_acknowledgement SET at = now()",
    "UPDATE policies_acknowledgement SET text_sha256 = repeat('0', 64)",
    "DELETE FROM policies_acknowledgement",
    "TRUNCATE policies_acknowledgement",
    "UPDATE policies_reader SET department_code = '9'",
    "DELETE FROM policies_reader",
    "TRUNCATE policies_reader",
    "DELETE FROM policies_policyversion",
    "TRUNCATE policies_policyversion CASCADE",
]


@pytest.fixture
def version(transactional_db: None, people: SimpleNamespace) -> PolicyVersion:
    made = published(people)
    actions.acknowledge(by=people.employee, version=made, on=TODAY)
    return made


@pytest.mark.parametrize("change", CHANGES)
def test_a_published_version_stands_still_for_both_roles(change: str, version: PolicyVersion) -> None:
    sql = f"UPDATE policies_policyversion SET {change}"
    with pytest.raises(IntegrityError, match="keeps evidence"):
        run(sql)
    with pytest.raises(psycopg2.errors.RestrictViolation, match="keeps evidence"):
        run_as_owner(sql)
    version.refresh_from_db()
    assert (version.text, version.decided_by) == (TEXT, "副市長")


@pytest.mark.parametrize("sql", EVIDENCE)
def test_who_was_asked_and_who_confirmed_is_never_changed_or_deleted(sql: str, version: PolicyVersion) -> None:
    with pytest.raises(ProgrammingError, match=DENIED):
        run(sql)
    with pytest.raises(psycopg2.errors.RestrictViolation, match="keeps evidence"):
        run_as_owner(sql)
    assert (Reader.objects.count(), Acknowledgement.objects.count(), PolicyVersion.objects.count()) == (7, 1, 1)


def test_a_draft_can_be_changed_but_not_given_to_another_author(people: SimpleNamespace) -> None:
    mine = draft(people)
    run("UPDATE policies_policyversion SET text = '変えた'")
    mine.refresh_from_db()
    assert mine.text == "変えた"
    with pytest.raises(Error, match=DENIED), transaction.atomic():
        PolicyVersion.objects.filter(pk=mine.pk).update(author=people.ciso)
