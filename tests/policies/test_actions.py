"""Publishing by a second person, and confirming exactly once and for oneself."""

import datetime as dt
import hashlib
import threading
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from common.errors import Refused
from policies import actions
from policies.models import Acknowledgement, Policy, PolicyVersion, Reader
from staff import actions as staff_actions
from staff.models import Department, Staff
from tests import cast
from tests.policies.writing import TEXT, TODAY, draft, policy, published, values

TOMORROW = TODAY + dt.timedelta(days=1)
YESTERDAY = TODAY - dt.timedelta(days=1)


def test_publishing_keeps_the_text_its_hash_and_who_must_confirm(people: SimpleNamespace) -> None:
    version = published(people)
    assert (version.number, version.text) == (1, TEXT)
    assert version.text_sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    assert Reader.objects.filter(version=version).count() == 7
    assert Reader.objects.get(version=version, person=people.employee).department_code == "012010"
    event = Event.objects.about("policies.PolicyVersion", version.pk).first()
    assert (event.action, event.actor_uid, event.data["readers"]) == ("policies.publish", people.ciso.uid, 7)


def test_who_is_not_employed_that_day_is_not_asked(people: SimpleNamespace) -> None:
    for number, joined, left in (
        ("gone", "2010-04-01", YESTERDAY),
        ("coming", TOMORROW, None),
        ("last", "2010-04-01", TODAY),
    ):
        Staff.objects.create(
            employee_number=number, name="見本", employment_kind="regular", joined_on=joined, left_on=left
        )
    asked = set(published(people).readers.values_list("person__employee_number", flat=True))
    assert "last" in asked and not asked & {"gone", "coming", "SYSTEM"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"decided_on": None},
        {"document_number": ""},
        {"decided_by": ""},
        {"decided_on": TOMORROW},
        {"confirm_by": YESTERDAY},
    ],
)
def test_a_draft_that_is_not_ready_is_not_published(people: SimpleNamespace, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        published(people, **wrong)
    assert not PolicyVersion.objects.published().exists()


def test_nobody_publishes_what_he_or_she_wrote_or_edited_last(people: SimpleNamespace) -> None:
    mine = draft(people)
    with pytest.raises(Refused, match="公開は別の人"):
        actions.publish(by=people.officer, version=mine, on=TODAY)
    other = cast.person("officer-2")
    actions.save_draft(by=other, policy=mine.policy, version=mine, values=values(text="変えた。"))
    for wrote in (people.officer, other):
        with pytest.raises(Refused, match="公開は別の人"):
            actions.publish(by=wrote, version=mine, on=TODAY)
    assert not PolicyVersion.objects.published().exists()


def test_a_draft_that_changed_since_it_was_read_is_not_published(people: SimpleNamespace) -> None:
    mine = draft(people)
    actions.save_draft(by=people.officer, policy=mine.policy, version=mine, values=values(text="別の文"))
    with pytest.raises(Refused, match="読んでいる間に下書きが変更"):
        actions.publish(by=people.ciso, version=mine, on=TODAY, expected_revision=1)


def test_two_editors_at_once_are_told(people: SimpleNamespace) -> None:
    mine = draft(people)
    words = {"policy": mine.policy, "version": mine, "expected_revision": 1}
    actions.save_draft(by=people.officer, values=values(text="先"), **words)
    with pytest.raises(Refused, match="ほかの人がこの下書きを保存"):
        actions.save_draft(by=people.officer, values=values(text="後"), **words)


def test_what_is_published_is_never_changed_again(people: SimpleNamespace) -> None:
    version = published(people)
    for act in (
        lambda: actions.save_draft(by=people.officer, policy=version.policy, version=version, values=values()),
        lambda: actions.discard_draft(by=people.officer, version=version),
        lambda: actions.publish(by=people.auditor, version=version, on=TODAY),
    ):
        with pytest.raises(Refused):
            act()
    version.refresh_from_db()
    assert (version.text, version.number) == (TEXT, 1)


def test_a_discarded_draft_is_gone_for_good(people: SimpleNamespace) -> None:
    mine = draft(people)
    actions.discard_draft(by=people.officer, version=mine)
    with pytest.raises(Refused, match="取り下げられています"):
        actions.publish(by=people.ciso, version=mine, on=TODAY)
    assert not PolicyVersion.objects.drafts().exists()


def test_confirming_is_recorded_once_with_the_text_and_the_person_s_uid(people: SimpleNamespace) -> None:
    version = published(people)
    given = actions.acknowledge(by=people.employee, version=version, on=TODAY)
    assert actions.acknowledge(by=people.employee, version=version, on=TODAY) == given
    assert (given.person_id, given.text_sha256) == (people.employee.uid, version.text_sha256)
    (event,) = Event.objects.filter(action="policies.acknowledge")
    assert (event.object_id, event.actor_uid) == (str(given.pk), people.employee.uid)
    assert people.employee.name not in str(event.data)


@pytest.mark.django_db(transaction=True)
def test_confirming_costs_at_most_four_statements_and_one_commit() -> None:
    people = cast.people()
    version = published(people)
    with CaptureQueriesContext(connection) as queries:
        actions.acknowledge(by=people.employee, version=version, on=TODAY)
    made = [query["sql"] for query in queries]
    assert made.count("COMMIT") == 1
    assert len([sql for sql in made if sql not in ("BEGIN", "COMMIT")]) <= 4, made


def test_a_superseded_version_and_one_not_asked_for_cannot_be_confirmed(people: SimpleNamespace) -> None:
    of = policy(people)
    first = published(people, of)
    newcomer = cast.person("newcomer")
    with pytest.raises(Refused, match="求められていません"):
        actions.acknowledge(by=newcomer, version=first, on=TODAY)
    published(people, of)
    with pytest.raises(Refused, match="新しい版を読んで確認"):
        actions.acknowledge(by=people.employee, version=first, on=TODAY)
    assert not Acknowledgement.objects.exists()


def test_a_draft_cannot_be_confirmed(people: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="これは下書きです"):
        actions.acknowledge(by=people.officer, version=draft(people), on=TODAY)
    assert not Acknowledgement.objects.exists()


def test_what_was_confirmed_stays_so_when_a_newer_version_comes(people: SimpleNamespace) -> None:
    first = published(people)
    given = actions.acknowledge(by=people.employee, version=first, on=TODAY)
    published(people, first.policy)
    assert actions.acknowledge(by=people.employee, version=first, on=TODAY) == given


def test_the_department_of_a_reader_is_that_of_the_day(people: SimpleNamespace) -> None:
    mover = cast.person("mover")
    citizens, taxes = (Department.objects.get(code=code) for code in ("012010", "013010"))
    for where, since, until in ((citizens, cast.SINCE, TODAY), (taxes, TOMORROW, None)):
        staff_actions.post(by=people.officer, person=mover, department=where, valid_from=since, valid_to=until)
    first = published(people)
    second = published(people, first.policy, on=TOMORROW)
    codes = [version.readers.get(person=mover).department_code for version in (first, second)]
    assert codes == ["012010", "013010"]


def test_a_version_of_before_the_portal_asks_nobody(people: SimpleNamespace) -> None:
    version = published(people, confirm_by=None)
    assert not version.readers.exists()
    with pytest.raises(Refused, match="求められていません"):
        actions.acknowledge(by=people.employee, version=version, on=TODAY)


def test_a_later_version_never_takes_effect_before_the_one_it_follows(people: SimpleNamespace) -> None:
    first = published(people, effective_on=TOMORROW)
    with pytest.raises(Refused, match="施行日より前"):
        published(people, first.policy, effective_on=TODAY)


def test_a_code_is_taken_once(people: SimpleNamespace) -> None:
    policy(people)
    with pytest.raises(Refused, match="既に存在"):
        policy(people)


def test_the_same_new_draft_sent_twice_is_one_draft(people: SimpleNamespace) -> None:
    first = draft(people)
    assert draft(people, first.policy) == first
    assert Event.objects.filter(action="policies.save_draft").count() == 1
    assert draft(people, first.policy, text="別の文") != first


def test_taking_the_readers_away_as_a_file_is_written_down(people: SimpleNamespace) -> None:
    version = published(people)
    assert actions.export_readers(by=people.manager, version=version, rows=2) == 2
    event = Event.objects.about("policies.PolicyVersion", version.pk).first()
    assert (event.action, event.actor_uid, event.data) == ("policies.export_readers", people.manager.uid, {"rows": 2})


# --- Several at once --------------------------------------------------------------------------------------------------


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Return what each of `acts` gives when all start together; a refusal is given as its sentence."""
    start = threading.Barrier(len(acts))
    given: list[Any] = []

    def run(act: Callable[[], Any]) -> None:
        start.wait()
        try:
            given.append(act())
        except Refused as refusal:
            given.append(str(refusal))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(given) == len(acts)
    return given


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_make_one_version() -> None:
    people = cast.people()
    mine, second = draft(people), cast.person("second")
    told = at_once(*(partial(actions.publish, by=by, version=mine, on=TODAY) for by in (people.ciso, second)))
    assert [type(one) for one in told].count(str) == 1
    assert PolicyVersion.objects.published().count() == 1
    assert Reader.objects.count() == 8


@pytest.mark.django_db(transaction=True)
def test_confirming_twice_at_once_leaves_one_confirmation() -> None:
    people = cast.people()
    version = published(people)
    receipts = at_once(*[partial(actions.acknowledge, by=people.employee, version=version, on=TODAY)] * 4)
    assert len({receipt.pk for receipt in receipts}) == 1
    assert Event.objects.filter(action="policies.acknowledge").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_take_a_code_at_once_are_told_and_one_has_it() -> None:
    people = cast.people()
    told = at_once(*[partial(policy, people)] * 4)
    assert [type(one) for one in told].count(str) == 3
    assert Policy.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_click_on_a_new_draft_leaves_one_draft() -> None:
    people = cast.people()
    of = policy(people)
    drafts = at_once(*[partial(draft, people, of)] * 4)
    assert len({one.pk for one in drafts}) == 1
    assert PolicyVersion.objects.count() == 1
