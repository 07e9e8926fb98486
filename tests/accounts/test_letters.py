"""Mails about an account: to whom they go, what they say, and in which language."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from accounts import letters
from staff import mail_addresses
from staff.models import Staff
from tests.mail_server import MailServer


@pytest.fixture
def person(people: SimpleNamespace) -> Staff:
    people.employee.email = "sena@staff.moka.example"
    people.employee.save()
    return people.employee


@pytest.mark.parametrize("kind", [*letters.KINDS, *letters.SAME_AS, "something_of_tomorrow"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_kind_can_be_mailed_in_either_language(
    kind: str, language: str, person: Staff, inbox: MailServer, django_capture_on_commit_callbacks: Any
) -> None:
    person.language = language
    with translation.override("en" if language == "ja" else "ja"), django_capture_on_commit_callbacks(execute=True):
        letters.tell(None, person, kind)
    (mail,) = inbox.mails
    told = letters.KINDS.get(letters.SAME_AS.get(kind, kind), letters.OTHER)
    with translation.override(language):
        assert str(told.subject) in mail["Subject"]
        assert str(told.sentence) in mail.get_content()
    assert person.name in mail.get_content()
    assert person.employee_number not in mail.get_content().replace("127.0.0.1", "")


def test_nothing_is_mailed_when_the_change_did_not_come_to_pass(
    person: Staff, inbox: MailServer, transactional_db: None
) -> None:
    from django.db import transaction

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        letters.tell(None, person, "password_changed")
        raise ZeroDivisionError
    assert inbox.mails == []


def test_a_new_mail_address_is_told_to_the_old_one(
    person: Staff, people: SimpleNamespace, inbox: MailServer, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        mail_addresses.changed(
            [(person, "old@staff.moka.example"), (people.manager, ""), (person, "sena@staff.moka.example")]
        )
    assert inbox.addresses == ["old@staff.moka.example"]


def test_a_name_cannot_add_a_line_to_the_head_of_a_mail(
    person: Staff, inbox: MailServer, django_capture_on_commit_callbacks: Any
) -> None:
    person.name = "瀨奈\nBcc: all@moka.example"
    person.email = "sena@staff.moka.example\nBcc: all@moka.example"
    with django_capture_on_commit_callbacks(execute=True):
        letters.tell(None, person, "password_changed")
    assert inbox.mails == []
