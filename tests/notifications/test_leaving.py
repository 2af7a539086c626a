"""A worker that is asked to end stops between two mails, and not after the last one."""

from __future__ import annotations

import mmap

import pytest
from celery.signals import worker_shutting_down

from notifications import leaving, tasks
from tests.notifications.factories import make_message


@pytest.fixture
def alarms(monkeypatch):
    """The seconds for which an alarm was set, by a worker that hears for itself."""
    seconds = []
    monkeypatch.setattr(leaving, "_asked", mmap.mmap(-1, 1))
    monkeypatch.setattr("config.celery.signal.signal", lambda number, handler: None)
    monkeypatch.setattr("config.celery.signal.alarm", seconds.append)
    return seconds


def ask_to_end(how="Warm"):
    """Say what Celery says in a worker."""
    worker_shutting_down.send(sender="w@test", sig="SIGTERM", how=how, exitcode=0)


@pytest.mark.django_db(transaction=True)
def test_the_next_one_sends_what_is_left(sink, alarms):
    make_message()

    ask_to_end()
    tasks.deliver_outbox()

    assert not sink.received
    leaving._asked[0] = False
    tasks.deliver_outbox()
    assert len(sink.received) == 1


def test_what_takes_long_has_half_a_minute_and_is_ended_once(alarms):
    ask_to_end()
    ask_to_end("Cold")

    assert alarms == [30]
