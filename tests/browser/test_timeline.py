"""A manager moves a whole phase: what would happen first, then for good."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from rollout.models import Milestone, Phase, Shift
from tests.browser.axe import check_briefly
from tests.browser.hands import Hands, Keyboard, Pointer
from workflows.schedule import WorkingCalendar

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

PHASE = "Udrulning i Vildtbanegård I"
FIRST = "Parterne er inviteret"
LAST = "Aftaler med foreninger er indgået"


def due(title: str) -> date:
    found = Milestone.objects.get(title=title).due_on
    assert found is not None
    return found


def test_a_manager_shifts_a_phase_after_seeing_what_would_happen(page, log_in):
    log_in()

    shift_the_phase(page, Pointer())


def test_the_keyboard_alone_is_enough(page, log_in):
    log_in()

    shift_the_phase(page, Keyboard(page))


def test_everything_works_without_javascript(plain_page, log_in):
    log_in(on=plain_page)

    shift_the_phase(plain_page, Pointer(), shows_mails=False)


def shift_the_phase(page: Page, hands: Hands, *, shows_mails: bool = True) -> None:
    """Do the whole journey from the overview, checking what the page says."""
    before = due(FIRST), due(LAST)
    later = [WorkingCalendar().add(day, 15) for day in before]
    hands.press(page.get_by_role("link", name="Tidsplan", exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text("Tidsplan")

    hands.press(page.locator("summary", has_text="Hvad hvis"))
    hands.choose(page.get_by_label("Hvad skal flyttes?"), PHASE)
    hands.write(page.get_by_label("Arbejdsdage"), "15")
    hands.press(page.get_by_role("button", name="Se, hvad der vil ske"))

    trial = page.locator("#trial")
    told = f"Hvad hvis “{PHASE}” udskydes 15 arbejdsdage?"
    expect(trial.get_by_role("heading", level=2)).to_have_text(told)
    expect(trial).to_contain_text("4 milepæle flyttes")
    if shows_mails:
        # Proposals remind nobody yet, so none of their mails can move.
        expect(trial).to_contain_text("Ingen mails flytter sig")
    hands.press(trial.locator("summary", has_text="Se alle 6 ændringer"))
    row = trial.get_by_role("row").filter(has_text=LAST)
    expect(row).to_contain_text(f"{later[1].day}. ")
    assert (due(FIRST), due(LAST)) == before
    assert not Shift.objects.exists()

    hands.write(trial.get_by_label("Begrundelse"), "Udbuddet er forsinket")
    hands.press(trial.get_by_role("button", name="Gem ændringen"))

    expect(page.get_by_role("status")).to_contain_text("Gemt: 6 datoer er flyttet.")
    expect(page.locator(".trial")).to_have_count(0)
    assert [due(FIRST), due(LAST)] == later
    assert Phase.objects.get(name=PHASE).starts_on == date(2026, 11, 20)
    assert Shift.objects.get().reason == "Udbuddet er forsinket"


def test_a_milestone_is_dragged_to_another_day(page, log_in):
    log_in()
    milestone = Milestone.objects.get(title="Skolerne er valgt")
    page.goto("/timeline/?zoom=quarter&from=2026-04-01")
    mark = page.locator(f"[data-move='milestone-{milestone.pk}']")
    day = page.locator("[data-days]").evaluate(
        "it => it.getBoundingClientRect().width / it.dataset.days"
    )
    box = mark.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + day, y)
    page.mouse.move(x + 3 * day, y)
    page.mouse.up()

    told = "Hvad hvis “Skolerne er valgt” udskydes 3 arbejdsdage?"
    expect(page.get_by_role("heading", name=told)).to_be_visible()
    expect(page.locator(".timeline-ghost")).to_have_count(1)
    page.get_by_role("link", name="Fortryd").click()
    expect(page.locator(".timeline-ghost")).to_have_count(0)
    assert due("Skolerne er valgt") == milestone.due_on


def test_a_click_on_a_milestone_still_opens_it(page, log_in):
    log_in()
    milestone = Milestone.objects.get(title="Skolerne er valgt")
    page.goto("/timeline/?zoom=quarter&from=2026-04-01")

    page.locator(f"[data-move='milestone-{milestone.pk}']").click()

    page.wait_for_url(f"**{milestone.get_absolute_url()}")


@pytest.mark.parametrize(
    "query", ["", "zoom=programme", "zoom=month", "view=table&sort=-day"]
)
def test_the_timeline_is_accessible(page, log_in, query):
    log_in()
    page.goto(f"/timeline/?{query}")

    check_briefly(page)


def test_what_if_is_accessible(page, log_in):
    log_in()
    phase = Phase.objects.get(name=PHASE)
    page.goto(f"/timeline/?move=phase-{phase.pk}&days=20")
    page.get_by_text("i stilleperioden").first.wait_for()

    check_briefly(page)
