"""What the doctor looks at on this machine: settings, time, files."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import django
from django.conf import settings
from django.core.checks import run_checks
from django.utils.translation import gettext as _

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
    if not is_writable(directory):
        yield not_writable(directory, setting="MEDIA_ROOT")
        return
    usage = shutil.disk_usage(_nearest(directory))
    room = _("%(free).0f of %(total).0f GB are free for files.") % {
        "free": usage.free / 1e9,
        "total": usage.total / 1e9,
    }
    if usage.free < ROOM * usage.total:
        yield Finding.doubtful(room, _("Make room before it is full."))
    else:
        yield Finding.well(room)


def is_writable(directory: Path) -> bool:
    """Say whether files can be put there, or the directory be made if it is missing."""
    return os.access(_nearest(directory), os.W_OK | os.X_OK)


def not_writable(directory: Path, *, setting: str) -> Finding:
    """Return the finding on a directory that a setting names."""
    return Finding.ill(
        _("%s cannot be written to.") % directory,
        _("Give it to the account that runs Rollout, or change %s.") % setting,
    )


def _nearest(directory: Path) -> Path:
    return next(one for one in (directory, *directory.parents) if one.exists())
