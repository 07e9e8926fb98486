"""The pages of the training, as an officer, a head and an employee see them."""

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Event
from common import files
from staff.actions import post
from staff.models import Department, Staff
from tests import cast
from tests.project.scene import PDF, session
from tests.training.conftest import text_of
from training import actions
from training.models import Enrolment, TrainingSession


def held(people: SimpleNamespace, title: str, held_on: dt.date, **more: Any) -> TrainingSession:
    values = {"title": title, "state": "held", "kind": "sitting", "audience": "all", "held_on": held_on, **more}
    today = timezone.localdate()
    return actions.save_session(by=people.officer, session=None, course=title, values=values, on=today)


def listed(browser: Client, address: str = "") -> list[str]:
    return [one.title for one in browser.get(f"/training/{address}").context["listing"].page]


def with_more_people(made: TrainingSession, count: int, code: str = "012010") -> None:
    Staff.objects.bulk_create(
        Staff(employee_number=f"m{n:03d}", name=f"職員{n:03d}", kana=f"しょくいん{n:03d}", joined_on=cast.SINCE)
        for n in range(count)
    )
    Enrolment.objects.bulk_create(
        Enrolment(session=made, person=person, department_code=code)
        for person in Staff.objects.filter(employee_number__startswith="m")
    )


# --- The list -------------------------------------------------------------------------------------------------------


def test_the_last_of_march_and_the_first_of_april_lie_in_two_fiscal_years(
    people: SimpleNamespace, officer: Client
) -> None:
    held(people, "年度末の研修", dt.date(2026, 3, 31))
    held(people, "年度初めの研修", dt.date(2026, 4, 1))
    held(people, "中止の研修", dt.date(2026, 4, 2), state="cancelled")
    assert listed(officer, "?year=2025") == ["年度末の研修"]
    assert listed(officer, "?year=2026") == ["中止の研修", "年度初めの研修"]
    counts = officer.get("/training/?year=2026").context["counts"]
    assert (counts["held"], counts["cancelled"], counts["year"]) == (1, 1, "令和8年度")


def test_the_list_begins_with_the_fiscal_year_of_today(
    people: SimpleNamespace, officer: Client, time_machine: Any
) -> None:
    held(people, "年度末の研修", dt.date(2026, 3, 31))
    held(people, "年度初めの研修", dt.date(2026, 4, 1))
    time_machine.move_to(dt.datetime(2026, 3, 31, 14, 59, tzinfo=dt.UTC))
    assert listed(officer) == ["年度末の研修"]
    time_machine.move_to(dt.datetime(2026, 3, 31, 15, 0, tzinfo=dt.UTC))
    assert listed(officer) == ["年度初めの研修"]


def test_the_list_says_how_many_came_of_how_many(people: SimpleNamespace, officer: Client) -> None:
    made = session(people)
    keys = list(made.enrolments.values_list("pk", flat=True))[:3]
    marks = dict(zip(keys, ["present", "late", "absent"], strict=True))
    actions.record_attendance(by=people.officer, session=made, marks=marks, on=timezone.localdate())
    held(people, "昔の研修", timezone.localdate(), participants=212)
    page = text_of(officer.get("/training/"))
    assert "2 / 7" in page
    assert ">212<" in page


@pytest.mark.parametrize(
    ("address", "found"),
    [("?q=管理", ["管理職の研修"]), ("?state=cancelled", ["管理職の研修"]), ("?audience=all", ["全職員の研修"])],
)
def test_the_list_is_filtered(people: SimpleNamespace, officer: Client, address: str, found: list[str]) -> None:
    held(people, "管理職の研修", timezone.localdate(), state="cancelled", audience="managers")
    held(people, "全職員の研修", timezone.localdate())
    assert listed(officer, address) == found


def test_a_long_list_is_paged_and_costs_no_more_queries(people: SimpleNamespace, officer: Client) -> None:
    first = session(people)
    officer.get("/training/")
    with CaptureQueriesContext(connection) as few:
        officer.get("/training/")
    copies = [
        TrainingSession(course=first.course, title="研修", audience="all", held_on=first.held_on) for _ in range(60)
    ]
    TrainingSession.objects.bulk_create(copies)
    with CaptureQueriesContext(connection) as many:
        page = officer.get("/training/").context["listing"].page
    assert (len(page), page.paginator.count) == (50, 61)
    assert len(many) == len(few)


# --- One session ----------------------------------------------------------------------------------------------------


def test_an_employee_sees_the_own_sessions_alone(people: SimpleNamespace, sign_in: Any) -> None:
    mine, other = session(people), session(people, title="管理職だけの研修")
    other.enrolments.filter(person=people.employee).delete()
    employee = sign_in(people.employee)
    page = text_of(employee.get("/training/"))
    assert "全職員研修" in page
    assert "管理職だけの研修" not in page
    assert people.manager.name not in text_of(employee.get(f"/training/sessions/{mine.pk}/"))
    assert employee.get(f"/training/sessions/{other.pk}/").status_code == 404


def test_an_employee_reads_the_own_attendance(people: SimpleNamespace, sign_in: Any) -> None:
    made = session(people)
    address, employee = f"/training/sessions/{made.pk}/", sign_in(people.employee)
    assert "あなたの出欠： –" in text_of(employee.get(address))
    marks = {made.enrolments.get(person=people.employee).pk: "late"}
    actions.record_attendance(by=people.officer, session=made, marks=marks, on=timezone.localdate())
    assert "あなたの出欠： 遅刻" in text_of(employee.get(address))


def test_a_head_sees_the_people_of_the_own_department_and_oneself(people: SimpleNamespace, sign_in: Any) -> None:
    made = session(people)
    page = text_of(sign_in(people.manager).get(f"/training/sessions/{made.pk}/"))
    assert people.employee.name in page
    assert people.auditor.name not in page
    tax = Department.objects.get(code="013010")
    by, since = people.officer, cast.SINCE
    post(by=by, person=people.ciso, department=tax, is_head=True, concurrent=True, valid_from=since)
    people.ciso.role_grants.all().delete()
    page = text_of(sign_in(people.ciso).get(f"/training/sessions/{made.pk}/"))
    assert people.auditor.name in page and people.ciso.name in page
    assert people.employee.name not in page


def test_a_long_roster_is_paged_searched_and_filtered(people: SimpleNamespace, officer: Client) -> None:
    made = session(people)
    with_more_people(made, 60)
    marks = {made.enrolments.get(person=people.employee).pk: "absent"}
    actions.record_attendance(by=people.officer, session=made, marks=marks, on=timezone.localdate())
    address = f"/training/sessions/{made.pk}/"

    def shown(query: str) -> tuple[int, list[str]]:
        page = officer.get(f"{address}{query}").context["listing"].page
        return page.paginator.count, [one.person.employee_number for one in page]

    count, first = shown("")
    assert (count, len(first)) == (67, 50)
    assert len(shown("?page=2")[1]) == 17
    assert shown("?q=職員007") == (1, ["m007"])
    assert shown("?q=ｍ００７") == (1, ["m007"])
    assert shown("?state=absent") == (1, ["001"])
    assert shown("?state=open")[0] == 66
    assert shown("?department=０１３０１０")[0] == 2
    assert "条件に合うものがありません" in text_of(officer.get(f"{address}?q=だれもいない"))


def test_a_department_of_the_roster_means_those_below_it_on_the_session_s_day(
    people: SimpleNamespace, officer: Client
) -> None:
    cast.department("99", "窓口係", "012010")
    cast.department("0120", "別の部")
    made = session(people)
    made.enrolments.filter(person=people.auditor).update(department_code="99")
    made.enrolments.filter(person=people.ciso).update(department_code="012099")
    Department.objects.filter(code="99").update(valid_to=made.held_on)
    Department.objects.filter(code="012010").update(valid_from=made.held_on)

    def numbers(code: str) -> set[str]:
        page = officer.get(f"/training/sessions/{made.pk}/?department={code}").context["listing"].page
        return {one.person.employee_number for one in page}

    assert numbers("012010") == {"001", "002", "005"}
    assert numbers("0120") == set()
    TrainingSession.objects.update(held_on=made.held_on + dt.timedelta(days=1))
    assert numbers("012010") == {"001", "002"}


def test_a_session_says_whom_it_asks(people: SimpleNamespace, officer: Client) -> None:
    made = session(people, audience="other", audience_note="窓口の職員", department_codes=["012010", "013010"])
    page = text_of(officer.get(f"/training/sessions/{made.pk}/"))
    assert "窓口の職員" in page
    assert "012010, 013010" in page


# --- Files that are handed out --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [("employee", 200), ("manager", 200), ("auditor", 200), ("other_department", 404)],
)
def test_a_file_goes_to_those_who_may_see_its_session(
    people: SimpleNamespace, sign_in: Any, role: str, status: int
) -> None:
    made = session(people)
    made.enrolments.filter(person__in=[people.manager, people.auditor, people.other_department]).delete()
    response = sign_in(getattr(people, role)).get(f"/training/materials/{made.materials.get().pk}/")
    assert response.status_code == status
    assert (PDF in response.content) is (status == 200)


def test_a_file_is_handed_out_as_a_download_under_its_own_name(people: SimpleNamespace, officer: Client) -> None:
    response = officer.get(f"/training/materials/{session(people).materials.get().pk}/")
    assert response.content == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == (
        f"attachment; filename=\"material.pdf\"; filename*=UTF-8''{quote('資料.pdf')}"
    )
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_a_stored_file_that_is_damaged_is_refused_in_words(
    people: SimpleNamespace, officer: Client, damage: str
) -> None:
    material = session(people).materials.get()
    path = files.path_of(material.sha256, material.suffix)
    path.write_bytes(b"%PDF- something else") if damage == "changed" else path.unlink()
    response = officer.get(f"/training/materials/{material.pk}/")
    assert response.status_code == 409
    assert "お渡しできません" in text_of(response)
    assert b"something else" not in response.content
    assert not Event.objects.filter(action="training.download_material").exists()


def test_who_fetched_a_file_is_recorded(people: SimpleNamespace, sign_in: Callable[..., Client]) -> None:
    material = session(people).materials.get()
    sign_in(people.employee).get(f"/training/materials/{material.pk}/")
    event = Event.objects.latest("pk")
    assert (event.action, event.actor_uid) == ("training.download_material", people.employee.uid)
    assert event.data == {"session": material.session_id, "sha256": material.sha256}


def test_a_removed_file_is_gone(people: SimpleNamespace, officer: Client) -> None:
    material = session(people).materials.get()
    assert "資料.pdf" in text_of(officer.get(f"/training/materials/{material.pk}/remove/"))
    assert officer.get(f"/training/materials/{material.pk}/").status_code == 200
    officer.post(f"/training/materials/{material.pk}/remove/")
    assert officer.get(f"/training/materials/{material.pk}/").status_code == 404
