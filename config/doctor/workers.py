"""What the doctor asks the workers: whether each queue is served."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from config import queues
from config.celery import app
from config.doctor.finding import Finding

#: Seconds that workers have to answer, the first time and the second.
PATIENCE = (2.0, 8.0)


def served(now: datetime) -> Iterator[Finding]:
    """Ask who serves what.

    The signs of life cannot tell: mail moves without a worker where `manage.py outbox`
    runs, while webhooks, long work, calendars and backups stand still.
    """
    asked = (app.control.inspect(timeout=one).active_queues() for one in PATIENCE)
    answers: dict[str, Any] = next(filter(None, asked), {})
    found = {queue["name"] for one in answers.values() for queue in one}
    missing = [name for name in queues.NAMES if name not in found]
    if not answers:
        yield Finding.ill(_("No worker answers."), _("Start worker and beat."))
    elif missing:
        yield Finding.ill(
            _("No worker serves these queues: %s.") % ", ".join(missing),
            _("Start one with `--queues %s`.") % ",".join(missing),
        )
    else:
        yield Finding.well(_("%d workers serve every queue.") % len(answers))
