"""Lets everything run, and visitors come, while the database is in trouble; then judges
that every answer was a good one or a 503, that all is well again soon, and the loss.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import connection

from tests.faults.forks import children_of
from tests.faults.stage import Stage
from tests.faults.verdict import Verdict, count
from tests.faults.visitors import Answer, Visitors, visiting
from tests.faults.visits import expect_exact, expect_only_503, told

#: Seconds of peace before the trouble.
SETTLE = 3
#: Seconds without a failure after which it counts as over.
CALM = 5
#: Seconds after the trouble within which all must be well again.
GOAL = 30


def bear(
    stage: Stage,
    verdict: Verdict,
    size: int,
    trouble: Callable[[], None],
    *,
    longest: float | None = None,
) -> None:
    """Let everything run through some trouble, which returns when it is over.

    ``longest`` is how many seconds an answer may take meanwhile.
    """
    worker = stage.add_worker()
    stage.add_beat()
    for _ in range(2):
        stage.add_loop()
    web = stage.add_web()
    with visiting(stage, [web.url]) as visitors:
        stage.load(size // 2)
        time.sleep(SETTLE)
        started = time.monotonic()
        trouble()
        ended = time.monotonic()
        # Django's own connection here was cut, too.
        connection.close()
        stage.load(size - size // 2)
        _expect_recovery(stage, verdict, visitors, started, ended)
        verdict.expect(stage.drain(is_visited=True), "not drained")
    verdict.expect(stage.drain(), "not drained")
    _expect_life(stage, verdict, worker.pid)
    _judge(verdict, visitors.since(started, ended), longest)
    expect_only_503(verdict, visitors.answers)
    count(stage, verdict)
    expect_exact(stage, visitors, verdict)
    verdict.expect(verdict.extra == 0, "copies")


def _expect_recovery(
    stage: Stage, verdict: Verdict, visitors: Visitors, started: float, ended: float
) -> None:
    """Note how long after the trouble the last failure, and the first mail, came."""
    before = len(stage.sink.copies)
    calm_since = first_mail = time.monotonic()
    last = ended
    while time.monotonic() - calm_since < CALM and time.monotonic() < ended + 2 * GOAL:
        failures = [one for one in visitors.since(started) if one.is_failure]
        if failures and failures[-1].at + failures[-1].seconds > last:
            last = failures[-1].at + failures[-1].seconds
            calm_since = time.monotonic()
        if len(stage.sink.copies) == before:
            first_mail = calm_since = time.monotonic()
        time.sleep(0.1)
    verdict.notes.append(
        f"in trouble for {ended - started:.0f} s; last failure of a page"
        f" {last - ended:.1f} s later, first mail {first_mail - ended:.1f} s later"
    )
    verdict.expect(last - ended < GOAL, "pages were not well again in time")
    verdict.expect(first_mail - ended < GOAL, "mail did not move again in time")


def _expect_life(stage: Stage, verdict: Verdict, worker: int) -> None:
    dead = [loop.name for loop in stage.loops if not loop.is_running]
    verdict.expect(not dead, f"died: {dead}")
    verdict.expect(children_of(worker), "the Celery worker died")


def _judge(verdict: Verdict, answers: list[Answer], longest: float | None) -> None:
    verdict.notes.append(f"in trouble: {told(answers)}")
    failed = any(one.is_failure for one in answers)
    verdict.expect(failed, "nobody noticed any trouble")
    if longest is not None:
        slow = [one for one in answers if one.seconds > longest]
        verdict.expect(not slow, f"{len(slow)} answers took more than {longest} s")
