"""Lets a person decide what no machine may: to send a mail again that is given up."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from notifications import posting
from notifications.models import Message, MessageKind, MessageState
from rollout.models import User

#: States that wait for a person.
GIVEN_UP = (MessageState.DEAD, MessageState.UNCERTAIN)


class NotGivenUp(Exception):
    """The message is not one that waits for a person."""


@transaction.atomic
def send_again(message: Message, *, by: User, at: datetime) -> Message:
    """Put a dead or uncertain message back into the outbox, under its own key.

    Every copy keeps its Message-ID; who asked for it, and when, stays with it. Just
    before sending it is weighed again as any other. Raises NotGivenUp.
    """
    fresh = Message.objects.select_for_update().get(pk=message.pk)
    if fresh.state not in GIVEN_UP:
        raise NotGivenUp(fresh.state)
    asked = {"by": by.pk, "name": by.name, "at": at.isoformat(), "after": fresh.state}
    fresh.params["sent_again"] = [*fresh.params.get("sent_again", []), asked]
    fresh.state = MessageState.PENDING
    fresh.not_before = at
    fresh.uncertain = 0
    if fresh.expires_at is not None and fresh.kind != MessageKind.MEETING:
        # Whoever sends it again says that it is still news.
        fresh.expires_at = max(fresh.expires_at, at + posting.EXPIRES_AFTER)
    fresh.save(
        update_fields=["params", "state", "not_before", "uncertain", "expires_at"]
    )
    return fresh
