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
from tests.browser.looking import Scene, add_a_row, look, speak, submit

P = "/reports/programmes/moka-security-policy/"


BEFORE_A_BUILD = [
    Scene("register", "officer", "/assets/devices/"),
    Scene("register-sorted", "manager", "/assets/devices/?sort=-name"),
    Scene("register-nothing", "officer", "/assets/devices/?q=ないもの"),
    Scene("register-empty", "officer", "/assets/information/"),
    Scene("sign-in", "", "/sign-in/"),
    Scene("sign-in-error", "", "/sign-in/", submit(employee_number="demo-officer", password="wrong")),
    Scene("home-officer", "officer", "/"),
    Scene("home-employee", "employee", "/"),
    Scene("home-manager-empty", "manager", "/"),
    Scene("sheet-officer-empty", "officer", f"{P}sheets/2019/"),
    Scene("sheet-manager-empty", "manager", f"{P}sheets/2019/"),
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
    numbers = builds(portal)
    for scene in AFTER_A_BUILD:
        look(pages[scene.role], scene, scene.address.format(**numbers), language, faults)
    assert {name: found for name, found in faults.items() if found} == {}
    assert len(faults) == len(BEFORE_A_BUILD) + len(AFTER_A_BUILD)
