"""Reading a policy and confirming it, each for oneself."""

import datetime as dt
import hashlib
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from audit.models import Event
from policies import actions
from policies.models import Acknowledgement, PolicyVersion
from tests import cast
from tests.policies.pages import page, text_of
from tests.policies.writing import TEXT, TODAY, draft, policy, published


@pytest.fixture(autouse=True)
def _today(time_machine: Any) -> None:
    time_machine.move_to(dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC))


@pytest.fixture
def version(people: SimpleNamespace) -> PolicyVersion:
    return published(people)


@pytest.fixture
def employee(people: SimpleNamespace, sign_in: Any) -> Client:
    return sign_in(people.employee)


@pytest.fixture
def officer(people: SimpleNamespace, sign_in: Any) -> Client:
    return sign_in(people.officer)


# --- Reading ----------------------------------------------------------------------------------------------------------


def test_the_list_says_what_i_have_to_read_until_i_have_confirmed_it(employee: Client, version: PolicyVersion) -> None:
    before = employee.get("/policies/")
    assert f'href="{page(version)}">情報セキュリティ基本方針 第1版</a>' in before.content.decode()
    assert "期限：令和8年（2026年）12月24日 あと30日" in text_of(before)
    employee.post(page(version, "confirm/"))
    after = text_of(employee.get("/policies/"))
    assert "確認するものはありません" in after
    assert "あと30日" not in after


def test_the_list_shows_what_is_in_force_and_what_is_to_come(employee: Client, people: SimpleNamespace) -> None:
    first = published(people)
    second = published(people, first.policy, effective_on=dt.date(2027, 4, 1))
    draft(people, policy(people, "standard"))
    shown = employee.get("/policies/")
    assert "ポリシー 段階 施行中 これから施行" in text_of(shown)
    assert "基本方針 第1版 R8.11.20 第2版 R9.4.1" in text_of(shown)
    assert f'href="{page(second)}"' in shown.content.decode()


def test_a_policy_shows_its_versions_the_newest_first(employee: Client, people: SimpleNamespace) -> None:
    first = published(people)
    published(people, first.policy)
    published(people, first.policy, effective_on=dt.date(2027, 4, 1))
    draft(people, first.policy)
    rows = [(row["title"], row["state"][1]) for row in employee.get("/policies/basic-policy/").context["rows"]]
    assert rows == [("第3版", "令和9年（2027年）4月1日から施行"), ("第2版", "施行中"), ("第1版", "旧版")]


def test_a_version_is_read_with_its_contents_and_its_record(employee: Client, version: PolicyVersion) -> None:
    shown = employee.get(page(version))
    source = shown.content.decode()
    assert '<a href="#s2">第1条（目的）</a>' in source
    assert '<h3 id="s2">第1条（目的）</h3>' in source
    for words in (
        "第1版 情報セキュリティ基本方針 施行中",
        "期限は令和8年（2026年）12月24日です。",
        "改定の内容 全体を見直した。",
        "決裁の文書番号 情政第1号 決裁権者 副市長",
        "髙橋 花子",
        "山﨑 隆",
        version.text_sha256,
        "読んで確認しました",
    ):
        assert words in text_of(shown)


def test_html_in_a_text_is_shown_and_never_run(employee: Client, people: SimpleNamespace) -> None:
    hostile = published(
        people, text="<script>alert(1)</script>\n\n[x](javascript:alert(2)) ![x](https://evil.example)\n"
    )
    source = employee.get(page(hostile)).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in source
    assert "<script>alert" not in source
    assert 'href="javascript' not in source
    assert 'src="https://evil' not in source


def test_a_superseded_version_leads_to_the_one_that_took_its_place(employee: Client, people: SimpleNamespace) -> None:
    first = published(people)
    second = published(people, first.policy)
    published(people, first.policy, effective_on=dt.date(2027, 4, 1))
    source = employee.get(page(first)).content.decode()
    article = source[source.index("</h1>") :]
    assert f'href="{page(second)}"' in article
    assert page(first, "confirm/") not in article


def test_a_draft_is_shown_to_those_who_write_or_publish_alone(people: SimpleNamespace, sign_in: Any) -> None:
    mine = draft(people)
    for role in ("officer", "ciso"):
        assert "下書き 情報セキュリティ基本方針" in text_of(sign_in(getattr(people, role)).get(page(mine)))
    for role in ("employee", "manager", "auditor", "administrator"):
        browser = sign_in(getattr(people, role))
        assert browser.get(page(mine)).status_code == 404
        assert "下書き" not in text_of(browser.get("/policies/basic-policy/"))


# --- Confirming -------------------------------------------------------------------------------------------------------


def test_confirming_leads_to_a_receipt_of_the_very_text(
    employee: Client, version: PolicyVersion, people: SimpleNamespace
) -> None:
    confirmed = employee.post(page(version, "confirm/"))
    assert (confirmed.status_code, confirmed.url) == (302, page(version, "receipt/"))
    given = Acknowledgement.objects.get()
    event = Event.objects.get(action="policies.acknowledge")
    receipt = text_of(employee.get(confirmed.url))
    for words in (
        "ポリシー 情報セキュリティ基本方針 第1版",
        "確認した人 𠮷田 瀨奈",
        hashlib.sha256(TEXT.encode()).hexdigest(),
        f"記録の番号 {event.pk}",
        event.leaf_hash,
    ):
        assert words in receipt
    assert (given.person, given.version) == (people.employee, version)
    shown = employee.get(page(version))
    assert f'href="{confirmed.url}"' in shown.content.decode()
    assert page(version, "confirm/") not in shown.content.decode()


def test_confirming_twice_gives_the_same_receipt(employee: Client, version: PolicyVersion) -> None:
    receipts = [text_of(employee.post(page(version, "confirm/"), follow=True)) for _ in range(2)]
    assert receipts[0] == receipts[1]
    assert Acknowledgement.objects.count() == 1
    assert Event.objects.filter(action="policies.acknowledge").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_click_is_one_confirmation(sign_in: Any) -> None:
    people = cast.people()
    version = published(people)
    browsers = [sign_in(people.employee) for _ in range(3)]
    start, answers = threading.Barrier(len(browsers)), []

    def click(browser: Client) -> None:
        start.wait()
        answers.append(browser.post(page(version, "confirm/")).headers["Location"])
        connections.close_all()

    clicks = [threading.Thread(target=click, args=(browser,)) for browser in browsers]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert answers == [page(version, "receipt/")] * 3
    assert Acknowledgement.objects.count() == 1


@pytest.mark.parametrize("field", ["person", "person_id", "person_uid", "uid", "employee_number", "by", "on", "at"])
def test_nobody_confirms_for_somebody_else(
    field: str, employee: Client, version: PolicyVersion, people: SimpleNamespace
) -> None:
    for value in (str(people.manager.uid), str(people.manager.pk), people.manager.employee_number):
        address = page(version, f"confirm/?{field}={value}")
        assert employee.post(address, {field: value}, headers={"X-Employee-Number": value}).status_code == 302
    assert [given.person for given in Acknowledgement.objects.all()] == [people.employee]
    assert Event.objects.get(action="policies.acknowledge").actor_uid == people.employee.uid


def test_a_receipt_is_the_own_one(employee: Client, version: PolicyVersion, people: SimpleNamespace) -> None:
    actions.acknowledge(by=people.manager, version=version, on=TODAY)
    assert employee.get(page(version, "receipt/")).status_code == 404


def assert_refused(response: Any, sentence: str) -> None:
    assert response.status_code == 409
    assert sentence in text_of(response)
    assert not Acknowledgement.objects.exists()


def test_a_draft_cannot_be_confirmed(officer: Client, employee: Client, people: SimpleNamespace) -> None:
    address = page(draft(people), "confirm/")
    assert_refused(officer.post(address), "これは下書きです。公開されてから確認できます。")
    assert employee.post(address).status_code == 404


def test_a_superseded_version_cannot_be_confirmed(employee: Client, people: SimpleNamespace) -> None:
    first = published(people)
    published(people, first.policy)
    assert_refused(employee.post(page(first, "confirm/")), "新しい版を読んで確認してください。")


def test_who_is_not_asked_sees_no_button_and_cannot_confirm(version: PolicyVersion, sign_in: Any) -> None:
    newcomer = sign_in(cast.person("newcomer"))
    shown = newcomer.get(page(version))
    assert "すべての職員。" in text_of(shown)
    assert page(version, "confirm/") not in shown.content.decode()
    assert_refused(newcomer.post(page(version, "confirm/")), "あなたには求められていません。")
