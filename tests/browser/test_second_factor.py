"""A security key in a real browser: set up when the role asks for it, then used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from tests.browser.axe import WIDTHS, faults
from tests.browser.conftest import PASSWORD
from tests.factories import make_member, make_programme

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def key(page: Page) -> None:
    """Plug a security key into the browser, with somebody who always touches it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "usb",
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_a_manager_sets_up_a_key_and_logs_in_with_it(page: Page, key, settings):
    """Checklist 35: nothing opens before, and the key opens it the next time."""
    settings.SECOND_FACTOR_FOR = ["manager"]
    person = make_member(make_programme())
    person.set_password(PASSWORD)
    person.save()

    def first_step() -> None:
        page.goto("/profile/")
        page.get_by_label("E-mail").fill(person.email)
        page.get_by_label("Adgangskode").fill(PASSWORD)
        page.get_by_role("button", name="Log ind").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Totrinslogin")
        page.wait_for_load_state()

    first_step()
    assert faults(page) == []
    page.get_by_role("link", name="Tilføj en nøgle").click()
    page.wait_for_load_state()
    assert faults(page) == []
    page.get_by_role("button", name="Tilføj nøglen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nødkoder")
    assert faults(page) == []
    # On a narrow screen, where the look ended, leaving is in the drawer.
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.get_by_role("button", name="Log ud").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log ind")
    first_step()
    page.get_by_role("button", name="Brug en sikkerhedsnøgle").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Min profil")
    assert Authenticator.objects.get(type="webauthn").last_used_at
