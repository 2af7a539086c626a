"""What a partner must make ready is asked for by a button, and found by the mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from notifications import outbox
from rollout import services
from rollout.models import Activity, User
from tests.browser.conftest import PASSWORD
from tests.browser.hands import Hands, Keyboard
from workflows.engine import perform

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.smtp import SmtpSink

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

CONTACT = "kontakt.cbe@example.org"
NOTE = "Kan I nå det før ferien?"
MISSING = "Parterne er ikke klar i Vildtbanegård I."


@pytest.fixture
def activity(programme) -> Activity:
    """One that waits for its partner, who has got nothing ready yet."""
    found = Activity.objects.get(
        initiative__name="Fritidsjobforløb", place__name="Vildtbanegård I"
    )
    leader = User.objects.get(email="leder@example.org")
    contact = User.objects.get(email=CONTACT)
    contact.set_password(PASSWORD)
    contact.save()
    services.confirm_proposal(found, by=leader)
    services.assign_responsible(found, responsible=contact, by=leader)
    return perform(found, "clarify", by=leader, at=timezone.now())


def test_the_keyboard_asks_a_partner_who_opens_the_mail_and_sees_what_is_missing(
    page, open_page, log_in, activity, smtp_sink, live_server, settings
):
    settings.BASE_URL = live_server.url
    log_in()
    page.goto(activity.get_absolute_url())

    ask(page, Keyboard(page))
    address = address_in_the_mail(smtp_sink)

    partner = open_page()
    hands = Keyboard(partner)
    partner.goto(address)
    hands.write(partner.get_by_label("E-mail"), CONTACT)
    hands.write(partner.get_by_label("Adgangskode"), PASSWORD)
    hands.press(partner.get_by_role("button", name="Log ind"))

    title = partner.get_by_role("heading", level=1)
    expect(title).to_have_text("Fritidsjobforløb i Vildtbanegård I")
    expect(partner.locator("#next")).to_contain_text(MISSING)


def ask(page: Page, hands: Hands) -> None:
    """Ask the partner's contact for the three conditions, with a word of one's own."""
    question = page.locator("#next details.remedy").filter(
        has=page.locator("summary", has_text="Spørg Eksempel Kontakt CBE"),
        has_text=MISSING,
    )
    hands.press(question.locator("summary"))
    expect(question).to_contain_text(f"({CONTACT})")
    hands.write(question.get_by_label("En bemærkning"), NOTE)
    hands.press(question.get_by_role("button", name="Send spørgsmålet"))

    said = page.get_by_role("status").filter(has_text="bliver spurgt på mail")
    expect(said).to_contain_text("Eksempel Kontakt CBE")
    # And it is written down, beside the question.
    hands.press(question.locator("summary"))
    expect(question.get_by_role("link", name="Se mailen")).to_be_visible()


def address_in_the_mail(smtp_sink: SmtpSink) -> str:
    """Let the question leave, and return the address of its button."""
    outbox.deliver(now=timezone.now(), any_time=True)
    letters = [one.message.get_body(("plain",)) for one in smtp_sink.received]
    texts = [str(letter.get_content()) for letter in letters if letter is not None]
    # That the contact is responsible now has been told as well.
    [text] = [text for text in texts if NOTE in text]
    assert MISSING in text
    return next(line for line in text.splitlines() if "/activities/" in line).strip()
