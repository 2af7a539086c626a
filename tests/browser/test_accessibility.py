"""WCAG 2.2 AA by axe, and pages that fit a narrow screen, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from notifications import subscriptions
from notifications.subscriptions import Mailing
from rollout.models import Activity, User

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1280, 320)

RUN_AXE = """async rules => {
    const found = await axe.run(document, {runOnly: rules});
    return found.violations.map(one => ({
        rule: one.id, help: one.help, where: one.nodes.map(node => node.html),
    }));
}"""
#: Elements that stick out to the right, where somebody would have to scroll sideways. A
#: table of figures may, in a region of its own that the keyboard reaches.
STICKING_OUT = """() => [...document.querySelectorAll('body *')]
    .filter(it => it.getBoundingClientRect().right > innerWidth + 1)
    .filter(it => !it.closest('.sr-only, .skipnav, thead, .scroll[tabindex]'))
    .map(it => it.outerHTML.slice(0, 120))"""


def faults(page: Page) -> list[Any]:
    """Return what axe finds and what does not fit, at every width."""
    found: list[Any] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        settle(page)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found += page.evaluate(RUN_AXE, RULES)
        found += page.evaluate(STICKING_OUT)
    return found


def settle(page: Page) -> None:
    """Wait until the browser has drawn the page, media queries included."""
    page.evaluate(
        "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )


def unfold(page: Page) -> None:
    """Open everything that folds, so that what is inside is looked at too."""
    page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
    # What opens may ask for more; "toggle" is only told in the next frame.
    settle(page)
    expect(page.locator(".htmx-request")).to_have_count(0)


def in_both_languages(page: Page, look: Callable[[], None]) -> None:
    for chosen, other in (("English", "Dansk"), ("Dansk", "English")):
        # On a narrow screen the language is in the drawer.
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        page.get_by_role("button", name=chosen).click()
        page.get_by_role("button", name=other).wait_for()
        page.wait_for_load_state()
        look()


@pytest.fixture(autouse=True)
def _axe() -> None:
    if not AXE.exists():
        pytest.fail("axe-core is not installed: run `make setup`")


def test_the_login_page_is_accessible(page, programme):
    page.goto("/accounts/login/")

    in_both_languages(page, lambda: check(page))


def test_a_refused_login_is_accessible(page, programme):
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill("nobody@example.org")
    page.get_by_label("Adgangskode").fill("wrong")
    page.get_by_role("button", name="Log ind").click()
    page.get_by_role("alert").wait_for()

    assert faults(page) == []


def test_the_overview_is_accessible(page, log_in):
    log_in()

    in_both_languages(page, lambda: check(page))


@pytest.mark.parametrize(
    "address", ["/?select=1", "/?place=vildtbanegaard-1", "/board/", "/monitoring/"]
)
def test_pages_of_activities_are_accessible(page, log_in, address):
    log_in()
    page.goto(address)

    in_both_languages(page, lambda: check(page))


def test_a_preview_with_refusals_is_accessible(page, log_in):
    log_in()
    page.goto("/?select=1")
    page.locator("input[name=activity]").first.check()
    page.get_by_text("Begynd afklaring").click()
    page.get_by_role("button", name="Se, hvad der vil ske").click()
    page.get_by_role("alert").wait_for()

    assert faults(page) == []


def test_a_refused_card_is_accessible(loud_page, log_in):
    page = loud_page
    log_in(on=page)
    page.goto("/board/")
    card = page.locator(".board-card", has_text="Playbox")
    card.locator("summary").click()
    card.get_by_role("button", name="Iværksat").click()
    page.get_by_role("alert").wait_for()

    assert faults(page) == []


def test_a_milestone_being_edited_is_accessible(page, log_in):
    log_in()
    playbox = Activity.objects.get(initiative__name="Playbox")
    milestone = playbox.milestones.all()[0]
    page.goto(f"{playbox.get_absolute_url()}?edit={milestone.pk}")

    in_both_languages(page, lambda: check(page))


@pytest.mark.parametrize("state", ["planned", "in_clarification", "launched"])
def test_an_activity_is_accessible(page, log_in, state):
    log_in()
    asked = Activity.objects.filter(state=state).order_by("-is_proposal", "pk")[0]
    page.goto(asked.get_absolute_url())

    in_both_languages(page, lambda: check(page))


def test_the_password_page_is_accessible(page, log_in):
    log_in()
    page.goto("/accounts/password/change/")

    in_both_languages(page, lambda: check(page))


def test_the_webhooks_are_accessible(page, log_in):
    log_in()
    page.goto("/settings/webhooks/")
    check(page)
    page.get_by_role("link", name="Opret en webhook").click()
    in_both_languages(page, lambda: check(page))
    page.get_by_label("Adresse").fill("https://example.org/hook")
    page.get_by_label("Aktiviteter", exact=True).check()
    page.get_by_role("button", name="Opret").click()
    page.get_by_role("heading", name="Nøglen").wait_for()
    assert faults(page) == []
    page.get_by_role("link", name="Jeg har kopieret den").click()
    page.get_by_role("button", name="Test den").click()
    page.get_by_role("rowheader", name="En test").wait_for()
    in_both_languages(page, lambda: check(page))


def test_the_calendars_are_accessible(page, log_in):
    log_in()
    page.goto("/settings/calendars/")
    page.get_by_role("button", name="Lav adressen").click()
    page.get_by_role("heading", name="Adressen på den nye kalender").wait_for()

    assert faults(page) == []
    page.goto("/settings/calendars/")
    in_both_languages(page, lambda: check(page))


def check(page: Page) -> None:
    assert faults(page) == []
    unfold(page)
    assert faults(page) == []


def test_ones_own_profile_is_accessible(page, log_in):
    log_in()
    page.goto("/profile/")

    in_both_languages(page, lambda: check(page))


def test_the_choice_of_mails_is_accessible(page, programme):
    reader = User.objects.get(email="kontakt.cbe@example.org")
    token = subscriptions.token_for(reader, Mailing.DIGEST)
    page.goto(f"/mails/{token}/")

    check(page)
