"""What the doctor looks at on this machine: settings, time, files, backups."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import django
from django.conf import settings
from django.core.checks import run_checks
from django.utils.translation import gettext as _

from config.backups import newest
from config.backups.drill import latest
from config.doctor.finding import Finding

#: Less free space than this share of the disk is a warning.
ROOM = 0.1


def settings_in_force(now: datetime) -> Iterator[Finding]:
    """Run Django's checks, those for deployment included, and name the versions."""
    yield Finding.well(
        f"Rollout {settings.VERSION}, Django {django.__version__},"
        f" Python {sys.version.split()[0]}"
    )
    if settings.DEBUG:
        yield Finding.doubtful(
            _("DEBUG is on."), _("Set DEBUG=false where anybody else can reach it.")
        )
    for message in run_checks(include_deployment_checks=not settings.DEBUG):
        yield Finding.doubtful(f"{message.id}: {message.msg}", message.hint or "")


def time_zones(now: datetime) -> Iterator[Finding]:
    """See that this machine knows Danish time, whatever zone it is in itself."""
    try:
        local = now.astimezone(ZoneInfo("Europe/Copenhagen"))
    except ZoneInfoNotFoundError:
        yield Finding.ill(
            _("The time zone Europe/Copenhagen is unknown here."),
            _("Install the system's tzdata package."),
        )
        return
    yield Finding.well(_("It is %s in Copenhagen.") % f"{local:%Y-%m-%d %H:%M}")


def files(now: datetime) -> Iterator[Finding]:
    """See that uploaded files can be written, and that there is room for more."""
    directory = Path(settings.MEDIA_ROOT)
    nearest = next(one for one in (directory, *directory.parents) if one.exists())
    if not os.access(nearest, os.W_OK):
        yield Finding.ill(
            _("%s cannot be written to.") % directory,
            _("Give it to the account that runs Rollout, or change MEDIA_ROOT."),
        )
        return
    usage = shutil.disk_usage(nearest)
    room = _("%(free).0f of %(total).0f GB are free for files.") % {
        "free": usage.free / 1e9,
        "total": usage.total / 1e9,
    }
    if usage.free < ROOM * usage.total:
        yield Finding.doubtful(room, _("Make room before it is full."))
    else:
        yield Finding.well(room)


def backups(now: datetime) -> Iterator[Finding]:
    """See how old the newest backup is, and whether it was proved."""
    directory = settings.BACKUP_DIR
    if directory is None:
        yield Finding.doubtful(
            _("No backup is made by itself."),
            _("Set BACKUP_DIR and BACKUP_RECIPIENTS (docs/operations.md)."),
        )
        return
    last = newest(directory)
    if last is None or now - last[1] > timedelta(hours=26):
        yield Finding.ill(
            _("There is no backup of the last day in %s.") % directory,
            _("Is a worker running? Make one with `manage.py backup`."),
        )
    else:
        yield Finding.well(_("The newest backup is %s.") % last[0].name)
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
