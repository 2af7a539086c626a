"""Two ways to work a page: by pointer and by keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

#: More stops than any of our pages has; beyond it the keyboard is lost.
MOST_STOPS = 150


class Hands(Protocol):
    """Somebody who works a page."""

    def press(self, target: Locator) -> None:
        """Activate a link, a button or a summary."""

    def choose(self, target: Locator, label: str) -> None:
        """Choose an option of a select by its label."""

    def write(self, target: Locator, text: str) -> None:
        """Fill in a field."""

    def tick(self, target: Locator) -> None:
        """Tick a box."""

    def pick(self, target: Locator) -> None:
        """Pick one of several radio buttons."""


class Pointer:
    """Points and clicks."""

    def press(self, target: Locator) -> None:
        target.click()

    def choose(self, target: Locator, label: str) -> None:
        target.select_option(label=label)

    def write(self, target: Locator, text: str) -> None:
        target.fill(text)

    def tick(self, target: Locator) -> None:
        target.check()

    def pick(self, target: Locator) -> None:
        # The design system draws its own button over the real one.
        target.check(force=True)


class Keyboard:
    """Uses Tab, Enter, Space and letters, and must always see where it is."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Enter")

    def choose(self, target: Locator, label: str) -> None:
        self.reach(target)
        self.page.keyboard.type(label)
        assert target.locator("option:checked").inner_text() == label

    def write(self, target: Locator, text: str) -> None:
        self.reach(target)
        self.page.keyboard.type(text)

    def tick(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Space")

    def pick(self, target: Locator) -> None:
        group = target.get_attribute("name")
        self.reach(self.page.locator(f"[name='{group}']").first)
        self.page.keyboard.press("Space")
        for _button in range(self.page.locator(f"[name='{group}']").count()):
            if target.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows do not reach {target}")

    def reach(self, target: Locator) -> None:
        """Go there with Tab, which must show where one is at every stop."""
        target.wait_for()
        for _stop in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            if target.evaluate("it => it === document.activeElement"):
                assert target.evaluate(
                    "it => parseFloat(getComputedStyle(it).outlineWidth) >= 2"
                    " && getComputedStyle(it).outlineStyle !== 'none'"
                ), f"no visible focus on {target}"
                return
        raise AssertionError(f"the keyboard does not reach {target}")
