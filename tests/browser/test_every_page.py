"""Every page of the product by axe, found in the URLconf so that none is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from rollout.models import User
from tests.api.everything import make_everything
from tests.browser.axe import faults, unfold
from tests.browser.conftest import MORNING, PASSWORD
from tests.factories import make_member
from tests.security import routes
from tests.security.world import make_world

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
]

#: Looked at by tests of their own, without this login.
ELSEWHERE = ("api/", "admin/", "answer/", "answers/", "mails/")


@pytest.fixture
def manager(transactional_db: None) -> User:
    made = make_everything()
    found = make_member(made["programmes"], name="Mette Leder")
    found.tour_seen_at = MORNING
    found.set_password(PASSWORD)
    found.save()
    found.keys = make_world(found, made)  # type: ignore[attr-defined]
    return found


def pages(manager: User) -> list[str]:
    """Return the addresses that answer the manager with a page."""
    client = Client()
    client.force_login(manager, "django.contrib.auth.backends.ModelBackend")
    keys = manager.keys  # type: ignore[attr-defined]
    found = []
    for pattern, name in routes.routes():
        if pattern.startswith(ELSEWHERE) or name == "account_logout":
            continue
        if pattern.startswith("accounts/") and routes.holes(pattern):
            continue
        address = routes.filled(pattern, name, keys)
        answer = client.get(address)
        is_file = answer.has_header("Content-Disposition")
        if answer.status_code == 200 and not is_file and b"<main" in answer.getvalue():
            found.append(address)
    return found


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_page_is_accessible(loud_page, manager, language):
    # Previews that are opened all at once may be told to wait, which is logged.
    page = loud_page
    addresses = pages(manager)
    assert len(addresses) > 60
    log_in(page, manager)
    cookie = {"name": "django_language", "value": language, "url": page.url}
    page.context.add_cookies([cookie])

    found = {address: look(page, address) for address in addresses}

    assert {address: one for address, one in found.items() if one} == {}


def look(page: Page, address: str) -> list[Any]:
    page.goto(address)
    unfold(page)
    return faults(page)


def log_in(page: Page, manager: User) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(manager.email)
    page.get_by_label("Adgangskode").fill(PASSWORD)
    page.get_by_role("button", name="Log ind").click()
    page.get_by_role("heading", level=1, name="Hvor langt er vi").wait_for()
