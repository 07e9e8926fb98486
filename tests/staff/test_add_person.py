"""`manage.py add_person`: the first people of a portal."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from audit.models import Event
from staff.models import Staff
from tests import cast

PASSWORD = "correct horse battery 2003"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that sets what comes through the pipe."""
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_an_officer_is_registered_and_can_sign_in(db: None, typed: Any) -> None:
    cast.department("011010", "情報政策課")
    typed(PASSWORD + "\n")
    call_command("add_person", "9001", "𠮷田 一", "--role", "officer", "--department", "011010", stdout=io.StringIO())
    browser = Client()
    browser.post("/sign-in/", {"login": "9001", "password": PASSWORD})
    assert browser.get("/reports/programmes/").status_code == 200
    person = Staff.objects.get(employee_number="9001")
    assert person.postings.get().department.name == "情報政策課"
    recorded = Event.objects.filter(action="staff.register").latest("pk").data
    assert recorded == {"uid": str(person.uid), "identity": person.identity_hash()}


@pytest.mark.parametrize(
    ("words", "password", "said"),
    [
        ([], "short", "15"),
        ([], "", "15"),
        (["--department", "none"], PASSWORD, "none"),
        (["--by", "nobody"], PASSWORD, "nobody"),
    ],
)
def test_what_is_wrong_is_told_and_nobody_is_registered(
    db: None, typed: Any, words: list[str], password: str, said: str
) -> None:
    typed(password + "\n")
    with pytest.raises(CommandError, match=said):
        call_command("add_person", "9001", "𠮷田 一", *words)
    assert not Staff.objects.filter(employee_number="9001").exists()


def test_a_taken_number_is_refused(people: Any, typed: Any) -> None:
    typed(PASSWORD + "\n")
    with pytest.raises(CommandError, match="001"):
        call_command("add_person", "001", "別の人")
    assert Staff.objects.get(employee_number="001") == people.employee
