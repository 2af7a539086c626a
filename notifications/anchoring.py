"""Keeps each day's anchor of the histories where the database cannot reach it.

A line in a file, and a mail to the archive address where there is one.
"""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from workflows import anchors


def anchor(*, now: datetime) -> bool:
    """Write today's anchor, unless it is there; return whether one was written.

    The mail goes before the line: should it fail, the missing line has it tried again.
    Where no line could be written, no mail goes either. Being no word to a partner, it
    goes while sending is held, too.
    """
    file = Path(settings.HISTORY_ANCHORS)
    if _last_day(file) == timezone.localdate(now):
        return False
    line = anchors.take(at=now).as_line()
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as lines:
        if settings.ARCHIVE_ADDRESS:
            _mail(line, on=timezone.localdate(now))
        lines.write(line + "\n")
        lines.flush()
        os.fsync(lines.fileno())
    return True


def _mail(line: str, *, on: date) -> None:
    EmailMessage(
        subject=f"Rollout: history anchor {on}",
        body=f"{line}\n\nKeep this. `manage.py verify_history --anchors FILE`"
        " compares the histories with the lines of such mails.\n",
        to=[settings.ARCHIVE_ADDRESS],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()


def _last_day(file: Path) -> object:
    """Return the local date of the newest line, if there is one."""
    try:
        *_older, newest = file.read_text(encoding="utf-8").splitlines()
        at = datetime.fromisoformat(anchors.Anchor.from_line(newest).at)
    except (FileNotFoundError, ValueError):
        return None
    return timezone.localdate(at)
