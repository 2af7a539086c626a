"""What the doctor asks the workers: whether each queue is served."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from config import queues
from config.celery import app
from config.doctor.finding import Finding

#: Seconds that workers have to answer.
PATIENCE = 2.0


def served(now: datetime) -> Iterator[Finding]:
    """Ask who serves what; that nobody answers at all, the signs of life tell."""
    answers = app.control.inspect(timeout=PATIENCE).active_queues() or {}
    found = {queue["name"] for one in answers.values() for queue in one}
    missing = [name for name in queues.NAMES if name not in found]
    if found and missing:
        yield Finding.ill(
            _("No worker serves these queues: %s.") % ", ".join(missing),
            _("Start one with `--queues %s`.") % ",".join(missing),
        )
    elif found:
        yield Finding.well(_("%d workers serve every queue.") % len(answers))
