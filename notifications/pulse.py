"""Signs of life: so that silence is noticed, and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, Min, Q
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
from rollout.models import Programme

PLANNER = "planner"
SENDER = "sender"
CALLER = "caller"
CALENDARS = "calendars"
#: Parts that `manage.py outbox` moves as well: mail goes on while they are seen.
MAILING = (PLANNER, SENDER)
#: Parts that it leaves to workers: their silence is that of workers, beat or Redis.
WORKING = (CALLER, CALENDARS)

#: Longer than several rounds of either part: silence for so long is a standstill.
SILENCE = timedelta(minutes=5)
#: A mail that could have left so long ago shows that none leaves.
LATE = timedelta(minutes=15)
#: Over how long missed steps are counted.
MISSED_DAYS = 30


@dataclass(frozen=True)
class Signs:
    """How the engine is doing."""

    #: When each part was last seen, by its name.
    beats: Mapping[str, datetime]
    #: When the oldest message was to leave that neither the window nor a sender at work
    #: has kept here lately.
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
    def planned_at(self) -> datetime | None:
        """When planning was last seen."""
        return self.beats.get(PLANNER)

    @property
    def sent_at(self) -> datetime | None:
        """When sending was last seen."""
        return self.beats.get(SENDER)

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
    # Two statements, because each finds its rows by an index of its own.
    waiting = Message.objects.filter(state=MessageState.PENDING).aggregate(
        count=Count("pk"), oldest=Min("not_before", filter=_may_leave(now=now))
    )
    failed = Message.objects.filter(
        state__in=[MessageState.UNCERTAIN, MessageState.DEAD]
    ).aggregate(
        uncertain=Count("pk", filter=Q(state=MessageState.UNCERTAIN)),
        dead=Count("pk", filter=Q(state=MessageState.DEAD)),
    )
    oldest = waiting["oldest"]
    failing = Breaker.objects.filter(failures__gt=0).first()
    return Signs(
        beats=beats,
        oldest_due_at=oldest,
        pending=waiting["count"],
        uncertain=failed["uncertain"],
        dead=failed["dead"],
        mail_server_error=failing.last_error if failing else "",
        missed=Reminder.objects.filter(
            state=ReminderState.SUPERSEDED,
            reason="later_step",
            send_on__lt=F("planned_at__date"),
            planned_at__gte=now - timedelta(days=MISSED_DAYS),
        ).count(),
        hold=SendingHold.objects.first(),
        is_silent=_is_silent(beats, now=now),
        is_late=oldest is not None and oldest < now - LATE,
    )


def _is_silent(beats: Mapping[str, datetime], *, now: datetime) -> bool:
    """Say whether a part has not been seen lately.

    A part of which nothing was ever seen was not started yet: that is no alarm, but
    then mail becomes late.
    """
    return any(beats.get(name, now) < now - SILENCE for name in MAILING)


def _may_leave(*, now: datetime) -> Q:
    """Return which messages clock, sending window and senders at work let leave."""
    # A reminder has to have had time to leave since the window opened.
    before = now - LATE
    then, today = window.at(before), window.at(now)
    leaves = Q(awaits_window=False) | (then.lets() & today.lets())
    anybody = Programme.objects.filter(then.lets("pk") & today.lets("pk"))
    leaves |= Q(Exists(anybody), programme=None)
    is_free = Q(lease_until=None) | Q(lease_until__lt=Now())
    return leaves & is_free & Q(not_before__lte=now)
