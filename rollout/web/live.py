"""Whether what a page shows has changed since: a mark that costs next to nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from rollout.models import Activity, Change, Programme


@dataclass(frozen=True)
class Live:
    """What a page needs to learn of changes: include ``parts/live.html``."""

    #: Where to ask whether the mark is still the newest.
    url: str
    mark: str


def live_of(programme: Programme, *, on: date) -> Live:
    """Return how a page about a programme learns that something in it changed."""
    return Live(reverse("rollout:live", args=[programme.pk]), mark_of(programme, on=on))


def mark_of(programme: Programme, *, on: date) -> str:
    """Return the mark of a programme on a local date; dates grow late by themselves."""
    return f"{Change.objects.filter(programme=programme).mark()}-{on:%j}"


def live_activity(activity: Activity, *, on: date) -> Live:
    """Return how a page about an activity learns that something on it changed."""
    url = reverse("rollout:live_activity", args=[activity.pk])
    return Live(url, mark_of_activity(activity, on=on))


def mark_of_activity(activity: Activity, *, on: date) -> str:
    """Return the mark of an activity, and of what belongs to no activity at all."""
    changes = Change.objects.filter(programme=activity.programme_id)
    own = changes.filter(activity=activity).mark()
    common = changes.filter(activity=None).mark()
    return f"{own}-{common}-{on:%j}"
