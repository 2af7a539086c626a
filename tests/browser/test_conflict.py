"""Somebody else was faster: the page says so and keeps what was written."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from rollout.models import Activity, User
from workflows.engine import perform

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


def test_a_conflict_is_told_in_place_and_can_be_sent_again(loud_page, log_in):
    page = loud_page
    log_in(on=page)
    activity = Activity.objects.get(initiative__name="Playmakers")
    page.goto(activity.get_absolute_url())
    coordinator = User.objects.get(email="koordinator@example.org")
    perform(activity, "postpone", by=coordinator, at=timezone.now(), reason="Vi venter")

    page.locator("summary", has_text="Lad udgå").click()
    form = page.locator("#next details[open] form")
    form.get_by_label("Begrundelse").fill("Indsatsen er slået sammen")
    form.get_by_role("button", name="Lad udgå").click()

    trouble = page.get_by_role("alert")
    expect(trouble).to_contain_text("Eksempel Koordinator udsatte aktiviteten")
    expect(trouble).to_be_focused()
    assert page.url.endswith(activity.get_absolute_url())
    reason = page.locator("#next details[open]").get_by_label("Begrundelse")
    expect(reason).to_have_value("Indsatsen er slået sammen")

    page.locator("#next details[open]").get_by_role("button", name="Lad udgå").click()

    expect(page.get_by_role("status")).to_contain_text("Aktiviteten er nu udgået.")
