"""Signs of life: so that silence is noticed, and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from notifications.models import Breaker, Heartbeat, Message, MessageState

PLANNER = "planner"
SENDER = "sender"


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
    )
