"""Senders share the outbox by leases, leave little by little, and look once more."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications import compose, outbox
from notifications.models import Message
from rollout.models import Role
from tests.factories import make_member
from tests.notifications.delivery.scene import (
    NOON,
    QUICK,
    deliver,
    deliver_reminders,
    make_waiting_reminders,
    slow,
    state_of,
)
from tests.notifications.factories import (
    at,
    make_due_milestone,
    make_message,
    make_running_activity,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_claimed_message_is_left_alone_until_its_lease_ends(sink):
    message = make_message(
        now=NOON,
        claim_token=uuid4(),
        lease_until=timezone.now() + timedelta(seconds=60),
    )

    assert deliver().sent == 0
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert deliver().sent == 1
    assert state_of(message) == "sent"


def test_a_sender_that_was_overtaken_stops_before_data(sink):
    message = make_message(now=NOON)
    thief = uuid4()

    def steal(_):
        # Another sender claims the message while this one talks to the server.
        Message.objects.update(claim_token=thief)
        connection.close()

    sink.at_rcpt = steal

    tally = deliver()

    assert tally.sent == 0
    assert sink.received == []
    message.refresh_from_db()
    assert (message.state, message.claim_token) == ("pending", thief)


def test_a_sender_that_died_inside_data_leaves_an_uncertain_message(sink):
    message = make_message(
        now=NOON,
        claim_token=uuid4(),
        data_started_at=timezone.now() - timedelta(minutes=16),
        lease_until=timezone.now() - timedelta(minutes=1),
    )

    assert deliver().sent == 1
    message.refresh_from_db()
    assert (message.state, message.uncertain) == ("sent", 1)


def test_senders_that_keep_dying_inside_data_do_not_go_on_for_ever(sink):
    message = make_message(
        now=NOON,
        uncertain=2,
        claim_token=uuid4(),
        data_started_at=timezone.now() - timedelta(minutes=16),
        lease_until=timezone.now() - timedelta(minutes=1),
    )

    deliver()

    assert state_of(message) == "uncertain"
    assert sink.received == []


def test_a_lost_database_connection_after_the_250_makes_no_second_copy(sink):
    message = make_message(now=NOON)

    def cut(_):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND usename = current_user"
            )
        connection.close()
        return "250 OK"

    sink.answer = cut

    deliver()

    assert state_of(message) == "sent"
    assert deliver().sent == 0
    assert len(sink.received) == 1


def test_what_has_piled_up_leaves_little_by_little(sink):
    make_waiting_reminders(5)

    first = deliver_reminders()
    second = deliver_reminders()
    Message.objects.filter(state="sent").update(
        sent_at=timezone.now() - timedelta(seconds=61)
    )
    a_minute_later = deliver_reminders()

    assert (first.sent, second.sent, a_minute_later.sent) == (3, 0, 2)


def test_what_somebody_waits_for_is_not_held_up(sink):
    make_waiting_reminders(5)
    notices = [make_message(now=NOON) for _ in range(5)]

    tally = deliver_reminders()

    assert tally.sent == 8
    assert all(state_of(notice) == "sent" for notice in notices)


def test_notices_leave_first_and_no_batch_is_larger_than_allowed(sink):
    make_waiting_reminders(2)
    make_message(now=NOON)

    run = outbox._Run(now=NOON, times=replace(slow(), batch=2), any_time=True)
    claimed = run.claim()

    assert [message.awaits_window for message in claimed] == [False, True]


def test_senders_who_ask_at_once_share_the_room(sink):
    make_waiting_reminders(12)
    tallies = []

    def send():
        tallies.append(deliver_reminders())
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(tally.sent for tally in tallies) == 3


def test_four_senders_at_once_send_each_mail_once(sink):
    for _ in range(60):
        make_message(now=NOON)

    def send():
        try:
            deliver(times=replace(QUICK, batch=3))
        finally:
            connection.close()

    senders = [threading.Thread(target=send) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    assert len(sink.received) == 60
    assert len({mail.message_id for mail in sink.received}) == 60


# --- looked at once more --------------------------------------------------------------


def test_a_person_who_left_gets_no_mail(sink):
    message = make_message(now=NOON)
    message.recipient.is_active = False
    message.recipient.save()

    assert deliver().dropped == 1
    assert state_of(message) == "obsolete"
    assert sink.received == []


def test_news_that_is_too_old_is_not_sent(sink):
    message = make_message(now=NOON, expires_at=NOON + timedelta(hours=1))

    deliver(now=NOON + timedelta(hours=2))

    assert state_of(message) == "obsolete"


def test_reminders_wait_for_office_hours_and_notices_do_not(sink):
    milestone = make_due_milestone("2026-03-02")
    notice = make_message(now=NOON, activity=milestone.activity)
    reminder = make_message(
        now=NOON,
        activity=milestone.activity,
        awaits_window=True,
        programme=milestone.programme,
    )

    deliver(now=at("2026-03-02", 22))

    assert (state_of(notice), state_of(reminder)) == ("sent", "pending")


def test_what_the_mails_of_a_batch_speak_of_is_read_once(sink):
    """A further mail asks nothing; it passes the fence and writes its outcome."""
    activity = make_running_activity()
    asked = []
    for people in (1, 3):
        for _person in range(people):
            reader = make_member(activity.programme, Role.PARTNER)
            for day in ("2026-03-09", "2026-03-10"):
                make_due_milestone(day, activity=activity, responsible=reader)
        compose.remind(now=NOON)
        with CaptureQueriesContext(connection) as statements:
            sent = deliver(any_time=True).sent
        asked.append((sent, len(statements)))

    (one, few), (three, more) = asked
    assert more - few == (three - one) * 2
