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
ROLES = ("", "employee", "manager", "officer", "auditor", "administrator")
TRAIL = [
    Scene("trail", "auditor", "/trail/"),
    Scene("trail-searched", "auditor", "/trail/?action=files&since=R8.4.1"),
    Scene("trail-several", "auditor", "/trail/?who=%7C"),
    Scene("trail-error", "auditor", "/trail/", submit(since="13/13", address="x")),
    Scene("trail-nothing", "auditor", "/trail/?since=2199-01-01"),
    Scene("trail-object", "auditor", "/trail/?object_type=policies.PolicyVersion&object_id={version}"),
    Scene("event", "auditor", "/trail/{event}/"),
    Scene("retention", "auditor", "/trail/retention/"),
]

DAILY_WORK += [
    Scene("profile", "manager", "/profile/"),
    Scene("profile-officer", "officer", "/profile/"),
    Scene("directory", "employee", "/people/"),
    Scene("directory-records", "administrator", "/people/?state=all"),
    Scene("directory-nothing", "employee", "/people/?q=いない人"),
    Scene("person-employee", "employee", "/people/{head}/"),
    Scene("person-manager", "manager", "/people/{person}/"),
    Scene("person-administrator", "administrator", "/people/{head}/"),
    Scene("person-add-error", "administrator", "/people/new/", submit(employee_number="", joined_on="13/13")),
    Scene("person-edit", "administrator", "/people/{person}/edit/"),
    Scene("role-grant", "administrator", "/people/{person}/roles/new/"),
    Scene("role-grant-error", "administrator", "/people/{person}/roles/new/", submit(valid_from="13/13", reason="")),
    Scene("role-end", "administrator", "/roles/{grant}/end/"),
    Scene("deputy-appoint", "manager", "/people/{head}/deputies/new/"),
    Scene("deputy-appoint-error", "manager", "/people/{head}/deputies/new/", submit(valid_to="13/13", reason="")),
    Scene("deputy-end", "manager", "/deputies/{deputy}/end/"),
    Scene("administration", "administrator", "/administration/"),
    Scene("administration-roles", "administrator", "/administration/roles/"),
    Scene("administration-mail", "administrator", "/administration/without-mail/"),
    Scene("administration-empty", "administrator", "/administration/disabled/"),
    Scene("departments", "employee", "/departments/"),
    Scene("departments-past", "employee", "/departments/?on=R1.5.1"),
    Scene("departments-error", "employee", "/departments/?on=13/13"),
    Scene("department", "employee", "/departments/011010/"),
    Scene("department-past", "employee", "/departments/011010/?on=R1.5.1"),
]


R, WHY = "/departments/reorganise/", {"reason": "組織改正"}
DAILY_WORK += [
    Scene("headcount", "administrator", "/departments/headcount/"),
    Scene("headcount-manager", "manager", "/departments/headcount/?on=R1.5.1"),
    Scene("headcount-error", "manager", "/departments/headcount/?on=13/13"),
    Scene("headcount-nothing", "administrator", "/departments/headcount/?on=H10.5.1"),
    Scene("reorganise", "administrator", R),
    Scene("reorganise-rename", "administrator", f"{R}rename/?code=012010", submit(name="市民生活課", **WHY)),
    Scene("reorganise-move", "administrator", f"{R}move/?code=012010"),
    Scene("reorganise-add-error", "administrator", f"{R}add/", submit(code="012010", order="-1", on="13/13")),
    Scene("reorganise-close-error", "administrator", f"{R}close/?code=012010", submit(**WHY)),
    Scene(
        "reorganise-merge",
        "administrator",
        f"{R}merge/",
        submit(codes="012010 013010", code="014010", name="市民税務課", **WHY),
    ),
    Scene(
        "reorganise-split",
        "administrator",
        f"{R}split/?code=012010",
        submit(parts="012010\n012020 戸籍課", **WHY),
    ),
    Scene("posting-add", "administrator", "/people/{person}/postings/new/"),
    Scene("posting-add-error", "administrator", "/people/{person}/postings/new/", submit(valid_from="13/13")),
    Scene("posting-end", "administrator", "/postings/{posting}/end/"),
    Scene("leave-add-error", "administrator", "/people/{person}/leave/new/", submit(valid_from="13/13")),
    Scene("leave-end", "administrator", "/leave/{leave}/end/"),
    Scene("handover", "administrator", "/handover/"),
    Scene("handover-error", "officer", "/handover/?year=abc"),
]

PEOPLE = (
    "職員番号,氏名,ふりがな,メール,所属コード,役職,雇用区分,所属長,本務兼務,採用日,退職日\n"
    "0008,新人 花子,しんじん はなこ,hanako@moka.example,012010,主事,正規職員,いいえ,本務,2026-04-01,\n"
    "001,𠮷田 瀨奈,よしだ せな,,013010,主任,正規職員,いいえ,本務,2016-04-01,\n"
)
SECTIONS = "所属コード,所属名,上位所属コード,建制順,開始日,終了日\n0110,総務部,,1,2016-04-01,2027-03-31\n0120,市民部,,9,2026-04-01,\n"
DAILY_WORK += [
    Scene("directory-import", "administrator", "/people/import/"),
    Scene("directory-import-preview", "administrator", "/people/import/", choose("people.csv", PEOPLE)),
    Scene("directory-import-error", "administrator", "/people/import/", choose("a.csv", PEOPLE.replace("012010", "9"))),
    Scene("directory-export", "auditor", "/people/export/"),
    Scene("departments-import", "administrator", "/departments/import/"),
    Scene("departments-import-preview", "administrator", "/departments/import/", choose("a.csv", SECTIONS)),
    Scene("departments-import-error", "administrator", "/departments/import/", choose("a.csv", SECTIONS + "0110,\n")),
    Scene("departments-export", "auditor", "/departments/export/"),
]

FACTORS = "/account/factors/"
PASSKEYS = f"{FACTORS}passkeys/"
CONFIRM = "/account/reauthenticate/"
DAILY_WORK += [
    Scene("factors", "officer", FACTORS),
    Scene("factors-held", "employee", FACTORS),
    Scene("factor-app", "officer", f"{FACTORS}app/add/"),
    Scene("factor-app-error", "officer", f"{FACTORS}app/add/", submit(code="1")),
    Scene("factor-codes-held", "employee", f"{FACTORS}codes/"),
    Scene("factor-codes-new", "employee", f"{FACTORS}codes/new/"),
    Scene("passkeys-held", "employee", PASSKEYS),
    Scene("passkeys-none", "officer", PASSKEYS),
    Scene("passkey-new", "officer", f"{PASSKEYS}add/"),
    Scene("passkey-rename-error", "employee", f"{PASSKEYS}{{passkey}}/", submit(name="")),
    Scene("passkey-remove", "employee", f"{PASSKEYS}{{passkey}}/remove/"),
    Scene("confirm", "officer", f"{CONFIRM}?next=/account/"),
    Scene("confirm-error", "officer", CONFIRM, submit(password="wrong")),
    Scene("confirm-code", "employee", f"{CONFIRM}code/"),
    Scene("confirm-passkey", "employee", f"{CONFIRM}passkey/"),
]

DESK = "/administration/accounts/"
FIRST = "/account/first/"
DAILY_WORK += [
    Scene("account", "officer", "/account/"),
    Scene("sessions", "officer", "/account/sessions/"),
    Scene("password", "officer", "/account/password/"),
    Scene("password-error", "officer", "/account/password/", submit(oldpassword="x", password1="moka", password2="y")),
    Scene("first-password", "", f"{FIRST}{{link}}/"),
    Scene("first-password-error", "", f"{FIRST}{{link}}/", submit(password1="moka", password2="y")),
    Scene("first-password-dead", "", f"{FIRST}1-none/"),
    Scene("first-password-done", "", f"{FIRST}done/"),
    Scene("account-inactive", "", "/account/inactive/"),
    Scene("desk", "administrator", DESK),
    Scene("desk-nothing", "administrator", f"{DESK}?q=いない人&state=disabled"),
    Scene("desk-person", "administrator", f"{DESK}{{person}}/"),
    Scene("desk-act", "administrator", f"{DESK}{{person}}/disable/"),
    Scene("desk-act-error", "administrator", f"{DESK}{{person}}/notice/", submit(reason="")),
    Scene("desk-links", "administrator", f"{DESK}links/"),
    Scene("desk-notices", "administrator", f"{DESK}notices/"),
    Scene("desk-notices-error", "administrator", f"{DESK}notices/", submit(reason="")),
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
    pages = {role: open_page(getattr(portal.people, role, None)) for role in ROLES}
    for page in pages.values():
        speak(page, language)
    for number in range(3):
        device = cast.device(f"X-{number}", acquired_on=cast.SINCE, department_code="012010")
        save_entry(by=portal.people.officer, register=REGISTERS["devices"], entry=None, values=device, reason="購入")
    for scene in BEFORE_A_BUILD:
        look(pages[scene.role], scene, scene.address, language, faults)
    numbers = everything(portal.people, portal.sheet)
    for scene in [*DAILY_WORK, *TRAIL]:
        look(pages[scene.role], scene, scene.address.format(**numbers), language, faults)
    numbers = builds(portal)
    for scene in AFTER_A_BUILD:
        look(pages[scene.role], scene, scene.address.format(**numbers), language, faults)
    assert {name: found for name, found in faults.items() if found} == {}
    assert len(faults) == len(BEFORE_A_BUILD) + len(DAILY_WORK) + len(TRAIL) + len(AFTER_A_BUILD)
