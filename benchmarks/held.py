"""Reminders that wait for their day: rows in the database, beside a Celery task each.

What the usual way costs is not time but memory in Redis, and all of it when Redis dies.
"""

from __future__ import annotations

import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from celery import Celery
from django.db import connection
from redis import Redis, RedisError

from benchmarks.floors import NOON
from benchmarks.measure import Result
from config.children import first_free
from config.embedded import redis_binary
from notifications import calendar, reminders
from notifications.models import Reminder

#: How many: each costs the same, and a task takes its time to be sent.
COUNT = 1_000


def results() -> Iterator[Result]:
    """Hold the same reminders both ways, and kill Redis."""
    calendar.refresh(on=NOON.date())
    Reminder.objects.all().delete()
    size = _table_size()
    started = time.perf_counter()
    reminders.plan(now=NOON)
    ours = time.perf_counter() - started
    planned = Reminder.objects.count()
    rows = (_table_size() - size) / planned
    keys = list(Reminder.objects.values_list("pk", flat=True)[:COUNT])
    for name, options in (
        ("without a log", ("--appendonly", "no")),
        ("with a log, written each second", ("--appendonly", "yes")),
    ):
        seconds, memory, left = _held_by_redis(keys, options)
        yield Result(
            f"{len(keys):,} reminders held, Redis {name}",
            unit="all of them",
            floor_is="one Celery task with an ETA for each, and not who and when",
            ours=[ours * len(keys) / planned],
            floor=[seconds],
            ours_busy=[],
            floor_busy=[],
            notes=[
                f"Redis holds of each: ours 0, Celery's {memory:,.0f} bytes",
                f"the database holds of each: ours {rows:,.0f} bytes",
                f"kill -9 of Redis loses: ours 0, Celery's {len(keys) - left:,}",
            ],
        )
        assert Reminder.objects.count() == planned


def _held_by_redis(
    keys: list[int], options: tuple[str, ...]
) -> tuple[float, float, int]:
    """Return the seconds, the bytes of each, and how many a new Redis still has."""
    with tempfile.TemporaryDirectory() as folder:
        with _redis(Path(folder), options) as redis:
            app = Celery("usual", broker=_address(redis))
            before = _used(redis)
            started = time.perf_counter()
            for key in keys:
                due = NOON + timedelta(days=365)
                app.send_task("send_reminder", args=[key], eta=due)
            seconds = time.perf_counter() - started
            memory = (_used(redis) - before) / len(keys)
            assert _waiting(redis) == len(keys)
        with _redis(Path(folder), options) as redis:
            return seconds, memory, _waiting(redis)


@contextmanager
def _redis(folder: Path, options: tuple[str, ...]) -> Iterator[Redis]:
    """Run a Redis of our own, as `docker-compose.yml` has it; kill it at the end."""
    port = first_free([])
    process = subprocess.Popen(  # noqa: S603 - our own program
        [redis_binary(), "--port", str(port), "--save", "", *options],
        cwd=folder,
        stdout=subprocess.DEVNULL,
    )
    try:
        with Redis(port=port) as redis:
            for _attempt in range(100):
                try:
                    redis.ping()
                    break
                except RedisError:
                    time.sleep(0.1)
            yield redis
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def _address(redis: Redis) -> str:
    return f"redis://127.0.0.1:{redis.connection_pool.connection_kwargs['port']}/0"


def _used(redis: Redis) -> int:
    return int(redis.info("memory")["used_memory"])


def _waiting(redis: Redis) -> int:
    return int(redis.llen("celery"))


def _table_size() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size('notifications_reminder')")
        return int(cursor.fetchone()[0])
