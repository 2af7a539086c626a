"""Real workers, beats and loops at once, some of them killed: each mail once."""

import sys
import time
from collections import Counter

import pytest
from django.utils import timezone

from notifications.models import Message, Reminder
from tests.factories import make_milestone, make_user
from tests.notifications.factories import make_message, make_running_activity
from tests.processes import Process, wait_until

pytestmark = [
    pytest.mark.processes,
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
]

FAST = {"DJANGO_SETTINGS_MODULE": "tests.notifications.fast_settings"}


def make_due(people):
    """Make one milestone for each person, due today, in one programme."""
    # Nobody is responsible for the activity itself, so it nudges nobody.
    first = make_running_activity(responsible=None)
    for _ in range(people):
        make_milestone(
            activity=first,
            due_on=timezone.localdate(),
            responsible=make_user(),
        )


def all_sent(number):
    return Message.objects.filter(state="sent").count() == number


def copies(sink):
    """Return how many copies of each mail arrived."""
    return Counter(mail.message_id for mail in sink.received)


@pytest.fixture
def start_loop(smtp_sink, tmp_path):
    """Start `manage.py outbox --loop`, which needs no Redis."""
    started = []

    def start(name):
        process = Process(
            name=name,
            command=[sys.executable, "manage.py", "outbox", "--loop", "0.5"],
            log=tmp_path / f"{name}.log",
            env={"EMAIL_URL": smtp_sink.url} | FAST,
        ).start()
        started.append(process)
        return process

    yield start
    for process in started:
        process.stop()


def test_two_workers_two_beats_and_a_loop_send_nothing_twice(
    start_worker, start_beat, start_loop, smtp_sink
):
    people = 40
    make_due(people)
    workers = [start_worker(name, env=FAST) for name in ("first", "second")]
    smtp_sink.answer = lambda mail: time.sleep(0.03) or "250 Accepted"
    start_loop("loop")
    for name in ("one", "two"):
        start_beat(name, env=FAST)

    smtp_sink.wait_for(8)
    workers[0].kill()
    wait_until(lambda: all_sent(people), what="every mail is sent")

    arrived = copies(smtp_sink)
    assert len(arrived) == people, "none lost"
    assert sum(arrived.values()) <= people + 1, "one kill, one copy at most"
    assert Message.objects.count() == people
    assert Reminder.objects.filter(state="merged").count() == people


def test_a_sender_killed_after_the_250_makes_one_copy_with_the_same_message_id(
    start_loop, smtp_sink
):
    for _ in range(3):
        make_message(activity=make_running_activity(responsible=None))
    doomed = []

    def kill_first(mail):
        if len(smtp_sink.received) == 1:
            # The server has the mail; its sender never learns of it.
            doomed[0].kill()
        return "250 Accepted"

    smtp_sink.answer = kill_first
    doomed.append(start_loop("doomed"))
    smtp_sink.wait_for(1)
    wait_until(lambda: not doomed[0].is_running, what="it is dead")
    start_loop("heir")

    wait_until(lambda: all_sent(3), what="every mail is sent")

    assert sorted(copies(smtp_sink).values()) == [1, 1, 2]
    first = Message.objects.get(message_id=smtp_sink.received[0].message_id)
    assert first.uncertain == 1
