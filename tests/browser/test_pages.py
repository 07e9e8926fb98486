"""Every page at 1280, 375 and 320 px, in Japanese and English: axe finds nothing, nothing sticks out."""

from types import SimpleNamespace

import pytest

from assets.actions import save_entry
from assets.registers import REGISTERS
from reports import production
from reports.actions import request_build
from reports.models import Failure
from tests import cast
from tests.browser.conftest import Open
from tests.browser.looking import Scene, add_a_row, choose, look, speak, submit
from tests.project.scene import everything

P = "/reports/programmes/moka-security-policy/"


BEFORE_A_BUILD = [
    Scene("register", "officer", "/assets/devices/"),
    Scene("register-sorted", "manager", "/assets/devices/?sort=-name"),
    Scene("register-nothing", "officer", "/assets/devices/?q=ないもの"),
    Scene("register-empty", "officer", "/assets/information/"),
    Scene("sign-in", "", "/sign-in/"),
    Scene("sign-in-error", "", "/sign-in/", submit(login="demo-officer", password="wrong")),
    Scene("home-officer", "officer", "/"),
    Scene("home-employee", "employee", "/"),
    Scene("home-manager-empty", "manager", "/"),
    Scene("sheet-officer-empty", "officer", f"{P}sheets/2019/"),
    Scene("sheet-manager-empty", "manager", f"{P}sheets/2019/"),
]
DAILY_WORK = [
    Scene("home-employee-to-do", "employee", "/"),
    Scene("home-officer-state", "officer", "/"),
    Scene("policies", "employee", "/policies/"),
    Scene("policies-officer", "officer", "/policies/"),
    Scene("policy", "officer", "/policies/basic-policy/"),
    Scene("policy-add-error", "officer", "/policies/new/", submit(name="")),
    Scene("version-to-confirm", "employee", "/policies/versions/{version}/"),
    Scene("version-draft", "officer", "/policies/versions/{draft}/"),
    Scene("version-readers", "manager", "/policies/versions/{version}/readers/"),
    Scene("version-readers-none", "officer", "/policies/versions/{version}/readers/?q=いない人"),
    Scene("draft-edit", "officer", "/policies/versions/{draft}/edit/"),
    Scene("draft-edit-error", "officer", "/policies/versions/{draft}/edit/", submit(established_on="13/13", text="")),
    Scene("draft-discard", "officer", "/policies/versions/{draft}/discard/"),
    Scene("draft-publish-own", "officer", "/policies/versions/{draft}/publish/"),
    Scene("training", "employee", "/training/"),
    Scene("training-officer", "officer", "/training/"),
    Scene("training-nothing", "manager", "/training/?year=1999"),
    Scene("session", "employee", "/training/sessions/{session}/"),
    Scene("session-officer", "officer", "/training/sessions/{session}/"),
    Scene("session-manager", "manager", "/training/sessions/{session}/"),
    Scene("session-edit", "officer", "/training/sessions/{session}/edit/"),
    Scene("session-add-error", "officer", "/training/sessions/new/", submit(course="", held_on="13/13")),
    Scene("session-enrol-error", "officer", "/training/sessions/{session}/roster/new/", submit(employee_number="9")),
    Scene("session-withdraw", "officer", "/training/sessions/{session}/roster/{enrolment}/withdraw/"),
    Scene("attendance", "officer", "/training/sessions/{session}/attendance/"),
    Scene("attendance-import", "officer", "/training/sessions/{session}/attendance/import/"),
    Scene("material-add", "officer", "/training/sessions/{session}/materials/new/"),
    Scene("material-remove", "officer", "/training/materials/{material}/remove/"),
    Scene("notices", "officer", "/notices/"),
    Scene("notices-employee", "employee", "/notices/"),
    Scene("notice", "employee", "/notices/{notice}/"),
    Scene("notice-stuck", "officer", "/notices/{notice}/"),
    Scene("notice-give", "officer", "/notices/new/"),
    Scene("notice-give-error", "officer", "/notices/new/", submit(title="")),
    Scene("notice-preview", "officer", "/notices/new/", submit(title="注意", text="開かないでください。")),
    Scene("notice-record-error", "officer", "/notices/record/", submit(title="", given_on="13/13")),
    Scene("notice-correct", "officer", "/notices/{notice}/correct/"),
    Scene("entry", "officer", "/assets/devices/{entry}/"),
    Scene("entry-edit", "officer", "/assets/devices/{entry}/edit/"),
    Scene("entry-add-error", "officer", "/assets/information/new/", submit(number="")),
    Scene("entry-import", "officer", "/assets/devices/import/"),
    Scene("entry-import-error", "officer", "/assets/devices/import/", choose("devices.csv", "管理番号,名称\nX-1,\n")),
    Scene("figure", "officer", f"{P}figures/activity-1/2019/"),
    Scene("figure-searched", "manager", f"{P}figures/activity-1/2019/?q=ないもの"),
]
AFTER_A_BUILD = [
    Scene("home-manager", "manager", "/"),
    Scene("programmes", "manager", "/reports/programmes/"),
    Scene("programme-officer", "officer", P),
    Scene("programme-manager", "manager", P),
    Scene("sheet-officer", "officer", f"{P}sheets/2019/"),
    Scene("sheet-manager", "manager", f"{P}sheets/2019/"),
    Scene("history", "officer", f"{P}history/"),
    Scene("history-figure", "manager", f"{P}history/?place=indicators.activity.1.actual.2019"),
    Scene("history-none", "manager", f"{P}history/?place=nothing"),
    Scene("build-queued", "officer", "/reports/builds/{queued}/"),
    Scene("build-building", "officer", "/reports/builds/{building}/"),
    Scene("build-done", "officer", "/reports/builds/{done}/"),
    Scene("build-failed", "officer", "/reports/builds/{failed}/"),
    Scene("edit-texts", "officer", f"{P}edit/texts/"),
    Scene("edit-texts-error", "officer", f"{P}edit/texts/", submit(name="", period_from="")),
    Scene("edit-indicator", "officer", f"{P}edit/indicators/activity-1/"),
    Scene(
        "edit-indicator-error",
        "officer",
        f"{P}edit/indicators/activity-1/",
        submit(name="", years__0__actual="四", years__1__fiscal_year="2016"),
    ),
    Scene("edit-indicator-row", "officer", f"{P}edit/indicators/activity-1/", add_a_row),
    Scene("add-indicator", "officer", f"{P}edit/indicators/new/"),
    Scene("edit-costs", "officer", f"{P}edit/costs/2019-actual/"),
    Scene("edit-costs-error", "officer", f"{P}edit/costs/2019-actual/", submit(national="abc", hours="")),
    Scene("edit-sheet", "officer", f"{P}edit/sheets/2019/"),
    Scene("edit-sheet-error", "officer", f"{P}edit/sheets/2019/", submit(fiscal_year="99999")),
    Scene("saved", "officer", f"{P}edit/indicators/activity-2/", submit(years__3__actual="40")),
    Scene("remove", "officer", f"{P}edit/indicators/activity-1/remove/"),
    Scene("refused", "officer", f"{P}edit/sheets/2019/remove/", submit()),
    Scene("forbidden", "employee", f"{P}sheets/2019/"),
    Scene("not-found", "officer", f"{P}sheets/1999/"),
]


def builds(portal: SimpleNamespace) -> dict[str, int]:
    """Put one build into each state, as the worker would, and return their numbers."""
    made = {
        state: request_build(by=portal.people.officer, sheet=portal.sheet, here=True)
        for state in ("failed", "queued", "building", "done")
    }
    production.produce(made["done"].pk)
    production.claim(made["building"].pk)
    given_up = production.claim(made["failed"].pk)
    assert given_up
    production.give_up(given_up, Failure.TIME_LIMIT)
    return {state: build.pk for state, build in made.items()}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_is_accessible_and_fits(language: str, portal: SimpleNamespace, open_page: Open) -> None:
    faults: dict[str, list[str]] = {}
    pages = {role: open_page(getattr(portal.people, role, None)) for role in ("", "employee", "manager", "officer")}
    for page in pages.values():
        speak(page, language)
    for number in range(3):
        device = cast.device(f"X-{number}", acquired_on=cast.SINCE, department_code="012010")
        save_entry(by=portal.people.officer, register=REGISTERS["devices"], entry=None, values=device, reason="購入")
    for scene in BEFORE_A_BUILD:
        look(pages[scene.role], scene, scene.address, language, faults)
    numbers = everything(portal.people, portal.sheet)
    for scene in DAILY_WORK:
        look(pages[scene.role], scene, scene.address.format(**numbers), language, faults)
    numbers = builds(portal)
    for scene in AFTER_A_BUILD:
        look(pages[scene.role], scene, scene.address.format(**numbers), language, faults)
    assert {name: found for name, found in faults.items() if found} == {}
    assert len(faults) == len(BEFORE_A_BUILD) + len(DAILY_WORK) + len(AFTER_A_BUILD)
