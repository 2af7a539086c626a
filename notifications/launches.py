"""Tells that nothing stands in the way of a launch any more, once in each cycle."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils import timezone

from notifications import posting
from notifications.facts import staff_of
from notifications.hold import PUT_AWAY
from notifications.models import Message, MessageKind, MessageState
from rollout.models import (
    Activity,
    ActivityState,
    ActivityTransition,
    Aspect,
    User,
)
from rollout.status.cells import cells_of

#: Not sent, because it was no longer true. What an operator put away after a restore
#: had left before.
_WITHDRAWN = Q(state=MessageState.OBSOLETE) & ~Q(last_error=PUT_AWAY)


def announce(*, now: datetime, programmes: Collection[int] | None = None) -> int:
    """Tell managers, coordinators and the responsible person; return the mails.

    The three conditions must be met, and nothing else may block. An activity that goes
    back to clarification begins a new cycle. Only of ``programmes``, where given.
    """
    if programmes is not None and not programmes:
        return 0
    today = timezone.localdate(now)
    candidates = _candidates()
    if programmes is not None:
        candidates = candidates.filter(programme__in=programmes)
    ready = [
        cell.activity
        for cell in cells_of(candidates, on=today, user=None)
        if cell.is_ready
    ]
    if not ready:
        return 0
    turns = _turns(ready)
    staff = staff_of({activity.programme_id for activity in ready})
    mails = [
        posting.notice(
            MessageKind.READY,
            about=f"activity:{activity.pk}:{turns[activity.pk]}",
            to=reader,
            programme=activity.programme_id,
            activity=activity,
            params={"responsible": reader.pk == activity.responsible_id},
            at=now,
            can_wait=True,
        )
        for activity in ready
        for reader in _readers(activity, staff[activity.programme_id], on=today)
    ]
    posting.put(mails)
    return len(mails)


def _turns(ready: Sequence[Activity]) -> dict[int, str]:
    """Return what names this time of telling: the cycle, and which try it is in it."""
    tries = dict(
        Message.objects.filter(_WITHDRAWN, kind=MessageKind.READY, activity__in=ready)
        .order_by()
        .values_list("activity")
        .annotate(count=Count("pk"))
    )
    cycles = _candidates().filter(pk__in=[one.pk for one in ready])
    return {
        pk: f"{cycle}:{tries[pk]}" if pk in tries else f"{cycle}"
        for pk, cycle in cycles.values_list("pk", "cycle")
    }


def _candidates() -> Any:
    """Return the activities with all three conditions met that nobody was told of."""
    begun = ActivityTransition.objects.filter(
        activity=OuterRef("pk"), target=ActivityState.IN_CLARIFICATION
    ).order_by("-sequence")
    told = Message.objects.filter(
        kind=MessageKind.READY,
        activity=OuterRef("pk"),
        created_at__gte=OuterRef("begun_at"),
    ).exclude(_WITHDRAWN)
    return (
        Activity.objects.filter(state=ActivityState.IN_CLARIFICATION)
        .annotate(
            met=Count("readiness", filter=Q(readiness__is_met=True)),
            cycle=Subquery(begun.values("pk")[:1]),
            begun_at=Subquery(begun.values("at")[:1]),
        )
        .filter(~Exists(told), met=len(Aspect))
    )


def _readers(activity: Activity, staff: Sequence[User], *, on: date) -> Iterator[User]:
    """Yield who may launch it and who answers for it, each mailbox once."""
    responsible = [activity.responsible] if activity.responsible else []
    seen = set()
    for person in (*staff, *responsible):
        reader = posting.mailbox(person, on=on) if person.is_active else None
        if reader is not None and reader.pk not in seen:
            seen.add(reader.pk)
            yield reader


def is_wanted(message: Message) -> bool:
    """Say whether the activity still waits to be launched, and still may be.

    If a condition is unmet again the mail is dropped; another tells when it is met.
    """
    activity = message.activity
    return (
        activity is not None
        and activity.state == ActivityState.IN_CLARIFICATION
        and activity.readiness.filter(is_met=True).count() == len(Aspect)
    )
