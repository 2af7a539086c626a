"""What all senders do with rows: claim them under a lease, and write down the outcome.

Mails and webhooks wait in tables of their own, with the same columns: when to try next,
how often it was tried, who holds it and until when. The database keeps the time of
every lease; any number of senders may run.
"""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import uuid4

from django.db import InterfaceError, OperationalError, connection


@dataclass(frozen=True)
class Pace:
    """Times of a sender in seconds. They fit together; see decision 4."""

    #: From the claim on. A sender that dies before it has begun costs this much.
    lease: float = 90
    #: Waits after the first, second, … failed attempt; the last one repeats.
    backoff: tuple[float, ...] = (60, 300, 900, 3600, 4 * 3600, 12 * 3600)
    #: Share by which each wait is varied at random, so that retries spread.
    jitter: float = 0.2
    #: What cannot be sent for so long is given up.
    give_up: float = 72 * 3600
    #: Rows claimed at a time.
    batch: int = 20
    #: After this a sender claims no more and lets the next take over.
    budget: float = 50


_SENT = """
UPDATE {table}
SET state = 'sent', sent_at = clock_timestamp(), {code} = %(code)s,
    {reply} = %(reply)s, last_error = '', claim_token = NULL, lease_until = NULL
WHERE id = %(id)s AND claim_token = %(token)s
"""
_RETRY = """
UPDATE {table}
SET not_before = %(not_before)s, {code} = %(code)s, last_error = %(error)s,
    claim_token = NULL, lease_until = NULL{reset}
WHERE id = %(id)s AND claim_token = %(token)s
"""
_FINISH = """
UPDATE {table}
SET state = %(state)s, {code} = %(code)s, last_error = %(error)s,
    claim_token = NULL, lease_until = NULL{reset}
WHERE id = %(id)s AND claim_token = %(token)s
"""
_RELEASE = """
UPDATE {table}
SET claim_token = NULL, lease_until = NULL{reset},
    attempts = greatest(attempts - 1, 0)
WHERE id = ANY(%(ids)s) AND claim_token = %(token)s
"""


@dataclass(frozen=True)
class Statements:
    """How outcomes are written: each a transaction of its own that checks the claim."""

    #: It arrived.
    sent: str
    #: Certainly not taken: a later attempt is free.
    retry: str
    #: Nothing more is tried; ``state`` says why.
    finish: str
    #: Never tried, so it does not count as an attempt.
    release: str

    @classmethod
    def of(cls, table: str, *, code: str, reply: str, reset: str = "") -> Self:
        """Return the statements for a table.

        ``code`` and ``reply`` are its columns for the other side's answer; ``reset``
        is what else is set where an attempt did not succeed.
        """
        names = {"table": table, "code": code, "reply": reply, "reset": reset}
        parts = (_SENT, _RETRY, _FINISH, _RELEASE)
        return cls(*(part.format(**names) for part in parts))


class Sender:
    """One sender at work, from its first claim to its last."""

    def __init__(
        self,
        *,
        now: datetime,
        pace: Pace,
        writes: Statements,
        must_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self.now = now
        self.pace = pace
        self.writes = writes
        self.must_stop = must_stop
        self.token = uuid4()
        self.started = time.monotonic()
        self.claimed_at = self.started

    @property
    def has_time(self) -> bool:
        """Whether there is time for another batch, and nobody says stop."""
        in_time = time.monotonic() - self.started < self.pace.budget
        return in_time and not self.must_stop()

    @property
    def is_late(self) -> bool:
        """Whether so much of the lease has passed that nothing more should begin."""
        return time.monotonic() - self.claimed_at > self.pace.lease / 2

    @property
    def moment(self) -> datetime:
        """The present, by the clock of ``now``, at which the run began.

        Waits are counted from it: an attempt may take ten minutes by itself.
        """
        return self.now + timedelta(seconds=time.monotonic() - self.started)

    def begin_claim(self) -> dict[str, Any]:
        """Begin a new claim; return the parameters that every such statement needs."""
        self.token = uuid4()
        self.claimed_at = time.monotonic()
        return {"now": self.now, "token": self.token, "lease": self.pace.lease}

    def next_attempt(self, *, attempts: int, since: datetime) -> datetime | None:
        """Return when to try again what was tried so often; None to give it up."""
        waits = self.pace.backoff
        varied = random.uniform(1 - self.pace.jitter, 1 + self.pace.jitter)  # noqa: S311
        wait = waits[min(attempts, len(waits)) - 1] * varied
        until = self.moment + timedelta(seconds=wait)
        return until if until <= since + timedelta(seconds=self.pace.give_up) else None

    def release(self, ids: Collection[int]) -> None:
        """Give claimed rows back as if they had never been claimed.

        Where even that fails, the lease ends by itself.
        """
        with (
            contextlib.suppress(OperationalError, InterfaceError),
            connection.cursor() as cursor,
        ):
            cursor.execute(self.writes.release, {"ids": list(ids), "token": self.token})

    def record(self, sql: str, pk: int, *, within: float, **values: Any) -> None:
        """Write an outcome, through restarts of the database if need be."""
        self.persist(lambda: self.write(sql, pk, **values), within=within)

    def write(self, sql: str, pk: int, **values: Any) -> None:
        """Write an outcome, where the claim still holds."""
        own: dict[str, Any] = {"id": pk, "token": self.token, "now": self.now}
        with connection.cursor() as cursor:
            cursor.execute(sql, own | values)

    def persist(self, write: Callable[[], None], *, within: float) -> None:
        """Call what writes in one transaction, until the database takes it.

        Until the lease ends, ``within`` so many seconds, nobody else touches the row,
        so a restart alone makes no second copy. Raises what the database raises once
        the lease has ended.
        """
        until = time.monotonic() + within
        pause = 0.1
        while True:
            try:
                write()
            except (OperationalError, InterfaceError):
                if time.monotonic() > until:
                    raise
                connection.close()
                time.sleep(pause)
                pause = min(pause * 2, 5)
            else:
                return
