"""Holds all mail and calls back, and lets them go: for whoever restores a backup."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from notifications.models import (
    Delivery,
    DeliveryState,
    Message,
    MessageState,
    SendingHold,
)

#: Said in the log of what was put away instead of sent.
PUT_AWAY = "put away while all sending was held: it may have left before"


def hold(why: str, *, at: datetime) -> None:
    """Keep everything here from now on. Held already, it stays so, as it was."""
    SendingHold.objects.get_or_create(pk=1, defaults={"since": at, "why": why[:200]})


def release() -> int:
    """Let everything go again; return how many mails and calls may leave now."""
    SendingHold.objects.all().delete()
    return _waiting_mails().count() + _waiting_calls().count()


@transaction.atomic
def put_away() -> int:
    """Take out every mail and call that waits now, and let what comes later go.

    For right after a restore, when they left between the backup and the restore.
    Returns how many were put away.
    """
    held = {"last_error": PUT_AWAY, "claim_token": None, "lease_until": None}
    mails = _waiting_mails().update(state=MessageState.OBSOLETE, **held)
    calls = _waiting_calls().update(state=DeliveryState.DEAD, **held)
    SendingHold.objects.all().delete()
    return mails + calls


def _waiting_mails() -> QuerySet[Message]:
    return Message.objects.filter(state=MessageState.PENDING)


def _waiting_calls() -> QuerySet[Delivery]:
    return Delivery.objects.filter(state=DeliveryState.PENDING)
