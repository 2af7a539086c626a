"""How these tests call, and change something to tell of."""

from __future__ import annotations

from datetime import timedelta

from notifications import calls, telling
from rollout.models import Activity
from tests.factories import NOON

DAY = timedelta(days=1)


LONG = (3600, 3600, 3600, 3600)


def round_at(now=NOON):
    """Do what the task does, at a time."""
    telling.plan(now=now)
    return calls.deliver(now=now)


def note(activity, text="nyt"):
    Activity.objects.filter(pk=activity.pk).update(note=text)


def fail_for_a_week(receiver, activity):
    receiver.answer = lambda call, handler: (500, "kaput")
    for day in range(8):
        note(activity, str(day))
        round_at(NOON + day * DAY)
