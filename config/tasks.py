"""Celery entry points of the installation itself: they read the clock and call once."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from config.backups import routine
from config.retention import keep_monthly

#: Seconds after which a backup or a drill is taken for stuck.
BACKUP_LIMIT = 4 * 3600


@shared_task(ignore_result=True, time_limit=BACKUP_LIMIT)
def keep_backups() -> None:
    """Make the day's backup and the week's drill, where it is time."""
    routine.keep(now=timezone.now())


@shared_task(ignore_result=True)
def keep_periods() -> None:
    """Throw away what is older than its period, once a month."""
    keep_monthly(now=timezone.now())
