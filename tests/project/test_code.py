"""The shape of the code: small files, small functions, no forbidden places, no model without its migration."""

import ast
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.test import RequestFactory
from django.urls import get_resolver

import assets.actions
import audit.actions
import reports.actions
import staff.actions
from assets.comparing import compare
from assets.registers import REGISTERS
from audit.models import Event
from common import files
from common.importing import Record
from reports import production
from reports.contents import document_of
from reports.models import SheetBuild
from tests.cast import SINCE, department, device, person
from tests.project.test_permission_matrix import patterns

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("moka_secpolicy", "common", "audit", "staff", "policies", "training", "assets", "reports", "devservers")
SOURCES = sorted(file for name in PACKAGES for file in (ROOT / name).rglob("*.py") if "migrations" not in file.parts)
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
MODULE, VIEW, ACTION, TEMPLATE = 400, 20, 30, 120
FORBIDDEN = {"utils.py", "helpers.py", "services.py", "managers.py", "signals.py", "admin.py", "selectors.py"}


def functions(file: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef):
            yield node


def lines(node: ast.FunctionDef) -> int:
    """Return how many lines the body has, its docstring included."""
    return (node.end_lineno or 0) - node.body[0].lineno + 1


def relative(file: Path) -> str:
    return str(file.relative_to(ROOT))


def test_the_sweeps_see_the_code() -> None:
    assert {"staff/actions.py", "reports/views.py", "common/bell.py"} <= {relative(file) for file in SOURCES}
    assert len(TEMPLATES) > 40
    assert {name for name in PACKAGES if name in {label.partition(".")[0] for label in settings.INSTALLED_APPS}} == (
        set(PACKAGES) - {"moka_secpolicy", "devservers"}
    )


@pytest.mark.parametrize("file", [*SOURCES, *TESTS], ids=relative)
def test_a_module_can_be_read_at_one_sitting(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= MODULE


@pytest.mark.parametrize("file", [file for file in SOURCES if file.name.startswith("views")], ids=relative)
def test_a_view_is_short(file: Path) -> None:
    for node in functions(file):
        assert lines(node) <= VIEW, f"{node.name}: {lines(node)} lines"


@pytest.mark.parametrize("file", SOURCES, ids=relative)
def test_a_function_is_short(file: Path) -> None:
    for node in functions(file):
        assert lines(node) <= ACTION, f"{node.name}: {lines(node)} lines"


@pytest.mark.parametrize("file", [file for file in SOURCES if file.name == "tasks.py"], ids=relative)
def test_a_task_is_shorter_still(file: Path) -> None:
    for node in functions(file):
        assert lines(node) <= 8, node.name


@pytest.mark.parametrize("file", TEMPLATES, ids=relative)
def test_a_template_is_short(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= TEMPLATE


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [relative(file) for file in SOURCES if file.name in FORBIDDEN] == []


def test_there_is_no_way_round_the_actions_through_django_s_admin() -> None:
    assert not [name for name in settings.INSTALLED_APPS if "admin" in name]
    assert not [pattern for pattern in patterns(get_resolver()) if "admin" in pattern]
    for file in SOURCES:
        assert "contrib.admin" not in file.read_text(), relative(file)


def test_an_app_has_six_models_at_most() -> None:
    for config in apps.get_app_configs():
        if config.name in PACKAGES:
            assert len(list(config.get_models())) <= 6, config.name


def test_every_model_change_has_its_migration(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


# --- Actions ------------------------------------------------------------------------------------------------------

DEVICES = REGISTERS["devices"]
ACTIONS = (assets.actions, audit.actions, reports.actions, staff.actions)
WITHOUT_BY = {"staff.actions.system_actor": "it is the actor; its registration names itself"}


def public_functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    for module in ACTIONS:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                yield f"{module.__name__}.{name}", function


def session_request(person: Any = None) -> Any:
    from django.contrib.sessions.backends.db import SessionStore

    request = RequestFactory().post("/")
    request.session = SessionStore()
    request.user = person
    return request


def renamed(scene: SimpleNamespace) -> dict[str, Any]:
    return {**document_of(scene.programme), "name": "新しい名"}


def built(scene: SimpleNamespace) -> SheetBuild:
    build = reports.actions.request_build(by=scene.by, sheet=scene.sheet, here=True)
    content = b"%PDF"
    production.finish(production.claim(build.pk), production.RenderedPdf(content, 1), files.store(content, ".pdf"))
    build.refresh_from_db()
    return build


# action: how it is called, given a scene, and the event that it leaves
CALLS: dict[str, tuple[Callable[[SimpleNamespace], dict[str, Any]], str]] = {
    "assets.actions.save_entry": (
        lambda s: {"register": DEVICES, "entry": None, "values": device("X-1"), "reason": "購入"},
        "assets.add_entry",
    ),
    "assets.actions.save_import": (
        lambda s: {"comparison": compare(DEVICES, [Record(2, device("X-1"))]), "reason": "import"},
        "assets.add_entry",
    ),
    "audit.actions.record_many": (lambda s: {"action": "staff.greet", "entries": [(s.other, {})]}, "staff.greet"),
    "audit.actions.record": (lambda s: {"action": "staff.greet", "on": s.other}, "staff.greet"),
    "reports.actions.save_programme": (lambda s: {"document": renamed(s)}, "reports.save_programme"),
    "reports.actions.request_build": (lambda s: {"sheet": s.sheet}, "reports.request_build"),
    "reports.actions.download": (lambda s: {"build": built(s)}, "reports.download"),
    "staff.actions.register": (
        lambda s: {"employee_number": "new", "name": "新人", "joined_on": SINCE},
        "staff.register",
    ),
    "staff.actions.set_password": (
        lambda s: {"person": s.other, "password": "とても長い合い言葉です-123"},
        "staff.set_password",
    ),
    "staff.actions.add_department": (
        lambda s: {"code": "9", "name": "九課", "parent_code": "", "order": 9, "valid_from": SINCE},
        "staff.add_department",
    ),
    "staff.actions.post": (
        lambda s: {"person": s.other, "department": department("8", "八課"), "valid_from": SINCE},
        "staff.post",
    ),
    "staff.actions.grant_role": (
        lambda s: {"person": s.other, "role": "auditor", "valid_from": SINCE},
        "staff.grant_role",
    ),
    "staff.actions.choose_language": (lambda s: {"language": "en"}, "staff.choose_language"),
    "staff.actions.sign_in": (lambda s: {"request": session_request()}, "staff.sign_in"),
    "staff.actions.sign_out": (lambda s: {"request": session_request(s.by)}, "staff.sign_out"),
}


def test_every_action_module_is_swept() -> None:
    swept = {Path(str(module.__file__)) for module in ACTIONS}
    assert swept == {file for file in SOURCES if file.name == "actions.py"}


def test_every_action_is_in_the_table() -> None:
    assert {name for name, _ in public_functions()} == set(CALLS) | set(WITHOUT_BY)


@pytest.mark.parametrize("name", CALLS)
def test_an_action_takes_keywords_only_and_says_who_acts(name: str) -> None:
    parameters = inspect.signature(dict(public_functions())[name]).parameters
    assert {parameter.kind for parameter in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}
    assert parameters["by"].default is inspect.Parameter.empty
    assert all(parameter.annotation is not inspect.Parameter.empty for parameter in parameters.values())


@pytest.mark.parametrize("name", CALLS)
def test_an_action_leaves_one_event_of_who_did_it(name: str, people: SimpleNamespace, sheet: Any) -> None:
    scene = SimpleNamespace(by=people.officer, other=person("other"), sheet=sheet, programme=sheet.programme)
    call, action = CALLS[name]
    words = call(scene)
    before = Event.objects.latest("pk").pk
    dict(public_functions())[name](by=people.officer, **words)
    (event,) = Event.objects.filter(pk__gt=before)
    assert (event.action, event.actor_uid) == (action, people.officer.uid)
    assert event.leaf_hash == event.computed_leaf_hash()
