"""What officers do on screen: add a policy, write drafts, put them aside, and publish another person's."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from policies import actions
from policies.models import Policy, PolicyVersion, Reader
from policies.reading import TEXT_MAX
from staff.models import Staff
from tests import cast
from tests.policies.pages import page, text_of
from tests.policies.writing import TEXT, draft, policy, published, values

NEW = "/policies/basic-policy/versions/new/"


@pytest.fixture(autouse=True)
def _today(time_machine: Any) -> None:
    time_machine.move_to(dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC))


@pytest.fixture
def officer(people: SimpleNamespace, sign_in: Any) -> Client:
    return sign_in(people.officer)


@pytest.fixture
def ciso(people: SimpleNamespace, sign_in: Any) -> Client:
    return sign_in(people.ciso)


def typed(**more: Any) -> dict[str, Any]:
    """Return the form of a draft as an officer fills it in."""
    return {
        "text": TEXT,
        "summary": "全体を見直した。",
        "established_on": "R8.11.1",
        "effective_on": "令和8年11月20日",
        "confirm_by": "2026/12/24",
        "decided_on": "R8.10.30",
        "document_number": "情政第1号",
        "decided_by": "副市長",
        **more,
    }


# --- A policy ---------------------------------------------------------------------------------------------------------


def test_an_officer_adds_a_policy_and_goes_on_to_write_its_text(officer: Client) -> None:
    added = officer.post("/policies/new/", {"name": "対策基準", "code": "standard", "level": "standard", "order": ""})
    assert added.url == "/policies/standard/versions/new/"
    assert officer.get(added.url).status_code == 200
    assert "対策基準" in text_of(officer.get("/policies/"))


@pytest.mark.parametrize("code", ["basic-policy", "new", "versions", "対策", "a b", "", "x" * 65])
def test_a_code_that_cannot_be_is_told_and_the_typing_kept(code: str, officer: Client, people: SimpleNamespace) -> None:
    policy(people)
    response = officer.post("/policies/new/", {"name": "対策<b>基準", "code": code, "level": "standard"})
    assert response.status_code == 400
    assert "対策&lt;b&gt;基準" in response.content.decode()
    assert response.context["form"].errors
    assert Policy.objects.count() == 1


# --- A draft ----------------------------------------------------------------------------------------------------------


def test_a_new_version_begins_with_the_text_of_the_newest(officer: Client, people: SimpleNamespace) -> None:
    published(people, text="旧い条文")
    assert "旧い条文" in officer.get(NEW).content.decode()


def test_an_officer_writes_a_draft_with_dates_as_people_write_them(officer: Client, people: SimpleNamespace) -> None:
    policy(people)
    saved = officer.post(NEW, typed(text="## 総則\r\n\r\n　字下げ𠮷\r\n"))
    made = PolicyVersion.objects.get()
    assert saved.url == page(made)
    assert made.text == "## 総則\n\n　字下げ𠮷\n"
    assert (made.established_on, made.effective_on) == (dt.date(2026, 11, 1), dt.date(2026, 11, 20))
    assert (made.author, made.published_at) == (people.officer, None)
    assert "下書きを保存しました。別の人が公開できます。" in text_of(officer.get(saved.url))


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("text", ""),
        ("text", "あ" * (TEXT_MAX + 1)),
        ("established_on", "R8.2.30"),
        ("effective_on", "R8.10.31"),
        ("confirm_by", "いつか"),
        ("decided_by", "長" * 101),
        ("summary", "長" * 2001),
    ],
)
def test_a_wrong_draft_is_told_at_its_field_and_keeps_the_typing(
    field: str, wrong: str, officer: Client, people: SimpleNamespace
) -> None:
    policy(people)
    response = officer.post(NEW, typed(document_number="情政<b>第9号", **{field: wrong}))
    assert response.status_code == 400
    assert field in response.context["form"].errors
    assert "情政&lt;b&gt;第9号" in response.content.decode()
    assert not PolicyVersion.objects.exists()


def test_a_text_of_the_greatest_length_is_saved_and_shown(officer: Client, people: SimpleNamespace) -> None:
    policy(people)
    longest = ("情報資産を守る。\n\n" * TEXT_MAX)[: TEXT_MAX - 1] + "𠮷"
    saved = officer.post(NEW, typed(text=longest))
    assert PolicyVersion.objects.get().text == longest
    assert officer.get(saved.url).content.decode().count("情報資産を守る。") == longest.count("情報資産を守る。")


def test_sending_a_new_draft_twice_leaves_one(officer: Client, people: SimpleNamespace) -> None:
    policy(people)
    addresses = {officer.post(NEW, typed()).url for _ in range(2)}
    assert addresses == {page(PolicyVersion.objects.get())}


def test_two_officers_at_one_draft_are_told_and_nobody_s_typing_is_lost(
    officer: Client, people: SimpleNamespace
) -> None:
    mine, other = draft(people), cast.person("officer-2", "鈴木 次郎")
    actions.save_draft(by=other, policy=mine.policy, version=mine, values=values(text="鈴木の条文"))
    told = officer.post(page(mine, "edit/"), typed(text="髙橋の条文", revision=1))
    assert told.status_code == 400
    for words in ("ほかの人がこの下書きを保存しました", "髙橋の条文", "鈴木の条文", "鈴木 次郎"):
        assert words in text_of(told)
    mine.refresh_from_db()
    assert mine.text == "鈴木の条文"
    seen = told.context["form"]["revision"].value()
    assert officer.post(page(mine, "edit/"), typed(text="髙橋の条文", revision=seen)).status_code == 302
    mine.refresh_from_db()
    assert (mine.text, mine.last_edited_by) == ("髙橋の条文", people.officer)


def test_a_draft_saved_twice_by_a_double_click_is_saved_and_nobody_else_is_blamed(
    officer: Client, people: SimpleNamespace
) -> None:
    mine = draft(people)
    for _ in range(2):
        assert officer.post(page(mine, "edit/"), typed(text="書き直した条文", revision=1)).url == page(mine)
    mine.refresh_from_db()
    assert (mine.text, mine.revision) == ("書き直した条文", 2)


@pytest.mark.parametrize(
    ("ended", "sentence"),
    [
        (lambda people, mine: actions.publish(by=people.ciso, version=mine, on=dt.date(2026, 11, 24)), "公開済み"),
        (lambda people, mine: actions.discard_draft(by=people.officer, version=mine), "取り下げられています"),
    ],
)
def test_a_draft_that_ended_meanwhile_is_told_and_the_typing_kept(
    ended: Any, sentence: str, officer: Client, people: SimpleNamespace
) -> None:
    mine = draft(people)
    ended(people, mine)
    response = officer.post(page(mine, "edit/"), typed(text="書きかけの条文", revision=1))
    assert response.status_code == 400
    assert sentence in text_of(response)
    assert "書きかけの条文" in text_of(response)
    assert PolicyVersion.objects.get().text == TEXT
    assert officer.get(page(mine, "edit/")).status_code == 404


def test_a_draft_is_put_aside_after_a_question(officer: Client, people: SimpleNamespace) -> None:
    mine = draft(people)
    assert "「情報セキュリティ基本方針」の下書きを取り下げますか" in text_of(officer.get(page(mine, "discard/")))
    assert PolicyVersion.objects.drafts().exists()
    done = officer.post(page(mine, "discard/"), follow=True)
    assert "下書きを取り下げました。" in text_of(done)
    assert officer.get(page(mine)).status_code == 404
    again = officer.post(page(mine, "discard/"))
    assert (again.status_code, "取り下げられています" in text_of(again)) == (409, True)


@pytest.mark.parametrize("role", ["employee", "manager", "ciso", "auditor", "administrator"])
def test_only_officers_write(role: str, people: SimpleNamespace, sign_in: Any) -> None:
    mine, browser = draft(people), sign_in(getattr(people, role))
    for address in ("/policies/new/", NEW, page(mine, "edit/"), page(mine, "discard/")):
        assert browser.post(address, typed()).status_code == 403
    for address in ("/policies/", "/policies/basic-policy/"):
        assert "new/" not in browser.get(address).content.decode()


# --- Publishing -------------------------------------------------------------------------------------------------------


def test_a_second_person_checks_and_publishes(ciso: Client, people: SimpleNamespace) -> None:
    mine = draft(people)
    checked = ciso.get(page(mine, "publish/"))
    for words in ("今日在職している7人に確認を求めます。", "情政第1号", "髙橋 花子"):
        assert words in text_of(checked)
    done = ciso.post(page(mine, "publish/"), {"revision": 1}, follow=True)
    assert done.redirect_chain == [(page(mine), 302)]
    for words in ("公開しました。", "第1版 情報セキュリティ基本方針 施行中", "山﨑 隆"):
        assert words in text_of(done)
    mine.refresh_from_db()
    assert (mine.published_by, mine.readers.count()) == (people.ciso, 7)


def test_who_publishes_reads_the_whole_text_on_the_very_page(ciso: Client, people: SimpleNamespace) -> None:
    mine = draft(people, text="## 総則\n\n旧い条文")
    actions.save_draft(by=people.officer, policy=mine.policy, version=mine, values=values(text="## 総則\n\n差替の条文"))
    checked = ciso.get(page(mine, "publish/"))
    assert '<h2 id="s1">総則</h2>\n<p>差替の条文</p>' in checked.content.decode()
    assert "全体を見直した。" in text_of(checked)
    assert 'name="revision" value="2"' in checked.content.decode()


def test_without_a_day_to_confirm_by_nobody_is_asked(ciso: Client, people: SimpleNamespace) -> None:
    mine = draft(people, confirm_by=None)
    assert "だれにも確認を求めません。" in text_of(ciso.get(page(mine, "publish/")))
    ciso.post(page(mine, "publish/"), {"revision": 1})
    assert not Reader.objects.exists()


def assert_not_published(response: Any, status: int, sentence: str) -> None:
    assert response.status_code == status
    assert sentence in text_of(response)
    assert not PolicyVersion.objects.published().exists()
    assert not Event.objects.filter(action="policies.publish").exists()


def test_nobody_publishes_the_own_draft(officer: Client, people: SimpleNamespace) -> None:
    address = page(draft(people), "publish/")
    shown = officer.get(address)
    assert "公開は別の人が行ってください。" in text_of(shown)
    assert 'name="revision"' not in shown.content.decode()
    assert_not_published(officer.post(address, {"revision": 1}), 409, "公開は別の人が行ってください。")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"decided_on": None}, "決裁の記録が足りません。"),
        ({"document_number": ""}, "決裁の記録が足りません。"),
        ({"decided_by": ""}, "決裁の記録が足りません。"),
        ({"decided_on": dt.date(2026, 11, 25)}, "決裁日が未来になっています。"),
        ({"confirm_by": dt.date(2026, 11, 23)}, "確認の期限がもう過ぎています。"),
    ],
)
def test_a_draft_that_is_not_ready_is_not_published(
    wrong: dict[str, Any], sentence: str, ciso: Client, people: SimpleNamespace
) -> None:
    assert_not_published(ciso.post(page(draft(people, **wrong), "publish/"), {"revision": 1}), 409, sentence)


def test_a_draft_that_changed_since_it_was_read_is_not_published(ciso: Client, people: SimpleNamespace) -> None:
    mine = draft(people)
    actions.save_draft(by=people.officer, policy=mine.policy, version=mine, values=values(text="別の文"))
    assert_not_published(
        ciso.post(page(mine, "publish/"), {"revision": 1}), 409, "もう一度読んでから公開してください。"
    )


@pytest.mark.parametrize("revision", ["", "abc", "-1", "9" * 30])
def test_a_form_that_does_not_say_what_was_read_publishes_nothing(
    revision: str, ciso: Client, people: SimpleNamespace
) -> None:
    response = ciso.post(page(draft(people), "publish/"), {"revision": revision})
    assert_not_published(response, 400, "下書きをもう一度読んでから公開してください。")


def test_publishing_twice_is_told_and_happens_once(ciso: Client, people: SimpleNamespace) -> None:
    address = page(draft(people), "publish/")
    assert ciso.post(address, {"revision": 1}).status_code == 302
    again = ciso.post(address, {"revision": 1})
    assert (again.status_code, "この版は公開済み" in text_of(again)) == (409, True)
    assert Event.objects.filter(action="policies.publish").count() == 1


@pytest.mark.parametrize("role", ["employee", "manager", "auditor", "administrator"])
def test_only_officers_and_the_ciso_publish(role: str, people: SimpleNamespace, sign_in: Any) -> None:
    address = page(draft(people), "publish/")
    assert sign_in(getattr(people, role)).post(address, {"revision": 1}).status_code == 403
    assert not PolicyVersion.objects.published().exists()


@pytest.mark.parametrize(
    ("moment", "day", "asked", "not_asked"),
    [
        ("2026-03-31T14:59:30Z", "令和8年（2026年）3月31日", {"leaver"}, {"newcomer"}),
        ("2026-03-31T15:00:00Z", "令和8年（2026年）4月1日", {"newcomer"}, {"leaver"}),
    ],
)
def test_publishing_around_midnight_goes_by_the_day_in_japan(
    moment: str,
    day: str,
    asked: set[str],
    not_asked: set[str],
    people: SimpleNamespace,
    sign_in: Any,
    time_machine: Any,
) -> None:
    time_machine.move_to(dt.datetime.fromisoformat(moment))
    Staff.objects.filter(pk=cast.person("leaver").pk).update(left_on=dt.date(2026, 3, 31))
    Staff.objects.filter(pk=cast.person("newcomer").pk).update(joined_on=dt.date(2026, 4, 1))
    decided = dt.date(2026, 3, 1)
    mine = draft(people, established_on=decided, effective_on=decided, decided_on=decided)
    done = sign_in(people.ciso).post(page(mine, "publish/"), {"revision": 1}, follow=True)
    assert f"公開日 {day}" in text_of(done)
    numbers = set(mine.readers.values_list("person__employee_number", flat=True))
    assert asked <= numbers
    assert not numbers & not_asked
