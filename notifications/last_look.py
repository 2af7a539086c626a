"""Looks once more at a batch of mails, and at each by itself where one is broken.

One broken mail must not stop the others, nor be taken for all of them.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import InterfaceError, OperationalError

from notifications import compose, letters
from notifications.compose import Dropped
from notifications.letters import Material
from notifications.models import Message, MessageState, Reminder

logger = logging.getLogger(__name__)

#: What is no fault of any mail: the whole run ends, and the next one goes on.
DATABASE_IS_AWAY = (OperationalError, InterfaceError)

Wanted = list[Reminder] | Dropped


def wanted(batch: Sequence[Message], *, now: datetime) -> dict[int, Wanted]:
    """Return what each message still speaks of, or why it is dropped."""
    try:
        return dict(compose.still_wanted(batch, now=now))
    except DATABASE_IS_AWAY:
        raise
    except Exception:
        logger.exception("a batch cannot be looked at, so each mail is by itself")
    return {message.pk: _wanted_alone(message, now=now) for message in batch}


def _wanted_alone(message: Message, *, now: datetime) -> Wanted:
    try:
        return compose.still_wanted([message], now=now)[message.pk]
    except DATABASE_IS_AWAY:
        raise
    except Exception as error:
        logger.exception("message %s cannot be looked at", message.pk)
        return Dropped(MessageState.DEAD, told(error))


def material_of(
    batch: Sequence[Message], found: Mapping[int, Wanted], *, now: datetime
) -> Material | None:
    """Gather what a batch of mails is made of; None: each has to gather its own."""
    looked_at = [(message, found[message.pk]) for message in batch]
    drafts = [
        (message, one) for message, one in looked_at if not isinstance(one, Dropped)
    ]
    try:
        return letters.gather(drafts, now=now)
    except DATABASE_IS_AWAY:
        raise
    except Exception:
        logger.exception("what a batch is made of cannot be gathered at once")
        return None


def told(error: Exception) -> str:
    """Say an error in so many words as the log of messages keeps."""
    return f"{type(error).__name__}: {error}"[:1000]
