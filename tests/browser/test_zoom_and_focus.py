"""Every page for people with other eyes: zoomed, in forced colours, by keyboard.

One programme and one login for all pages: making those takes longest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import ViewportSize

from rollout.models import Activity, FocusArea, Partner, Place
from tests.browser.axe import STICKING_OUT, settle, unfold, violations

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

FULL: ViewportSize = {"width": 1280, "height": 900}
#: What 1280 pixels leave of a page that is zoomed to 200 %.
ZOOMED: ViewportSize = {"width": 640, "height": 450}

#: Gives the focus to everything that can have it, as the keyboard would, and returns
#: what then looks as it did before: no outline, and no shadow or border of its own.
WITHOUT_FOCUS = """() => {
    const look = it => {
        const style = getComputedStyle(it);
        const outline = style.outlineStyle === 'none' || !parseFloat(style.outlineWidth)
            ? '' : style.outline;
        // The design system draws its own boxes before the label of the real ones.
        const label = it.labels && it.labels[0];
        const box = label ? getComputedStyle(label, '::before').outline : '';
        // What is drawn shows it by the stroke of its shape.
        const shape = it.querySelector('circle');
        const stroke = shape ? getComputedStyle(shape).strokeWidth : '';
        const border = style.borderColor + style.borderWidth;
        return outline + stroke + style.boxShadow + border + box;
    };
    const stops = [...document.querySelectorAll(
        'a[href], button, input, select, textarea, summary, [tabindex="0"]'
    )].filter(it => it.checkVisibility() && !it.disabled && it.type !== 'hidden');
    return stops.filter(it => {
        document.activeElement.blur();
        const before = look(it);
        it.focus({preventScroll: true});
        return document.activeElement === it && before === look(it);
    }).map(it => it.outerHTML.slice(0, 160));
}"""


def pages() -> list[str]:
    """Return an address of every sort of page."""
    activity = Activity.objects.filter(state="in_clarification")[0]
    return [
        "/",
        "/?select=1",
        "/attention/",
        "/board/",
        "/timeline/",
        "/timeline/?view=table",
        "/year-wheel/",
        "/my-work/",
        activity.get_absolute_url(),
        "/plan/",
        FocusArea.objects.all()[0].get_absolute_url(),
        "/places/",
        Place.objects.get(code="vildtbanegaard-2").get_absolute_url(),
        "/partners/",
        Partner.objects.get(code="ckf").get_absolute_url(),
        "/plan/file/",
        "/search/?q=job",
        "/settings/members/",
        "/settings/milestones/",
        "/settings/tokens/",
        "/settings/year/",
        "/profile/",
        "/help/",
    ]


@pytest.mark.parametrize("every", [pytest.param(1, marks=pytest.mark.long), 3])
def test_every_page_suits_a_keyboard_zoom_and_forced_colours(page, log_in, every):
    log_in()

    found = {address: look(page, address) for address in pages()[::every]}

    assert {address: faults for address, faults in found.items() if faults} == {}


def look(page: Page, address: str) -> list[Any]:
    """Open a page; return stops without a visible focus, then what axe says."""
    page.emulate_media(forced_colors="none")
    page.set_viewport_size(FULL)
    page.goto(address)
    unfold(page)
    # After a key the browser shows the focus; after a click it may not.
    page.keyboard.press("Tab")
    found = page.evaluate(WITHOUT_FOCUS)
    page.emulate_media(forced_colors="active")
    page.set_viewport_size(ZOOMED)
    settle(page)
    return [*found, *violations(page), *page.evaluate(STICKING_OUT)]
