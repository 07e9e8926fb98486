"""Commands that write: in whose name, and what they say when a rule or the input says no."""

import datetime as dt
import io
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from audit.models import Event
from staff import actions, demo
from staff.commands import actor
from staff.models import Department, Posting, RoleGrant, Staff
from staff.roles import Role
from tests import cast
from tests.conftest import PRODUCTION, environment
from tests.project.test_permission_matrix import row_counts

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
ACCOUNTS = ("demo-employee", "demo-manager", "demo-officer", "demo-ciso", "demo-auditor", "demo-admin")
IMPORT = ("import_programme", str(cast.CITY_FILE))


def manage(*words: str, typed: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py as a person at a shell does."""
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(
        command, cwd=ROOT, env=environment(**variables), input=typed, capture_output=True, text=True, timeout=60
    )


def load_demo() -> str:
    told = io.StringIO()
    call_command("load_demo", stdout=told)
    return told.getvalue()


def test_the_six_demo_accounts_sign_in_with_the_password_that_is_printed_and_documented() -> None:
    told = load_demo()
    assert demo.PASSWORD in told
    assert demo.PASSWORD in README.read_text()
    for number in ACCOUNTS:
        assert number in told
        browser = Client()
        browser.post("/sign-in/", {"login": number, "password": demo.PASSWORD})
        assert browser.get("/").status_code == 200, number


@pytest.mark.parametrize(
    ("number", "list_of_sheets", "adding"),
    [
        ("demo-employee", 403, 403),
        ("demo-manager", 200, 403),
        ("demo-officer", 200, 200),
        ("demo-ciso", 200, 403),
        ("demo-auditor", 200, 403),
        ("demo-admin", 403, 403),
    ],
)
def test_each_demo_account_may_do_what_its_name_says(
    number: str, list_of_sheets: int, adding: int, programme: Any
) -> None:
    load_demo()
    browser = Client()
    browser.force_login(Staff.objects.get(employee_number=number))
    assert browser.get("/reports/programmes/").status_code == list_of_sheets
    assert browser.get("/reports/programmes/moka-security-policy/edit/costs/new/").status_code == adding


def test_loading_the_demo_twice_changes_nothing() -> None:
    first = load_demo()
    Staff.objects.filter(employee_number="demo-officer").update(name="変更 済")
    before = row_counts()
    assert load_demo() == first
    assert row_counts() == before
    assert Staff.objects.get(employee_number="demo-officer").name == "変更 済"


def test_production_refuses_the_demo_accounts(transactional_db: None) -> None:
    done = manage("load_demo", **PRODUCTION)
    assert done.returncode == 1
    assert "production" in done.stderr
    assert "Traceback" not in done.stderr
    assert demo.PASSWORD not in done.stdout + done.stderr
    assert not Staff.objects.exists()


def test_a_command_acts_in_the_name_of_the_system_or_of_the_person_named(people: SimpleNamespace) -> None:
    assert actor(None) == actions.system_actor()
    assert actor(people.officer.employee_number) == people.officer
    call_command(*IMPORT, by=people.officer.employee_number, stdout=io.StringIO())
    assert Event.objects.latest("pk").actor_uid == people.officer.uid


@pytest.mark.parametrize(
    "number",
    ["nobody", "", " 004", "SYSTEM", "00\x004\0", "9" * 10_000, "' OR 1=1 --"],
    ids=lambda text: ascii(text)[:12],
)
def test_a_number_nobody_has_is_an_error_and_changes_nothing(number: str, people: SimpleNamespace) -> None:
    before = row_counts()
    with pytest.raises(CommandError, match="Nobody on the staff today"):
        call_command(*IMPORT, by=number)
    assert row_counts() == before


def test_a_number_of_bytes_that_are_no_text_is_an_error() -> None:
    with pytest.raises(CommandError):
        actor("\udcff")


def test_who_left_yesterday_or_was_disabled_cannot_act_any_more(people: SimpleNamespace, time_machine: Any) -> None:
    people.officer.left_on = dt.date(2026, 3, 31)
    people.officer.save()
    time_machine.move_to(dt.datetime(2026, 3, 31, 14, 59, tzinfo=dt.UTC))
    assert actor(people.officer.employee_number) == people.officer
    time_machine.move_to(dt.datetime(2026, 3, 31, 15, 0, tzinfo=dt.UTC))
    with pytest.raises(CommandError, match=people.officer.employee_number):
        actor(people.officer.employee_number)
    people.ciso.disabled_at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    people.ciso.save()
    with pytest.raises(CommandError):
        actor(people.ciso.employee_number)


def test_an_unknown_number_at_a_shell_is_one_line_and_exit_1(transactional_db: None) -> None:
    done = manage(*IMPORT, "--by", "nobody")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip().splitlines()[-1].startswith("CommandError: Nobody on the staff today")
    assert "Traceback" not in done.stderr


PASSWORD = "とても長い合い言葉です-123"


def test_a_person_added_at_a_shell_can_sign_in_and_holds_department_and_role(transactional_db: None) -> None:
    cast.department("011010", "情報政策課")
    done = manage(
        "add_person",
        "n-1",
        "𠮷田 瀨奈",
        "--joined",
        "2020-04-01",
        "--department",
        "011010",
        "--head",
        "--role",
        "auditor",
        typed=f"{PASSWORD}\n",
    )
    assert (done.returncode, done.stderr) == (0, "")
    one = Staff.objects.get(employee_number="n-1")
    assert (one.name, one.joined_on) == ("𠮷田 瀨奈", dt.date(2020, 4, 1))
    assert Posting.objects.get(person=one).is_head
    assert RoleGrant.objects.get(person=one).role == Role.AUDITOR
    browser = Client()
    browser.post("/sign-in/", {"login": "n-1", "password": PASSWORD})
    assert browser.get("/").status_code == 200
    assert PASSWORD not in done.stdout


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        (["n-1", "名"], "short\n"),
        (["n-1", "名"], ""),
        (["taken", "名"], f"{PASSWORD}\n"),
        (["n-1", "名", "--department", "none"], f"{PASSWORD}\n"),
        (["n-1", "名", "--joined", "2020-02-30"], f"{PASSWORD}\n"),
        (["n-1", "名", "--role", "king"], f"{PASSWORD}\n"),
        (["n" * 21, "名"], f"{PASSWORD}\n"),
        (["n-1", "名" * 101], f"{PASSWORD}\n"),
        (["n-1", "名", "--email", "no mail"], f"{PASSWORD}\n"),
    ],
    ids=["short password", "no password", "taken", "department", "date", "role", "long number", "long name", "mail"],
)
def test_a_person_who_cannot_be_added_is_refused_in_words_and_nothing_is_changed(
    words: list[str], typed: str, transactional_db: None
) -> None:
    cast.person("taken")
    before = row_counts()
    done = manage("add_person", *words, typed=typed)
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
    assert "rror" in done.stderr
    assert row_counts() == before


def test_departments_of_the_demo_form_one_city() -> None:
    load_demo()
    unit = Department.objects.get(code="01101010")
    assert unit.path_on(dt.date(2026, 4, 1)) == ["総務部", "情報政策課", "情報管理係"]
