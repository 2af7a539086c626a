"""Faults 1 to 6, 23 and 28: senders, planners and workers that are killed or frozen."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from notifications.claims import Pace
from notifications.models import Message
from tests.faults.chaos import kill_planner, waves
from tests.faults.forks import children_of
from tests.faults.sink import Offer
from tests.faults.stage import Stage
from tests.faults.verdict import Verdict, count
from tests.processes import Process, wait_until

LEASE, DATA_LEASE = 3, 8
LOOPS = 2
#: Mails that each loop may hold, claimed before another's lease ended.
OVERTAKING = LOOPS * Pace.batch


def senders_killed_at_random(stage: Stage, verdict: Verdict, size: int) -> None:
    """1: 70 kills a minute of two loops."""
    for _ in range(2):
        stage.add_loop()
    kills = max(5, size // 15)
    for more in waves(size, kills):
        stage.load(more)
        time.sleep(stage.chance.uniform(0.4, 1.2))
        stage.kill_sender(stage.chance.choice(stage.loops).pid)
        stage.replace_dead()
    verdict.expect(stage.drain(meanwhile=stage.replace_dead), "not drained")
    count(stage, verdict)
    verdict.expect(verdict.extra <= stage.kills, "more copies than kills")


def killed_between_the_250_and_its_record(
    stage: Stage, verdict: Verdict, size: int
) -> None:
    """2: one copy for each kill, never more."""
    kills = max(3, size // 20)
    stage.sink.decide = _killer(stage, kills)
    for _ in range(2):
        stage.add_loop()
    stage.load(size)
    verdict.expect(stage.drain(meanwhile=stage.replace_dead), "not drained")
    count(stage, verdict)
    verdict.expect(verdict.extra == stage.kills == kills, "not one copy for each kill")


def _killer(stage: Stage, kills: int) -> Callable[[Offer], str]:
    """Kill whoever hands over a mail for the first time, so many times."""
    hit: set[str] = set()

    def decide(offer: Offer) -> str:
        if len(hit) < kills and offer.recipient not in hit and offer.pid:
            hit.add(offer.recipient)
            stage.kill_sender(offer.pid)
        return "250 OK"

    return decide


def killed_before_data(stage: Stage, verdict: Verdict, size: int) -> None:
    """3: no copy at all, and the mail leaves after the lease."""
    kills = max(3, size // 20)
    hit: dict[str, float] = {}

    def at_rcpt(recipient: str, pid: int) -> str | None:
        if len(hit) < kills and recipient not in hit and pid:
            hit[recipient] = time.time()
            stage.kill_sender(pid)
        return None

    stage.sink.at_rcpt = at_rcpt
    for _ in range(LOOPS):
        stage.add_loop()
    stage.load(size)
    verdict.expect(stage.drain(meanwhile=stage.replace_dead), "not drained")
    count(stage, verdict)
    resumed = [copy for copy in stage.sink.copies if copy.recipient in hit]
    waits = [copy.at - hit[copy.recipient] for copy in resumed]
    verdict.notes.append(f"resumed after {max(waits):.1f} s at most, lease {LEASE} s")
    verdict.expect(verdict.extra == 0, "copies although DATA never began")
    # How quickly a busy machine sends is not the question: it is the next one's turn,
    # save for what stands before it, as the rest of a batch of a dead sender may.
    queue = Message.objects.order_by("not_before", "pk")
    turn = {to: n for n, to in enumerate(queue.values_list("to_address", flat=True))}
    others = [copy for copy in stage.sink.copies if copy.recipient not in hit]
    ahead = max(
        sum(
            hit[one.recipient] + LEASE < other.at < one.at
            and turn[other.recipient] > turn[one.recipient]
            for other in others
        )
        for one in resumed
    )
    verdict.expect(ahead <= OVERTAKING, f"{ahead} later ones left before one resumed")


def celery_child_killed(stage: Stage, verdict: Verdict, size: int) -> None:
    """4: the pool's child dies, its parent lives."""
    kills = max(2, size // 40)
    stage.sink.decide = _killer(stage, kills)
    worker = stage.add_worker()
    stage.add_beat()
    stage.load(size)
    verdict.expect(stage.drain(), "not drained")
    count(stage, verdict)
    verdict.expect(worker.is_running, "the worker itself died")
    verdict.expect(verdict.extra <= kills == stage.kills, "more copies than kills")


def planners_killed_mid_insert(stage: Stage, verdict: Verdict, size: int) -> None:
    """5: every due key has exactly one row."""
    for _ in range(3):
        stage.add_planner(every=0.02)
    kills = max(10, size // 2)
    with stage.connect() as db:
        for more in waves(size, kills):
            stage.load(more)
            stage.planner_kills += kill_planner(stage, db)
            stage.replace_dead()
    time.sleep(3)
    rows = stage.ask(
        "SELECT count(*), count(DISTINCT object_id), count(DISTINCT message_id)"
        " FROM notifications_reminder WHERE state = 'merged'"
    )[0]
    verdict.expect(rows == (size,) * 3, f"rows, deadlines, messages: {rows}")
    verdict.lost = size - int(rows[1])
    verdict.reminders, verdict.planner_kills = size, stage.planner_kills
    verdict.expect(stage.planner_kills > kills // 2, "hardly any planner was met")


def everything_twice(stage: Stage, verdict: Verdict, size: int) -> None:
    """6: two beats, four planners, two loops and a worker: not one copy."""
    stage.add_worker(concurrency=2)
    for n in range(4):
        stage.add_planner()
        if n < 2:
            stage.add_beat()
            stage.add_loop()
    for more in waves(size, 20):
        stage.load(more)
        time.sleep(0.2)
    verdict.expect(stage.drain(), "not drained")
    count(stage, verdict)
    [(rows, keys)] = stage.ask(
        "SELECT count(*), count(DISTINCT (object_id, due_on, step, recipient_id))"
        " FROM notifications_reminder"
    )
    verdict.expect(rows == keys == size, f"{rows} rows for {keys} keys")
    verdict.expect(verdict.extra == 0, "copies")


def frozen_senders(stage: Stage, verdict: Verdict, size: int) -> None:
    """23: SIGSTOP for twice the lease, then SIGCONT; every other inside DATA."""
    stage.timing = "short"
    stage.sink.pace = 0.02
    for _ in range(3):
        stage.add_loop()
    stage.load(size)
    stopped: list[int] = []

    def decide(offer: Offer) -> str:
        if len(stopped) < 2 and offer.pid and offer.pid not in stopped:
            stopped.append(offer.pid)
            os.kill(offer.pid, signal.SIGSTOP)
            stage.hurt.add(offer.pid)
        return "250 OK"

    stage.sink.decide = decide
    for _ in range(3):
        time.sleep(stage.chance.uniform(0.2, 0.6))
        pid = stage.chance.choice(stage.loops).pid
        if pid not in stopped:
            os.kill(pid, signal.SIGSTOP)
            stage.hurt.add(pid)
            time.sleep(2 * LEASE)
            os.kill(pid, signal.SIGCONT)
    time.sleep(2 * DATA_LEASE - 2 * LEASE)
    for pid in stopped:
        os.kill(pid, signal.SIGCONT)
    verdict.expect(stage.drain(), "not drained")
    count(stage, verdict)
    verdict.notes.append(f"{len(stopped)} stopped inside DATA, 3 anywhere")
    verdict.expect(verdict.extra <= 5, "more copies than stops")
    verdict.expect(all(loop.is_running for loop in stage.loops), "a loop died")


def asked_to_leave_under_load(stage: Stage, verdict: Verdict, size: int) -> None:
    """28: SIGTERM with production's times and a slow mail server; then a new start."""
    stage.timing = "production"
    stage.sink.pace = 0.1
    for _ in range(2):
        stage.add_loop()
    worker = stage.add_worker()
    stage.add_beat()
    stage.load(size)
    own = set(children_of(worker.pid))
    wait_until(
        lambda: own & {copy.pid for copy in list(stage.sink.copies)},
        what="the worker sends",
    )
    with ThreadPoolExecutor() as at_once:
        of_worker = at_once.submit(_seconds_to_stop, worker)
        left = list(at_once.map(lambda loop: loop.end(seconds=60), stage.loops))
        left.append(of_worker.result())
    verdict.notes.append(f"left after {max(left):.1f} s, goal 30 s")
    verdict.expect(max(left) <= 30, f"a sender needed {max(left):.0f} s to leave")
    verdict.notes.append(f"{len(stage.missing())} were still to be sent")
    verdict.expect(stage.missing(), "there was no load")
    stage.loops.clear()
    stage.sink.pace = 0
    stage.add_loop()
    verdict.expect(stage.drain(), "not drained")
    count(stage, verdict)
    verdict.expect(verdict.extra == 0, "copies")


def _seconds_to_stop(process: Process) -> float:
    started = time.monotonic()
    process.stop()
    return time.monotonic() - started
