"""The drill: restores a backup beside the product, checks it, and throws it away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from config.backups import server
from config.backups.archive import CannotUse, refusing
from config.backups.restoring import Restored, restore
from config.backups.server import Address
from config.backups.workroom import workroom

#: Where the latest report is kept, beside the backups.
REPORT = "last-drill.json"
#: So many lines of what a command complains of are kept; the last one sums up.
_LONGEST = 20


@dataclass(frozen=True)
class Report:
    """What a drill found out."""

    backup: str
    at: datetime
    rows: int
    files: int
    seconds: float
    #: Empty when the backup is as good as the original.
    faults: tuple[str, ...]

    @classmethod
    def of_failure(cls, source: Path, why: str, *, at: datetime) -> Report:
        """Return the report on a backup that cannot be restored at all."""
        return cls(source.name, at, rows=0, files=0, seconds=0, faults=(why,))

    def write(self, directory: Path) -> None:
        """Keep it beside the backups."""
        content = asdict(self) | {"at": self.at.isoformat()}
        (directory / REPORT).write_text(json.dumps(content, indent=2))


def latest(directory: Path) -> Report | None:
    """Return the latest drill's report; None if there is none that can be read."""
    try:
        content = json.loads((directory / REPORT).read_text())
        at = datetime.fromisoformat(content.pop("at"))
        faults = tuple(content.pop("faults"))
        return Report(at=at, faults=faults, **content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


@refusing("The drill cannot be carried out")
def drill(source: Path, *, identities: Sequence[Any], at: datetime) -> Report:
    """Restore a backup into a database of its own, verify it, and drop it again.

    One at a time (`server.turn`), because there is one such database. Raises CannotUse
    if the backup cannot be restored at all, or the database user may not make
    databases.
    """
    home = server.address()
    name = f"{home['dbname']}_drill"[-63:]
    spare = server.address(dbname=name)
    _drop(home, name)
    _make(home, name)
    try:
        # Not in memory, where that is what the temporary directory is.
        room = settings.BACKUP_DIR or Path(tempfile.gettempdir())
        with workroom(room) as work:
            done = restore(
                source,
                identities=identities,
                into=spare,
                files=work / "media",
                at=at,
            )
        faults = [*done.differences]
        if done.is_behind:
            faults += _manage(spare, "migrate", "--no-input")
        faults += _manage(spare, "verify_history")
    finally:
        _drop(home, name)
    return _report(source, done, faults, at=at)


def _report(
    source: Path, done: Restored, faults: Sequence[str], *, at: datetime
) -> Report:
    return Report(
        backup=source.name,
        at=at,
        rows=done.rows,
        files=done.files,
        seconds=round(done.seconds, 1),
        faults=tuple(faults),
    )


def _manage(where: Address, *command: str) -> list[str]:
    """Run one of `manage.py`'s commands on a database; return what it complains of."""
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {"DATABASE_URL": url_of(where), "STATEMENT_TIMEOUT": "0"}
        | dict.fromkeys(("DATABASE_DIRECT_URL", "DATABASE_REPLICA_URL"), ""),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return []
    # One that was killed says nothing.
    said = done.stderr.splitlines() or [f"{command[0]} ended with {done.returncode}"]
    return said[-_LONGEST:]


def url_of(where: Address) -> str:
    """Return an address as DATABASE_URL gives it."""
    parts = {key: quote(str(value), safe="") for key, value in where.items()}
    login = parts.get("user", "")
    if "password" in parts:
        login += f":{parts['password']}"
    port = f":{parts['port']}" if parts.get("port") else ""
    more = {key: value for key, value in where.items() if key.startswith("ssl")}
    query = f"?{urlencode(more)}" if more else ""
    return f"postgres://{login}@{parts.get('host', '')}{port}/{parts['dbname']}{query}"


def _make(home: Address, name: str) -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE template0")
    try:
        with server.connect(home) as database:
            database.execute(statement.format(sql.Identifier(name)))
    except InsufficientPrivilege:
        raise CannotUse(
            f"The database user {home['user']} may not make the database of the drill:"
            f" ALTER ROLE {home['user']} CREATEDB, or drill elsewhere."
        ) from None


def _drop(home: Address, name: str) -> None:
    with server.connect(home) as database:
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        database.execute(statement.format(sql.Identifier(name)))
