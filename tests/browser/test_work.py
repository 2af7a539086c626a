"""A partner logs in, finds what lies with them, and deals with it on the spot."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from rollout.models import DataRequest, Measurement, Milestone
from tests.browser.axe import check_briefly
from tests.browser.hands import Hands, Keyboard, Pointer

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

TITLE = "Aftaler med lokale arbejdsgivere"


def test_a_partner_finishes_a_milestone_after_logging_in(page, log_in):
    log_in("kontakt.cbe@example.org")

    finish(page, Pointer())


def test_the_keyboard_alone_finishes_it(page, log_in):
    log_in("kontakt.cbe@example.org")

    finish(page, Keyboard(page))


def finish(page: Page, hands: Hands) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Mit arbejde")
    expect(page.get_by_role("navigation")).not_to_contain_text("Mails")
    duty = page.get_by_role("listitem").filter(has_text=TITLE)

    hands.press(duty.get_by_role("button", name="Markér som færdig"))

    expect(page.get_by_role("status")).to_contain_text(f"“{TITLE}” er færdig. Tak.")
    expect(duty).to_have_count(0)
    assert Milestone.objects.get(title=TITLE).state == "done"


def test_a_partner_delivers_a_number_without_javascript(plain_page, log_in):
    log_in("boligafdelingerne@example.org", on=plain_page)
    asked = DataRequest.objects.get(responsible__email="boligafdelingerne@example.org")
    duty = plain_page.get_by_role("listitem").filter(has_text=str(asked))

    duty.locator("summary").click()
    duty.get_by_label("Tallet").fill("4")
    duty.get_by_role("button", name="Aflever", exact=True).click()

    expect(plain_page.get_by_role("status")).to_contain_text("Tallet er leveret. Tak.")
    waiting = plain_page.get_by_role("region", name="Venter på andre")
    expect(waiting).to_contain_text("det venter på godkendelse")
    assert Measurement.objects.get(data_request=asked).value == 4


@pytest.mark.parametrize("who", ["kontakt.cbe", "boligafdelingerne", "leder"])
def test_ones_work_is_accessible(page, log_in, who):
    log_in(f"{who}@example.org")
    page.goto("/my-work/")

    check_briefly(page)
