"""Reading who came from a file: a preview first, then saving, all or nothing."""

import io
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from audit.models import Event
from common.tables import excel
from tests.project.scene import session
from tests.training.conftest import text_of
from tests.training.test_attendance import tick
from training.models import Attendance, TrainingSession


def results(*rows: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("結果.csv", ("職員番号,出欠\n" + "\n".join(rows)).encode("cp932"))


def preview(officer: Client, made: TrainingSession, file: SimpleUploadedFile) -> Any:
    return officer.post(f"/training/sessions/{made.pk}/attendance/import/", {"file": file})


def save(officer: Client, made: TrainingSession, shown: Any, reason: str = "受付簿") -> Any:
    """Press the button of a preview."""
    kept = {name: shown.context["saving"][name].value() for name in ("token", "seen")}
    return officer.post(f"/training/sessions/{made.pk}/attendance/import/", kept | {"reason": reason})


def test_results_are_read_from_a_file_after_a_preview(officer: Client, people: SimpleNamespace) -> None:
    made = session(people)
    shown = preview(officer, made, results("００1,出席", "002,欠席"))
    assert shown.context["found"].tally == (2, 0, 0, 0)
    assert people.employee.name in text_of(shown) and "出席" in text_of(shown)
    assert not Attendance.objects.exists()
    assert save(officer, made, shown).url == f"/training/sessions/{made.pk}/"
    assert set(Attendance.objects.values_list("state", flat=True)) == {"present", "absent"}
    event = Event.objects.about("training.TrainingSession", made.pk)[0]
    assert (event.action, event.data["reason"]) == ("training.record_attendance", "受付簿")


def test_results_in_excel_correct_what_was_recorded_and_the_reason_stays(
    officer: Client, people: SimpleNamespace
) -> None:
    made = session(people)
    tick(officer, made, {people.employee: "present", people.manager: "present"})
    content = excel("結果", ["出欠", "職員番号"], [["欠席", "001"], ["出席", "002"], ["公欠", "003"]])
    shown = preview(officer, made, SimpleUploadedFile("結果.xlsx", content))
    assert shown.context["found"].tally == (1, 1, 1, 0)
    assert [(one["number"], one["before"], one["after"]) for one in shown.context["changes"]] == [
        ("001", "出席", "欠席"),
        ("003", "", "公欠"),
    ]
    assert save(officer, made, shown, "受付簿と照合").status_code == 302
    corrected = Attendance.objects.get(enrolment__person=people.employee)
    assert (corrected.state, corrected.reason) == ("absent", "受付簿と照合")
    assert Attendance.objects.get(enrolment__person=people.manager).reason == ""


def test_the_downloaded_roster_is_filled_in_and_read_again(officer: Client, people: SimpleNamespace) -> None:
    made = session(people)
    book = load_workbook(io.BytesIO(officer.get(f"/training/sessions/{made.pk}/roster/file/").content))
    for row in book.active.iter_rows(min_row=2):
        row[4].value = "遅刻"
    buffer = io.BytesIO()
    book.save(buffer)
    shown = preview(officer, made, SimpleUploadedFile("名簿.xlsx", buffer.getvalue()))
    assert shown.context["problems"] == []
    save(officer, made, shown)
    assert Attendance.objects.filter(state="late").count() == 7


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("999,出席", "職員番号"),
        (",出席", "職員番号"),
        ("001,来た", "出欠"),
        ("001,出席,余り", ""),
        ("\0,出席", "職員番号"),
        ("００２,出席", "職員番号"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_saved(
    officer: Client, people: SimpleNamespace, row: str, column: str
) -> None:
    made = session(people)
    shown = preview(officer, made, results("002,出席", row))
    (problem,) = shown.context["problems"]
    assert (problem.row, problem.column) == (3, column)
    assert problem.reason in text_of(shown)
    assert "何も保存していません" in text_of(shown)
    assert save(officer, made, shown).status_code == 400
    assert not Attendance.objects.exists()


def test_somebody_unknown_is_told_beside_the_other_faults(officer: Client, people: SimpleNamespace) -> None:
    shown = preview(officer, session(people), results("999,出席", "001,来た"))
    assert [(problem.row, problem.column) for problem in shown.context["problems"]] == [(2, "職員番号"), (3, "出欠")]


def test_a_preview_that_no_longer_holds_is_shown_anew_with_the_reason(officer: Client, people: SimpleNamespace) -> None:
    made = session(people)
    tick(officer, made, {people.employee: "absent"})
    shown = preview(officer, made, results("001,出席"))
    tick(officer, made, {people.employee: "late"}, reason="電車の遅れ")
    again = save(officer, made, shown)
    assert again.status_code == 400
    assert "まだ何も保存していません" in text_of(again)
    assert again.context["changes"][0]["before"] == "遅刻"
    assert again.context["saving"]["reason"].value() == "受付簿"
    assert Attendance.objects.get().state == "late"
    assert save(officer, made, again).status_code == 302
    assert Attendance.objects.get().state == "present"


def test_somebody_taken_off_after_the_preview_stops_the_saving(officer: Client, people: SimpleNamespace) -> None:
    made = session(people)
    shown = preview(officer, made, results("001,出席", "002,出席"))
    made.enrolments.get(person=people.employee).delete()
    again = save(officer, made, shown)
    assert [(problem.row, problem.column) for problem in again.context["problems"]] == [(2, "職員番号")]
    assert not Attendance.objects.exists()


def test_a_saving_without_a_reason_is_told_and_the_preview_stays(officer: Client, people: SimpleNamespace) -> None:
    made = session(people)
    told = save(officer, made, preview(officer, made, results("001,出席")), reason=" ")
    assert told.status_code == 400
    assert "reason" in told.context["saving"].errors
    assert people.employee.name in text_of(told)
    assert not Attendance.objects.exists()
    assert save(officer, made, told).status_code == 302


def test_a_session_cancelled_after_the_preview_keeps_its_reason_on_the_page(
    officer: Client, people: SimpleNamespace
) -> None:
    made = session(people)
    shown = preview(officer, made, results("001,出席"))
    TrainingSession.objects.update(state="cancelled")
    told = save(officer, made, shown)
    assert told.status_code == 400
    assert "中止" in text_of(told)
    assert not Attendance.objects.exists()


def test_a_file_that_says_what_is_recorded_has_nothing_to_save(officer: Client, people: SimpleNamespace) -> None:
    made = session(people)
    tick(officer, made, {people.employee: "present"})
    shown = preview(officer, made, results("001,出席"))
    assert shown.context["found"].tally == (0, 0, 1, 0)
    assert "保存するものはありません" in text_of(shown)


def test_a_roster_filled_in_halfway_records_those_alone(officer: Client, people: SimpleNamespace) -> None:
    made = session(people)
    shown = preview(officer, made, results("001,出席", "002,", "003,"))
    assert shown.context["found"].tally == (1, 0, 2, 0)
    assert "出席 / 遅刻 / 公欠 / 欠席" in text_of(shown)
    assert save(officer, made, shown).status_code == 302
    assert Attendance.objects.get().enrolment.person == people.employee
