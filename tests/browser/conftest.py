"""The real plan with its example people, on a fixed day, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.core.management import call_command

from rollout.models import Programme, User
from tests.conftest import PATIENCE_MS
from tests.snapshot import Snapshot

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PLANS = Path(__file__).resolve().parents[2] / "plans"
PASSWORD = "kun til prøver"
#: A Monday morning in Copenhagen, early in the programme.
MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)

#: The database as each of these tests finds it.
BEGINNING = Snapshot()

Login = Callable[..., None]


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(MORNING, tick=True):
        yield


def apply_plans() -> None:
    for plan in ("ishoj-2025-2029.yaml", "example-data.yaml"):
        call_command("plan", "apply", str(PLANS / plan), stdout=StringIO())


@pytest.fixture
def programme(transactional_db: None) -> Programme:
    """The committed plan and the example data on top of it."""
    BEGINNING.fill(apply_plans)
    return Programme.objects.get()


@pytest.fixture
def log_in(page: Page, programme: Programme) -> Login:
    """Log an example person in through the form: `log_in()` is the manager.

    The tour for newcomers is put away unless it is asked for.
    """

    def do(
        email: str = "leder@example.org",
        *,
        on: Page | None = None,
        with_tour: bool = False,
    ) -> None:
        person = User.objects.get(email=email)
        person.set_password(PASSWORD)
        person.tour_seen_at = None if with_tour else MORNING
        person.save()
        where = on or page
        where.goto("/")
        where.get_by_label("E-mail").fill(email)
        where.get_by_label("Adgangskode").fill(PASSWORD)
        where.get_by_role("button", name="Log ind").click()
        first = re.compile("Hvor langt er vi?|Mit arbejde")
        where.get_by_role("heading", level=1, name=first).wait_for()
        # And the scripts have run, which pages without them do not wait for.
        where.wait_for_load_state()

    return do


@pytest.fixture
def plain_page(browser: Browser, live_server) -> Iterator[Page]:
    """A page in a browser that runs no scripts."""
    yield from _a_page(browser, live_server.url, java_script_enabled=False)


@pytest.fixture
def loud_page(browser: Browser, live_server) -> Iterator[Page]:
    """A page that may log errors: a refusal is one to the browser."""
    yield from _a_page(browser, live_server.url)


@pytest.fixture
def open_page(browser: Browser, live_server) -> Iterator[Callable[[], Page]]:
    """Open a page in a browser of its own, so that several people can be logged in."""
    page_of_its_own = contextmanager(_a_page)
    with ExitStack() as open_ones:
        yield lambda: open_ones.enter_context(page_of_its_own(browser, live_server.url))


def _a_page(browser: Browser, base_url: str, **options: Any) -> Iterator[Page]:
    context = browser.new_context(base_url=base_url, locale="da-DK", **options)
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()
