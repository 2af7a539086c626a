"""Lets reports and files be read from a replica of the database, where there is one.

Never less than what had been saved when they were asked for: a replica that has not
come so far within a moment, or does not answer, is passed over.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections

P = ParamSpec("P")
T = TypeVar("T")

logger = logging.getLogger(__name__)

#: Its name among DATABASES.
ALIAS = "replica"
#: Seconds that it has to catch up, and between two looks.
PATIENCE, PAUSE = 0.5, 0.02

#: How far everything is that the database has said is saved.
_SAVED = "SELECT pg_current_wal_flush_lsn()::text"
#: A server that is no replica has everything.
_HAS_COME_SO_FAR = """
SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= %s::pg_lsn
"""

_source: ContextVar[str] = ContextVar("source", default=DEFAULT_DB_ALIAS)


class Router:
    """Sends to the replica what is read inside :func:`reading_from`, and nothing else.

    In use only where there is a replica.
    """

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """Return where to read."""
        return _source.get()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """Return where to write; who writes reads from there from then on."""
        _source.set(DEFAULT_DB_ALIAS)
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """Let rows be related wherever they were read: they are the same."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Leave the replica's tables to the replication."""
        return db != ALIAS


def choose() -> str:
    """Return where heavy reading may be done now: the replica if it knows everything.

    In a transaction that is never the replica: it may have written.
    """
    if ALIAS not in connections or connection.in_atomic_block:
        return DEFAULT_DB_ALIAS
    with connection.cursor() as cursor:
        cursor.execute(_SAVED)
        saved = cursor.fetchone()[0]
    try:
        return ALIAS if _comes_so_far(saved) else DEFAULT_DB_ALIAS
    except DatabaseError as error:
        logger.warning("the replica is passed over: %s", error)
        return DEFAULT_DB_ALIAS


def _comes_so_far(saved: str) -> bool:
    deadline = time.monotonic() + PATIENCE
    with connections[ALIAS].cursor() as cursor:
        while True:
            cursor.execute(_HAS_COME_SO_FAR, [saved])
            if cursor.fetchone()[0]:
                return True
            if time.monotonic() > deadline:
                logger.warning("the replica is passed over: it is behind")
                return False
            time.sleep(PAUSE)


def chosen() -> str:
    """Return where is read just now."""
    return _source.get()


@contextmanager
def reading_from(source: str) -> Iterator[None]:
    """Read inside this block from where :func:`choose` or :func:`chosen` said."""
    before = _source.set(source)
    try:
        yield
    finally:
        _source.reset(before)


def heavy_reading(view: Callable[P, T]) -> Callable[P, T]:
    """Let a view that only reads, and much, do so from the replica."""

    @wraps(view)
    def read(*args: P.args, **kwargs: P.kwargs) -> T:
        with reading_from(choose()):
            return view(*args, **kwargs)

    return read
