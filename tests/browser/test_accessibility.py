"""WCAG 2.2 AA by axe, and pages that fit a narrow screen, in both languages."""

from __future__ import annotations

import pytest

from notifications import subscriptions
from notifications.subscriptions import Mailing
from rollout.models import Activity, User
from tests.browser.axe import check, check_briefly, faults

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


def test_the_login_page_is_accessible(page, programme):
    page.goto("/accounts/login/")

    check_briefly(page)


def test_a_refused_login_is_accessible(page, programme):
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill("nobody@example.org")
    page.get_by_label("Adgangskode").fill("wrong")
    page.get_by_role("button", name="Log ind").click()
    page.get_by_role("alert").wait_for()

    assert faults(page) == []


def test_the_overview_is_accessible(page, log_in):
    log_in()

    check_briefly(page)


@pytest.mark.parametrize(
    "address", ["/?select=1", "/?place=vildtbanegaard-1", "/board/", "/monitoring/"]
)
def test_pages_of_activities_are_accessible(page, log_in, address):
    log_in()
    page.goto(address)

    check_briefly(page)


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

    check_briefly(page)


@pytest.mark.parametrize("state", ["planned", "in_clarification", "launched"])
def test_an_activity_is_accessible(page, log_in, state):
    log_in()
    asked = Activity.objects.filter(state=state).order_by("-is_proposal", "pk")[0]
    page.goto(asked.get_absolute_url())

    check_briefly(page)


def test_the_password_page_is_accessible(page, log_in):
    log_in()
    page.goto("/accounts/password/change/")

    check_briefly(page)


def test_the_webhooks_are_accessible(page, log_in):
    log_in()
    page.goto("/settings/webhooks/")
    check(page)
    page.get_by_role("link", name="Opret en webhook").click()
    check_briefly(page)
    page.get_by_label("Adresse").fill("https://example.org/hook")
    page.get_by_label("Aktiviteter", exact=True).check()
    page.get_by_role("button", name="Opret").click()
    page.get_by_role("heading", name="Nøglen").wait_for()
    assert faults(page) == []
    page.get_by_role("link", name="Jeg har kopieret den").click()
    page.get_by_role("button", name="Test den").click()
    page.get_by_role("rowheader", name="En test").wait_for()
    check_briefly(page)


def test_the_calendars_are_accessible(page, log_in):
    log_in()
    page.goto("/settings/calendars/")
    page.get_by_role("button", name="Lav adressen").click()
    page.get_by_role("heading", name="Adressen på den nye kalender").wait_for()

    assert faults(page) == []
    page.goto("/settings/calendars/")
    check_briefly(page)


def test_ones_own_profile_is_accessible(page, log_in):
    log_in()
    page.goto("/profile/")

    check_briefly(page)


def test_the_choice_of_mails_is_accessible(page, programme):
    reader = User.objects.get(email="kontakt.cbe@example.org")
    token = subscriptions.token_for(reader, Mailing.DIGEST)
    page.goto(f"/mails/{token}/")

    check(page)
