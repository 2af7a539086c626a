"""The year wheel in a real browser: a wheel and a list that lead to each other."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.axe import check_briefly

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


def test_a_number_on_the_wheel_leads_to_the_list(page, log_in):
    log_in()
    page.get_by_role("link", name="Årshjul", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Årshjul 2025/26")

    page.locator(".wheel-mark").nth(2).focus()
    page.keyboard.press("Enter")

    page.wait_for_url("**#item-3")
    expect(page.locator("#item-3")).to_be_in_viewport()


def test_a_phone_gets_the_list_only(page, log_in):
    log_in()
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/year-wheel/")

    expect(page.locator(".year-wheel")).to_be_hidden()
    expect(
        page.get_by_text("Milepælsplan for det kommende år", exact=True)
    ).to_be_visible()


def test_the_year_wheel_is_accessible(page, log_in):
    log_in()
    page.goto("/year-wheel/")

    check_briefly(page)


@pytest.mark.parametrize("path", ["", "occasions/new/", "meetings/new/"])
def test_the_settings_of_the_year_are_accessible(page, log_in, path):
    log_in()
    page.goto(f"/settings/year/{path}")

    check_briefly(page)
