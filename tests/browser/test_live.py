"""Open pages show what somebody else did, but never while one is writing there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from rollout import services
from rollout.models import Activity, User
from workflows.engine import perform

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

#: What the page does by itself every few seconds, until it has digested the answer.
ASK = """() => new Promise((done) => {
  const settled = () => setTimeout(done, htmx.config.defaultSettleDelay);
  const live = document.getElementById("live");
  live.addEventListener("htmx:afterRequest", settled, { once: true });
  htmx.trigger(live, "ask");
})"""


def playbox() -> Activity:
    return Activity.objects.get(initiative__name="Playbox")


def somebody_postpones_it() -> None:
    coordinator = User.objects.get(email="koordinator@example.org")
    perform(
        playbox(), "postpone", by=coordinator, at=timezone.now(), reason="Vi venter"
    )


def note(page: Page) -> Locator:
    return page.locator("#live-note")


def ask(page: Page) -> None:
    """Let the page ask at once, and wait for the answer."""
    page.evaluate(ASK)


def test_the_overview_shows_what_somebody_else_did(page, log_in):
    log_in()
    cell = page.locator(f"#cell-{playbox().pk}")
    expect(cell).to_contain_text("under afklaring")
    cell.focus()
    ask(page)
    expect(note(page)).to_be_empty()
    expect(cell).to_be_focused()

    somebody_postpones_it()
    # It must not keep a login that is left alone.
    with page.expect_request(lambda one: "x-unattended" in one.headers):
        ask(page)

    expect(cell).to_contain_text("planlagt")
    expect(cell).to_be_focused()
    expect(cell).to_contain_class("is-new")
    expect(note(page)).to_contain_text("Siden er opdateret, fordi noget blev ændret")
    ask(page)
    expect(cell).to_contain_text("planlagt")


def test_the_board_shows_what_somebody_else_did(page, log_in):
    log_in()
    page.goto("/board/")

    somebody_postpones_it()
    ask(page)

    planned = page.locator(".board .column[data-state=planned]")
    expect(planned.locator(f"#card-{playbox().pk}")).to_be_visible()


def test_what_is_being_written_is_kept_until_it_is_sent(page, log_in):
    log_in()
    page.goto(playbox().get_absolute_url())
    page.locator("summary", has_text="Lad udgå").click()
    reason = page.locator("#next details[open]").get_by_label("Begrundelse")
    reason.fill("Indsatsen er slået sammen")

    leader = User.objects.get(email="leder@example.org")
    services.set_readiness(
        playbox(), "planning", is_met=True, by=leader, at=timezone.now()
    )
    ask(page)

    expect(note(page)).to_contain_text("En anden har ændret noget.")
    expect(reason).to_have_value("Indsatsen er slået sammen")
    expect(page.locator("#next")).to_contain_text("Planlægningen er ikke klar")

    note(page).get_by_role("button", name="Vis det nu").click()

    expect(page.locator("#now")).to_contain_text("Planlægningen er klar")
    expect(note(page)).to_contain_text("Siden er opdateret")
