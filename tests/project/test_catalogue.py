"""The screens speak Japanese: a whole catalogue, in step with the sources, and no sentence outside of it."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import lxml.html
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.test import Client

from tests.conftest import environment
from tests.project.test_code import PACKAGES, ROOT, SOURCES, relative
from tests.project.test_query_ceilings import PAGES, address, reader

__all__ = ["reader"]
CATALOGUE = ROOT / "locale" / "ja" / "LC_MESSAGES" / "django.po"
JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff9f]")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}|</?\w+[^>]*>")


def read(file: Path) -> Catalog:
    with file.open("rb") as text:
        return read_po(text, locale="ja", abort_invalid=True)


def messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return read(CATALOGUE)


def test_every_message_is_translated_and_none_is_a_guess(catalogue: Catalog) -> None:
    assert len(list(messages(catalogue))) > 200
    assert [message.id for message in messages(catalogue) if not all(texts(message.string))] == []
    assert [message.id for message in messages(catalogue) if message.fuzzy] == []
    assert not catalogue.obsolete


def test_no_translation_is_the_english_sentence_again(catalogue: Catalog) -> None:
    words = {
        message.id for message in messages(catalogue) if isinstance(message.id, str) and message.id == message.string
    }
    assert words <= {"CISO", "PDF", "English", "日本語"}


def test_placeholders_and_markup_are_the_same_on_both_sides(catalogue: Catalog) -> None:
    for message in messages(catalogue):
        assert not list(message.check(catalogue)), message.id
        expected = sorted(set(PLACEHOLDER.findall(texts(message.id)[-1])))
        for text in texts(message.string):
            assert sorted(set(PLACEHOLDER.findall(text))) == expected, message.id


def test_a_sentence_ends_as_a_sentence_in_japanese_too(catalogue: Catalog) -> None:
    for message in messages(catalogue):
        for text in texts(message.string):
            assert text == text.strip(), message.id


def test_the_catalogue_is_in_step_with_the_sources(catalogue: Catalog, tmp_path: Path, db: None) -> None:
    for name in (*PACKAGES, "templates"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", tmp_path)
    shutil.copytree(ROOT / "locale", tmp_path / "locale", ignore=shutil.ignore_patterns("*.mo"))
    command = [sys.executable, "manage.py", "makemessages", "-l", "ja", "--no-obsolete", "-v", "0"]
    variables = {"REDIS_URL": "redis://127.0.0.1:1/0", "MOKA_VAR": str(tmp_path / "var"), "SECRET_KEY": "x"}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment(**variables), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    fresh = read(tmp_path / "locale" / "ja" / "LC_MESSAGES" / "django.po")
    said = {(message.context, *texts(message.id)) for message in messages(fresh)}
    held = {(message.context, *texts(message.id)) for message in messages(catalogue)}
    assert len(said) > 200
    assert said - held == set(), "run `make messages` and translate"
    assert held - said == set(), "no source says this any more"


# A Japanese text in the code is a fact of the printed form or of the city, never a sentence of a screen.
WORDS_OF_THE_FORM = {
    "common/wareki.py": "the names of the eras and the marks of a date",
    "reports/sheet_wording.py": "the labels of the printed sheet",
    "reports/printing.py": "the printed sheet",
    "assets/registers.py": "the headings and words of the register's files",
    "staff/demo.py": "the made-up people of a first run",
    "staff/demo_city.py": "their colleagues",
    "assets/demo.py": "the made-up registers of a first run",
    "policies/demo.py": "the sample policies of a first run",
    "policies/sample.py": "how their articles are numbered",
    "training/demo.py": "the made-up sessions of a first run",
    "notices/demo.py": "the made-up notices of a first run",
    "training/importing.py": "the headings and words of the training's files",
    "notices/importing.py": "the headings and words of the file of notices",
    "staff/audience.py": "the words of a file's column",
    "staff/departments.py": "the headings of the file of departments",
    "staff/directory.py": "the headings and words of the file of people",
    "staff/directory_rejects.py": "the heading of the reasons in the file of bad rows",
    "staff/search.py": "the kanji and kana that a search folds",
    "moka_secpolicy/settings.py": "the name of the city, and words of it that a password must not consist of",
    "notices/sending.py": "what the subject of a mail begins with",
}
WORDS = {
    "staff/actions.py": {"システム"},
    "staff/models.py": {"日本語"},
    "notices/screen.py": {"・"},
    "reports/figure_screen.py": {"・"},
}


def literals(file: Path) -> Iterator[str]:
    """Yield the texts of a module, its docstrings and what goes through the catalogue left out."""
    tree = ast.parse(file.read_text())
    passed: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            passed.add(id(node.value))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"_", "gettext", "ngettext", "gettext_noop"}:
            passed |= {id(argument) for argument in node.args}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed:
            yield node.value


@pytest.mark.parametrize("file", [file for file in SOURCES if relative(file) not in WORDS_OF_THE_FORM], ids=relative)
def test_no_japanese_sentence_stands_in_the_code(file: Path) -> None:
    found = {text for text in literals(file) if JAPANESE.search(text)}
    assert found == WORDS.get(relative(file), set())


def test_every_exception_is_still_needed() -> None:
    for name in WORDS_OF_THE_FORM:
        if (ROOT / name).exists():
            assert any(JAPANESE.search(text) for text in literals(ROOT / name)), name


ENGLISH = re.compile(r"[A-Za-z]{2,}(?:[ ,]+[A-Za-z]{2,}){2,}")
NO_PAGES = {
    "assets:export",
    "health",
    "notices:deliveries_file",
    "policies:readers_file",
    "reports:download",
    "reports:programme_file",
    "accounts:session",
    "account_login",
    "training:material",
    "training:roster_file",
}
NO_PAGES |= {"staff:trail_file"}
NO_PAGES |= {"staff:people_file", "staff:roll_file"}
NO_PAGES |= {"staff:headcount_file"}
NO_PAGES |= {"account_change_password"}
NO_PAGES |= {"mfa_authenticate", "mfa_deactivate_totp", "mfa_download_recovery_codes", "mfa_login_webauthn"}
NO_PAGES |= {"account_reauthenticate"}
HTML_PAGES = [name for name in PAGES if name not in NO_PAGES]


def visible_text(html: str) -> str:
    page = lxml.html.fromstring(html)
    for hidden in page.xpath("//head/*[not(self::title)] | //script | //code"):
        hidden.drop_tree()
    attributes = page.xpath("//@aria-label | //@placeholder | //@title | //@alt")
    return "\n".join([*page.itertext(), *attributes])


@pytest.mark.parametrize("name", HTML_PAGES)
def test_a_page_in_japanese_holds_no_english_sentence(name: str, reader: Client) -> None:
    text = visible_text(reader.get(address(name)).content.decode())
    assert JAPANESE.search(text)
    assert ENGLISH.findall(text) == []


def test_the_sign_in_page_and_its_errors_hold_no_english_sentence(db: None) -> None:
    for response in (
        Client().get("/sign-in/"),
        Client().post("/sign-in/", {"login": "x" * 30, "password": ""}),
    ):
        assert ENGLISH.findall(visible_text(response.content.decode())) == []


def test_the_sweep_finds_english(people: SimpleNamespace) -> None:
    browser = Client()
    browser.force_login(people.officer)
    browser.cookies["django_language"] = "en"
    assert ENGLISH.search(visible_text(browser.get("/").content.decode()))
