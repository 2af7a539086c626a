"""Faults 7 to 9, 12 and 14: Redis and PostgreSQL die, or forget, under senders."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable
from contextlib import suppress

from redis import Redis, RedisError

from config.celery import app
from tests import processes
from tests.faults.forks import children_of
from tests.faults.stage import Stage
from tests.faults.verdict import Verdict, count


def worker_killed_with_pokes_in_its_hands(
    stage: Stage, verdict: Verdict, size: int
) -> None:
    """7: the worker is frozen, poked and killed; its pokes are gone for good."""
    worker = stage.add_worker()
    stage.load(size)
    stage.add_planner()
    os.killpg(worker.pid, signal.SIGSTOP)
    for _ in range(5):
        app.send_task("notifications.tasks.deliver_outbox", queue="mail")
    time.sleep(1)
    worker.kill()
    started = time.monotonic()
    stage.add_loop()
    verdict.expect(stage.drain(), "not drained")
    verdict.notes.append(f"all sent {time.monotonic() - started:.1f} s after the kill")
    count(stage, verdict)
    verdict.expect(verdict.extra == 0, "copies")


def redis_killed_ten_times(stage: Stage, verdict: Verdict, size: int) -> None:
    """8: workers alone, no loop; they work again after every restart."""
    worker = stage.add_worker()
    stage.add_beat()
    for n in range(10):
        stage.load(size // 10)
        time.sleep(stage.chance.uniform(0.2, 1.0))
        kill_redis(stage)
        if n % 3 == 0:
            time.sleep(1)
        stage.servers._start_redis()
    last = stage.load(max(1, size % 10))
    started = time.monotonic()
    verdict.expect(stage.drain(), "not drained")
    waited = time.monotonic() - started
    verdict.notes.append(f"workers at work again after {waited:.1f} s, goal 60 s")
    count(stage, verdict)
    verdict.expect(waited < 60, f"the workers slept {waited:.0f} s")
    verdict.expect(worker.is_running, "the worker died")
    verdict.expect(last, "nothing was left to send")
    verdict.expect(verdict.extra == 0, "copies")


def redis_wiped(stage: Stage, verdict: Verdict, size: int) -> None:
    """9: everything in Redis is gone, files too; the loop goes on."""
    stage.add_worker()
    stage.add_beat()
    stage.add_loop()
    stage.load(size // 2)
    time.sleep(1)
    with suppress(RedisError):
        Redis.from_url(stage.servers.redis_url).flushall()
    kill_redis(stage)
    for file in (stage.servers.directory / "redis").iterdir():
        shutil.rmtree(file) if file.is_dir() else file.unlink()
    stage.load(size - size // 2)
    started = time.monotonic()
    verdict.expect(stage.drain(), "not drained without Redis")
    verdict.notes.append(f"drained in {time.monotonic() - started:.1f} s without Redis")
    stage.servers._start_redis()
    count(stage, verdict)
    verdict.expect(verdict.extra == 0, "copies")


def kill_redis(stage: Stage) -> None:
    """Kill Redis and wait until it is gone."""
    with suppress(RedisError):
        client = Redis.from_url(stage.servers.redis_url)
        pid = int(client.info("server")["process_id"])
        client.close()
        os.kill(pid, signal.SIGKILL)
        while True:
            try:
                os.kill(pid, 0)
                time.sleep(0.02)
            except ProcessLookupError:
                return


def postgres_crashes(stage: Stage, verdict: Verdict, size: int) -> None:
    """12: five crashes under load; no copy, nobody dies."""
    _under(stage, verdict, size, 5, lambda: crash_postgres(stage))


def crash_postgres(stage: Stage) -> None:
    """Let PostgreSQL crash and recover."""
    stage.servers.pg_ctl("restart", "-m", "immediate", "-t", "60")


def backends_terminated(stage: Stage, verdict: Verdict, size: int) -> None:
    """14: every connection is cut, again and again."""
    _under(stage, verdict, size, 10, lambda: cut_connections(stage))


def cut_connections(stage: Stage) -> None:
    """End every connection to the database."""
    stage.ask(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


def _under(
    stage: Stage, verdict: Verdict, size: int, times: int, strike: Callable[[], None]
) -> None:
    """Strike the database under load; expect every process to live on, no copy."""
    stage.sink.pace = 0.01
    worker = stage.add_worker()
    stage.add_beat()
    for _ in range(2):
        stage.add_loop()
    before = [loop.pid for loop in stage.loops]
    stage.load(size)
    longest = 0.0
    for _ in range(times):
        time.sleep(stage.chance.uniform(0.3, 1.2))
        started = time.monotonic()
        strike()
        longest = max(longest, time.monotonic() - started)
    verdict.notes.append(f"the longest strike took {longest:.1f} s")
    verdict.expect(stage.drain(), "not drained")
    _all_live(stage, verdict, before, worker)
    count(stage, verdict)
    verdict.expect(verdict.extra == 0, "copies")


def _all_live(
    stage: Stage, verdict: Verdict, before: list[int], worker: processes.Process
) -> None:
    dead = sum(not loop.is_running for loop in stage.loops)
    verdict.expect(not dead, f"{dead} of {len(before)} loops died")
    verdict.expect(
        worker.is_running and children_of(worker.pid), "the Celery worker died"
    )
