"""Makes a backup: the whole database as of one moment, and every uploaded file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import LiteralString

import psycopg
from django.conf import settings
from psycopg import sql

from config.backups import archive, server
from config.backups.archive import Manifest, refusing
from config.backups.keeping import name_of
from config.backups.workroom import workroom


@refusing("The backup cannot be made")
def back_up(directory: Path, *, recipients: Sequence[str], at: datetime) -> Path:
    """Write a backup into a directory and return its path.

    ``recipients`` are public keys, of age or SSH: whoever holds one of the secret keys
    can restore it, and nobody else can read it, this machine included. Raises CannotUse
    if a key or the directory is of no use, or PostgreSQL's programs fail.
    """
    keys = archive.recipients_of(recipients)
    target = directory / name_of(at)
    with workroom(directory) as work:
        dump = work / archive.DUMP
        manifest = _dump(dump, at=at)
        archive.pack(
            target,
            manifest=manifest,
            # Files come after the rows that name them: an upload that is under way is
            # named by no row yet.
            members={archive.DUMP: dump, **_uploads()},
            recipients=keys,
            work=work,
        )
    return target


def _dump(file: Path, *, at: datetime) -> Manifest:
    """Write the database into a file, and return what it holds."""
    where = server.address()
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
            f"--file={file}",
            where=where,
        )
    # An archive that cannot be listed could not be restored either.
    server.run("pg_restore", "--list", str(file), where={})
    return Manifest(made_at=at, version=settings.VERSION, postgresql=version, rows=rows)


def rows_of(database: psycopg.Connection) -> dict[str, int]:
    """Count the rows of every table."""
    tables = database.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    ).fetchall()
    return {name: _count(database, name) for (name,) in tables}


def _uploads() -> dict[str, Path]:
    """Return uploaded files by their names in the archive.

    Raises OSError for a directory that cannot be read: its files would be missing.
    """
    root = Path(settings.MEDIA_ROOT)
    return {
        f"{archive.FILES}/{file.relative_to(root).as_posix()}": file
        for file in sorted(_files_in(root))
        if file.is_file()
    }


def _files_in(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root, onerror=_complain):
        # A disk of its own has one, which is closed to everybody.
        folders[:] = [one for one in folders if one != "lost+found"]
        yield from (Path(folder, name) for name in names)


def _complain(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def _count(database: psycopg.Connection, table: str) -> int:
    counting = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
    row = database.execute(counting).fetchone()
    return int(row[0]) if row else 0


def _value(database: psycopg.Connection, query: LiteralString) -> str:
    row = database.execute(query).fetchone()
    return str(row[0]) if row else ""
