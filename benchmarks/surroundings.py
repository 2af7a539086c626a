"""What every benchmark needs: settings, a database of its own, the machine's name."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from config.embedded import Servers


def variables(servers: Servers, *, settings: str) -> dict[str, str]:
    """Return what an installation with these servers has in its environment."""
    return {
        "ENV_FILE": "",
        "DEBUG": "false",
        "SECRET_KEY": "for benchmarks only: " + "0123456789abcdef" * 4,
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "BASE_URL": "http://localhost:8000",
        "DATABASE_URL": servers.database_url,
        "REDIS_URL": servers.redis_url,
        "EMAIL_URL": "smtp://127.0.0.1:2525",
        "DEFAULT_FROM_EMAIL": "Rollout <rollout@example.org>",
        "LOG_LEVEL": "ERROR",
        "SECOND_FACTOR_FOR": "",
        "STATEMENT_TIMEOUT": "0",
        "DJANGO_SETTINGS_MODULE": settings,
    }


def machine() -> str:
    """Name what the figures were measured on."""
    return (
        f"{os.cpu_count()} cores, {platform.machine()},"
        f" Python {platform.python_version()}"
    )


@contextmanager
def database(
    name: str, fill: Callable[[], None], *, anew: bool = False
) -> Iterator[None]:
    """Work in a database of this name; make it if there is none, or ``anew``."""
    from django.core.management import call_command
    from django.db import connection

    with connection._nodb_cursor() as cursor:
        quoted = connection.ops.quote_name(name)
        if anew:
            cursor.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        is_there = cursor.fetchone() is not None
        if not is_there:
            cursor.execute(f"CREATE DATABASE {quoted}")
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0)
        if not is_there:
            fill()
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
