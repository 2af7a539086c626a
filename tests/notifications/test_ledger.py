"""The ledger tells of every person, past and future, on each page that asks for it."""

from datetime import date
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import answering, compose, deciding, links
from notifications.answering import Said
from notifications.explain import explain
from notifications.models import (
    Answer,
    Choice,
    Message,
    Purpose,
    Reminder,
    ReminderState,
)
from rollout import services
from rollout.models import Membership, Role
from rollout.services import Leaving
from tests.factories import make_member, make_partner, make_programme, make_round
from tests.notifications.factories import (
    at,
    make_due_milestone,
    make_running_activity,
    steps_of,
)

pytestmark = pytest.mark.django_db

NOW = at("2026-04-08")


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def partner():
    return make_partner(programme=make_programme(), name="Skolen")


@pytest.fixture
def contact(partner):
    return make_member(partner.programme, Role.PARTNER, partner=partner, name="Kontakt")


def remind_of(contact, partner, due_on="2026-04-15", **fields):
    activity = make_running_activity(
        programme=partner.programme, responsible_partner=partner
    )
    return make_due_milestone(due_on, activity=activity, responsible=contact, **fields)


def read(client, partner, user):
    client.force_login(user)
    return client.get(f"/partners/{partner.pk}/reminders/")


def test_a_partner_s_page_tells_what_its_people_got_and_will_get(
    client, partner, contact
):
    milestone = remind_of(contact, partner, title="Aftale")
    make_due_milestone("2026-04-15", title="En anden sag")
    compose.remind(now=NOW)
    Message.objects.update(state="sent", sent_at=NOW)

    html = read(client, partner, make_member(partner.programme)).content.decode()

    assert "Sendt til Kontakt onsdag 8. april kl. 08.00." in html
    assert "Sendes til Kontakt onsdag 15. april." in html
    assert str(milestone.activity) in html
    assert "En anden sag" not in html


def test_it_tells_that_the_page_was_opened_and_what_was_answered(
    client, partner, contact
):
    milestone = remind_of(contact, partner)
    compose.remind(now=NOW)
    message = Message.objects.get()
    links.issue(milestone, to=contact, message=message, at=NOW)
    links.note_opening(message.links.get(), at=NOW)
    Message.objects.update(state="sent", sent_at=NOW)

    html = read(client, partner, make_member(partner.programme)).content.decode()

    assert "Svarsiden blev åbnet onsdag 8. april kl. 08.00" in html


@pytest.mark.parametrize(
    ("said", "accept", "told"),
    [
        (Said(Choice.NOT_RELEVANT, note="Lukket"), None, "svaret blev fortrudt"),
        (Said(Choice.NOT_RELEVANT, note="Lukket"), True, "det udgik"),
        (
            Said(Choice.MORE_TIME, note="Ferie", new_due_on=date(2026, 5, 4)),
            False,
            "der blev ikke givet mere tid",
        ),
    ],
)
def test_it_tells_what_became_of_an_answer_wherever_that_happened(
    client, partner, contact, said, accept, told
):
    milestone = remind_of(contact, partner)
    manager = make_member(partner.programme)
    compose.remind(now=NOW)
    Message.objects.update(state="sent", sent_at=NOW)
    message = Message.objects.get()
    token = links.issue(milestone, to=contact, message=message, at=NOW)
    answering.answer(links.digest_of(token or ""), said, at=NOW)
    given = Answer.objects.get()
    if accept is None:
        undo = links.issue(
            milestone,
            to=contact,
            message=None,
            at=NOW,
            purpose=Purpose.UNDO,
            answer=given,
        )
        answering.undo(links.digest_of(undo or ""), at=NOW)
    else:
        deciding.decide(given.pk, by=manager, accept=accept, at=NOW)

    html = read(client, partner, manager).content.decode()

    assert f"{told} onsdag 8. april kl. 08.00" in html


def test_a_partner_reads_its_own_page_as_far_as_it_may_see(client, partner, contact):
    remind_of(contact, partner, title="Aftale")
    make_round(
        programme=partner.programme,
        state="agreed",
        responsible=make_member(
            partner.programme, Role.PARTNER, partner=partner, name="Kollega"
        ),
        due_on="2026-04-15",
        title="Halvårsrapport",
    )
    compose.remind(now=NOW)

    own = read(client, partner, contact).content.decode()
    whole = read(client, partner, make_member(partner.programme)).content.decode()

    assert "Aftale" in own
    assert "Halvårsrapport" not in own
    assert "Halvårsrapport" in whole


def test_other_partners_and_strangers_find_nothing(client, partner, contact):
    other = make_member(partner.programme, Role.PARTNER)

    assert read(client, partner, other).status_code == 404
    assert read(client, partner, make_member(make_programme())).status_code == 404


def test_a_partner_of_whom_nobody_is_reminded_says_so(client, partner):
    html = read(client, partner, make_member(partner.programme)).content.decode()

    assert "Ingen her er blevet mindet om noget" in html


def test_more_reminders_cost_no_more_queries(client, partner, contact):
    manager = make_member(partner.programme)
    remind_of(contact, partner)
    compose.remind(now=NOW)
    read(client, partner, manager)

    def count():
        with CaptureQueriesContext(connection) as queries:
            read(client, partner, manager)
        return len(queries)

    one = count()
    for day in ("2026-04-15", "2026-05-20", "2026-05-21"):
        remind_of(contact, partner, day)
    compose.remind(now=NOW)

    assert count() == one


# --- handed over ----------------------------------------------------------------------


@pytest.fixture
def handed_over(partner, contact):
    """A reminder that waits for its reader, who then hands everything over."""
    milestone = remind_of(contact, partner)
    # Before office hours: planned, and not on its way yet.
    compose.remind(now=at("2026-04-08", 5))
    successor = make_member(
        partner.programme, Role.PARTNER, partner=partner, name="Efterfølger"
    )
    services.hand_over(
        Leaving(partner.programme, contact, successor),
        by=make_member(partner.programme),
        at=at("2026-04-08", 6),
    )
    compose.remind(now=NOW)
    return milestone


def test_reminders_follow_a_hand_over_and_say_why(handed_over, client, contact):
    manager = Membership.objects.get(role=Role.MANAGER).user
    client.force_login(manager)

    html = client.get(
        f"/activities/{handed_over.activity_id}/reminders/"
    ).content.decode()

    assert steps_of(handed_over, recipient=contact)[-5] == ReminderState.CANCELLED
    assert steps_of(handed_over, recipient__name="Efterfølger")[-5] == "merged"
    assert "Det blev overdraget fra Kontakt til Efterfølger" in html
    said = explain(f"milestone:{handed_over.pk}", contact, now=NOW)
    assert "fordi: det blev overdraget fra Kontakt til Efterfølger" in said


def test_the_row_keeps_no_names(handed_over):
    [row] = Reminder.objects.filter(reason="handed_over")

    assert set(row.params) == {"hand_over"}


# --- where it stands, and what was missed ---------------------------------------------


def test_a_line_leads_to_its_mail_for_who_may_read_it(client, partner, contact):
    milestone = remind_of(contact, partner)
    compose.remind(now=NOW)
    message = Message.objects.get()
    address = f"/activities/{milestone.activity_id}/reminders/"
    client.force_login(make_member(partner.programme))
    whole = client.get(address).content.decode()
    client.force_login(contact)
    own = client.get(address).content.decode()

    assert f'href="/messages/{message.pk}/"' in whole
    assert f'href="/messages/{message.pk}/"' not in own


def test_a_mail_that_a_sender_holds_is_just_being_sent(client, partner, contact):
    milestone = remind_of(contact, partner)
    compose.remind(now=NOW)
    Message.objects.update(claim_token=uuid4(), lease_until=NOW)
    client.force_login(make_member(partner.programme))

    html = client.get(
        f"/activities/{milestone.activity_id}/reminders/"
    ).content.decode()

    assert "Er ved at blive sendt til Kontakt." in html


def test_missed_steps_are_shown_apart(client, partner, contact):
    milestone = remind_of(contact, partner, "2026-04-01")
    compose.remind(now=NOW)
    client.force_login(make_member(partner.programme))

    html = client.get(
        f"/activities/{milestone.activity_id}/reminders/"
    ).content.decode()

    assert "2 trin blev sprunget over" in html
    assert "Sprunget over for Kontakt" in html
    assert "En senere påmindelse trådte i stedet." in html
