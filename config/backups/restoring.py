"""Restores a backup into an empty database, and holds it to its manifest."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from config.backups import archive, server
from config.backups.archive import CannotUse, Manifest, refusing
from config.backups.making import rows_of
from config.backups.server import Address
from config.backups.workroom import workroom

#: Said in the same transaction as the data, so that nothing can leave in between: what
#: the backup takes for unsent may have been sent since.
_HOLD = """
INSERT INTO notifications_sendinghold (id, since, why)
VALUES (1, {at}, {why}) ON CONFLICT DO NOTHING;
"""
#: Numbers of another server's transactions mean nothing here; all of these have ended,
#: so that their order is that of the rows. Who followed the changes is told to begin
#: anew, because the server is another one.
_OLD_CHANGES = """
ALTER TABLE rollout_change DISABLE TRIGGER USER;
UPDATE rollout_change SET transaction = 1;
ALTER TABLE rollout_change ENABLE TRIGGER USER;
"""
#: Nor can planning go on from where it stood. An older backup has no such table.
_PLAN_ANEW = """
DO $$ BEGIN
    IF to_regclass('notifications_sweep') IS NOT NULL THEN
        UPDATE notifications_sweep SET database = 0;
    END IF;
END $$;
"""


@dataclass(frozen=True)
class Restored:
    """What was restored, and what does not agree with the manifest."""

    manifest: Manifest
    rows: int
    files: int
    seconds: float
    differences: tuple[str, ...]
    #: Whether an earlier version of the product made the backup's tables.
    is_behind: bool


@refusing("The backup cannot be restored")
def restore(
    source: Path,
    *,
    identities: Sequence[Any],
    into: Address,
    files: Path,
    at: datetime,
) -> Restored:
    """Restore a backup into an empty database and an empty directory for files.

    All sending is then held. Raises CannotUse, with nothing changed, if no key fits,
    the file is damaged, or there is something already where it is to go; and where the
    database or the disk lets it go no further.
    """
    started = time.monotonic()
    # Where the files are to be is the one place that must be writable, and from there
    # they need only be moved.
    with workroom(files) as work:
        _demand_room(into, files, besides=work)
        manifest = archive.unpack(source, identities=identities, work=work)
        _load(work, into=into, manifest=manifest, at=at)
        for one in (work / archive.FILES).glob("*"):
            one.rename(files / one.name)
    with server.connect(into) as database:
        rows = rows_of(database)
    return Restored(
        manifest=manifest,
        rows=sum(rows.values()),
        files=len(manifest.digests) - 1,
        seconds=time.monotonic() - started,
        differences=tuple(_differences(manifest, rows)),
        is_behind=is_behind(into),
    )


def is_behind(where: Address) -> bool:
    """Say whether a database lacks migrations that this version has."""
    with server.connect(where) as database:
        done = database.execute("SELECT app, name FROM django_migrations").fetchall()
    ours = MigrationLoader(None, load=False)
    ours.load_disk()
    return bool(ours.disk_migrations.keys() - set(done))


def _demand_room(into: Address, files: Path, *, besides: Path) -> None:
    with server.connect(into) as database:
        if rows_of(database):
            raise CannotUse(
                f"The database {into['dbname']} is not empty. Make an empty one "
                "(createdb), name it in DATABASE_URL, and restore into that."
            )
    if any(one != besides for one in files.iterdir()):
        raise CannotUse(
            f"There are files in {files} already. Move them away, or name another "
            "directory in MEDIA_ROOT."
        )


def _load(work: Path, *, into: Address, manifest: Manifest, at: datetime) -> None:
    script = work / "restore.sql"
    server.run(
        "pg_restore",
        "--no-owner",
        "--no-privileges",
        f"--file={script}",
        str(work / archive.DUMP),
        where={},
    )
    why = f"restored from the backup of {manifest.made_at:%Y-%m-%d %H:%M} UTC"
    with script.open("a", encoding="utf-8") as text:
        # The dump empties it for its own statements.
        text.write("\nSET search_path = public;\n")
        text.write(_OLD_CHANGES)
        text.write(_PLAN_ANEW)
        hold = sql.SQL(_HOLD).format(at=sql.Literal(at), why=sql.Literal(why))
        text.write(hold.as_string())
    server.run(
        "psql",
        "--no-psqlrc",
        "--quiet",
        "--output=/dev/null",
        "--single-transaction",
        "--set=ON_ERROR_STOP=1",
        f"--file={script}",
        where=into,
    )


def _differences(manifest: Manifest, rows: dict[str, int]) -> list[str]:
    """Name tables whose rows are not those that were backed up, but for the hold."""
    names = sorted((manifest.rows.keys() | rows.keys()) - {"notifications_sendinghold"})
    return [
        f"{name}: {rows.get(name, 0)} rows instead of {manifest.rows.get(name, 0)}"
        for name in names
        if rows.get(name) != manifest.rows.get(name)
    ]
