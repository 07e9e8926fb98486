"""What officers do with sessions, rosters, attendance and files."""

import datetime as dt
import io
import zipfile
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from audit.models import Event
from staff.actions import system_actor
from staff.models import Staff
from tests.project.scene import PDF, session
from tests.training.conftest import text_of
from tests.training.test_attendance import tick
from training.forms import MATERIAL_BYTES_MAX
from training.models import Attendance, Enrolment, TrainingSession

# --- The session itself ---------------------------------------------------------------------------------------------


def form_values(**more: Any) -> dict[str, Any]:
    return {
        "course": "管理職研修",
        "state": "held",
        "kind": "sitting",
        "audience": "managers",
        "held_on": "R8.4.1",
        "starts_at": "13:30",
        "ends_at": "１５：００",
        "participants": "１，２３４",
        **more,
    }


def test_an_officer_logs_a_session_and_the_year_counts_it(officer: Client) -> None:
    saved = officer.post("/training/sessions/new/", form_values())
    made = TrainingSession.objects.get()
    assert saved.url == f"/training/sessions/{made.pk}/"
    assert (made.title, str(made.held_on), made.course.name) == ("管理職研修", "2026-04-01", "管理職研修")
    assert (f"{made.starts_at}–{made.ends_at}", made.participants) == ("13:30:00–15:00:00", 1234)
    assert officer.get("/training/?year=2026").context["counts"]["held"] == 1
    assert officer.get("/training/?year=2025").context["counts"]["held"] == 0


def test_the_same_form_sent_twice_adds_one_session(officer: Client) -> None:
    key = officer.get("/training/sessions/new/").context["form"]["key"].value()
    answers = [officer.post("/training/sessions/new/", form_values(key=key)).url for _ in range(2)]
    assert answers[0] == answers[1]
    assert TrainingSession.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("held_on", "R8.2.30"),
        ("ends_at", "13:00"),
        ("until", "R8.3.31"),
        ("department_codes", "999"),
        ("course", ""),
        ("participants", "-1"),
        ("participants", "1,23"),
        ("starts_at", "25:00"),
    ],
)
def test_a_wrong_session_is_told_at_its_field_and_keeps_the_typing(officer: Client, field: str, typed: str) -> None:
    response = officer.post("/training/sessions/new/", form_values(place="大会議室<b>", **{field: typed}))
    assert response.status_code == 400
    assert field in response.context["form"].errors
    assert "大会議室&lt;b&gt;" in text_of(response)
    assert not TrainingSession.objects.exists()


def test_a_session_of_the_future_cannot_have_been_held(officer: Client) -> None:
    response = officer.post("/training/sessions/new/", form_values(held_on="R30.4.1", place="大会議室"))
    assert response.status_code == 400
    assert "開催日が未来のため" in text_of(response) and "大会議室" in text_of(response)
    assert not TrainingSession.objects.exists()


def edited(officer: Client, made: TrainingSession, **typed: Any) -> dict[str, Any]:
    """Return what the form of a session would send, with something typed into it."""
    form = officer.get(f"/training/sessions/{made.pk}/edit/").context["form"]
    return {name: form[name].value() or "" for name in form.fields} | {"held_on": "R8.4.1"} | typed


def test_a_session_is_cancelled_with_its_reason(officer: Client) -> None:
    officer.post("/training/sessions/new/", form_values(state="planned"))
    made = TrainingSession.objects.get()
    address = f"/training/sessions/{made.pk}/edit/"
    assert officer.post(address, edited(officer, made, state="cancelled", reason="台風")).status_code == 302
    made.refresh_from_db()
    assert made.state == "cancelled"
    event = Event.objects.about("training.TrainingSession", made.pk)[0]
    assert (event.action, event.data["reason"]) == ("training.change_session", "台風")


def test_of_two_officers_editing_the_second_is_told_once_and_keeps_the_typing(officer: Client) -> None:
    officer.post("/training/sessions/new/", form_values())
    made = TrainingSession.objects.get()
    address = f"/training/sessions/{made.pk}/edit/"
    places = ("第二会議室", "市民ホール")
    mine, others = (edited(officer, made, place=place, reason="会場の変更") for place in places)
    assert officer.post(address, others).status_code == 302
    told = officer.post(address, mine)
    assert told.status_code == 400
    assert "第二会議室" in text_of(told)
    assert TrainingSession.objects.get().place == "市民ホール"
    again = mine | {"revision": told.context["form"]["revision"].value()}
    assert officer.post(address, again).status_code == 302
    assert TrainingSession.objects.get().place == "第二会議室"


def test_a_change_of_a_session_that_counts_asks_why_and_shows_it(officer: Client) -> None:
    officer.post("/training/sessions/new/", form_values())
    made = TrainingSession.objects.get()
    address = f"/training/sessions/{made.pk}/edit/"
    silent = officer.post(address, edited(officer, made, held_on="R8.3.31"))
    assert silent.status_code == 400 and "変更する理由" in text_of(silent)
    assert officer.post(address, edited(officer, made, held_on="R8.3.31", reason="日付の誤り")).status_code == 302
    page = officer.get(f"/training/sessions/{made.pk}/")
    (newest, _first) = page.context["history"]
    assert newest.reason == "日付の誤り"
    assert [tuple(step) for step in newest.steps] == [("日付", "令和8年（2026年）4月1日", "令和8年（2026年）3月31日")]


def test_a_session_saved_twice_by_a_double_click_is_saved_and_nobody_else_is_blamed(officer: Client) -> None:
    officer.post("/training/sessions/new/", form_values())
    made = TrainingSession.objects.get()
    typed = edited(officer, made, place="第二会議室", department_codes="", reason="会場の変更")
    answers = [officer.post(f"/training/sessions/{made.pk}/edit/", typed) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Event.objects.filter(action="training.change_session").count() == 1


def test_a_form_sent_again_with_other_contents_is_not_shown_as_saved_and_keeps_the_typing(
    officer: Client, people: SimpleNamespace
) -> None:
    officer.cookies["django_language"] = "en"
    key = officer.get("/training/sessions/new/").context["form"]["key"].value()
    officer.post("/training/sessions/new/", form_values(key=key))
    told = officer.post("/training/sessions/new/", form_values(key=key, place="市民ホール"))
    assert told.status_code == 400
    assert "This form was sent already" in text_of(told) and "市民ホール" in text_of(told)
    assert TrainingSession.objects.get().place == ""


# --- The roster -----------------------------------------------------------------------------------------------------


def test_the_audience_is_put_on_the_roster_and_the_number_told(officer: Client, people: SimpleNamespace) -> None:
    made = session(people, audience="managers")
    Enrolment.objects.all().delete()
    page = officer.post(f"/training/sessions/{made.pk}/roster/", follow=True)
    assert "1人を名簿に追加しました" in text_of(page)
    assert made.enrolments.get().person == people.manager


def test_one_person_more_is_asked_by_number(officer: Client, people: SimpleNamespace) -> None:
    made = session(people)
    made.enrolments.filter(person=people.employee).delete()
    address = f"/training/sessions/{made.pk}/roster/new/"
    assert officer.post(address, {"employee_number": "００１"}).status_code == 302
    assert made.enrolments.get(person=people.employee).department_code == "012010"
    for nobody in ("999", "", system_actor().employee_number):
        refused = officer.post(address, {"employee_number": nobody})
        assert refused.status_code == 400
        assert "employee_number" in refused.context["form"].errors


@pytest.mark.parametrize("days", [{"left_on": dt.timedelta(-1)}, {"joined_on": dt.timedelta(1)}])
def test_who_is_not_on_the_staff_on_the_session_s_day_is_not_asked(
    officer: Client, people: SimpleNamespace, days: dict[str, dt.timedelta]
) -> None:
    officer.cookies["django_language"] = "en"
    made = session(people)
    made.enrolments.filter(person=people.employee).delete()
    changed = {name: made.held_on + distance for name, distance in days.items()}
    Staff.objects.filter(pk=people.employee.pk).update(**changed)
    refused = officer.post(f"/training/sessions/{made.pk}/roster/new/", {"employee_number": "001"})
    assert refused.status_code == 400
    assert "not on the staff on the day of the session" in text_of(refused)
    assert not made.enrolments.filter(person=people.employee).exists()


def test_who_is_taken_off_the_roster_is_taken_off_for_a_reason(officer: Client, people: SimpleNamespace) -> None:
    made = session(people)
    key = made.enrolments.get(person=people.employee).pk
    address = f"/training/sessions/{made.pk}/roster/{key}/withdraw/"
    assert people.employee.name in text_of(officer.get(address))
    assert officer.post(address, {"reason": ""}).status_code == 400
    assert officer.post(address, {"reason": "育児休業"}).status_code == 302
    assert not made.enrolments.filter(pk=key).exists()
    event = Event.objects.about("training.TrainingSession", made.pk)[0]
    assert (event.action, event.data["reason"]) == ("training.withdraw", "育児休業")


def test_who_is_taken_off_twice_is_off_and_the_session_says_so(officer: Client, people: SimpleNamespace) -> None:
    officer.cookies["django_language"] = "en"
    made = session(people)
    address = f"/training/sessions/{made.pk}/roster/{made.enrolments.get(person=people.employee).pk}/withdraw/"
    officer.post(address, {"reason": "育児休業"})
    again = officer.post(address, {"reason": "育児休業"}, follow=True)
    assert again.redirect_chain == [(f"/training/sessions/{made.pk}/", 302)]
    assert "This person is not on the roster any more." in text_of(again)
    assert Event.objects.filter(action="training.withdraw").count() == 1


def test_the_roster_downloads_as_excel_with_texts_and_that_is_written_down(
    officer: Client, people: SimpleNamespace
) -> None:
    made = session(people)
    tick(officer, made, {people.employee: "present"})
    tick(officer, made, {people.employee: "late"}, reason="電車の遅れ")
    response = officer.get(f"/training/sessions/{made.pk}/roster/file/")
    assert response["Content-Disposition"].startswith(f'attachment; filename="roster_{made.pk}_')
    rows = list(load_workbook(io.BytesIO(response.content)).active.values)
    assert rows[0] == ("所属コード", "所属名", "職員番号", "氏名", "出欠", "訂正の理由")
    assert ("012010", "市民課", "001", people.employee.name, "遅刻", "電車の遅れ") in rows
    assert len(rows) == 8
    event = Event.objects.about("training.TrainingSession", made.pk)[0]
    assert (event.action, event.data) == ("training.export_roster", {"rows": 7})


def test_a_roster_that_excel_cannot_hold_is_refused_in_words(officer: Client, people: SimpleNamespace) -> None:
    made = session(people)
    tick(officer, made, {people.employee: "present"})
    Attendance.objects.update(reason="電車\x0b遅れ")
    response = officer.get(f"/training/sessions/{made.pk}/roster/file/")
    assert response.status_code == 409
    assert "訂正の理由" in text_of(response)
    assert not Event.objects.filter(action="training.export_roster").exists()


# --- Files that are handed out --------------------------------------------------------------------------------------


def office(part: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(part, "<x/>")
    return buffer.getvalue()


def hand_out(officer: Client, made: TrainingSession, name: str, content: bytes) -> Any:
    return officer.post(f"/training/sessions/{made.pk}/materials/new/", {"file": SimpleUploadedFile(name, content)})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("資料.PDF", PDF),
        ("表.xlsx", office("xl/workbook.xml")),
        ("文書.docx", office("word/document.xml")),
        ("絵.png", b"\x89PNG\r\n\x1a\n..."),
        ("../../etc/写真.jpg", b"\xff\xd8\xff..."),
    ],
)
def test_a_file_is_handed_out_with_the_session(
    officer: Client, people: SimpleNamespace, name: str, content: bytes
) -> None:
    made = session(people)
    assert hand_out(officer, made, name, content).status_code == 302
    added = made.materials.last()
    assert (added.name, added.size) == (name.rpartition("/")[2], len(content))
    assert officer.get(f"/training/materials/{added.pk}/").content == content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("資料.pdf", b"<script>"),
        ("run.exe", b"MZ"),
        ("資料.xlsx", b"PK\x03\x04 no"),
        ("資料.xlsx", office("word/document.xml")),
        ("資料.html", b"<html>"),
        ("noext", PDF),
        ("空.pdf", b""),
        ("大きい.pdf", PDF + bytes(MATERIAL_BYTES_MAX)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_not_what_it_says_or_is_too_large_is_refused(
    officer: Client, people: SimpleNamespace, name: str, content: bytes
) -> None:
    made = session(people)
    response = hand_out(officer, made, name, content)
    assert response.status_code == 400
    assert "file" in response.context["form"].errors
    assert made.materials.count() == 1


def test_the_same_file_added_twice_is_handed_out_once_until_it_is_removed(
    officer: Client, people: SimpleNamespace
) -> None:
    made = session(people)
    for _ in range(2):
        assert hand_out(officer, made, "手引.pdf", PDF + b"1").status_code == 302
    (one,) = made.materials.filter(name="手引.pdf")
    officer.post(f"/training/materials/{one.pk}/remove/")
    hand_out(officer, made, "手引.pdf", PDF + b"1")
    assert made.materials.filter(name="手引.pdf").count() == 2


def test_a_file_removed_twice_is_removed_and_the_session_says_so(officer: Client, people: SimpleNamespace) -> None:
    officer.cookies["django_language"] = "en"
    made = session(people)
    address = f"/training/materials/{made.materials.get().pk}/remove/"
    officer.post(address)
    again = officer.post(address, follow=True)
    assert again.redirect_chain == [(f"/training/sessions/{made.pk}/", 302)]
    assert "This file was removed already." in text_of(again)
    assert Event.objects.filter(action="training.remove_material").count() == 1
