"""How these tests send, and what became of a mail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from notifications import outbox
from notifications.outbox import Timing
from tests.notifications.factories import at, make_message

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


def minutes_until(message, *, since=NOON):
    """Return after how many minutes a message may be tried again."""
    return (message.not_before - since).total_seconds() / 60


def approximately(minutes, *, within=0.5):
    """Allow for the time that the attempt itself took: a wait begins after it."""
    return pytest.approx(minutes, abs=within)


def make_waiting_reminders(count):
    return [make_message(now=NOON, awaits_window=True) for _ in range(count)]


def slow(per_minute=3):
    return replace(QUICK, per_minute=per_minute)


def deliver_reminders(**fields):
    return deliver(any_time=True, times=slow(), **fields)
