"""Chaos: everything runs and is killed at random, and mail servers fail; and the parts
of it that other faults share.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator

import psycopg

from tests.faults.sink import Offer
from tests.faults.stage import Stage
from tests.faults.verdict import Verdict, count


def chaos(stage: Stage, verdict: Verdict, size: int) -> None:
    """Everything runs, senders and planners are killed, replies fail."""
    kills, planner_kills = max(3, size * 3 // 100), max(2, size * 3 // 200)
    stage.sink.decide = unreliable(stage, refused=0.03, dropped=0.015)
    for _ in range(2):
        stage.add_loop()
        stage.add_planner()
    stage.add_worker(concurrency=2)
    stage.add_beat()
    arriving = waves(size, kills + planner_kills)
    stage.load(next(arriving))
    with stage.connect() as db:
        while stage.kills < kills or stage.planner_kills < planner_kills:
            if (more := next(arriving, 0)) > 0:
                stage.load(more)
            if stage.planner_kills * kills <= stage.kills * planner_kills:
                stage.planner_kills += kill_planner(stage, db)
            else:
                _kill_some_sender(stage)
            stage.replace_dead()
            _let_some_leave(stage, size // 4)
    for more in arriving:
        stage.load(more)
    started = time.monotonic()
    verdict.expect(stage.drain(meanwhile=stage.replace_dead), "not drained")
    verdict.notes.append(f"drained {time.monotonic() - started:.0f} s after the chaos")
    count(stage, verdict)
    verdict.expect(stage.kills >= kills, f"only {stage.kills} kills")
    verdict.expect(
        verdict.extra <= verdict.in_window + verdict.unanswered,
        "more copies than kills in the window and dropped replies",
    )


def unreliable(
    stage: Stage, *, refused: float, dropped: float
) -> Callable[[Offer], str]:
    """Refuse this share of mails, and drop the reply to that one, by chance."""

    def decide(offer: Offer) -> str:
        number = stage.chance.random()
        if number < refused:
            return "451 4.3.0 try again"
        return "drop" if number < refused + dropped else "250 OK"

    return decide


def _let_some_leave(stage: Stage, backlog: int) -> None:
    """Wait a little where the backlog is long, so that all kills meet live mail."""
    until = time.monotonic() + 3
    while len(stage.missing()) > backlog and time.monotonic() < until:
        time.sleep(0.1)
        stage.replace_dead()


def waves(size: int, number: int) -> Iterator[int]:
    """Split the reminders: a third at first, then so many with each kill."""
    first = size // 3
    yield first
    for n in range(number):
        yield (size - first) * (n + 1) // number - (size - first) * n // number


def _kill_some_sender(stage: Stage) -> None:
    """Kill a random sender at a random moment; each third one between mail and 250."""
    if stage.chance.random() < 1 / 3:
        _kill_at_the_next_mail(stage)
        return
    time.sleep(stage.chance.uniform(0.05, 0.6))
    if senders := stage.senders():
        stage.kill_sender(stage.chance.choice(senders))


def _kill_at_the_next_mail(stage: Stage) -> None:
    usual, before = stage.sink.decide, stage.kills

    def decide(offer: Offer) -> str:
        if stage.kills == before and offer.pid:
            stage.kill_sender(offer.pid)
            return "250 OK"
        return usual(offer)

    stage.sink.decide = decide
    until = time.monotonic() + 2
    while stage.kills == before and time.monotonic() < until:
        time.sleep(0.02)
    stage.sink.decide = usual


_BUSY = (
    "SELECT application_name FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name LIKE 'planner%%' AND (state = 'active'"
    " AND query LIKE '%%notifications_%%' OR state = 'idle in transaction') LIMIT 1"
)


def kill_planner(stage: Stage, db: psycopg.Connection[tuple[str]]) -> bool:
    """Kill a planner inside a statement, if one is met within a second."""
    by_name = {planner.name: planner for planner in stage.planners}
    until = time.monotonic() + 1
    while time.monotonic() < until:
        for (name,) in db.execute(_BUSY):
            if name in by_name:
                return by_name[name].signal(signal.SIGKILL)
    return False
