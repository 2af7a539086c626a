"""Celery entry points: they read the clock, make one call and decide nothing.

Any number of workers and beats may run them at once; the database sees to it that
nothing happens twice.
"""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from notifications import anchoring, calls, feeds, leaving, outbox, planner, telling

#: Seconds after which Celery ends a sender: less than the lease of a mail under way.
SENDER_LIMIT = 840
#: The same for calls, whose budget is short.
CALLER_LIMIT = 80


@shared_task(ignore_result=True)
def plan_reminders() -> None:
    """Plan what is due and compose what may leave now."""
    planner.run(now=timezone.now())


@shared_task(ignore_result=True, time_limit=SENDER_LIMIT)
def deliver_outbox() -> None:
    """Send what is in the outbox, until it is empty or this worker is to end."""
    outbox.deliver(now=timezone.now(), must_stop=leaving.must_stop)


@shared_task(ignore_result=True)
def refresh_calendars() -> None:
    """Note in every calendar what was changed or cancelled."""
    feeds.refresh(now=timezone.now())


@shared_task(ignore_result=True, time_limit=CALLER_LIMIT)
def deliver_webhooks() -> None:
    """Call whoever wants to know what has changed."""
    telling.plan(now=timezone.now())
    calls.deliver(now=timezone.now(), must_stop=leaving.must_stop)


@shared_task(ignore_result=True)
def anchor_history() -> None:
    """Write today's anchor of the histories, once a day however often it is asked."""
    anchoring.anchor(now=timezone.now())
