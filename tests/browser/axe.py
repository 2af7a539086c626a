"""What axe finds wrong on a page and what does not fit it, at two widths."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

SOURCE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, NARROW = 1280, 320
WIDTHS = (WIDE, NARROW)

RUN_AXE = """async rules => {
    const found = await axe.run(document, {runOnly: rules});
    return found.violations.map(one => ({
        rule: one.id, help: one.help, where: one.nodes.map(node => node.html),
    }));
}"""
#: Elements that stick out to the right, where somebody would have to scroll sideways. A
#: table of figures may, in a region of its own that the keyboard reaches.
STICKING_OUT = """() => [...document.querySelectorAll('body *')]
    .filter(it => it.getBoundingClientRect().right > innerWidth + 1)
    .filter(it => !it.closest('.sr-only, .skipnav, thead, .scroll[tabindex]'))
    .map(it => it.outerHTML.slice(0, 120))"""


def faults(page: Page, *, axe_at: Collection[int] = WIDTHS) -> list[Any]:
    """Return what axe finds at some widths, and what does not fit at any."""
    found: list[Any] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        settle(page)
        if width in axe_at:
            found += violations(page)
        found += page.evaluate(STICKING_OUT)
    return found


def violations(page: Page) -> list[Any]:
    """Return what axe finds on the page as it is."""
    if not SOURCE.exists():
        pytest.fail("axe-core is not installed: run `make setup`")
    if not page.evaluate("'axe' in window"):
        page.evaluate(SOURCE.read_text(encoding="utf-8"))
    found: list[Any] = page.evaluate(RUN_AXE, RULES)
    return found


def settle(page: Page) -> None:
    """Wait until the browser has drawn the page, media queries included."""
    page.evaluate(
        "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )


def unfold(page: Page) -> None:
    """Open everything that folds, so that what is inside is looked at too."""
    page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
    # What opens may ask for more; "toggle" is only told in the next frame.
    settle(page)
    expect(page.locator(".htmx-request")).to_have_count(0)


def check(page: Page) -> None:
    """Fail on any fault of the page with everything unfolded."""
    unfold(page)
    assert faults(page) == []


def check_briefly(page: Page) -> None:
    """Fail on what axe finds on the page narrow, and on what does not fit at any width.

    In the language the page is in, which is Danish, whose words are the longer ones;
    `make long` shows axe every page in both languages at both widths.
    """
    unfold(page)
    assert faults(page, axe_at=[NARROW]) == []
