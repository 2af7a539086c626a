"""The main job: a manager takes a proposal all the way to its launch."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from rest_framework.test import APIClient

from rollout.models import Activity, ApiToken, Programme, User
from tests.browser.hands import Hands, Keyboard, Pointer

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

RESPONSIBLE = "Eksempel Kontakt CBE, Center for Beskæftigelse og Erhverv"


def test_a_manager_takes_a_proposal_to_its_launch(page, log_in, programme):
    before = counts_of_the_api(programme)
    log_in()

    launch(page, Pointer())

    assert counts_of_the_api(programme) == before | {
        "launched": before["launched"] + 1,
        "planned": before["planned"] - 1,
    }


def test_the_keyboard_alone_is_enough(page, log_in):
    log_in()

    launch(page, Keyboard(page))


def test_everything_works_without_javascript(plain_page, log_in):
    log_in(on=plain_page)

    launch(plain_page, Pointer())


def launch(page: Page, hands: Hands) -> None:
    """Do the whole journey from the overview, checking what the page says."""
    find_the_proposal(page, hands)
    prepare(page, hands)
    meet_the_conditions(page, hands)
    milestones = finish_milestones(page, hands)

    step = page.locator("#next")
    expect(step.get_by_role("heading", level=2)).to_have_text(
        "Alt er klar: vi kan iværksætte"
    )
    hands.press(step.get_by_role("button", name="Iværksæt", exact=True))
    expect(page.get_by_role("status")).to_contain_text("Aktiviteten er nu iværksat.")

    history = page.get_by_role("region", name="Historik")
    for sentence in (
        f"Eksempel Leder markerede “{milestones[-1]}” som færdig",
        "Eksempel Leder bekræftede rammerne",
        "Eksempel Leder satte aktiviteten under afklaring",
    ):
        expect(history).to_contain_text(sentence)
    expect(history.get_by_role("listitem").first).to_contain_text(
        "Eksempel Leder iværksatte aktiviteten"
    )


def find_the_proposal(page: Page, hands: Hands) -> None:
    name = re.compile("Fritidsjobforløb, Vildtbanegård I: ?forslag", re.IGNORECASE)
    hands.press(page.get_by_role("link", name=name))
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("Fritidsjobforløb i Vildtbanegård I")


def prepare(page: Page, hands: Hands) -> None:
    """See why it cannot begin, supply what is missing, and begin the clarification."""
    step, said = page.locator("#next"), page.get_by_role("status")
    expect(step.get_by_role("heading", level=2)).to_have_text(
        "Hvad mangler, før afklaringen kan begynde?"
    )
    expect(step).to_contain_text("Forslaget er ikke bekræftet.")
    expect(step).to_contain_text("Der er ikke valgt en ansvarlig.")
    expect(step.get_by_role("button", name="Begynd afklaring")).to_be_disabled()

    hands.press(step.get_by_role("button", name="Bekræft forslaget"))
    expect(said).to_contain_text("Forslaget er bekræftet.")

    region = page.get_by_role("region", name="Ansvarlig")
    hands.choose(region.get_by_role("combobox"), RESPONSIBLE)
    hands.press(region.get_by_role("button", name="Gem"))
    expect(said).to_contain_text("Eksempel Kontakt CBE er nu ansvarlig.")

    hands.press(step.get_by_role("button", name="Begynd afklaring"))
    expect(said).to_contain_text("Aktiviteten er nu under afklaring.")


def meet_the_conditions(page: Page, hands: Hands) -> None:
    """See why it cannot be launched, and declare the three conditions met."""
    step, said = page.locator("#next"), page.get_by_role("status")
    expect(step.get_by_role("heading", level=2)).to_have_text(
        "Hvad mangler, før vi kan iværksætte?"
    )
    expect(step.get_by_role("button", name="Iværksæt", exact=True)).to_be_disabled()
    for aspect in ("Planlægningen", "Rammerne", "Parterne"):
        expect(step).to_contain_text(f"{aspect} er ikke klar i Vildtbanegård I.")
    for aspect in ("planlægningen", "rammerne", "parterne"):
        told = re.compile(f"{aspect} er (ikke )?klar", re.IGNORECASE)
        line = step.get_by_role("listitem").filter(has_text=told)
        hands.press(line.locator("summary").filter(has_text="Markér som klar"))
        hands.write(line.get_by_label("Bemærkning"), f"Aftalt: {aspect}")
        hands.press(line.get_by_role("button", name="Gem som klar"))
        expect(line).to_contain_text(f"{aspect.capitalize()} er klar")
        expect(said).to_contain_text("Registreret.")


def finish_milestones(page: Page, hands: Hands) -> list[str]:
    """Finish what must be done before the launch, and return the titles."""
    titles = list(
        Activity.objects.get(
            initiative__name="Fritidsjobforløb", place__name="Vildtbanegård I"
        )
        .milestones.filter(before_launch=True)
        .values_list("title", flat=True)
    )
    assert titles, "the example templates should ask for something before the launch"
    step = page.locator("#next")
    for title in titles:
        button = re.compile(f"Markér som færdig ?: {title}")
        hands.press(step.get_by_role("button", name=button))
        said = page.get_by_role("status")
        expect(said).to_contain_text(f"“{title}” er nu færdig.")
    return titles


def counts_of_the_api(programme: Programme) -> dict[str, int]:
    leader = User.objects.get(email="leder@example.org")
    _token, secret = ApiToken.objects.issue(leader, "browser", at=timezone.now())
    client = APIClient(headers={"Authorization": f"Bearer {secret}"})
    answer = client.get(f"/api/v1/status/?programme={programme.code}")
    assert answer.status_code == 200, answer.content
    states: dict[str, int] = answer.json()["counts"]["by_state"]
    return states
