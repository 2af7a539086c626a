"""Several machines' processes on one: three web servers, a worker for each queue and
two beats share a database, visitors come, everything dies in turn, totals stay exact.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from io import StringIO

import httpx
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from config import queues
from notifications import webhooks
from tests.factories import make_member
from tests.faults.chaos import unreliable, waves
from tests.faults.forks import children_of
from tests.faults.redis_fails import unfinished_jobs
from tests.faults.servers_fail import crash_postgres, cut_connections, kill_redis
from tests.faults.stage import Stage
from tests.faults.verdict import Verdict, count
from tests.faults.visitors import JOB, Visitors, many_activities, visiting
from tests.faults.visits import expect_exact, expect_only_503, told
from tests.notifications.hooks import Receiver, receiving
from tests.processes import Process, Web, wait_until

WEBS, BEATS, VISITORS = 3, 2, 6
#: Strikes at scale 1; each is one of `Machines.strikes`.
STRIKES = 60


@dataclass
class Machines:
    """What would stand on machines of its own, and how each of it fails."""

    stage: Stage
    webs: list[Web] = field(init=False)
    mail: Process = field(init=False)
    beats: list[Process] = field(init=False)

    def __post_init__(self) -> None:
        self.webs = [self.stage.add_web(children=1) for _ in range(WEBS)]
        workers = {
            name: self.stage.add_worker(2 if name == queues.MAIL else 1, queues=[name])
            for name in queues.NAMES
        }
        self.mail = workers[queues.MAIL]
        self.beats = [self.stage.add_beat() for _ in range(BEATS)]

    @property
    def strikes(self) -> list[Callable[[], None]]:
        """Every way in which something dies."""
        return [
            self.kill_sender,
            self.kill_sender,
            self.kill_page,
            self.kill_beat,
            self.kill_redis,
            partial(cut_connections, self.stage),
            partial(crash_postgres, self.stage),
        ]

    def kill_sender(self) -> None:
        """Kill a process that sends."""
        if senders := children_of(self.mail.pid):
            self.stage.kill_sender(self.stage.chance.choice(senders))

    def kill_page(self) -> None:
        """Kill the process that answers for one of the web servers."""
        for pid in children_of(self.stage.chance.choice(self.webs).pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def kill_beat(self) -> None:
        """Kill a beat, and start it anew as whoever watches it does."""
        beat = self.stage.chance.choice(self.beats)
        beat.kill()
        beat.start()

    def kill_redis(self) -> None:
        """Kill Redis and start it."""
        kill_redis(self.stage)
        self.stage.servers._start_redis()


@contextmanager
def tended(workers: Sequence[Process]) -> Iterator[list[str]]:
    """Start anew what ends by itself, as systemd and Docker do; list the names.

    A worker may: kombu raises what Celery does not expect where Redis dies while a task
    is acknowledged.
    """
    revived: list[str] = []
    is_over = threading.Event()

    def tend() -> None:
        while not is_over.wait(0.5):
            for worker in workers:
                if not worker.is_running:
                    revived.append(worker.name)
                    with suppress(ProcessLookupError):
                        os.killpg(worker.pid, signal.SIGKILL)
                    worker.start()

    thread = threading.Thread(target=tend, daemon=True)
    thread.start()
    try:
        yield revived
    finally:
        is_over.set()
        thread.join()


def at_scale(stage: Stage, verdict: Verdict, size: int) -> None:
    """Everything dies in turn under load: no total is off by one."""
    machines = Machines(stage)
    stage.sink.decide = unreliable(stage, refused=0.03, dropped=0.015)
    with receiving() as receiver, tended(stage.workers) as revived:
        before = _subscribe(stage, receiver.url)
        visitors = _strike(stage, verdict, machines, size)
        wait_until(lambda: not _waiting(stage, before), seconds=240, what="all ends")
        _expect_called(stage, verdict, receiver, before)
    count(stage, verdict)
    if revived:
        told_of = ", ".join(revived)
        verdict.notes.append(f"ended by themselves and were started anew: {told_of}")
    verdict.notes.append(told(visitors.answers))
    expect_only_503(verdict, visitors.answers, may_be_cut=True)
    expect_exact(stage, visitors, verdict)
    _expect_exact_rest(stage, verdict, [a.status for a in visitors.to(JOB)], size)


def _strike(stage: Stage, verdict: Verdict, machines: Machines, size: int) -> Visitors:
    """Let reminders, visitors and jobs come while everything dies; return who came."""
    many = many_activities(stage)
    ways = machines.strikes
    strikes = max(len(ways), STRIKES * size // 2000)
    urls = [web.url for web in machines.webs]
    with visiting(stage, urls, number=VISITORS) as visitors:
        asker = visitors.everybody[0]
        for number, more in enumerate(waves(size, strikes)):
            connection.close()
            stage.load(more)
            visitors.ask_for_job(asker, many)
            time.sleep(stage.chance.uniform(0.5, 1.5))
            # Each of them once, and then what chance says.
            way = ways[number] if number < len(ways) else stage.chance.choice(ways)
            way()
        connection.close()
        verdict.expect(stage.drain(is_visited=True), "not drained")
    verdict.expect(stage.drain(), "not drained")
    verdict.notes.append(f"{strikes + 1} strikes")
    return visitors


def _subscribe(stage: Stage, url: str) -> int:
    """Let somebody be called for each transition; return how many were before."""
    owner = make_member(stage.programme)
    stage.bystanders.add(owner.email)
    webhooks.subscribe(
        stage.programme,
        by=owner,
        at=timezone.now(),
        url=url,
        event_types=["activities.transitioned"],
    )
    return _transitions(stage)


def _transitions(stage: Stage) -> int:
    [(number,)] = stage.ask("SELECT count(*) FROM rollout_activitytransition")
    return int(number)


def _waiting(stage: Stage, before: int) -> int:
    """Return how many jobs and calls have not ended, or are not even written down."""
    [(calls, pending)] = stage.ask(
        "SELECT count(*), count(*) FILTER (WHERE state = 'pending')"
        " FROM notifications_delivery"
    )
    uncalled = _transitions(stage) - before - int(calls)
    return unfinished_jobs(stage) + int(pending) + uncalled


def _expect_called(
    stage: Stage, verdict: Verdict, receiver: Receiver, before: int
) -> None:
    """Note a breach where a transition was not called out once, or did not arrive."""
    calls = dict(
        stage.ask("SELECT state, count(*) FROM notifications_delivery GROUP BY state")
    )
    arrived = Counter(call.headers["webhook-id"] for call in receiver.received)
    made = _transitions(stage) - before
    verdict.notes.append(
        f"calls: {calls} for {made} transitions, {len(arrived)} arrived,"
        f" {arrived.total() - len(arrived)} of them again"
    )
    verdict.expect(set(calls) == {"sent"}, f"calls: {calls}")
    verdict.expect(
        made == sum(calls.values()) == len(arrived), "not one call for each transition"
    )


def _expect_exact_rest(
    stage: Stage, verdict: Verdict, asked: list[int], size: int
) -> None:
    """Note a breach where jobs, reminders or the chain of the history do not add up."""
    states = dict(stage.ask("SELECT state, count(*) FROM rollout_job GROUP BY state"))
    confirmed = asked.count(httpx.codes.FOUND)
    verdict.notes.append(f"jobs: {confirmed} of {len(asked)} confirmed, {states}")
    verdict.expect(confirmed, "no job was taken")
    verdict.expect(set(states) == {"done"}, f"jobs: {states}")
    verdict.expect(
        confirmed <= sum(states.values()) <= len(asked),
        f"{sum(states.values())} jobs for {confirmed} that were confirmed",
    )
    [(rows, keys)] = stage.ask(
        "SELECT count(*), count(DISTINCT (object_id, due_on, step, recipient_id))"
        " FROM notifications_reminder"
    )
    verdict.expect(rows == keys == size, f"{rows} rows for {keys} keys, not {size}")
    verdict.expect(
        verdict.extra <= verdict.in_window + verdict.unanswered,
        "more copies than kills in the window and dropped replies",
    )
    try:
        call_command("verify_history", stdout=StringIO(), stderr=StringIO())
    except CommandError as broken:
        verdict.breaches.append(f"the history does not prove itself: {broken}")
