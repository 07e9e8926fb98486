"""The pages of notices, as an officer, a head and an employee see them."""

import datetime as dt
import io
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from audit.models import Event
from notices import actions, sending
from notices.models import Delivery, Notice
from staff.models import Staff
from tests.conftest import free_port
from tests.mail_server import MailServer
from tests.notices.telling import address, given, recorded, with_addresses

State = Delivery.State


@pytest.fixture
def officer(people: SimpleNamespace, sign_in: Any) -> Client:
    return sign_in(people.officer)


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def typed(**more: Any) -> dict[str, Any]:
    return {
        "title": "不審なメールへの注意",
        "text": "添付ファイルを開かないでください。",
        "channels": ["mail", "meeting"],
        "audience": "managers",
        "counts": "on",
        "key": "0" * 32,
        **more,
    }


def hidden_of(response: Any) -> dict[str, list[str]]:
    """What the page would send again, as a browser does."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', response.content.decode()):
        found.setdefault(name, []).append(value)
    return found


def test_a_notice_is_shown_before_it_is_given_and_then_given_once(officer: Client, people: SimpleNamespace) -> None:
    with_addresses(people.manager)
    preview = officer.post("/notices/new/", typed())
    assert "1人のホーム画面に表示されます" in text_of(preview) and "メールを1通送ります" in text_of(preview)
    assert not Notice.objects.exists()
    words = hidden_of(preview) | {"send": "1"}
    first, second = officer.post("/notices/new/", words), officer.post("/notices/new/", words)
    notice = Notice.objects.get()
    assert first.url == second.url == f"/notices/{notice.pk}/"
    assert (notice.channels, notice.counts, notice.given_on) == (["mail", "meeting"], True, timezone.localdate())
    assert [one.person for one in notice.deliveries.all()] == [people.manager]


def test_going_back_from_the_preview_keeps_every_word(officer: Client) -> None:
    form = officer.post("/notices/new/", typed(counts="") | {"edit": "1"})
    assert form.status_code == 200 and not Notice.objects.exists()
    assert "添付ファイルを開かないでください。" in text_of(form)
    assert form.context["form"]["counts"].value() is False
    assert form.context["form"]["channels"].value() == ["mail", "meeting"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "長" * 201),
        ("title", ""),
        ("text", ""),
        ("text", "あ" * 10_001),
        ("channels", []),
        ("channels", ["pigeon"]),
        ("audience", "cats"),
        ("department_codes", "012010"),
        ("key", "<script>"),
    ],
)
def test_a_wrong_notice_is_told_at_its_field_and_keeps_the_typing(officer: Client, field: str, value: Any) -> None:
    response = officer.post("/notices/new/", typed(send="1", **{"department_codes": "", field: value}))
    assert response.status_code == 400
    assert field in response.context["form"].errors
    assert not Notice.objects.exists()


@pytest.mark.parametrize(("codes", "said"), [("", "少なくとも1つ"), ("999", "所属はありません")])
def test_others_are_named_by_departments_that_exist(officer: Client, codes: str, said: str) -> None:
    response = officer.post("/notices/new/", typed(audience="other", department_codes=codes))
    assert response.status_code == 400 and said in text_of(response)


def test_a_notice_to_nobody_is_refused_and_kept_in_the_form(officer: Client) -> None:
    Staff.objects.update(joined_on=dt.date(2010, 4, 1))
    response = officer.post("/notices/new/", typed(audience="newcomers", send="1"))
    assert response.status_code == 400
    assert "当てはまる人がいません" in text_of(response) and "添付ファイルを開かないで" in text_of(response)
    assert not Notice.objects.exists()


def test_a_notice_given_elsewhere_is_recorded_and_counted_in_its_year(officer: Client) -> None:
    words = typed(given_on="令和8年3月31日", audience="other", audience_note="全課長", channels=["meeting"], text="")
    saved = officer.post("/notices/record/", words)
    notice = Notice.objects.get()
    assert saved.url == f"/notices/{notice.pk}/"
    assert notice.record_only and notice.given_on == dt.date(2026, 3, 31) and not notice.deliveries.exists()
    assert officer.get("/notices/?year=2025").context["counts"]["counting"] == 1
    assert officer.get("/notices/?year=2026").context["counts"]["counting"] == 0
    assert "全課長" in text_of(officer.get("/notices/?year=2025"))


@pytest.mark.parametrize(("field", "value"), [("given_on", "R8.2.30"), ("given_on", ""), ("title", "")])
def test_a_wrong_record_is_told_at_its_field(officer: Client, field: str, value: str) -> None:
    response = officer.post("/notices/record/", typed(**{"given_on": "R8.4.1", field: value}))
    assert response.status_code == 400 and field in response.context["form"].errors
    assert not Notice.objects.exists()


def test_a_record_of_tomorrow_is_refused(officer: Client) -> None:
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    response = officer.post("/notices/record/", typed(given_on=tomorrow.isoformat()))
    assert response.status_code == 400 and "未来" in text_of(response)


def test_a_correction_moves_the_notice_to_its_year_and_asks_why(officer: Client, people: SimpleNamespace) -> None:
    notice = recorded(people, title="年度末の注意", given_on=dt.date(2026, 4, 1))
    page = f"/notices/{notice.pk}/correct/"
    words = {"given_on": "2026-03-31", "channels": ["mail"], "audience": "all", "counts": "on"}
    words["seen"] = officer.get(page).context["form"]["seen"].value()
    assert officer.post(page, words).status_code == 400
    assert officer.post(page, words | {"reason": "日付の誤り"}).url == f"/notices/{notice.pk}/"
    assert officer.get("/notices/?year=2025").context["counts"]["counting"] == 1
    assert Event.objects.get(action="notices.correct_notice").data["reason"] == "日付の誤り"


def test_of_two_officers_correcting_at_once_the_second_is_told_and_may_replace(
    officer: Client, people: SimpleNamespace
) -> None:
    notice = recorded(people)
    page = f"/notices/{notice.pk}/correct/"
    words = {"given_on": "2026-11-24", "channels": ["mail"], "audience": "all", "reason": "訂正"}
    words["seen"] = officer.get(page).context["form"]["seen"].value()
    assert officer.post(page, words).status_code == 302
    assert officer.post(page, words).status_code == 302, "sent twice, it is done already"
    late = words | {"counts": "on", "audience_note": "全課長"}
    told = officer.post(page, late)
    assert told.status_code == 400 and "ほかの人が" in text_of(told) and "全課長" in text_of(told)
    again = late | {"seen": told.context["form"]["seen"].value()}
    assert officer.post(page, again).status_code == 302
    assert Notice.objects.get().audience_note == "全課長"


def test_a_notice_given_by_the_portal_lets_only_its_counting_be_corrected(
    officer: Client, people: SimpleNamespace
) -> None:
    notice = given(people, on=timezone.localdate())
    page = f"/notices/{notice.pk}/correct/"
    words = {"given_on": "2019-05-01", "channels": ["document"], "audience": "managers", "reason": "訂正"}
    words["seen"] = officer.get(page).context["form"]["seen"].value()
    assert officer.post(page, words).status_code == 302
    now = Notice.objects.get()
    assert (now.given_on, now.channels, now.audience, now.counts) == (timezone.localdate(), ["mail"], "all", False)


def test_the_list_filters_by_channel_counting_and_word(officer: Client, people: SimpleNamespace) -> None:
    recorded(people, title="会議での注意", channels=["meeting"])
    recorded(people, title="研修の案内", counts=False)

    def titles(query: str) -> list[str]:
        return [notice.title for notice, _channels in officer.get(f"/notices/?{query}").context["rows"]]

    assert titles("channel=meeting") == ["会議での注意"]
    assert titles("counting=no") == ["研修の案内"]
    assert titles("q=会議") == ["会議での注意"]
    assert titles("year=1999") == []


def test_an_employee_reads_what_was_told_to_her_and_nothing_else(people: SimpleNamespace, sign_in: Any) -> None:
    today = timezone.localdate()
    mine, other = given(people, on=today), given(people, on=today, title="課長だけに", audience="managers")
    employee = sign_in(people.employee)
    assert [notice.title for notice, _words in employee.get("/notices/").context["rows"]] == [mine.title]
    page = employee.get(f"/notices/{mine.pk}/")
    assert "添付ファイルを開かないでください。" in text_of(page)
    assert "宛先" not in text_of(page) and people.manager.name not in text_of(page)
    assert employee.get(f"/notices/{other.pk}/").status_code == 404
    assert mine.title in text_of(employee.get("/")) and "課長だけに" not in text_of(employee.get("/"))


def test_an_employee_finds_what_was_told_in_earlier_years(people: SimpleNamespace, sign_in: Any) -> None:
    employee = sign_in(people.employee)
    assert "まだお知らせはありません" in text_of(employee.get("/notices/"))
    given(people, on=dt.date(2024, 5, 1), title="昔のお知らせ")
    assert "昔のお知らせ" in text_of(employee.get("/notices/"))
    assert "昔のお知らせ" in text_of(employee.get("/notices/?year=2024"))
    page = employee.get("/notices/?year=2023")
    assert "昔のお知らせ" not in text_of(page) and "counting" not in page.context["listing"].form.fields


def test_a_hostile_text_is_shown_as_text(officer: Client, people: SimpleNamespace) -> None:
    notice = given(people, title="<b>太字</b>", text='<img src=x onerror="alert(1)">\n次の行')
    page = officer.get(f"/notices/{notice.pk}/").content.decode()
    assert "&lt;b&gt;太字&lt;/b&gt;" in page and "&lt;img src=x" in page and "<img" not in page


def test_the_officer_sees_how_far_the_mails_are_and_what_the_server_said(
    officer: Client, people: SimpleNamespace, inbox: MailServer
) -> None:
    with_addresses(people.employee, people.manager)
    inbox.at_rcpt[address(people.employee)] = "550 5.1.1 no such user"
    notice = given(people)
    waiting = text_of(officer.get(f"/notices/{notice.pk}/"))
    assert "2通のうち2通がまだ残っています" in waiting
    sending.send_mails()
    page = text_of(officer.get(f"/notices/{notice.pk}/"))
    assert "550 5.1.1 no such user" in page and address(people.employee) in page
    assert "まだ残っています" not in page
    inbox.at_rcpt.clear()
    again = notice.deliveries.get(person=people.employee)
    assert officer.post(f"/notices/deliveries/{again.pk}/again/").url == f"/notices/{notice.pk}/"
    sending.send_mails()
    assert inbox.addresses.count(address(people.employee)) == 1
    assert "550" not in text_of(officer.get(f"/notices/{notice.pk}/"))


def test_a_mail_server_that_is_down_is_told_with_what_happens_next(
    officer: Client, people: SimpleNamespace, settings: Any
) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    with_addresses(people.employee)
    notice = given(people)
    sending.send_mails()
    page = text_of(officer.get(f"/notices/{notice.pk}/"))
    assert "Connection refused" in page and "自動でもう一度送ります" in page


def test_all_stuck_mails_go_again_with_one_button(officer: Client, people: SimpleNamespace, inbox: MailServer) -> None:
    with_addresses(*vars(people).values())
    notice = given(people)
    notice.deliveries.update(state=State.REFUSED)
    home = text_of(officer.get("/"))
    assert "送れなかったメールが7通あります" in home
    answer = officer.post(f"/notices/{notice.pk}/again/", follow=True)
    assert "メールを7通、もう一度送ります" in text_of(answer)
    sending.send_mails()
    assert len(inbox.mails) == 7 and set(notice.deliveries.values_list("state", flat=True)) == {State.SENT}


def test_a_mail_that_is_not_stuck_is_not_sent_again(officer: Client, people: SimpleNamespace) -> None:
    with_addresses(people.employee)
    notice = given(people)
    sent = notice.deliveries.get(person=people.employee)
    answer = officer.post(f"/notices/deliveries/{sent.pk}/again/")
    assert answer.status_code == 409
    assert notice.deliveries.get(person=people.employee).state == State.WAITING


def test_to_whom_it_went_as_excel(officer: Client, people: SimpleNamespace) -> None:
    Staff.objects.filter(pk=people.employee.pk).update(name="=1+1")
    notice = given(people)
    answer = officer.get(f"/notices/{notice.pk}/file/")
    assert "attachment" in answer["Content-Disposition"]
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert len(rows) == 8
    assert rows[0][:3] == ("所属コード", "職員番号", "氏名")
    hers = next(row for row in rows if row[1] == "001")
    assert hers[2] == "=1+1" and hers[0] == "012010"
    cell = next(c for row in load_workbook(io.BytesIO(answer.content)).active for c in row if c.value == "=1+1")
    assert cell.data_type == "s"
    assert Event.objects.get(action="notices.export_deliveries").data == {"rows": 7}


def test_a_corrected_notice_shows_who_corrected_what_and_why(officer: Client, people: SimpleNamespace) -> None:
    notice = recorded(people)
    words = {"by": people.officer, "notice": notice, "on": timezone.localdate(), "reason": "研修の案内だった"}
    actions.correct_notice(values={"counts": False, "channels": ["mail", "meeting"]}, **words)
    page = text_of(officer.get(f"/notices/{notice.pk}/"))
    assert "研修の案内だった" in page and "髙橋 花子" in page
    shown = [tuple(step) for step in officer.get(f"/notices/{notice.pk}/").context["history"][0].steps]
    assert shown == [("手段", "メール", "メール・課長会議"), ("情報提供に数える", "はい", "いいえ")]
