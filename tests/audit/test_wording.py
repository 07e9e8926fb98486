"""Every action and object that the trail may hold has words, in every app, and no word stands for nothing."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.utils import translation

from audit import wording
from moka_secpolicy.celery import app as celery
from tests.project.test_catalogue import ENGLISH, JAPANESE
from tests.project.test_code import CALLS, PACKAGES, ROOT, SOURCES, relative

APPS = {name for name in PACKAGES if (ROOT / name / "events.py").exists()}
celery.loader.import_default_modules()
RECORDS = {"record", "record_many"}
WRITERS = [
    file for file in SOURCES if RECORDS & {getattr(node, "id", "") for node in ast.walk(ast.parse(file.read_text()))}
]


def codes_in(file: Path) -> set[str]:
    """Return every text of a module that could be an action's code; what Celery's tasks are called is none."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            app, dot, verb = node.value.partition(".")
            if dot and app in APPS and verb.isidentifier() and verb == verb.lower():
                found.add(node.value)
    return found - set(celery.tasks)


def test_the_sweep_sees_those_who_record() -> None:
    assert {"staff/actions.py", "reports/production.py", "training/actions.py"} <= {relative(file) for file in WRITERS}
    assert {"staff", "accounts", "reports", "assets"} <= APPS


@pytest.mark.parametrize("file", WRITERS, ids=relative)
def test_every_action_that_is_recorded_has_words(file: Path) -> None:
    assert codes_in(file) - set(wording.action_codes()) == set()


@pytest.mark.parametrize("file", WRITERS, ids=relative)
def test_an_action_s_code_is_written_out_where_it_is_recorded(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.keyword) and node.arg == "action":
            assert not isinstance(node.value, ast.JoinedStr | ast.BinOp), f"line {node.value.lineno}"


def test_no_words_stand_for_an_action_that_is_never_recorded() -> None:
    recorded = set().union(*(codes_in(file) for file in SOURCES if file.name != "events.py"))
    assert set(wording.action_codes()) - recorded == set()


def test_the_actions_of_the_table_are_among_them() -> None:
    events = {event for _call, event in CALLS.values()} - {"staff.greet"}
    assert events - set(wording.action_codes()) == set()


@pytest.mark.parametrize("code", sorted(wording.action_codes()))
def test_an_action_is_called_something_in_both_languages(code: str) -> None:
    with translation.override("ja"):
        assert JAPANESE.search(wording.words_of(code))
        assert not ENGLISH.search(wording.words_of(code))
    with translation.override("en"):
        assert not JAPANESE.search(wording.words_of(code))


def test_no_two_actions_are_called_the_same() -> None:
    with translation.override("ja"):
        words = [wording.words_of(code) for code in wording.action_codes()]
    assert sorted(words) == sorted(set(words))


def test_every_kind_of_object_is_a_model_with_a_name_of_its_own() -> None:
    with translation.override("ja"):
        kinds = wording.object_kinds()
    for label, words in kinds.items():
        assert apps.get_model(label)._meta.label == label
        assert JAPANESE.search(words), label
    assert sorted(kinds.values()) == sorted(set(kinds.values()))


def test_what_is_not_known_is_called_by_its_code() -> None:
    assert wording.words_of("gone.verb") == "gone.verb"
    for label in ("gone.Model", "nothing", "", "a.b.c"):
        assert wording.kind_of(label) == label
        assert wording.links(label, None, {1}, None) == {}  # type: ignore[arg-type]


def test_an_action_cannot_be_named_twice() -> None:
    with pytest.raises(ValueError, match=r"staff\.register"):
        wording.name_actions(wording.FILES, {"staff.register": "again"})
