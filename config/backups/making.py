"""Makes a backup: the whole database as of one moment, and every uploaded file."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import LiteralString

import psycopg
from django.conf import settings
from psycopg import sql

from config.backups import archive, server
from config.backups.archive import CannotUse, Manifest
from config.backups.keeping import name_of

#: What an earlier backup that was killed left unencrypted is deleted after this.
_ABANDONED = timedelta(hours=5)
_WORK = ".making-"


def back_up(directory: Path, *, recipients: Sequence[str], at: datetime) -> Path:
    """Write a backup into a directory and return its path.

    ``recipients`` are public keys, of age or SSH: whoever holds one of the secret keys
    can restore it, and nobody else can read it, this machine included. Raises CannotUse
    if a key or the directory is of no use, or PostgreSQL's programs fail.
    """
    keys = archive.recipients_of(recipients)
    target = directory / name_of(at)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        _sweep(directory, before=at - _ABANDONED)
        with tempfile.TemporaryDirectory(dir=directory, prefix=_WORK) as work:
            members, manifest = _gather(Path(work), at=at)
            archive.pack(
                target,
                manifest=manifest,
                members=members,
                recipients=keys,
                work=Path(work),
            )
    except OSError as error:
        raise CannotUse(f"The backup cannot be written: {error}") from None
    return target


def _sweep(directory: Path, *, before: datetime) -> None:
    """Delete what backups that were killed left behind: it is not encrypted."""
    for left in (*directory.glob(f"{_WORK}*"), *directory.glob("*.part")):
        if datetime.fromtimestamp(left.stat().st_mtime, UTC) >= before:
            continue
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _gather(work: Path, *, at: datetime) -> tuple[dict[str, Path], Manifest]:
    where = server.address()
    dump = work / archive.DUMP
    with server.connect(where) as database, database.transaction():
        # What is counted and what is dumped is the same, whatever is written meanwhile.
        database.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        rows = rows_of(database)
        moment = _value(database, "SELECT pg_export_snapshot()")
        version = _value(database, "SHOW server_version")
        server.run(
            "pg_dump",
            "--format=custom",
            f"--snapshot={moment}",
            f"--file={dump}",
            where=where,
        )
    # An archive that cannot be listed could not be restored either.
    server.run("pg_restore", "--list", str(dump), where={})
    members = {archive.DUMP: dump} | _uploads()
    manifest = Manifest(
        made_at=at,
        version=settings.VERSION,
        postgresql=version,
        rows=rows,
        digests={name: archive.digest_of(file) for name, file in members.items()},
    )
    return members, manifest


def rows_of(database: psycopg.Connection) -> dict[str, int]:
    """Count the rows of every table."""
    tables = database.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    ).fetchall()
    return {name: _count(database, name) for (name,) in tables}


def _uploads() -> dict[str, Path]:
    root = Path(settings.MEDIA_ROOT)
    return {
        f"{archive.FILES}/{file.relative_to(root).as_posix()}": file
        for file in sorted(root.rglob("*"))
        if file.is_file()
    }


def _count(database: psycopg.Connection, table: str) -> int:
    counting = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
    row = database.execute(counting).fetchone()
    return int(row[0]) if row else 0


def _value(database: psycopg.Connection, query: LiteralString) -> str:
    row = database.execute(query).fetchone()
    return str(row[0]) if row else ""
