"""Every way in which a mail server can fail, and what becomes of the mail."""

import socket
import threading
import time
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from notifications import breaker, outbox
from notifications.models import Breaker, Message, SuppressedAddress
from notifications.outbox import Timing
from notifications.smtp import Patience
from tests.factories import make_user
from tests.notifications.factories import (
    at,
    make_due_milestone,
    make_message,
    make_running_activity,
)

pytestmark = pytest.mark.django_db(transaction=True)

NOON = at("2026-03-02", 12)
#: No pause of the breaker, no spread, and waits that a test can count.
QUICK = Timing(jitter=0, pause_scale=0)


def deliver(**fields):
    fields.setdefault("now", NOON)
    fields.setdefault("times", QUICK)
    return outbox.deliver(**fields)


def state_of(message):
    message.refresh_from_db()
    return message.state


def test_a_message_is_sent_and_the_log_holds_the_exact_mail(sink):
    message = make_message(now=NOON)

    tally = deliver()

    [mail] = sink.received
    message.refresh_from_db()
    assert tally.sent == 1
    assert (message.state, message.smtp_code) == ("sent", 250)
    assert mail.message_id == message.message_id
    assert mail.recipients == [message.recipient.email]
    assert mail.message["Subject"] == message.subject
    text = mail.message.get_body(["plain"]).get_content()
    html = mail.message.get_body(["html"]).get_content()
    assert text.split() == message.text.split()
    assert html.split() == message.html.split()


def test_a_batch_leaves_over_one_connection(sink):
    for _ in range(25):
        make_message(now=NOON)
    peers = set()
    original = sink._controller.factory

    def counted():
        peers.add(uuid4())
        return original()

    sink._controller.factory = counted

    assert deliver().sent == 25
    assert len(peers) <= 1


def test_sending_twice_sends_once(sink):
    make_message(now=NOON)

    deliver()
    deliver()

    assert len(sink.received) == 1


def test_a_sender_that_is_asked_to_stop_gives_back_what_it_has_not_begun(sink):
    messages = [make_message(now=NOON) for _ in range(5)]

    tally = deliver(must_stop=lambda: len(sink.received) >= 2)

    assert tally.sent == len(sink.received) == 2
    given_back = [message for message in messages if state_of(message) == "pending"]
    assert len(given_back) == 3
    assert all(m.claim_token is None and m.attempts == 0 for m in given_back)
    assert deliver().sent == 3


def test_nothing_is_sent_inside_a_transaction(sink):
    with transaction.atomic(), pytest.raises(RuntimeError, match="transaction"):
        deliver()


# --- certain failures: a further attempt is free --------------------------------------


@pytest.mark.parametrize(
    "fail",
    [
        lambda sink: setattr(sink, "at_mail", lambda _: "451 4.3.0 busy"),
        lambda sink: setattr(sink, "at_rcpt", lambda _: "451 4.7.1 greylisted"),
        lambda sink: setattr(sink, "at_rcpt", lambda _: "hang up"),
        lambda sink: setattr(sink, "answer", lambda _: "452 4.3.1 full"),
        lambda sink: setattr(sink, "at_rcpt", lambda _: "552 5.2.2 mailbox full"),
        lambda sink: setattr(sink, "at_rcpt", lambda _: "550 5.7.1 policy"),
    ],
)
def test_a_passing_failure_is_tried_again_after_a_minute(sink, fail):
    message = make_message(now=NOON)
    fail(sink)

    assert deliver().retried == 1
    message.refresh_from_db()
    assert (message.state, message.uncertain) == ("pending", 0)
    assert message.not_before == NOON + timedelta(minutes=1)
    assert message.last_error
    assert deliver(now=NOON + timedelta(seconds=59)).retried == 0

    sink.at_mail = sink.at_rcpt = lambda _: None
    sink.answer = lambda _: "250 OK"
    assert deliver(now=NOON + timedelta(minutes=1)).sent == 1
    assert len({mail.message_id for mail in sink.received}) == 1


def test_the_waits_grow_and_end_after_three_days(sink):
    message = make_message(now=NOON)
    sink.at_rcpt = lambda _: "451 4.7.1 greylisted"
    now, waits = NOON, []

    while state_of(message) == "pending":
        deliver(now=now)
        message.refresh_from_db()
        if message.state == "pending":
            waits.append((message.not_before - now).total_seconds() / 60)
            now = message.not_before

    assert waits == [1, 5, 15, 60, 240, 720, 720, 720, 720, 720]
    assert message.state == "dead"
    assert now - NOON <= timedelta(hours=72)


def test_waits_are_spread_by_a_fifth(sink):
    for _ in range(12):
        make_message(now=NOON)
    sink.at_rcpt = lambda _: "451 4.7.1 greylisted"

    deliver(times=replace(QUICK, jitter=0.2))

    waits = {(m.not_before - NOON).total_seconds() for m in Message.objects.all()}
    assert len(waits) > 6
    assert all(48 <= wait <= 72 for wait in waits)


# --- the mail server is down, or our settings are wrong -------------------------------


def test_while_the_mail_server_is_down_everything_waits_and_nothing_dies(
    sink, settings
):
    messages = [make_message(now=NOON) for _ in range(3)]
    with socket.create_server(("127.0.0.1", 0)) as closed_in_a_moment:
        settings.EMAIL_PORT = closed_in_a_moment.getsockname()[1]

    tally = deliver(times=replace(QUICK, pause_scale=100))

    assert (tally.retried, tally.failed) == (1, 0)
    assert [state_of(message) for message in messages] == ["pending"] * 3
    assert {message.attempts for message in messages} == {0}
    assert breaker.allowance(20) == 0
    assert not Breaker.objects.get().is_configuration


@pytest.mark.parametrize(
    "reply",
    ["530 5.7.0 Authentication required", "550 5.7.1 sender refused", "535 5.7.8 no"],
)
def test_wrong_settings_stop_all_mail_and_kill_none(sink, reply):
    messages = [make_message(now=NOON) for _ in range(3)]
    sink.at_mail = lambda _: reply

    deliver(times=replace(QUICK, pause_scale=100))

    assert {state_of(message) for message in messages} == {"pending"}
    found = Breaker.objects.get()
    assert (found.failures, found.is_configuration) == (1, True)
    assert reply.split()[1] in found.last_error


def test_a_server_without_the_login_we_were_given_is_our_configuration(sink, settings):
    message = make_message(now=NOON)
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "u", "p"

    deliver(times=replace(QUICK, pause_scale=100))

    assert state_of(message) == "pending"
    assert Breaker.objects.get().is_configuration


def test_after_the_pause_one_mail_is_tried_and_then_all(sink):
    for _ in range(4):
        make_message(now=NOON)
    sink.at_mail = lambda _: "530 5.7.0 Authentication required"
    deliver()
    assert breaker.allowance(20) == 1, "half open"
    sink.at_mail = lambda _: None

    assert deliver().sent == 4
    assert breaker.allowance(20) == 20


# --- one address, one mail ------------------------------------------------------------


def test_a_refused_address_is_suppressed_and_others_get_their_mail(sink):
    bad = make_message(now=NOON, recipient=make_user(email="Borte@example.org"))
    good = make_message(now=NOON)
    sink.at_rcpt = lambda address: (
        "550 5.1.1 no such user" if address.lower().startswith("borte") else None
    )

    tally = deliver()

    assert (tally.sent, tally.failed) == (1, 1)
    assert (state_of(bad), state_of(good)) == ("suppressed", "sent")
    assert SuppressedAddress.objects.get().address == "borte@example.org"


def test_nothing_more_is_sent_to_a_suppressed_address(sink):
    message = make_message(now=NOON, recipient=make_user(email="Borte@example.org"))
    SuppressedAddress.objects.create(
        address="borte@example.org", reason="550", suppressed_at=NOON
    )

    deliver()

    assert state_of(message) == "suppressed"
    assert sink.received == []


def test_a_refused_mail_is_dead_at_once_and_others_are_sent(sink):
    poison = make_message(now=NOON)
    others = [make_message(now=NOON) for _ in range(5)]
    sink.answer = lambda mail: (
        "554 5.6.0 content" if mail.message_id == poison.message_id else "250 OK"
    )

    tally = deliver()

    assert (tally.sent, tally.failed) == (5, 1)
    assert state_of(poison) == "dead"
    assert {state_of(message) for message in others} == {"sent"}


@pytest.mark.parametrize(
    "broken",
    [
        {"params": {}},  # no template can be filled
        {"params": {"record": 10**9, "role": "responsible"}},
    ],
)
def test_a_mail_that_cannot_be_written_is_dead_and_stops_no_other(sink, broken):
    poison = make_message(now=NOON, activity=make_running_activity(), **broken)
    good = make_message(now=NOON)

    deliver()

    assert (state_of(poison), state_of(good)) == ("dead", "sent")
    assert poison.last_error


def test_an_address_the_server_cannot_take_is_poison(sink):
    # aiosmtpd offers SMTPUTF8; a server that does not is told nothing.
    message = make_message(now=NOON, recipient=make_user(email="søren@example.org"))

    deliver()

    assert state_of(message) in {"sent", "dead"}


# --- after the final dot --------------------------------------------------------------


def test_a_lost_reply_is_uncertain_and_the_copy_has_the_same_message_id(sink):
    message = make_message(now=NOON)
    sink.drops = lambda _: True

    assert deliver().unknown == 1
    message.refresh_from_db()
    assert (message.state, message.uncertain) == ("pending", 1)
    assert message.not_before == NOON + timedelta(minutes=15)
    assert deliver(now=NOON + timedelta(minutes=14)).unknown == 0

    sink.drops = lambda _: False
    assert deliver(now=NOON + timedelta(minutes=15)).sent == 1
    assert [mail.message_id for mail in sink.received] == [message.message_id] * 2


def test_after_two_copies_a_person_must_decide(sink):
    message = make_message(now=NOON)
    sink.drops = lambda _: True

    for quarter in range(6):
        deliver(now=NOON + timedelta(minutes=15 * quarter))

    assert state_of(message) == "uncertain"
    assert len(sink.received) == 3


def test_a_server_that_never_answers_does_not_hold_the_sender(settings):
    """It takes the mail, then sends one byte every so often: no read times out."""
    message = make_message(now=NOON)
    listener = socket.create_server(("127.0.0.1", 0))
    settings.EMAIL_HOST, settings.EMAIL_PORT = listener.getsockname()

    def dribble():
        peer, _ = listener.accept()
        with peer, peer.makefile("rwb") as lines:
            peer.sendall(b"220 dribble\r\n")
            for line in lines:
                if line == b"DATA\r\n":
                    peer.sendall(b"354 go\r\n")
                elif line == b".\r\n":
                    break
                elif line[:4].upper() in {b"EHLO", b"MAIL", b"RCPT"}:
                    peer.sendall(b"250 OK\r\n")
            try:
                while True:
                    peer.sendall(b"2")
                    time.sleep(0.05)
            except OSError:
                pass

    threading.Thread(target=dribble, daemon=True).start()

    tally = deliver(times=replace(QUICK, patience=Patience(data=0.5)))

    listener.close()
    assert tally.unknown == 1
    assert state_of(message) == "pending"


# --- claims, leases, fence ------------------------------------------------------------


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


def make_waiting_reminders(count):
    return [make_message(now=NOON, awaits_window=True) for _ in range(count)]


def slow(per_minute=3):
    return replace(QUICK, per_minute=per_minute)


def deliver_reminders(**fields):
    return deliver(any_time=True, times=slow(), **fields)


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
