"""How the browser tests drive a page: by keyboard, and watching what the browser complains about."""

from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page

PASSWORD = "a long demonstration password"
AN_ERROR_PAGE = "Failed to load resource: the server responded with a status of 4"
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", event =>
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""
FOCUS = """element => {
  const style = getComputedStyle(element), box = element.getBoundingClientRect();
  return {
    outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    seen: box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
  };
}"""


class Watch:
    """Every console error, page error and CSP violation of the windows it watches over."""

    def __init__(self) -> None:
        self.complaints: list[str] = []

    def over(self, context: BrowserContext) -> None:
        """Listen to every page of the window; the browser's note that a page answered 4xx is no complaint."""
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(AN_ERROR_PAGE):
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")


def tab_to(page: Page, role: Any, name: str, *, presses: int = 80) -> Locator:
    """Press Tab until the control has the focus, and see that the focus is visible and on the screen."""
    wanted = page.get_by_role(role, name=name, exact=True)
    for _ in range(presses):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            focus = wanted.evaluate(FOCUS)
            assert focus["outline"] >= 4, f"{name}: the focus cannot be seen"
            assert focus["seen"], f"{name}: the focus is outside the window"
            return wanted
    raise AssertionError(f"Tab does not reach the {role} {name!r}")


def tab_and_type(page: Page, name: str, text: str) -> None:
    """Reach a text field by Tab and type into it."""
    tab_to(page, "textbox", name)
    page.keyboard.type(text)


def tab_and_press(page: Page, role: Any, name: str) -> None:
    """Reach a link or a button by Tab and press Enter."""
    tab_to(page, role, name)
    page.keyboard.press("Enter")


def fits(page: Page) -> bool:
    """Tell whether the page is no wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
