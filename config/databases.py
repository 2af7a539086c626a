"""How the product connects to PostgreSQL, by itself or through a pool of connections.

PgBouncer in transaction mode gives a session to one transaction after the other, of
whoever comes. So nothing may be set for a session, and limits are PgBouncer's to set
(docs/operations/pgbouncer.ini). What needs a session of its own goes past it.
"""

from __future__ import annotations

from typing import Any

import dj_database_url

#: What every session of our own is told.
LIMITS = {
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
    "synchronous_commit": "on",
}
#: What never goes through the pool: it runs for long, and makes indexes beside others.
NEEDS_A_SESSION = {"manage.py migrate"}
#: How long a replica that is gone may hold up a report.
REPLICA_SECONDS = 2


def databases(
    url: str,
    *,
    direct_url: str,
    replica_url: str,
    program: str,
    statement_timeout: str,
) -> dict[str, dict[str, Any]]:
    """Return DATABASES.

    With ``direct_url``, the address of the server itself, ``url`` is a pool's.
    ``replica_url`` is that of a server that follows it, and of no pool. Both may be
    empty. ``program`` is the name of this process; the record of changes keeps it where
    nobody acted.
    """
    limits = {**LIMITS, "statement_timeout": statement_timeout}
    made = {"default": _with_session(url, program, limits)}
    if direct_url:
        made["direct"] = _with_session(direct_url, program, limits)
        pooled = _named(url, program) | {"DISABLE_SERVER_SIDE_CURSORS": True}
        made["default"] = made["direct"] if program in NEEDS_A_SESSION else pooled
    if replica_url:
        only_read = limits | {"default_transaction_read_only": "on"}
        made["replica"] = _with_session(replica_url, program, only_read)
        made["replica"]["OPTIONS"] |= {"connect_timeout": REPLICA_SECONDS}
    return made


def _named(url: str, program: str) -> dict[str, Any]:
    parsed: dict[str, Any] = dict(
        dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)
    )
    options = {"fallback_application_name": program, **parsed.get("OPTIONS", {})}
    return parsed | {"OPTIONS": options}


def _with_session(url: str, program: str, limits: dict[str, str]) -> dict[str, Any]:
    database = _named(url, program)
    told = " ".join(f"-c {name}={value}" for name, value in limits.items())
    return database | {"OPTIONS": database["OPTIONS"] | {"options": told}}
