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
from django.urls import get_resolver
from django.utils import timezone

import accounts.actions
import accounts.actions_desk
import accounts.actions_factors
import accounts.actions_single_sign_on
import assets.actions
import audit.actions
import notices.actions
import policies.actions
import reports.actions
import staff.actions
import staff.actions_directory
import staff.actions_postings
import staff.actions_rights
import training.actions
from assets.comparing import compare
from assets.registers import REGISTERS
from audit.models import Event
from audit.wording import object_kinds
from common import files
from common.importing import Record
from reports import production
from reports.contents import document_of
from reports.models import SheetBuild
from staff import departments
from staff.audience import people_of
from staff.directory import Listing
from staff.directory_plan import Terms
from tests.cast import device, person
from tests.policies import writing
from tests.project import calls_accounts, calls_staff
from tests.project import scene as scenes
from tests.project.test_permission_matrix import patterns

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    "moka_secpolicy",
    "common",
    "audit",
    "staff",
    "accounts",
    "notices",
    "policies",
    "training",
    "assets",
    "reports",
    "devservers",
)
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
    assert not [pattern for pattern in patterns(get_resolver()) if "admin/" in pattern]
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
ACTIONS = (
    accounts.actions,
    accounts.actions_desk,
    accounts.actions_factors,
    accounts.actions_single_sign_on,
    assets.actions,
    audit.actions,
    notices.actions,
    policies.actions,
    reports.actions,
    staff.actions,
    staff.actions_directory,
    staff.actions_postings,
    staff.actions_rights,
    training.actions,
)
WITHOUT_BY = {"staff.actions.system_actor": "it is the actor; its registration names itself"}


def public_functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    for module in ACTIONS:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                yield f"{module.__name__}.{name}", function


def renamed(scene: SimpleNamespace) -> dict[str, Any]:
    return {**document_of(scene.programme), "name": "新しい名"}


def built(scene: SimpleNamespace) -> SheetBuild:
    build = reports.actions.request_build(by=scene.by, sheet=scene.sheet, here=True)
    content = b"%PDF"
    production.finish(production.claim(build.pk), production.RenderedPdf(content, 1), files.store(content, ".pdf"))
    build.refresh_from_db()
    return build


TODAY = timezone.localdate
DEPARTMENT_FILE = "所属コード,所属名,上位所属コード,建制順,開始日,終了日\n77,七課,,7,2016-04-01,\n".encode()


def told(scene: SimpleNamespace) -> dict[str, Any]:
    today = TODAY()
    words = {"title": "注意", "text": "本文", "channels": ["mail"], "audience": "all"}
    return {**words, "on": today}


def noted(scene: SimpleNamespace) -> dict[str, Any]:
    return {**told(scene), "given_on": TODAY()}


def everybody() -> Any:
    return people_of("all", on=TODAY())


def newcomer() -> Any:
    return everybody().filter(pk=person("newcomer").pk)


def planned() -> dict[str, Any]:
    values = {"title": "研修", "state": "planned", "kind": "sitting", "audience": "all", "held_on": TODAY()}
    return {"session": None, "course": "研修", "values": values, "on": TODAY()}


def marked(session: Any) -> dict[str, Any]:
    return {"session": session, "marks": {session.enrolments.first().pk: "present"}, "on": TODAY()}


def drafted_by_another(scene: SimpleNamespace) -> Any:
    of, values = writing.policy(scene.people), writing.values()
    return policies.actions.save_draft(by=scene.other, policy=of, version=None, values=values)


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
    "assets.actions.export_register": (
        lambda s: {"register": DEVICES, "kind": "csv", "rows": 3},
        "assets.export_register",
    ),
    "audit.actions.record_many": (lambda s: {"action": "staff.greet", "entries": [(s.other, {})]}, "staff.greet"),
    "audit.actions.record": (lambda s: {"action": "staff.greet", "on": s.other}, "staff.greet"),
    "notices.actions.give_notice": (told, "notices.give_notice"),
    "notices.actions.record_notice": (noted, "notices.record_notice"),
    "notices.actions.correct_notice": (
        lambda s: {"notice": scenes.notice(s.people), "values": {"counts": False}, "on": TODAY(), "reason": "訂正"},
        "notices.correct_notice",
    ),
    "notices.actions.remind": (
        lambda s: {"title": "確認", "text": "お願い", "about": "x", "people": everybody(), "on": TODAY()},
        "notices.remind",
    ),
    "notices.actions.send_again": (
        lambda s: {"deliveries": scenes.notice(s.people).deliveries.all()},
        "notices.send_again",
    ),
    "notices.actions.export_deliveries": (
        lambda s: {"notice": scenes.notice(s.people), "rows": 7},
        "notices.export_deliveries",
    ),
    "notices.actions.save_import": (
        lambda s: {
            "rows": [(None, {k: v for k, v in noted(s).items() if k != "on"})],
            "on": TODAY(),
            "reason": "import",
        },
        "notices.record_notice",
    ),
    "training.actions.save_session": (lambda s: planned(), "training.add_session"),
    "training.actions.save_import": (
        lambda s: {"rows": [(None, "研修", planned()["values"])], "on": TODAY(), "reason": "import"},
        "training.add_session",
    ),
    "training.actions.enrol": (
        lambda s: {"session": scenes.session(s.people), "people": newcomer()},
        "training.enrol",
    ),
    "training.actions.enrol_audience": (
        lambda s: {"session": training.actions.save_session(by=s.by, **planned())},
        "training.enrol",
    ),
    "training.actions.withdraw": (
        lambda s: {"enrolment": scenes.session(s.people).enrolments.first(), "reason": "異動"},
        "training.withdraw",
    ),
    "training.actions.record_attendance": (lambda s: marked(scenes.session(s.people)), "training.record_attendance"),
    "training.actions.export_roster": (
        lambda s: {"session": scenes.session(s.people), "rows": 7},
        "training.export_roster",
    ),
    "training.actions.add_material": (
        lambda s: {"session": scenes.session(s.people), "name": "資料.pdf", "suffix": ".pdf", "content": b"%PDF-2"},
        "training.add_material",
    ),
    "training.actions.remove_material": (
        lambda s: {"material": scenes.session(s.people).materials.get()},
        "training.remove_material",
    ),
    "policies.actions.add_policy": (
        lambda s: {"code": "standard", "name": "対策基準", "level": "standard"},
        "policies.add_policy",
    ),
    "policies.actions.save_draft": (
        lambda s: {"policy": writing.policy(s.people), "version": None, "values": writing.values()},
        "policies.save_draft",
    ),
    "policies.actions.discard_draft": (lambda s: {"version": writing.draft(s.people)}, "policies.discard_draft"),
    "policies.actions.publish": (
        lambda s: {"version": drafted_by_another(s), "on": writing.TODAY},
        "policies.publish",
    ),
    "policies.actions.acknowledge": (
        lambda s: {"version": writing.published(s.people), "on": writing.TODAY},
        "policies.acknowledge",
    ),
    "policies.actions.export_readers": (
        lambda s: {"version": writing.published(s.people), "rows": 7},
        "policies.export_readers",
    ),
    "reports.actions.open_next_sheet": (
        lambda s: {"programme": s.programme, "fiscal_year": 2020, "on": writing.TODAY},
        "reports.save_programme",
    ),
    "reports.actions.save_programme": (lambda s: {"document": renamed(s)}, "reports.save_programme"),
    "reports.actions.request_build": (lambda s: {"sheet": s.sheet}, "reports.request_build"),
    "reports.actions.download": (lambda s: {"build": built(s)}, "reports.download"),
    "staff.actions.save_departments": (
        lambda s: {"plans": departments.compare(DEPARTMENT_FILE).plans, "reason": "import"},
        "staff.add_department",
    ),
    "staff.actions.choose_language": (lambda s: {"language": "en"}, "staff.choose_language"),
}

CALLS |= calls_staff.CALLS
CALLS |= {
    "training.actions.download_material": (
        lambda s: {"material": scenes.session(s.people).materials.get()},
        "training.download_material",
    ),
    "reports.actions.export_programme": (lambda s: {"programme": s.programme}, "reports.export_programme"),
    "staff.actions.export_trail": (
        lambda s: {"wanted": {"action": "files"}, "kind": "csv", "rows": 3},
        "staff.export_trail",
    ),
}

CALLS |= {
    "staff.actions_directory.save_directory": (
        lambda s: {
            "listing": Listing({}, [], tells_leave=False),
            "terms": Terms(TODAY(), TODAY()),
            "sha256": "0" * 64,
            "reason": "人事異動",
        },
        "staff.import_people",
    ),
    "staff.actions_directory.export_directory": (
        lambda s: {"on": TODAY(), "kind": "csv", "rows": 3},
        "staff.export_directory",
    ),
    "staff.actions_directory.export_departments": (lambda s: {"kind": "csv", "rows": 3}, "staff.export_departments"),
    "staff.actions_directory.export_rejects": (lambda s: {"sha256": "0" * 64, "rows": 3}, "staff.export_rejects"),
}


CALLS |= calls_accounts.CALLS


def test_every_action_module_is_swept() -> None:
    swept = {Path(str(module.__file__)) for module in ACTIONS}
    assert swept == {file for file in SOURCES if file.name.startswith("actions")}


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
    scene = SimpleNamespace(
        people=people, by=people.officer, other=person("other"), sheet=sheet, programme=sheet.programme
    )
    call, action = CALLS[name]
    words = call(scene)
    before = Event.objects.latest("pk").pk
    dict(public_functions())[name](by=people.officer, **words)
    (event,) = Event.objects.filter(pk__gt=before)
    assert (event.action, event.actor_uid) == (action, people.officer.uid)
    assert event.leaf_hash == event.computed_leaf_hash()
    assert event.object_type in object_kinds(), "the auditors' page cannot search for it"
