"""The main menu: a bar, and on a phone a drawer that needs no script."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.axe import faults
from tests.browser.hands import Keyboard

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

PHONE = {"width": 320, "height": 700}


def test_on_a_phone_the_menu_opens_and_closes_by_keyboard(page, log_in):
    log_in()
    page.set_viewport_size(PHONE)
    menu = page.get_by_role("navigation", name="Hovedmenu")
    opener = page.get_by_role("button", name="Menu", exact=True)
    expect(menu).to_be_hidden()

    Keyboard(page).press(opener)
    expect(menu.get_by_role("link", name="Overblik")).to_be_visible()
    page.keyboard.press("Escape")

    expect(menu).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    assert faults(page) == []


def test_the_drawer_works_without_javascript(plain_page, log_in):
    plain_page.set_viewport_size(PHONE)
    log_in(on=plain_page)

    plain_page.get_by_role("button", name="Menu", exact=True).click()
    plain_page.get_by_role("link", name="Mails", exact=True).click()

    expect(plain_page.get_by_role("heading", level=1)).to_have_text("De næste 30 dage")
