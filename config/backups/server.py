"""How PostgreSQL's own programs are found and told where the database is."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from config import embedded
from config.backups.archive import CannotUse, refusing

#: By libpq's names, as `psycopg.connect` takes them.
Address = Mapping[str, Any]
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}
#: Held by a session of its own, for as long as it lasts.
_TURN = "SELECT pg_try_advisory_lock(hashtext('config.backups.routine'))"


def address(**other: str) -> Address:
    """Return where the product's database is, with parts of it replaced.

    That is the server itself, never a pool: a dump needs a session of its own.
    """
    alias = "direct" if "direct" in settings.DATABASES else DEFAULT_DB_ALIAS
    known = connections[alias].get_connection_params()
    return {key: known[key] for key in _VARIABLES if key in known} | other


def connect(where: Address) -> psycopg.Connection[Any]:
    """Connect for as long as it takes, each statement a transaction of its own.

    Raises CannotUse if the database does not answer.
    """
    with refusing("The database does not answer"):
        return psycopg.connect(
            **where,
            autocommit=True,
            options="-c statement_timeout=0 -c idle_in_transaction_session_timeout=0",
        )


@contextlib.contextmanager
def turn() -> Iterator[bool]:
    """Have the day's backup and drills to oneself; False where somebody else has."""
    with connect(address()) as session:
        yield session.execute(_TURN).fetchone() == (True,)


def run(program: str, *arguments: str, where: Address) -> str:
    """Run one of PostgreSQL's programs and return what it printed.

    No secret stands on the command line. Raises CannotUse with the program's own words.
    """
    secrets = {_VARIABLES[key]: str(value) for key, value in where.items()}
    done = subprocess.run(
        [_find(program), *arguments],
        env=os.environ | secrets,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotUse(f"{program} failed: {done.stderr.strip()}")
    return done.stdout


def _find(program: str) -> str:
    """Return a program's path: that of the embedded server's, or the PATH's."""
    with contextlib.suppress(embedded.CannotStart):
        bundled = embedded.postgres_binaries() / program
        if bundled.is_file():
            return str(bundled)
    found = shutil.which(program)
    if found is None:
        raise CannotUse(
            f"{program} is not installed: install PostgreSQL's client programs, "
            "at least as new as the server."
        )
    return found
