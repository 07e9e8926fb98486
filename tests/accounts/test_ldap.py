"""Sign-in with the password of a directory, against a real slapd: who comes in, who does not, and when it is silent."""

import contextlib
import datetime as dt
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from accounts import ldap as directory_module
from accounts.ldap import DirectoryBackend
from accounts.models import Attempt
from accounts.servers import Directory
from audit.models import Event
from staff.models import Staff
from tests import cast
from tests.accounts import certificates
from tests.accounts.factors import second_step, with_app
from tests.accounts.signing import is_signed_in, sign_in, text, with_password
from tests.accounts.slapd import PEOPLE, PORTAL, SECRET, Slapd
from tests.project.test_permission_matrix import row_counts

pytestmark = pytest.mark.django_db
IN_DIRECTORY = "市のディレクトリの合い言葉"
WRONG = "職員番号またはパスワードが正しくありません。"
SILENT = "市のディレクトリサーバーが応答しないため、いまはそこにあるパスワードを確認できません。"
AD_FILTER = "(|(sAMAccountName=%(user)s)(employeeNumber=%(user)s))"


@pytest.fixture(scope="session")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    """The directory with all entries of these tests; it runs until the end of the session."""
    server = Slapd(tmp_path_factory.mktemp("slapd"))
    for number in ("20160401", "20160403", "20160404", "20160405", "20169999", "A0160406"):
        server.person(number, IN_DIRECTORY, employeeNumber=number, sAMAccountName=f"u{number}")
    for uid in ("first twin", "second twin"):
        server.person(uid, IN_DIRECTORY, employeeNumber="20160402")
    server.person("without number", IN_DIRECTORY, sAMAccountName="20160407")
    server.person("two numbers", IN_DIRECTORY, sAMAccountName="20160408", departmentNumber=["20160401", "20160408"])
    server.person("no text", IN_DIRECTORY, sAMAccountName="20160409", jpegPhoto=b"\xff\xd8\xff")
    yield server
    server.kill()


@pytest.fixture
def directory(slapd: Slapd, settings: Any) -> Directory:
    """The settings of a portal that asks this directory, encrypted from the start."""
    return use(settings, Directory(slapd.secure_uri, PEOPLE, bind_dn=PORTAL, bind_password=SECRET, ca_file=str(slapd.files.authority)))  # fmt: skip


def use(settings: Any, chosen: Directory) -> Directory:
    settings.LDAP = chosen
    settings.AUTHENTICATION_BACKENDS = ["accounts.ldap.DirectoryBackend", "accounts.backends.EmployedStaffBackend"]
    return chosen


def page_of(response: Any) -> str:
    """Return what the page says, without the number that was typed."""
    return text(response).replace(response.headers["X-Request-ID"], "")


def test_the_password_of_the_directory_opens_the_portal(directory: Directory, member: Staff) -> None:
    before = Staff.objects.values().get(pk=member.pk)
    browser = sign_in("20160401", IN_DIRECTORY).browser
    assert is_signed_in(browser)
    event = Event.objects.latest("pk")
    assert (event.action, event.actor_uid, event.data) == ("accounts.sign_in", member.uid, {"method": "ldap"})
    after = Staff.objects.values().get(pk=member.pk)
    assert {name for name in after if after[name] != before[name]} == {"last_login"}


def test_start_tls_on_the_plain_port_does_as_well(
    directory: Directory, slapd: Slapd, member: Staff, settings: Any
) -> None:
    use(settings, directory._replace(server_uri=slapd.uri, start_tls=True))
    assert is_signed_in(sign_in("20160401", IN_DIRECTORY).browser)


def test_the_session_lasts_and_ends_as_any_other(directory: Directory, member: Staff) -> None:
    browser = sign_in("20160401", IN_DIRECTORY).browser
    assert is_signed_in(browser)
    Staff.objects.filter(pk=member.pk).update(disabled_at=dt.datetime(2026, 11, 22, tzinfo=dt.UTC))
    assert not is_signed_in(browser)


def test_everybody_who_is_not_let_in_reads_the_same(directory: Directory, member: Staff) -> None:
    today, day = timezone.localdate(), dt.timedelta(days=1)
    for number, changes in (
        ("20160402", {}),
        ("20160403", {"left_on": today - day}),
        ("20160404", {"disabled_at": dt.datetime(2026, 11, 22, tzinfo=dt.UTC)}),
        ("20160405", {"joined_on": today + day}),
    ):
        one = cast.person(number)
        Staff.objects.filter(pk=one.pk).update(**changes)
    wrong = page_of(sign_in("20160401", "wrong"))
    assert WRONG in wrong
    people = Staff.objects.count()
    for number in ("20160402", "20160403", "20160404", "20160405", "20169999", "20168888", "SYSTEM"):
        response = sign_in(number, IN_DIRECTORY)
        assert response.status_code == 400, number
        assert page_of(response) == wrong, number
        assert not is_signed_in(response.browser), number
    assert Staff.objects.count() == people


@pytest.mark.parametrize(
    "number",
    ["*", "2016*", "*)(uid=*", "20160401)(uid=*", "*)(|(uid=*", "20160401\\2a", "\\", "%", "%(user)s", "(", "𠮷", "\0", "20160401\0"],
    ids=ascii,
)  # fmt: skip
def test_a_number_of_signs_that_mean_something_in_a_filter_finds_nobody(
    number: str, directory: Directory, member: Staff
) -> None:
    response = sign_in(number, IN_DIRECTORY)
    assert response.status_code == 400
    assert not is_signed_in(response.browser)
    assert DirectoryBackend().authenticate(None, number, IN_DIRECTORY) is None


@pytest.mark.parametrize("password", ["", None])
def test_an_empty_password_never_gets_as_far_as_the_directory(
    password: str | None, directory: Directory, member: Staff
) -> None:
    response = sign_in("20160401", password or "")
    assert response.status_code == 400 and not is_signed_in(response.browser)
    assert DirectoryBackend().authenticate(None, "20160401", password) is None


def test_blanks_alone_are_a_wrong_password(directory: Directory, member: Staff) -> None:
    assert not is_signed_in(sign_in("20160401", "   ").browser)


@pytest.mark.parametrize(
    ("login", "attribute"),
    [("20160407", "employeeNumber"), ("20160408", "departmentNumber"), ("20160409", "jpegPhoto")],
    ids=["missing", "two values", "no text"],
)
def test_an_entry_without_exactly_one_number_lets_nobody_in(
    login: str, attribute: str, directory: Directory, member: Staff, settings: Any
) -> None:
    cast.person(login)
    use(settings, directory._replace(user_filter="(sAMAccountName=%(user)s)", employee_number_attribute=attribute))
    assert WRONG in text(sign_in(login, IN_DIRECTORY))


def test_the_person_is_the_one_of_the_entry_s_number_letter_by_letter(
    directory: Directory, member: Staff, settings: Any
) -> None:
    """As at Active Directory: one types the name of the account, and the entry says whose it is."""
    use(settings, directory._replace(user_filter=AD_FILTER))
    browser = sign_in("u20160401", IN_DIRECTORY).browser
    assert is_signed_in(browser)
    assert Event.objects.latest("pk").actor_uid == member.uid
    cast.person("a0160406")
    assert not is_signed_in(sign_in("A0160406", IN_DIRECTORY).browser), "the directory does not mind the case, we do"
    cast.person("A0160406")
    assert is_signed_in(sign_in("a0160406", IN_DIRECTORY).browser)


def test_the_second_factor_is_still_asked_for(directory: Directory, member: Staff) -> None:
    app = with_app(member)
    response = sign_in("20160401", IN_DIRECTORY)
    assert response.headers["Location"].startswith("/sign-in/factor/")
    assert not is_signed_in(response.browser)
    second_step(response.browser, app.code())
    assert is_signed_in(response.browser)
    assert Event.objects.filter(action="accounts.sign_in").latest("pk").data == {"method": "ldap"}


def test_who_is_asked_again_gives_the_password_of_the_directory(directory: Directory, member: Staff) -> None:
    browser = sign_in("20160401", IN_DIRECTORY).browser
    assert browser.post("/account/reauthenticate/", {"password": "wrong"}).status_code == 400
    response = browser.post("/account/reauthenticate/?next=/account/", {"password": IN_DIRECTORY})
    assert (response.status_code, response.headers["Location"]) == (302, "/account/")


def test_a_wrong_password_of_the_directory_counts_and_slows(directory: Directory, member: Staff, settings: Any) -> None:
    settings.THROTTLE_FREE_TRIES = 2
    for _ in range(2):
        assert WRONG in text(sign_in("20160401", "wrong"))
    assert Attempt.objects.filter(succeeded=False).count() == 2
    response = sign_in("20160401", IN_DIRECTORY)
    assert response.status_code == 429
    assert not is_signed_in(response.browser)


def test_a_local_password_still_opens_the_portal_unless_the_settings_say_no(
    directory: Directory, settings: Any
) -> None:
    with_password("20160410")
    browser = sign_in("20160410").browser
    assert is_signed_in(browser)
    assert Event.objects.latest("pk").data == {"method": "password"}
    use(settings, directory._replace(local_passwords=False))
    assert is_signed_in(browser), "the session that runs goes on"
    assert WRONG in text(sign_in("20160410"))


def test_the_password_of_the_directory_is_not_changed_here(directory: Directory, member: Staff) -> None:
    browser = sign_in("20160401", IN_DIRECTORY).browser
    response = browser.get("/account/password/", follow=True)
    assert response.status_code == 200
    assert 'name="password1"' not in response.content.decode()
    assert not member.has_usable_password()


# --- The directory is silent --------------------------------------------------------------------------------------


@pytest.fixture
def killed(slapd: Slapd) -> Iterator[None]:
    """The directory's server has crashed."""
    slapd.kill()
    yield
    slapd.start()


def test_while_the_server_is_down_a_local_password_opens_and_everybody_reads_why(
    directory: Directory, member: Staff, killed: None, caplog: pytest.LogCaptureFixture
) -> None:
    with_password("20160410")
    known, unknown = sign_in("20160401", IN_DIRECTORY), sign_in("20168888", IN_DIRECTORY)
    assert known.status_code == unknown.status_code == 400
    assert SILENT in text(known) and WRONG in text(known)
    assert page_of(known) == page_of(unknown)
    lines = [one for one in caplog.records if one.name == "accounts.ldap"]
    assert [one.getMessage() for one in lines] == [
        f"The directory does not answer: {directory.server_uri} ConnectionRefusedError"
    ] * 2
    assert "20160401" not in caplog.text
    fallback = sign_in("20160410")
    assert SILENT in text(fallback.browser.get("/account/"))
    assert is_signed_in(fallback.browser)


def test_once_the_server_is_back_so_is_everybody(directory: Directory, slapd: Slapd, member: Staff) -> None:
    slapd.kill()
    assert not is_signed_in(sign_in("20160401", IN_DIRECTORY).browser)
    slapd.start()
    assert is_signed_in(sign_in("20160401", IN_DIRECTORY).browser)


@contextlib.contextmanager
def mute() -> Iterator[int]:
    """A server that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        yield listener.getsockname()[1]


@pytest.mark.parametrize("scheme", ["ldap", "ldap and StartTLS", "ldaps"])
def test_a_server_that_never_answers_holds_nobody_for_long(
    scheme: str, directory: Directory, member: Staff, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory_module, "CONNECT_SECONDS", 1)
    monkeypatch.setattr(directory_module, "ANSWER_SECONDS", 1)
    with mute() as port:
        uri, start_tls = f"{scheme.partition(' ')[0]}://127.0.0.1:{port}", "StartTLS" in scheme
        use(settings, directory._replace(server_uri=uri, start_tls=start_tls))
        began = time.monotonic()
        response = sign_in("20160401", IN_DIRECTORY)
        assert time.monotonic() - began < 10
    assert SILENT in text(response)
    assert not is_signed_in(response.browser)


def test_a_second_server_is_asked_when_the_first_is_down(
    directory: Directory, slapd: Slapd, member: Staff, settings: Any
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"ldaps://127.0.0.1:{taken.getsockname()[1]}"
        use(settings, directory._replace(server_uri=f"{nobody} {slapd.secure_uri}"))
        assert is_signed_in(sign_in("20160401", IN_DIRECTORY).browser)


@pytest.mark.parametrize("start_tls", [False, True])
def test_a_server_that_another_authority_vouches_for_gets_no_password(
    start_tls: bool, directory: Directory, slapd: Slapd, member: Staff, settings: Any, tmp_path: Path
) -> None:
    another = str(certificates.make(tmp_path).authority)
    uri = slapd.uri if start_tls else slapd.secure_uri
    use(settings, directory._replace(server_uri=uri, start_tls=start_tls, ca_file=another))
    response = sign_in("20160401", IN_DIRECTORY)
    assert SILENT in text(response)
    assert not is_signed_in(response.browser)


@pytest.mark.parametrize("changes", [{"bind_password": "wrong"}, {"bind_dn": f"cn=nobody,{PEOPLE}"}])
def test_when_the_portal_itself_is_not_let_in_everybody_reads_that_it_is_silent(
    changes: dict[str, str], directory: Directory, member: Staff, settings: Any
) -> None:
    use(settings, directory._replace(**changes))
    assert SILENT in text(sign_in("20160401", IN_DIRECTORY))
    assert SILENT in text(sign_in("20168888", IN_DIRECTORY))


def test_a_base_that_does_not_exist_lets_nobody_in(directory: Directory, member: Staff, settings: Any) -> None:
    use(settings, directory._replace(search_base="ou=elsewhere,dc=moka,dc=example"))
    assert not is_signed_in(sign_in("20160401", IN_DIRECTORY).browser)


def test_a_wrong_try_changes_nothing_but_its_count_and_its_event(directory: Directory, member: Staff) -> None:
    browser = Client()
    before = row_counts()
    sign_in("20160401", "wrong", browser=browser)
    after = row_counts()
    assert {name for name in after if after[name] != before.get(name)} <= {
        "accounts_attempt",
        "audit_event",
        "staff_staff",
    }


def test_without_a_directory_the_backend_says_so(settings: Any) -> None:
    settings.LDAP = None
    with pytest.raises(ImproperlyConfigured, match="LDAP_SERVER_URI"):
        DirectoryBackend()
