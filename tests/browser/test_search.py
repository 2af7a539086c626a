"""The search by keyboard: the field is a combobox, and saved views are found in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from rollout.models import SavedView
from tests.browser.axe import check_briefly, faults

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


def options_of(page: Page) -> Locator:
    """What stands under the field."""
    return page.locator(".search-options").get_by_role("option")


@pytest.mark.parametrize("shortcut", ["Control+k", "/"])
def test_a_page_is_found_by_keyboard_alone(page, log_in, shortcut):
    log_in()
    field = page.get_by_role("combobox", name="Søg")
    # The script makes it one; before that the page does not hear its keys.
    field.wait_for()

    page.keyboard.press(shortcut)
    expect(field).to_be_focused()
    page.keyboard.type("fritdsjob vejlea")
    options = options_of(page)
    expect(options.first).to_contain_text("Fritidsjobforløb · Vejleåparken")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    chosen = options.first.get_attribute("id")
    expect(field).to_have_attribute("aria-activedescendant", chosen or "")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")

    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Fritidsjobforløb i Vejleåparken")


def test_escape_closes_the_list_and_enter_leads_to_the_page(page, log_in):
    log_in()
    page.get_by_role("combobox", name="Søg").wait_for()
    page.keyboard.press("/")
    page.keyboard.type("vildtbane")
    expect(options_of(page).first).to_be_visible()
    expect(page.locator("[data-search-status]")).to_contain_text("fund")

    page.keyboard.press("Escape")
    expect(options_of(page)).to_have_count(0)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Søg")
    expect(page.locator(".hits a").first).to_have_text("Vildtbanegård")


def test_a_slash_in_a_field_is_a_slash(page, log_in):
    log_in()
    page.goto("/search/")
    field = page.get_by_role("combobox", name="Søg")

    field.focus()
    page.keyboard.type("a/b")

    expect(field).to_have_value("a/b")


def test_the_search_works_without_javascript(plain_page, log_in):
    log_in(on=plain_page)

    plain_page.get_by_label("Søg", exact=True).fill("vejleaaparken")
    plain_page.get_by_role("button", name="Søg").click()
    plain_page.locator(".hits a").first.click()

    heading = plain_page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("iværksættelse i Vejleåparken")


def test_a_view_is_saved_and_found_with_the_empty_field(page, log_in):
    log_in()
    page.goto("/partners/?sort=-overdue")

    page.locator("summary", has_text="Gem denne visning").click()
    page.get_by_label("Visningens navn").fill("Hvem er bagud")
    page.get_by_role("button", name="Gem", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Hvem er bagud")
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.press("ArrowDown")
    expect(options_of(page)).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.wait_for_url("**/partners/?sort=-overdue")
    assert SavedView.objects.get().name == "Hvem er bagud"


def test_page_list_and_the_form_that_saves_are_accessible(page, log_in):
    log_in()
    page.goto("/search/?q=fritidsjob")
    check_briefly(page)
    # On a phone the keys lead to that page; the list stands under the field of a bar.
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/partners/?sort=-overdue")
    page.locator("summary", has_text="Gem denne visning").click()
    page.keyboard.press("Control+k")
    page.keyboard.type("fritidsjob")
    options_of(page).first.wait_for()
    page.keyboard.press("ArrowDown")

    assert faults(page) == []
