"""What the doctor asks the servers: PostgreSQL, Redis, and the engine's own signs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from redis import RedisError

from config import broker, tables
from config.doctor.finding import Finding
from notifications import pulse

#: The oldest PostgreSQL that has what is used here, as the server counts versions.
OLDEST = 150000
#: Where the cache is, see CACHES in the settings.
CACHE_TABLE = "config_cache"
#: Seconds by which two clocks may differ before leases and tokens suffer.
SKEW = 2
_ABOUT = """
SELECT current_setting('server_version_num')::int, current_setting('server_version'),
       clock_timestamp(), has_database_privilege(current_database(), 'TEMPORARY'),
       current_setting('max_connections')::int,
       (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
       EXISTS (SELECT FROM pg_timezone_names WHERE name = 'Europe/Copenhagen')
"""
#: What a session must be told, by us or by the pool; 0 is no limit at all.
_WITHOUT = """
SELECT name FROM pg_settings
WHERE name IN ('statement_timeout', 'lock_timeout',
               'idle_in_transaction_session_timeout') AND setting = '0'
   OR name = 'synchronous_commit' AND setting = 'off'
ORDER BY name
"""


def postgresql(now: datetime) -> Iterator[Finding]:
    """Ask for version, clock, rights, connections and the state of the tables."""
    with connection.cursor() as cursor:
        cursor.execute(_ABOUT)
        number, version, clock, temporary, most, used, zone = cursor.fetchone()
        cursor.execute(_WITHOUT)
        missing = ", ".join(name for (name,) in cursor.fetchall())
    if number < OLDEST:
        yield Finding.ill(
            _("PostgreSQL %s is too old.") % version, _("Upgrade it to 15 or newer.")
        )
    else:
        yield Finding.well(f"PostgreSQL {version}")
    yield from _clock(clock)
    if not zone:
        yield Finding.ill(
            _("The database does not know the time zone Europe/Copenhagen."),
            _("Install tzdata on the database's machine."),
        )
    if not temporary:
        yield Finding.ill(
            _("The database user may not make temporary tables; forecasts need them."),
            "GRANT TEMPORARY ON DATABASE … TO …",
        )
    if missing:
        yield Finding.ill(
            _("Sessions of the database are not limited: %s.") % missing,
            _("Let PgBouncer set it: docs/operations/pgbouncer.ini."),
        )
    if used > 0.8 * most:
        yield Finding.doubtful(
            _("%(used)s of %(most)s connections are in use.")
            % {"used": used, "most": most},
            _("Put PgBouncer before it (docs/scaling.md)."),
        )
    yield from _tables()


def _clock(theirs: datetime) -> Iterator[Finding]:
    skew = abs((timezone.now() - theirs).total_seconds())
    if skew > SKEW:
        yield Finding.ill(
            _("This machine's clock and the database's differ by %.0f s.") % skew,
            _("Keep both with NTP."),
        )


def _tables() -> Iterator[Finding]:
    if not tables.are_up_to_date():
        yield Finding.ill(
            _("Tables are not up to date."), _("Run `manage.py migrate`.")
        )
    if CACHE_TABLE not in _table_names():
        yield Finding.ill(
            _("The cache's table is missing."), _("Run `manage.py createcachetable`.")
        )


def _table_names() -> list[str]:
    return connection.introspection.table_names()


def redis(now: datetime) -> Iterator[Finding]:
    """Ask for version and what it does when it is full."""
    server = broker.client(
        settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2
    )
    try:
        about: dict[str, Any] = server.info()
    except RedisError as error:
        yield Finding.ill(
            _("Redis does not answer: %s") % error,
            _("Mail goes on with `manage.py outbox --loop 15` until it does."),
        )
        return
    valkey = about.get("valkey_version")
    version = f"Valkey {valkey}" if valkey else f"Redis {about['redis_version']}"
    yield Finding.well(version)
    if about.get("maxmemory_policy", "noeviction") != "noeviction":
        yield Finding.doubtful(
            _("Redis throws entries away when it is full."),
            "maxmemory-policy noeviction",
        )


def engine(now: datetime) -> Iterator[Finding]:
    """Read the signs of life."""
    signs = pulse.signs(now=now)
    mails = _("Start worker and beat, or `manage.py outbox --loop 15`.")
    others = _("Start worker and beat, or `manage.py push --loop 15`.")
    yield from _seen(_("Planning"), signs.planned_at, now, mails)
    yield from _seen(_("Sending"), signs.sent_at, now, mails)
    yield from _seen(_("Calling webhooks"), signs.beats.get(pulse.CALLER), now, others)
    yield from _seen(
        _("Keeping calendars"), signs.beats.get(pulse.CALENDARS), now, others
    )
    if signs.hold:
        yield Finding.doubtful(
            _("All mail is held: %s") % signs.hold,
            _("Let it go with `manage.py sending release`."),
        )
    if signs.is_late:
        yield Finding.ill(
            _("Mail is late."),
            signs.mail_server_error or _("Look at the worker's log."),
        )
    waiting = _("%(pending)s mails wait, %(dead)s were given up.")
    yield Finding.well(waiting % {"pending": signs.pending, "dead": signs.dead})


def _seen(
    part: str, seen: datetime | None, now: datetime, remedy: str
) -> Iterator[Finding]:
    if seen is None:
        yield Finding.doubtful(
            _("%s was never seen.") % part, _("Start worker and beat.")
        )
    elif now - seen > pulse.SILENCE:
        yield Finding.ill(
            _("%(part)s was last seen %(seen)s.")
            % {"part": part, "seen": f"{timezone.localtime(seen):%F %R}"},
            remedy,
        )
