"""Help: a tour that can be put away, keys that work, pages that are accessible."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.axe import check_briefly

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


def test_a_new_manager_takes_the_tour_and_puts_it_away(page, log_in):
    log_in(with_tour=True)
    tour = page.get_by_role("region", name="Velkommen. Fem ting, der er gode at vide")
    expect(tour.get_by_role("listitem")).to_have_count(5)
    check_briefly(page)

    tour.get_by_role("button", name="Forstået, læg det væk").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Hvor langt er vi?")
    expect(tour).to_have_count(0)


def test_a_question_mark_lists_the_keys_where_it_can_be_turned_off(page, log_in):
    log_in()
    field = page.get_by_role("combobox", name="Søg")
    field.wait_for()

    page.keyboard.press("?")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tastatur")
    page.get_by_role("button", name="Slå / og ? fra").click()
    page.get_by_role("button", name="Slå / og ? til").wait_for()
    field.wait_for()
    page.keyboard.press("/")
    expect(field).not_to_be_focused()
    page.keyboard.press("Control+k")

    expect(field).to_be_focused()
    expect(field).to_have_value("")


def test_the_pages_are_accessible_the_statement_without_a_login(page, log_in):
    page.goto("/was")
    check_briefly(page)
    log_in()

    for path in ("/help/", "/help/keyboard/"):
        page.goto(path)
        check_briefly(page)
