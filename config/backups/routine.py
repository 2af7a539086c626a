"""What is done about backups by itself: one a day, and each week one is restored."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from config.backups import server
from config.backups.archive import CannotUse, identities_in, refusing
from config.backups.drill import Report, drill, latest
from config.backups.keeping import is_due, newest, prune
from config.backups.making import back_up

logger = logging.getLogger(__name__)

_EVERY_BACKUP = timedelta(days=1)
_EVERY_DRILL = timedelta(days=7)
#: What a drill found may be mended by the next backup.
_AFTER_FAULTS = timedelta(days=1)


@refusing("Backups cannot be kept")
def keep(*, now: datetime) -> None:
    """Make a backup and drill where it is time; any number may ask at once.

    Does nothing where BACKUP_DIR is not set. Raises CannotUse if it cannot be done.
    """
    directory = settings.BACKUP_DIR
    if directory is None:
        return
    with server.turn() as is_ours:
        if is_ours:
            _back_up(directory, now=now)
            _drill(directory, now=now)


def _back_up(directory: Path, *, now: datetime) -> None:
    last = newest(directory)
    if not is_due(last[1] if last else None, now=now, every=_EVERY_BACKUP):
        return
    # First, because a full disk would let neither happen for ever after.
    gone = prune(directory, before=now - timedelta(days=settings.BACKUP_KEEP_DAYS))
    file = back_up(directory, recipients=settings.BACKUP_RECIPIENTS, at=now)
    logger.info("backup %s made, %s older ones deleted", file.name, len(gone))


def _drill(directory: Path, *, now: datetime) -> None:
    last = latest(directory)
    backup = newest(directory)
    if settings.BACKUP_IDENTITY is None or backup is None:
        return
    every = _AFTER_FAULTS if last and last.faults else _EVERY_DRILL
    if not is_due(last.at if last else None, now=now, every=every):
        return
    try:
        keys = identities_in(settings.BACKUP_IDENTITY)
        report = drill(backup[0], identities=keys, at=now)
    except CannotUse as error:
        # The worst that a drill can find out is a finding too.
        report = Report.of_failure(backup[0], str(error), at=now)
    report.write(directory)
    level = logging.ERROR if report.faults else logging.INFO
    logger.log(
        level,
        "restore drill of %s: %s rows and %s files in %s s, faults: %s",
        report.backup,
        report.rows,
        report.files,
        report.seconds,
        "; ".join(report.faults) or "none",
    )
