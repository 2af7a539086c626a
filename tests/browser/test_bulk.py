"""Several activities get their responsible person at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from rollout.models import Activity
from tests.browser.hands import Hands, Keyboard, Pointer

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

PERSON = "Eksempel Kontakt CKF, Center for Kultur og Fritid"
CHOSEN = ("Playmakers", "CykelVærestedet")


def assign(page: Page, hands: Hands) -> None:
    """Choose two cells, see what would happen, and save it."""
    hands.press(page.get_by_role("link", name="Ret flere ad gangen"))
    page.get_by_role("heading", name="Ret flere ad gangen").wait_for()
    for name in CHOSEN:
        activity = Activity.objects.get(initiative__name=name)
        hands.tick(page.locator(f"#cell-{activity.pk}"))
    hands.pick(page.get_by_label("Vælg en ansvarlig"))
    hands.choose(page.get_by_label("Ansvarlig", exact=True), PERSON)
    hands.press(page.get_by_role("button", name="Se, hvad der vil ske"))

    preview = page.get_by_role("region", name="Det vil ske")
    for name in CHOSEN:
        expect(preview).to_contain_text(name)
    expect(preview).to_contain_text("Ansvarlig: – → Eksempel Kontakt CKF")
    assert not Activity.objects.filter(
        initiative__name__in=CHOSEN, responsible__isnull=False
    ).exists()

    hands.press(page.get_by_role("button", name="Gem for 2 aktiviteter"))
    expect(page.get_by_role("status").first).to_contain_text("Gemt for 2 aktiviteter.")
    people = Activity.objects.filter(initiative__name__in=CHOSEN).values_list(
        "responsible__name", flat=True
    )
    assert list(people) == ["Eksempel Kontakt CKF"] * 2


def test_a_manager_assigns_several_at_once(page, log_in):
    log_in()

    assign(page, Pointer())


def test_the_keyboard_alone_assigns_several(page, log_in):
    log_in()

    assign(page, Keyboard(page))


def test_several_are_assigned_without_javascript(plain_page, log_in):
    log_in(on=plain_page)

    assign(plain_page, Pointer())


def test_a_whole_column_is_chosen_and_the_refusals_are_told(page, log_in):
    log_in()
    page.goto("/?select=1")

    head = page.get_by_role("columnheader", name="Vejleåparken")
    head.get_by_role("button", name="vælg alle").click()
    count = page.get_by_role("status").filter(has_text="Valgt:")
    chosen = Activity.objects.filter(place__name="Vejleåparken").count()
    expect(count).to_have_text(f"Valgt: {chosen}")
    page.get_by_text("Begynd afklaring").click()
    page.get_by_role("button", name="Se, hvad der vil ske").click()

    refused = page.get_by_role("alert")
    expect(refused).to_contain_text("CykelVærestedet")
    expect(refused).to_contain_text("Enten ændres alle, eller ingen ændres.")
    page.get_by_role("button", name="Ret valget").click()
    expect(page.locator("input[name=activity]:checked")).to_have_count(chosen)
