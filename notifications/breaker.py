"""The switch that holds all mail back while the mail server is down or refuses us."""

from __future__ import annotations

import logging

from django.conf import settings
from django.db import connection

from notifications.smtp import Fate, Result

logger = logging.getLogger(__name__)

#: Seconds of pause after the first, second, … failure in a row.
PAUSES = (5, 15, 60, 300)

_OPEN = """
INSERT INTO notifications_breaker AS b
    (name, failures, open_until, last_error, is_configuration)
VALUES (%(name)s, 1, clock_timestamp() + make_interval(secs => %(first)s),
        %(error)s, %(ours)s)
ON CONFLICT (name) DO UPDATE SET
    failures = b.failures + 1,
    open_until = clock_timestamp() + make_interval(
        secs => (%(pauses)s::float[])[least(b.failures + 1, %(last)s)]),
    last_error = excluded.last_error, is_configuration = excluded.is_configuration
RETURNING failures
"""
_STATE = """
SELECT failures, coalesce(open_until > clock_timestamp(), false)
FROM notifications_breaker WHERE name = %s
"""
_CLOSE = """
UPDATE notifications_breaker
SET failures = 0, open_until = NULL, is_configuration = false WHERE name = %s
"""


def relay_name() -> str:
    """Return the name of the mail server of the settings."""
    return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"


def allowance(batch: int) -> int:
    """Return how many messages may be tried now: none, one as a probe, or all."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE, [relay_name()])
        row = cursor.fetchone()
    if row is None or not row[0]:
        return batch
    return 0 if row[1] else 1


def trip(result: Result, *, scale: float = 1) -> None:
    """Hold all mail back for a while; ``scale`` shortens the pauses for tests."""
    ours = result.fate is Fate.CONFIGURATION
    pauses = [pause * scale for pause in PAUSES]
    with connection.cursor() as cursor:
        cursor.execute(
            _OPEN,
            {
                "name": relay_name(),
                "first": pauses[0],
                "pauses": pauses,
                "last": len(pauses),
                "error": f"{result.code or ''} {result.reply}".strip(),
                "ours": ours,
            },
        )
        failures = cursor.fetchone()[0]
    level = logging.ERROR if ours else logging.WARNING
    logger.log(
        level,
        "no mail to %s for a while (failure %s): %s %s",
        relay_name(),
        failures,
        result.code or "",
        result.reply,
    )


def close() -> None:
    """Let mail flow again."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, [relay_name()])
