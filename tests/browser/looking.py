"""How the browser tests look at a page: axe, a picture at each width, and whether anything sticks out.

A picture of each page is kept in var/screenshots.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Page

from tests.browser.driving import fits

PICTURES = Path(settings.VAR_DIR) / "screenshots"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}


class Scene(NamedTuple):
    """A page to look at: its name, who looks, the address, and what to do there before looking."""

    name: str
    role: str
    address: str
    act: Callable[[Page], None] | None = None


def submit(**fields: str) -> Callable[[Page], None]:
    """Return an act: fill the fields by name and press the main button of the page's form."""

    def act(page: Page) -> None:
        for name, text in fields.items():
            page.locator(f"main [name='{name.replace('__', '-')}']").fill(text)
        page.locator("main form button[type=submit]:not([hidden], [name=add_row])").first.click()
        page.wait_for_load_state()

    return act


def choose(name: str, content: str) -> Callable[[Page], None]:
    """Return an act: choose a file of that content and press the button of its form."""

    def act(page: Page) -> None:
        page.locator("main input[type=file]").set_input_files(
            {"name": name, "mimeType": "text/csv", "buffer": content.encode()}
        )
        page.locator("main form button[type=submit]").last.click()
        page.wait_for_load_state()

    return act


def add_a_row(page: Page) -> None:
    """Press the button that adds a row."""
    page.locator("main button[name=add_row]").click()
    page.wait_for_load_state()


def speak(page: Page, language: str) -> None:
    """Go home and switch the screens to the language."""
    page.goto("/")
    if language == "en":
        page.get_by_role("button", name="English").click()


def look(page: Page, scene: Scene, address: str, language: str, faults: dict[str, list[str]]) -> None:
    """Go there, then at each width note what axe finds and whether the page is too wide; take the pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    found = faults[scene.name] = []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address)
    if scene.act:
        scene.act(page)
    if page.locator("html").get_attribute("lang") != language:
        found.append("wrong language")
    page.evaluate(Axe().axe_script)
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 900})
        for fault in page.evaluate("options => axe.run(document, options)", AXE)["violations"]:
            found += [f"{width} {fault['id']}: {node['html'][:200]}" for node in fault["nodes"]]
        if (language, width) != ("en", 375):
            page.screenshot(path=PICTURES / f"{scene.name}-{language}-{width}.png", full_page=True)
        if not fits(page):
            found.append(f"{width}: wider than its window")
    page.set_viewport_size({"width": 320, "height": 900})
    if not fits(page):
        found.append("320: wider than its window")


def assert_accessible(page: Page, name: str) -> None:
    """Check the page as it stands now, without leaving it, at both widths; take the pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.evaluate(Axe().axe_script)
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("options => axe.run(document, options)", AXE)["violations"] == []
        assert fits(page), f"{width}: wider than its window"
        page.screenshot(path=PICTURES / f"{name}-ja-{width}.png")
    page.set_viewport_size({"width": 1280, "height": 900})
