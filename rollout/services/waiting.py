"""Who only asks what would happen waits for nobody who does it in earnest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection

#: How long a rehearsal waits for a row that somebody else is changing.
_PATIENCE = "200ms"
#: PostgreSQL's code for a lock that did not come in time.
_LOCK_NOT_AVAILABLE = "55P03"


class Busy(Exception):
    """Somebody else is changing the same thing: ask again in a moment."""


@contextmanager
def hardly_waiting() -> Iterator[None]:
    """Raise Busy inside where something would have to wait for somebody else.

    For use inside a transaction that is undone. Rehearsals lock what they try, so
    without this several of one activity would queue up, each holding a connection.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [_PATIENCE])
    try:
        yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == _LOCK_NOT_AVAILABLE:
            raise Busy from error
        raise
