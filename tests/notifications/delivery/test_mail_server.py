"""Every way in which a mail server can fail, and what becomes of the mail."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from notifications import breaker, compose, outbox
from notifications.models import (
    Breaker,
    CalendarDay,
    Message,
    SuppressedAddress,
)
from notifications.smtp import Fate, Patience, Result
from tests.factories import make_user
from tests.notifications.delivery.scene import (
    NOON,
    QUICK,
    approximately,
    deliver,
    minutes_until,
    state_of,
)
from tests.notifications.factories import (
    at,
    make_due_milestone,
    make_message,
    make_period,
    make_running_activity,
)

pytestmark = pytest.mark.django_db(transaction=True)


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
    assert minutes_until(message) == approximately(1)
    assert message.last_error
    assert deliver(now=NOON + timedelta(seconds=59)).retried == 0

    sink.at_mail = sink.at_rcpt = lambda _: None
    sink.answer = lambda _: "250 OK"
    assert deliver(now=message.not_before).sent == 1
    assert len({mail.message_id for mail in sink.received}) == 1


def test_the_waits_grow_and_end_after_three_days(sink):
    message = make_message(now=NOON)
    sink.at_rcpt = lambda _: "451 4.7.1 greylisted"
    now, waits = NOON, []

    while state_of(message) == "pending":
        deliver(now=now)
        message.refresh_from_db()
        if message.state == "pending":
            waits.append(minutes_until(message, since=now))
            now = message.not_before

    assert waits == approximately([1, 5, 15, 60, 240, 720, 720, 720, 720, 720])
    assert message.state == "dead"
    assert now - NOON <= timedelta(hours=72)


def test_waits_are_spread_by_a_fifth(sink):
    for _ in range(12):
        make_message(now=NOON)
    sink.at_rcpt = lambda _: "451 4.7.1 greylisted"

    deliver(times=replace(QUICK, jitter=0.2))

    waits = {minutes_until(message) for message in Message.objects.all()}
    assert len(waits) > 6
    assert all(wait == approximately(1, within=0.3) for wait in waits)


@pytest.mark.parametrize(("fate", "minutes"), [(Fate.RETRY, 1), (Fate.UNKNOWN, 15)])
def test_a_wait_begins_when_the_attempt_has_ended(fate, minutes):
    message = make_message(now=NOON)
    run = outbox._Run(now=NOON, times=QUICK, any_time=False)
    [claimed] = run.claim()
    # So long may a server take to answer a mail that it was handed over.
    run.started -= QUICK.patience.final

    run._settle(claimed, Result(fate))

    message.refresh_from_db()
    assert minutes_until(message) == approximately(10 + minutes)


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


def test_a_sender_that_dies_over_a_refused_address_leaves_nothing_half_done(
    sink, monkeypatch
):
    message = make_message(now=NOON)
    sink.at_rcpt = lambda _: "550 5.1.1 no such user"

    def die(*_, **__):
        raise SystemExit

    monkeypatch.setattr(compose, "hand_on", die)

    with pytest.raises(SystemExit):
        deliver()

    assert state_of(message) == "pending"
    assert not SuppressedAddress.objects.exists()


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


def test_a_mail_that_cannot_be_looked_at_is_dead_and_stops_no_other(sink):
    poison = make_message(now=NOON, kind="invitation", params={})
    good = make_message(now=NOON)

    deliver()

    assert (state_of(poison), state_of(good)) == ("dead", "sent")
    assert "KeyError" in poison.last_error


def test_facts_that_cannot_be_read_at_once_are_read_for_each_mail(sink):
    poison, good = (make_due_milestone("2026-02-27") for _ in range(2))
    make_period(poison.programme, "2026-07-01", "2026-07-31")
    compose.remind(now=at("2026-02-27"), any_time=True)
    broken = CalendarDay.objects.filter(calendar__programme=poison.programme)
    broken.filter(day=NOON.date()).delete()

    deliver()

    dead, sent = (Message.objects.get(activity=m.activity) for m in (poison, good))
    assert (dead.state, sent.state) == ("dead", "sent")
    assert "KeyError" in dead.last_error


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
    assert minutes_until(message) == approximately(15)
    assert deliver(now=NOON + timedelta(minutes=14)).unknown == 0

    sink.drops = lambda _: False
    assert deliver(now=message.not_before).sent == 1
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


def test_a_greeting_without_an_end_does_not_hold_the_sender(settings):
    message = make_message(now=NOON)
    listener = socket.create_server(("127.0.0.1", 0))
    settings.EMAIL_HOST, settings.EMAIL_PORT = listener.getsockname()
    hung_up = threading.Event()

    def dribble():
        peer, _ = listener.accept()
        with peer:
            for _ in range(200):
                try:
                    peer.sendall(b"2")
                except OSError:
                    hung_up.set()
                    break
                time.sleep(0.02)

    greeting = threading.Thread(target=dribble, daemon=True)
    greeting.start()

    tally = deliver(times=replace(QUICK, patience=Patience(dialogue=0.1)))

    greeting.join()
    listener.close()
    assert hung_up.is_set()
    assert (tally.retried, state_of(message)) == (1, "pending")
