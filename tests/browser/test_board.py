"""Cards move by dragging, by keyboard and by menu; one that may not says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from rollout.models import Activity
from tests.browser.hands import Keyboard, Pointer

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


def card_of(page: Page, **which: str) -> Locator:
    return page.locator(f"#card-{Activity.objects.get(**which).pk}")


def column(page: Page, state: str) -> Locator:
    return page.locator(f".board .column[data-state={state}]")


def ready_card(page: Page) -> Locator:
    """The one planned activity whose clarification can begin."""
    return card_of(page, place__name="Strandgårdskolen")


def blocked_card(page: Page) -> Locator:
    return card_of(page, initiative__name="Playbox")


def open_board(page: Page, log_in) -> None:
    # Tall enough that nothing scrolls while a card is dragged.
    page.set_viewport_size({"width": 1280, "height": 3000})
    log_in(on=page)
    page.goto("/board/")


def test_a_card_is_dragged_to_the_next_column(page, log_in):
    open_board(page, log_in)

    ready_card(page).drag_to(column(page, "in_clarification"))

    expect(page.get_by_role("status").first).to_contain_text("er nu under afklaring")
    moved = column(page, "in_clarification").locator(ready_card(page))
    expect(moved).to_be_visible()
    expect(moved).to_be_focused()


def test_a_refused_drop_says_why_and_the_card_comes_back(loud_page, log_in):
    page = loud_page
    open_board(page, log_in)

    blocked_card(page).drag_to(column(page, "launched"))

    said = page.get_by_role("alert")
    expect(said).to_contain_text("“Playbox i Vejleåparken” bliver, hvor den er")
    expect(said).to_contain_text("er åben")
    expect(said).to_contain_text("kan løses af Eksempel Kontakt CKF")
    expect(said).to_be_focused()
    still = column(page, "in_clarification").locator(blocked_card(page))
    expect(still).to_be_visible()


def test_a_drop_two_columns_on_is_explained(loud_page, log_in):
    page = loud_page
    open_board(page, log_in)

    ready_card(page).drag_to(column(page, "evaluated"))

    expect(page.get_by_role("alert")).to_contain_text("i ét skridt")
    expect(column(page, "planned").locator(ready_card(page))).to_be_visible()


def test_the_keyboard_moves_a_card_and_is_told_why_not(loud_page, log_in):
    page = loud_page
    open_board(page, log_in)
    hands = Keyboard(page)

    hands.reach(ready_card(page).get_by_role("link"))
    page.keyboard.press("Shift+ArrowRight")

    expect(page.get_by_role("status").first).to_contain_text("er nu under afklaring")
    expect(ready_card(page)).to_be_focused()

    page.keyboard.press("Shift+ArrowRight")

    expect(page.get_by_role("alert")).to_contain_text("bliver, hvor den er")
    expect(page.get_by_role("alert")).to_be_focused()


def test_the_menu_moves_a_card_without_javascript(plain_page, log_in):
    page = plain_page
    open_board(page, log_in)

    choose(page, ready_card(page), "Under afklaring")

    expect(page.get_by_role("status").first).to_contain_text("er nu under afklaring")


@pytest.mark.parametrize("kind", ["pointer", "keyboard", "plain"])
def test_a_step_back_asks_for_its_reason(loud_page, plain_page, log_in, kind):
    page = plain_page if kind == "plain" else loud_page
    hands = Keyboard(page) if kind == "keyboard" else Pointer()
    open_board(page, log_in)

    hands.press(blocked_card(page).locator("summary"))
    menu = blocked_card(page).get_by_role("button", name="Planlagt")
    hands.press(menu)
    asked = page.locator("#trouble")
    expect(asked).to_contain_text("Udsæt til planlagt: Playbox i Vejleåparken")
    hands.write(asked.get_by_label("Begrundelse"), "Pladsen er ikke fundet")
    hands.press(asked.get_by_role("button", name="Udsæt til planlagt"))

    expect(column(page, "planned").locator(blocked_card(page))).to_be_visible()
    record = Activity.objects.get(initiative__name="Playbox").history.last()
    assert record is not None
    assert record.reason == "Pladsen er ikke fundet"


def choose(page: Page, card: Locator, column: str) -> None:
    card.locator("summary").click()
    card.get_by_role("button", name=column).click()
