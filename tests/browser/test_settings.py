"""The settings in a real browser: within reach of everybody, on every width."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rollout.models import MilestoneTemplate
from tests.browser.axe import check, check_briefly

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


def test_the_milestone_templates_are_accessible(page: Page, log_in):
    log_in()
    template = MilestoneTemplate.objects.all()[0]

    for path in ("", "new/", f"{template.pk}/"):
        page.goto(f"/settings/milestones/{path}")
        check_briefly(page)


@pytest.mark.parametrize(
    "path",
    [
        "ladders/",
        "ladders/milestone/",
        "ladders/untouched/removal/",
        "calendar/?year=2026",
        "calendar/new/",
        "calendar/half-days/",
    ],
)
def test_the_pages_of_ladders_and_calendar_are_accessible(page: Page, log_in, path):
    log_in()
    page.goto(f"/settings/{path}")

    check_briefly(page)


def test_a_quiet_period_is_seen_then_saved(page: Page, log_in):
    log_in()
    page.goto("/settings/calendar/new/")
    page.get_by_label("Navn").fill("Forårsferie")
    page.get_by_text("stille: der arbejdes, men ingen påmindelser").click()
    page.get_by_label("Første dag").fill("2026-03-09")
    page.get_by_label("Sidste dag").fill("2026-03-20")

    page.get_by_role("button", name="Se, hvad der ændrer sig").click()
    page.get_by_role("heading", name="Det ændrer sig").wait_for()
    check(page)
    page.get_by_role("button", name="Gem").click()

    page.get_by_role("link", name="Forårsferie").wait_for()


def test_a_refused_form_is_accessible(loud_page: Page, log_in):
    page = loud_page
    log_in(on=page)
    page.goto("/settings/milestones/new/")
    page.get_by_label("Milepæl", exact=True).fill("Aftalen er underskrevet")
    page.get_by_label("Arbejdsdage").fill("5")
    page.get_by_label("Før eller efter").select_option("after")
    page.get_by_text("Skal være færdig før iværksættelse").click()
    page.get_by_role("button", name="Tilføj").click()

    page.get_by_role("alert").wait_for()

    check(page)
