"""Signs of life: so that silence is noticed, and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Min, Q
from django.db.models.functions import Now

from notifications import window
from notifications.models import (
    Breaker,
    Heartbeat,
    Message,
    MessageState,
    Reminder,
    ReminderState,
    SendingHold,
)

PLANNER = "planner"
SENDER = "sender"
CALLER = "caller"

#: Longer than several rounds of either part: silence for so long is a standstill.
SILENCE = timedelta(minutes=5)
#: A mail that could have left so long ago shows that none leaves.
LATE = timedelta(minutes=15)
#: Over how long missed steps are counted.
MISSED_DAYS = 30


@dataclass(frozen=True)
class Signs:
    """How the engine is doing."""

    planned_at: datetime | None
    sent_at: datetime | None
    #: When the oldest message that could have left by now was to leave.
    oldest_due_at: datetime | None
    pending: int
    uncertain: int
    dead: int
    #: What the mail server said while all mail is held back; empty otherwise.
    mail_server_error: str
    #: Steps passed over lately because a later one was due as well.
    missed: int
    #: Set while all mail waits for a person, as after a restore.
    hold: SendingHold | None
    is_silent: bool
    is_late: bool

    @property
    def is_well(self) -> bool:
        """Whether the engine moves, and mail leaves when it should."""
        return not (self.hold or self.is_silent or self.is_late)


def beat(name: str, *, now: datetime, counts: Mapping[str, int]) -> None:
    """Say that a part of the engine ran, and what it did."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, beat_at=now, counts=dict(counts))],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["beat_at", "counts"],
    )


def signs(*, now: datetime) -> Signs:
    """Return the signs of life as of ``now``."""
    beats = dict(Heartbeat.objects.values_list("name", "beat_at"))
    pending = Q(state=MessageState.PENDING)
    figures = Message.objects.aggregate(
        oldest=Min("not_before", filter=pending & Q(not_before__lte=now)),
        pending=Count("pk", filter=pending),
        uncertain=Count("pk", filter=Q(state=MessageState.UNCERTAIN)),
        dead=Count("pk", filter=Q(state=MessageState.DEAD)),
    )
    failing = Breaker.objects.filter(failures__gt=0).first()
    return Signs(
        planned_at=beats.get(PLANNER),
        sent_at=beats.get(SENDER),
        oldest_due_at=figures["oldest"],
        pending=figures["pending"],
        uncertain=figures["uncertain"],
        dead=figures["dead"],
        mail_server_error=failing.last_error if failing else "",
        missed=Reminder.objects.filter(
            state=ReminderState.SUPERSEDED,
            reason="later_step",
            send_on__lt=F("planned_at__date"),
            planned_at__gte=now - timedelta(days=MISSED_DAYS),
        ).count(),
        hold=SendingHold.objects.first(),
        is_silent=_is_silent(beats, now=now),
        is_late=_is_late(now=now),
    )


def _is_silent(beats: Mapping[str, datetime], *, now: datetime) -> bool:
    """Say whether a part has not been seen lately.

    A part of which nothing was ever seen was not started yet: that is no alarm, but
    then mail becomes late.
    """
    return any(beats.get(name, now) < now - SILENCE for name in (PLANNER, SENDER))


def _is_late(*, now: datetime) -> bool:
    """Say whether a mail should have left a while ago, by clock and sending window."""
    before = now - LATE
    # Reminders may leave while the window is open, and was when they became late.
    programmes = set(window.at(now).programmes) & set(window.at(before).programmes)
    leaves = Q(awaits_window=False) | Q(programme__in=programmes)
    if programmes:
        leaves |= Q(programme=None)
    return (
        Message.objects.filter(leaves, state=MessageState.PENDING)
        .filter(not_before__lt=before)
        .filter(Q(lease_until=None) | Q(lease_until__lt=Now()))
        .exists()
    )
