"""Somebody else was faster: the page says so and keeps what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from rollout import services
from rollout.models import Activity, User
from tests.browser.hands import Hands, Keyboard
from workflows.engine import perform

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


def test_a_conflict_is_told_in_place_and_the_keyboard_sends_it_again(loud_page, log_in):
    page = loud_page
    log_in(on=page)
    activity = Activity.objects.get(initiative__name="Playmakers")
    page.goto(activity.get_absolute_url())
    coordinator = User.objects.get(email="koordinator@example.org")
    perform(activity, "postpone", by=coordinator, at=timezone.now(), reason="Vi venter")

    discontinue(page, Keyboard(page))


def discontinue(page: Page, hands: Hands) -> None:
    """Send what somebody else has overtaken, read what happened, and send it again."""
    hands.press(page.locator("summary", has_text="Lad udgå"))
    form = page.locator("#next details[open] form")
    hands.write(form.get_by_label("Begrundelse"), "Indsatsen er slået sammen")
    address = page.url
    hands.press(form.get_by_role("button", name="Lad udgå"))

    trouble = page.get_by_role("alert")
    expect(trouble).to_contain_text("Eksempel Koordinator udsatte aktiviteten")
    expect(trouble).to_be_focused()
    assert page.url == address
    reason = form.get_by_label("Begrundelse")
    expect(reason).to_have_value("Indsatsen er slået sammen")

    hands.press(form.get_by_role("button", name="Lad udgå"))

    expect(page.get_by_role("status")).to_contain_text("Aktiviteten er nu udgået.")


def test_two_managers_edit_one_milestone_and_the_second_chooses(loud_page, log_in):
    page = loud_page
    log_in(on=page)
    playbox = Activity.objects.get(initiative__name="Playbox")
    milestone = playbox.milestones.get(title="Placeringen er aftalt")
    page.goto(playbox.get_absolute_url())
    row = page.locator(f"#milestone-{milestone.pk}")
    row.get_by_role("link", name="Ret").click()
    row.get_by_label("Milepæl").fill("Pladsen er fundet")
    coordinator = User.objects.get(email="koordinator@example.org")
    services.change_milestone(
        milestone,
        services.MilestoneValues(
            title="Pladsen er lejet",
            due_on=milestone.due_on,
            responsible=milestone.responsible,
            weight=2,
            before_launch=milestone.before_launch,
            predecessors=list(milestone.predecessors.all()),
        ),
        by=coordinator,
    )

    row.get_by_role("button", name="Gem").click()

    trouble = page.get_by_role("alert")
    expect(trouble).to_be_focused()
    title = trouble.get_by_role("row", name="Milepæl")
    expect(title).to_contain_text("Pladsen er lejet")
    expect(title).to_contain_text("Pladsen er fundet")
    expect(row.get_by_label("Milepæl")).to_have_value("Pladsen er fundet")

    trouble.get_by_role("button", name="Gem mit").click()

    expect(row).to_contain_text("Pladsen er fundet")
    milestone.refresh_from_db()
    assert milestone.title == "Pladsen er fundet"


def test_milestones_change_places_by_keyboard(page, log_in):
    log_in()
    playbox = Activity.objects.get(initiative__name="Playbox")
    first, second = playbox.milestones.all()[:2]
    page.goto(playbox.get_absolute_url())

    page.locator(f"#milestone-{second.pk}").focus()
    page.keyboard.press("Alt+ArrowUp")

    expect(page.get_by_role("status").first).to_contain_text("er flyttet.")
    expect(page.locator(f"#milestone-{second.pk}")).to_be_focused()
    assert list(playbox.milestones.all()[:2]) == [second, first]


def test_what_comes_to_nothing_is_said_and_nothing_written_is_lost(loud_page, log_in):
    page = loud_page
    log_in(on=page)
    playbox = Activity.objects.get(initiative__name="Playbox")
    page.goto(playbox.get_absolute_url())
    page.locator("summary", has_text="Lad udgå").click()
    form = page.locator("#next details[open] form")
    form.get_by_label("Begrundelse").fill("Indsatsen er slået sammen")
    told = page.locator("#messages")

    for answer, words in (
        (lambda route: route.fulfill(status=503), "Der kom intet svar"),
        (lambda route: route.fulfill(status=400), "kunne ikke modtages"),
        (lambda route: route.abort(), "Der kom intet svar"),
    ):
        page.route("**/transitions/**", answer)
        form.get_by_role("button", name="Lad udgå").click()
        expect(told).to_contain_text(words)
        page.unroute_all()

    expect(form.get_by_label("Begrundelse")).to_have_value("Indsatsen er slået sammen")
