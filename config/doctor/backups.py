"""What the doctor asks of backups: can they be made, are they, and do they restore?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from config.backups import CannotUse, newest, server
from config.backups.drill import latest
from config.doctor.finding import Finding
from config.doctor.machine import is_writable, not_writable

#: PostgreSQL's programs by which backups are made and restored.
PROGRAMS = ("pg_dump", "pg_restore")


def backups(now: datetime) -> Iterator[Finding]:
    """See whether backups can be made, how old the newest is, and if one was proved."""
    directory = settings.BACKUP_DIR
    if directory is None:
        yield Finding.doubtful(
            _("No backup is made by itself."),
            _("Set BACKUP_DIR and BACKUP_RECIPIENTS (docs/operations.md)."),
        )
        return
    if not is_writable(directory):
        yield not_writable(directory, setting="BACKUP_DIR")
    for program in PROGRAMS:
        yield _installed(program)
    yield _newest(directory, now=now)
    yield from _drilled(directory, now=now)


def _installed(program: str) -> Finding:
    """See that a program is there, and no older than the server: it refuses a newer."""
    remedy = _("Install PostgreSQL's client programs, as new as the server or newer.")
    try:
        version = server.run(program, "--version", where={}).strip()
    except CannotUse as error:
        return Finding.ill(str(error), remedy)
    major = re.search(r"\d+", version)
    needed = _major_of_server()
    if major is None or int(major[0]) < needed:
        return Finding.ill(
            _("%(program)s is older than the server, which is PostgreSQL %(server)s.")
            % {"program": version, "server": needed},
            remedy,
        )
    return Finding.well(version)


def _major_of_server() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10_000


def _newest(directory: Path, *, now: datetime) -> Finding:
    last = newest(directory)
    if last is None or now - last[1] > timedelta(hours=26):
        return Finding.ill(
            _("There is no backup of the last day in %s.") % directory,
            _("Is a worker running? Make one with `manage.py backup`."),
        )
    return Finding.well(_("The newest backup is %s.") % last[0].name)


def _drilled(directory: Path, *, now: datetime) -> Iterator[Finding]:
    report = latest(directory)
    if report is None or now - report.at > timedelta(days=8):
        yield Finding.doubtful(
            _("No backup was restored within a week to prove it."),
            _("Run `manage.py restore FILE --identity KEYFILE --drill`."),
        )
    elif report.faults:
        yield Finding.ill(
            _("The restore drill found faults: %s") % "; ".join(report.faults),
            _("Make a new backup and drill again before you need it."),
        )
