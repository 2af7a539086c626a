"""Faults 10 and 11: Redis is there and does not answer, or takes nothing; pages and
the API do not notice, and mail leaves by the loop.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import httpx
from redis import Redis

from tests.faults.hole import Hole
from tests.faults.stage import Stage
from tests.faults.verdict import Verdict, count
from tests.faults.visitors import JOB, Visitors, many_activities, visiting
from tests.faults.visits import expect_exact, expect_no_failure, percentile, told
from tests.processes import wait_until

#: How long Redis fails in each way.
SECONDS = 10
#: How long visitors come before it fails and after it is well again.
SETTLE = 3
#: Within which 99 of 100 answers come.
GOAL = 1.0
#: Requests that would wake a worker by Redis, meanwhile.
JOBS = 5


def redis_is_a_black_hole(stage: Stage, verdict: Verdict, size: int) -> None:
    """10: Redis accepts every connection and never answers."""
    with Hole(stage.servers.sockets / "redis.sock") as hole:
        stage.redis_url = hole.redis_url
        _without_redis(stage, verdict, size, [hole.swallow], mend=hole.pass_on)


def redis_takes_nothing(stage: Stage, verdict: Verdict, size: int) -> None:
    """11: Redis is full, and then lacks the replica without which it may not write."""
    redis = Redis.from_url(stage.servers.redis_url)

    def fill() -> None:
        redis.config_set("maxmemory-policy", "noeviction")
        redis.config_set("maxmemory", "1mb")

    def lose_the_replica() -> None:
        redis.config_set("maxmemory", "0")
        redis.config_set("min-replicas-to-write", "1")

    def mend() -> None:
        redis.config_set("maxmemory", "0")
        redis.config_set("min-replicas-to-write", "0")

    try:
        _without_redis(stage, verdict, size, [fill, lose_the_replica], mend=mend)
    finally:
        mend()
        redis.close()


def _without_redis(
    stage: Stage,
    verdict: Verdict,
    size: int,
    strikes: Sequence[Callable[[], None]],
    *,
    mend: Callable[[], None],
) -> None:
    worker = stage.add_worker()
    stage.add_beat()
    stage.add_loop()
    web = stage.add_web()
    with visiting(stage, [web.url]) as visitors:
        asker, many = visitors.everybody[0], many_activities(stage)
        time.sleep(SETTLE)
        started = time.monotonic()
        for strike in strikes:
            strike()
            until = time.monotonic() + SECONDS
            stage.load(size // len(strikes))
            for _ in range(JOBS):
                visitors.ask_for_job(asker, many)
            verdict.expect(stage.drain(is_visited=True), "not drained without Redis")
            time.sleep(max(0.0, until - time.monotonic()))
        ended = time.monotonic()
        mend()
        time.sleep(SETTLE)
    _judge(verdict, visitors, started, ended)
    if not worker.is_running:
        verdict.notes.append("the worker ended; whoever watches it starts it anew")
        worker.start()
    wait_until(lambda: unfinished_jobs(stage) == 0, seconds=90, what="jobs are done")
    verdict.expect(stage.drain(), "not drained")
    count(stage, verdict)
    expect_exact(stage, visitors, verdict)
    verdict.expect(verdict.extra == 0, "copies")


def unfinished_jobs(stage: Stage) -> int:
    """Return how many jobs wait or are under way."""
    [(number,)] = stage.ask("SELECT count(*) FROM rollout_job WHERE ended_at IS NULL")
    return int(number)


def _judge(verdict: Verdict, visitors: Visitors, started: float, ended: float) -> None:
    answers = visitors.since(started, ended)
    jobs = [one for one in answers if one.asked == JOB]
    verdict.notes.append(f"without Redis: {told(answers)}")
    verdict.notes.append(f"of these, to who made a job: {told(jobs)}")
    expect_no_failure(verdict, answers)
    for some in (answers, jobs):
        slow = percentile(some, 0.99)
        verdict.expect(slow < GOAL, f"99 % within {slow:.2f} s, goal {GOAL} s")
    made = all(one.status == httpx.codes.FOUND for one in jobs)
    verdict.expect(made, "a job was refused")
