"""Who waits in vain for somebody else is told to come back: nothing broke."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError

#: PostgreSQL's code for a lock that did not come in time.
_LOCK_NOT_AVAILABLE = "55P03"


class Busy(Exception):
    """Somebody else is changing the same thing: ask again in a moment."""


@contextmanager
def busy_if_held() -> Iterator[None]:
    """Raise Busy where a lock that is needed inside stays with somebody else.

    Rehearsals lock what they try, so several of one activity take turns: who opens
    three previews at once waits a moment for each. That ends with the session's
    ``lock_timeout``.
    """
    try:
        yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == _LOCK_NOT_AVAILABLE:
            raise Busy from error
        raise
