"""Keeps a migrated database as a template: migrating takes 25 s of processor time.

The template is named after everything that decides what migrating makes, so that a
changed migration or package makes a new one.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from django.apps import apps
from django.db import connection

from tests.environment import ROOT


def name() -> str:
    """Return the template's name: one for each state of the migrations."""
    digest = sha256()
    for path in [*_migrations(), *sorted((ROOT / "requirements").glob("*.txt"))]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return f"migrated_{digest.hexdigest()[:16]}"


def _migrations() -> list[Path]:
    own = [Path(one.path) for one in apps.get_app_configs()]
    return sorted(
        file
        for folder in own
        if folder.is_relative_to(ROOT) and ".venv" not in folder.parts
        for file in folder.glob("migrations/*.py")
    )


def exists() -> bool:
    """Say whether the server has it."""
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [name()])
        return cursor.fetchone() is not None


def keep() -> None:
    """Copy the test database, which nobody has used yet; drop older templates."""
    made = connection.ops.quote_name(name())
    source = connection.ops.quote_name(connection.settings_dict["NAME"])
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname ~ '^migrated_'")
        for (old,) in cursor.fetchall():
            cursor.execute(f"DROP DATABASE {connection.ops.quote_name(old)}")
        cursor.execute(f"CREATE DATABASE {made} TEMPLATE {source}")
