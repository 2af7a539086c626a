"""Which backups there are, how they get their names, and for how long they are kept."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

_PATTERN = "rollout-%Y%m%dT%H%M%SZ.tar.age"


def name_of(at: datetime) -> str:
    """Return the file name of a backup: its moment in UTC, so that names sort."""
    return f"{at.astimezone(UTC):{_PATTERN}}"


def made_at(file: Path) -> datetime | None:
    """Return when a backup was made; None where the file is none."""
    try:
        return datetime.strptime(file.name, _PATTERN).replace(tzinfo=UTC)
    except ValueError:
        return None


def newest(directory: Path) -> tuple[Path, datetime] | None:
    """Return the newest backup in a directory and its moment."""
    found = [(file, at) for file in directory.glob("*.age") if (at := made_at(file))]
    return max(found, key=lambda one: one[1], default=None)


def prune(directory: Path, *, before: datetime) -> list[Path]:
    """Delete backups made earlier, but never the newest; return what is gone."""
    last = newest(directory)
    gone = [
        file
        for file in directory.glob("*.age")
        if (at := made_at(file)) and at < before and last and file != last[0]
    ]
    for file in gone:
        file.unlink(missing_ok=True)
    return gone


def put_in_place(unfinished: Path, target: Path) -> None:
    """Give a whole file its name, so that both survive a loss of power.

    This account alone may read it. Both are on one disk.
    """
    unfinished.chmod(0o600)
    _make_last(unfinished)
    unfinished.replace(target)
    _make_last(target.parent)


def _make_last(path: Path) -> None:
    """Have a file's content, or the names in a directory, on the disk itself."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def is_due(at: datetime | None, *, now: datetime, every: timedelta) -> bool:
    """Say whether something that was done last at ``at`` is to be done again."""
    return at is None or now - at >= every
