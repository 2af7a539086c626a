"""Faults 13, 15 and 16: PostgreSQL is away, lets nobody in, or lets nobody at a table,
while people and programs use the site.
"""

from __future__ import annotations

import time
from contextlib import ExitStack

import psycopg

from tests.faults.stage import Stage
from tests.faults.trouble import bear
from tests.faults.verdict import Verdict

#: How long the trouble lasts: 10 minutes and one minute, scaled.
SECONDS = 12
#: How long a statement waits for a lock in the settings, and the rest of an answer.
LOCK_SECONDS, REST_SECONDS = 5, 2


def postgres_away(stage: Stage, verdict: Verdict, size: int) -> None:
    """13: the database is away for a while and comes back; pages say when to return."""

    def away() -> None:
        stage.servers.pg_ctl("stop", "-m", "fast")
        time.sleep(SECONDS)
        stage.servers._start_postgres()

    stage.sink.pace = 0.01
    bear(stage, verdict, size, away, longest=REST_SECONDS)


def connections_exhausted(stage: Stage, verdict: Verdict, size: int) -> None:
    """15: idle sessions take every connection that there is."""

    def exhausted() -> None:
        until = time.monotonic() + SECONDS
        cut_at = 0.0
        with ExitStack() as held:
            first = held.enter_context(stage.connect("postgres"))
            while (now := time.monotonic()) < until:
                try:
                    held.enter_context(stage.connect("postgres"))
                except psycopg.OperationalError:
                    # What the product still holds, it loses; we are first to take it.
                    if now - cut_at > 1:
                        first.execute(
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            " WHERE datname = %s",
                            [stage.database],
                        )
                        cut_at = now
                    time.sleep(0.01)

    bear(stage, verdict, size, exhausted, longest=REST_SECONDS)


def outbox_locked(stage: Stage, verdict: Verdict, size: int) -> None:
    """16: somebody holds the outbox's table and lets nobody read it."""

    def locked() -> None:
        with stage.connect() as db, db.transaction():
            db.execute("LOCK TABLE notifications_message")
            time.sleep(SECONDS)

    bear(stage, verdict, size, locked, longest=LOCK_SECONDS + REST_SECONDS)
