"""Celery entry points of the domain: they read the clock and make one call."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from rollout import jobs

#: Seconds after which long work is taken for stuck.
JOB_LIMIT = 1800


# The soft limit undoes the job and tells the person; the hard one is for what is deaf.
@shared_task(ignore_result=True, soft_time_limit=JOB_LIMIT, time_limit=JOB_LIMIT + 60)
def carry_out_jobs() -> None:
    """Do one job, and have the next done by another task: reminders go in between."""
    if jobs.carry_out_next(now=timezone.now):
        jobs.poke()
