"""Holds all mail and calls back, and lets them go: for whoever restores a backup."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from notifications.models import Message, MessageState, SendingHold

#: Said in the log of a mail that was put away instead of sent.
PUT_AWAY = "put away while all sending was held: it may have left before"


@dataclass(frozen=True)
class Released:
    """What became of the mails that waited."""

    put_away: int
    leaving: int


def hold(why: str, *, at: datetime) -> None:
    """Keep everything here from now on. Held already, it stays so, as it was."""
    SendingHold.objects.get_or_create(pk=1, defaults={"since": at, "why": why[:200]})


@transaction.atomic
def release(*, put_away: bool) -> Released:
    """Let everything go again.

    ``put_away`` first takes out each mail that waits now: right after a restore, when
    they left between the backup and the restore.
    """
    waiting = Message.objects.filter(state=MessageState.PENDING)
    gone = 0
    if put_away:
        gone = waiting.update(
            state=MessageState.OBSOLETE,
            last_error=PUT_AWAY,
            claim_token=None,
            lease_until=None,
        )
    SendingHold.objects.all().delete()
    return Released(put_away=gone, leaving=waiting.count())
