"""The screens of a reorganisation: choose a step, see what it would do, choose who goes where, save it."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from common.fiscal_year import current, first_day
from staff import actions
from staff.models import Department, Posting
from tests import cast

pytestmark = pytest.mark.django_db
BASE = "/departments/reorganise/"
SPRING = first_day(current() + 1)
ON = {"on": SPRING.isoformat(), "reason": "組織改正"}


@pytest.fixture
def browser(people: SimpleNamespace, sign_in: Any) -> Client:
    """A browser of the administrator, in English, so that the sentences can be read here."""
    client: Client = sign_in(people.administrator)
    client.cookies["django_language"] = "en"
    return client


def page(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content.decode()[-3000:]
    return " ".join(response.content.decode().split())


def seen(text: str) -> str:
    return text.partition('name="seen" value="')[2].partition('"')[0]


def saved(browser: Client, kind: str, **more: str) -> None:
    """Go through the preview and save what it shows."""
    shown = page(browser.post(f"{BASE}{kind}/", {**ON, **more}))
    response = browser.post(f"{BASE}{kind}/", {**ON, **more, "save": "1", "seen": seen(shown)})
    assert response.status_code == 302, response.content.decode()[-3000:]


def test_the_page_leads_to_each_step_and_shows_what_is_to_come(browser: Client) -> None:
    text = page(browser.get(BASE))
    for kind in ("rename", "merge", "split", "move", "add", "close"):
        assert f'href="{BASE}{kind}/"' in text
    assert "No change is recorded for a day to come." in text
    saved(browser, "rename", code="012010", name="市民生活課")
    assert f"市民課 (012010) is called 市民生活課 from {SPRING} on." in page(browser.get(BASE))
    assert f'href="{BASE}merge/?code=012010"' in page(browser.get(f"{BASE}?code=012010"))


def test_a_step_begins_on_the_first_day_of_the_next_fiscal_year_and_with_the_department_given(browser: Client) -> None:
    text = page(browser.get(f"{BASE}rename/?code=012010"))
    assert f'value="{SPRING}"' in text
    assert '<option value="012010" selected>012010 市民課</option>' in text
    assert 'value="012010"' in page(browser.get(f"{BASE}merge/?code=012010"))
    assert page(browser.get(f"{BASE}rename/?code=%00"))


def test_nothing_is_saved_by_a_preview_and_what_was_typed_can_be_edited(browser: Client) -> None:
    before = Event.objects.count()
    typed = {**ON, "code": "012010", "name": "市民生活課"}
    text = page(browser.post(f"{BASE}rename/", typed))
    assert f"市民課 (012010) is called 市民生活課 from {SPRING} on." in text
    assert "Nobody moves." in text
    text = page(browser.post(f"{BASE}rename/", {**typed, "edit": "1"}))
    assert 'value="市民生活課"' in text and "<h1>Rename a department</h1>" in text
    assert (Event.objects.count(), Department.objects.filter(code="012010").count()) == (before, 1)


def test_a_merger_is_previewed_in_words_with_its_people_and_their_head(
    browser: Client, people: SimpleNamespace
) -> None:
    typed = {"codes": "012010、013010", "code": "014010", "name": "市民税務課"}
    text = page(browser.post(f"{BASE}merge/", {**ON, **typed}))
    eve = SPRING - dt.timedelta(days=1)
    for sentence in (
        f"市民課 (012010) ends on {eve}.",
        f"税務課 (013010) ends on {eve}.",
        f"市民税務課 (014010) begins on {SPRING}, below the top of the city.",
        "4 postings go on in 市民税務課.",
    ):
        assert sentence in text
    assert people.manager.name in text and people.other_department.employee_number in text
    head = people.manager.postings.get()
    assert f'name="head-{head.pk}"' in text
    again = {**ON, **typed, "save": "1", "seen": seen(text)}
    assert browser.post(f"{BASE}merge/", again).status_code == 302
    now = Posting.objects.in_force(SPRING)
    assert now.of_codes(["014010"]).count() == 4
    assert not now.filter(is_head=True, department__code="014010").exists(), "the box was left empty"
    assert "014010" in str(list(Event.objects.filter(action="staff.post").values_list("data", flat=True)))


def test_the_box_of_a_head_keeps_the_head(browser: Client, people: SimpleNamespace) -> None:
    head = people.manager.postings.get()
    saved(browser, "merge", codes="012010 013010", code="012010", **{f"head-{head.pk}": "on"})
    assert people.manager.headed_codes_on(SPRING) == {"012010"}
    assert people.manager.postings.count() == 1
    assert people.other_department.main_posting_on(SPRING).department.code == "012010"


def test_a_split_asks_for_each_person_and_each_department_below(browser: Client, people: SimpleNamespace) -> None:
    below = cast.department("01201001", "窓口係", "012010")
    one, head = people.employee.postings.get(), people.manager.postings.get()
    typed = {"code": "012010", "parts": "012010\r\n012020　戸籍課"}
    text = page(browser.post(f"{BASE}split/", {**ON, **typed}))
    assert f'name="to-{one.pk}"' in text and f'name="section-{below.pk}"' in text
    assert "戸籍課 has no head from the first day on." in text
    chosen = {f"to-{one.pk}": "012020", f"section-{below.pk}": "012020", f"head-{head.pk}": "on"}
    again = {**ON, **typed, **chosen, "save": "1", "seen": seen(text)}
    assert browser.post(f"{BASE}split/", again).status_code == 302
    assert people.employee.main_posting_on(SPRING).department.name == "戸籍課"
    assert people.manager.main_posting_on(SPRING).department.code == "012010"
    assert Department.objects.in_force(SPRING).get(code="01201001").parent_code == "012020"


def test_a_choice_that_is_none_of_the_parts_is_told_and_nothing_is_saved(
    browser: Client, people: SimpleNamespace
) -> None:
    one = people.employee.postings.get()
    typed = {"code": "012010", "parts": "012010\n012020 戸籍課"}
    text = page(browser.post(f"{BASE}split/", {**ON, **typed}))
    again = {**ON, **typed, f"to-{one.pk}": "099", "save": "1", "seen": seen(text)}
    assert "error-summary" in page(browser.post(f"{BASE}split/", again), 400)
    assert not Department.objects.filter(code="012020").exists()


def test_what_changed_meanwhile_is_shown_again_with_the_choices_made(browser: Client, people: SimpleNamespace) -> None:
    one = people.employee.postings.get()
    typed = {"code": "012010", "parts": "012010\n012020 戸籍課"}
    text = page(browser.post(f"{BASE}split/", {**ON, **typed}))
    by, where = people.ciso, Department.objects.get(code="012010")
    newcomer = cast.person("n1", "新人 一")
    actions.post(by=by, person=newcomer, department=where, valid_from=cast.SINCE)
    again = {**ON, **typed, f"to-{one.pk}": "012020", "save": "1", "seen": seen(text)}
    told = page(browser.post(f"{BASE}split/", again), 400)
    assert "have changed since you saw this" in told
    assert "新人 一" in told and '<option value="012020" selected>' in told
    assert not Department.objects.filter(code="012020").exists()
    assert browser.post(f"{BASE}split/", {**again, "seen": seen(told)}).status_code == 302
    assert newcomer.main_posting_on(SPRING).department.code == "012010"


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("rename", {"code": "012010", "name": ""}, "This field is required."),
        ("rename", {"code": "099", "name": "課"}, "Select a valid choice"),
        ("rename", {"code": "012010", "name": "市民課"}, "The department is called so already."),
        ("move", {"code": "0110", "parent_code": "011010"}, "A department cannot stand below itself."),
        ("add", {"code": "012010", "name": "課", "order": "1"}, "The code 012010 belongs to 市民課 already."),
        ("add", {"code": "09", "name": "課", "order": "-1"}, "Enter a whole number."),
        ("close", {"code": "0110"}, "情報政策課 (011010) stands below it."),
        ("close", {"code": "012010"}, "2 postings there last until that day or longer."),
        ("merge", {"codes": "012010", "code": "012010"}, "cannot be merged into itself"),
        ("merge", {"codes": "012010 099", "code": "012010"}, "No department has the code 099."),
        ("merge", {"codes": "012010 012010", "code": "09", "name": "課"}, "is there more than once"),
        ("merge", {"codes": "012010 013010", "code": "09"}, "Enter the name of the new department."),
        ("split", {"code": "012010", "parts": "012010"}, "Name two departments at least."),
        ("split", {"code": "012010", "parts": f"012010\n{'9' * 21} 課"}, "Line 2: "),
        ("split", {"code": "012010", "parts": f"012010\n09 {'長' * 101}"}, "Line 2: "),
        (
            "split",
            {"code": "012010", "parts": "\n".join(f"9{n} 課" for n in range(21))},
            "Name 20 departments at most.",
        ),
    ],
)
def test_what_makes_no_sense_is_told_at_its_field_and_the_rest_is_kept(
    kind: str, typed: dict[str, str], said: str, browser: Client
) -> None:
    before = Event.objects.count()
    text = page(browser.post(f"{BASE}{kind}/", {**ON, **typed}), 400)
    assert said in text
    assert 'value="組織改正"' in text
    assert Event.objects.count() == before


def test_a_first_day_that_is_none_is_told(browser: Client) -> None:
    for on in ("", "13/13", "R8.13.1"):
        assert "error-summary" in page(browser.post(f"{BASE}close/", {"on": on, "code": "012010", "reason": "x"}), 400)


def cast_officer_too(people: SimpleNamespace) -> None:
    actions.grant_role(by=people.officer, person=people.administrator, role="officer", valid_from=cast.SINCE)


def test_departments_are_named_where_the_registers_still_do(browser: Client, people: SimpleNamespace) -> None:
    from tests.project.scene import entry

    entry(people)
    typed = {"codes": "012010 013010", "code": "014010", "name": "市民税務課"}
    text = page(browser.post(f"{BASE}merge/", {**ON, **typed}))
    assert "What still names the departments that end" in text
    assert "Register of network devices: 1 entry of 市民課" in text
    assert "/assets/devices/?department=012010" not in text, "an administrator does not see the registers"
    cast_officer_too(people)
    assert "/assets/devices/?department=012010" in page(browser.post(f"{BASE}merge/", {**ON, **typed}))


def test_an_unknown_step_is_no_page(browser: Client) -> None:
    assert browser.get(f"{BASE}abolish/").status_code == 404
    assert browser.post(f"{BASE}abolish/", ON).status_code == 404


@pytest.mark.parametrize("role", ["employee", "manager", "officer", "ciso", "auditor"])
def test_only_administrators_reorganise(role: str, people: SimpleNamespace, sign_in: Any) -> None:
    client = sign_in(getattr(people, role))
    for address in (BASE, f"{BASE}rename/"):
        assert client.get(address).status_code == 403
    assert client.post(f"{BASE}rename/", {**ON, "code": "012010", "name": "課", "save": "1"}).status_code == 403
    assert Department.objects.filter(code="012010").count() == 1
