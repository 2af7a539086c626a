"""The pages of the plan: accessible, narrow, and sortable by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from rollout.models import FocusArea, Partner, Place, User
from tests.browser.axe import check_briefly
from tests.browser.conftest import PLANS
from tests.browser.hands import Keyboard

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

PAGES = {
    "plan": lambda: "/plan/",
    "area": lambda: FocusArea.objects.get(name="Beskæftigelse").get_absolute_url(),
    "places": lambda: "/places/",
    "place": lambda: Place.objects.get(name="Vildtbanegård II").get_absolute_url(),
    "partners": lambda: "/partners/?sort=-overdue",
    "attention": lambda: "/attention/?sort=-due",
    "partner": lambda: Partner.objects.get(code="ckf").get_absolute_url(),
    "file": lambda: "/plan/file/",
    "members": lambda: "/settings/members/",
    "invitation": lambda: "/settings/members/new/",
    "tokens": lambda: "/settings/tokens/",
    "person": lambda: User.objects.get(
        email="kontakt.ckf@example.org"
    ).get_absolute_url(),
}


@pytest.mark.parametrize("every", [pytest.param(1, marks=pytest.mark.long), 2])
def test_the_pages_are_accessible(page, log_in, every):
    log_in()

    # One programme and one login for all of them: making those takes longest.
    for address in list(PAGES.values())[::every]:
        page.goto(address())
        check_briefly(page)


def test_a_list_is_sorted_by_keyboard(page, log_in):
    log_in()
    page.goto("/partners/")
    rows = page.locator("tbody th")
    expect(rows.first).to_have_text("Boligafdelingerne")

    heading = page.get_by_role("columnheader", name="Samarbejdspart")

    for direction in ("ascending", "descending"):
        Keyboard(page).press(heading.get_by_role("link"))
        expect(heading).to_have_attribute("aria-sort", direction)

    expect(rows.first).to_have_text("Vejlebroskolen")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("Fritidsjobforløb", "Fritidsjob i Ishøj", "Ændres"),
        ("kind: school", "kind: skole", "Linje"),
    ],
)
def test_a_plan_file_is_reviewed_accessibly(page, log_in, old, new, says):
    log_in()
    text = (PLANS / "ishoj-2025-2029.yaml").read_text(encoding="utf-8")
    page.goto("/plan/file/")

    page.get_by_label("Planfil").set_input_files(
        {
            "name": "plan.yaml",
            "mimeType": "application/yaml",
            "buffer": text.replace(old, new, 1).encode(),
        }
    )
    page.get_by_role("button", name="Læg op, og sammenlign").click()

    expect(page.get_by_role("region", name="plan.yaml")).to_contain_text(says)
    check_briefly(page)
