"""What a mail scanner does to an action link, and then what the person does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from notifications import ledger, letters, links
from notifications.models import (
    Answer,
    LinkUse,
    Message,
    MessageKind,
    Reminder,
    ReminderState,
)
from rollout.models import Milestone, Role, User
from tests.browser.axe import check_briefly, faults
from tests.browser.hands import Keyboard

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def milestone(programme):
    """A milestone of a running activity, with a partner's contact."""
    contact = User.objects.filter(
        memberships__role=Role.PARTNER, memberships__programme=programme
    )[0]
    found = Milestone.objects.filter(
        state="open",
        due_on__isnull=False,
        predecessors=None,
        activity__state__in=["in_clarification", "launched"],
        activity__is_proposal=False,
    )[0]
    found.responsible = contact
    found.responsible_partner = contact.memberships.get().partner
    found.save()
    return Milestone.objects.get(pk=found.pk)


@pytest.fixture
def address(milestone, live_server, settings) -> str:
    """The address of the button in a reminder, as the mail carries it."""
    settings.BASE_URL = live_server.url
    now = timezone.now()
    message = Message.objects.create(
        dedupe_key="k",
        message_id="<k@example.org>",
        kind=MessageKind.REMINDER,
        recipient=milestone.responsible,
        to_address=milestone.responsible.email,
        programme=milestone.programme,
        activity=milestone.activity,
        created_at=now,
        not_before=now,
    )
    reminder = Reminder.objects.create(
        kind="milestone",
        object_id=milestone.pk,
        due_on=milestone.due_on,
        title=milestone.title,
        programme=milestone.programme,
        activity=milestone.activity,
        step=-5,
        audience="responsible",
        recipient=milestone.responsible,
        principal=milestone.responsible,
        why="responsible",
        state=ReminderState.MERGED,
        message=message,
        send_on=timezone.localdate(),
        planned_at=now,
        changed_at=now,
    )
    letter = letters.write(message, [reminder], now=now)
    line = next(x for x in letter.text.splitlines() if "/answer/" in x)
    assert line in letter.html
    return line.strip()


def state(milestone: Milestone) -> tuple[Any, ...]:
    found = Milestone.objects.get(pk=milestone.pk)
    return (found.state, found.version, found.due_on, found.responsible_id)


def test_a_scanner_changes_nothing_and_then_the_person_acts(
    page, browser, milestone, address
):
    before = state(milestone)

    scan_by_http(address)
    scan_by_browser(browser, address)

    assert state(milestone) == before
    assert not Answer.objects.exists()
    assert set(LinkUse.objects.values_list("what", flat=True)) == {"opened"}

    page.goto(address)
    assert address.rsplit("/", 2)[1] not in page.url
    expect(page.get_by_role("heading", level=1)).to_have_text(milestone.title)
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    page.get_by_role("radio").first.check()
    page.locator("main form button").click()
    expect(page.locator("main [role=status]")).to_be_visible()

    assert state(milestone)[0] == "done"
    told = ledger.of_activity(milestone.activity, on=timezone.localdate()).past
    assert [entry for entry in told if "besvaret" in entry.note]

    page.goto(address)
    expect(page.locator("main [role=status]")).to_be_visible()
    assert Answer.objects.count() == 1
    page.get_by_role("checkbox").check()
    page.locator("main form button").click()
    expect(page.get_by_role("checkbox")).to_have_count(0)
    assert state(milestone)[0] == "open"


def test_the_keyboard_alone_answers_by_the_link(page, milestone, address):
    hands = Keyboard(page)
    page.goto(address)

    hands.pick(page.get_by_role("radio").first)
    hands.press(page.locator("main form button"))
    expect(page.locator("main [role=status]")).to_be_visible()

    assert state(milestone)[0] == "done"
    hands.tick(page.get_by_role("checkbox"))
    hands.press(page.locator("main form button"))
    expect(page.get_by_role("checkbox")).to_have_count(0)
    assert state(milestone)[0] == "open"


def scan_by_http(address: str) -> None:
    """Look, prefetch and post empty, with and without following."""
    with httpx.Client(follow_redirects=True) as scanner:
        for method in ("HEAD", "GET"):
            for headers in ({}, {"Purpose": "prefetch", "Sec-Purpose": "prefetch"}):
                answer = scanner.request(method, address, headers=headers)
                assert answer.status_code == 200
        csrf = scanner.cookies.get("csrf")
        scanner.post(answer.url, data={"csrfmiddlewaretoken": csrf})
        scanner.post(address, data={"choice": "done"})


def scan_by_browser(browser: Browser, address: str) -> None:
    """Open the page with scripts, wait, press every button of an empty form."""
    context = browser.new_context()
    scanner = context.new_page()
    scanner.goto(address, wait_until="networkidle")
    scanner.locator("main form button").click()
    scanner.wait_for_load_state("networkidle")
    scanner.evaluate(
        "document.querySelectorAll('main form').forEach(form => form.submit())"
    )
    scanner.wait_for_load_state("networkidle")
    context.close()


def test_the_page_is_accessible(page, milestone, address):
    page.goto(address)
    check_briefly(page)
    page.locator("main form button").click()
    page.locator(".form-error-message").first.wait_for()
    assert faults(page) == []
    assert links.find("", at=timezone.now()) is None
