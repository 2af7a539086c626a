"""The settings in a real browser: within reach of everybody, on every width."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rollout.models import MilestoneTemplate
from tests.browser.test_accessibility import check, in_both_languages

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
        in_both_languages(page, lambda: check(page))


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
