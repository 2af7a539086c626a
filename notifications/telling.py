"""Turns changes into calls: which webhook is told of what, and in what words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from notifications import posting
from notifications.models import (
    Delivery,
    DeliveryState,
    MessageKind,
    OffReason,
    Webhook,
)
from rollout import changes
from rollout.changes import Entry, Position
from rollout.changes.record import Present

#: Changes read at a time, and how often in one round for one webhook.
PAGE, PAGES = 200, 5
#: For how long calls are kept.
KEPT = timedelta(days=90)


def body_of(event_type: str, at: datetime, data: Mapping[str, Any]) -> str:
    """Return the body of a call, as it is signed and sent, attempt for attempt."""
    return json.dumps(
        {"type": event_type, "timestamp": at.isoformat(), "data": data},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def plan(*, now: datetime) -> int:
    """Write down the calls that are due for what has changed; count them.

    The rows of a page and the place up to which it was read are written together, so
    nothing is told twice or forgotten, however many processes plan.
    """
    Delivery.objects.filter(created_at__lt=now - KEPT).exclude(
        state=DeliveryState.PENDING
    ).delete()
    keys = Webhook.objects.on().order_by("pk").values_list("pk", flat=True)
    return sum(_plan_for(key, now=now) for key in list(keys))


@transaction.atomic
def _plan_for(key: int, *, now: datetime) -> int:
    webhook = (
        Webhook.objects.on()
        .filter(pk=key)
        .select_related("owner", "programme")
        .select_for_update(skip_locked=True, of=("self",))
        .first()
    )
    if webhook is None:
        return 0
    if not may_have_it(webhook):
        switch_off(webhook, OffReason.OWNER, at=now)
        return 0
    end, database = changes.present()
    made = 0
    position = _begin(webhook, end, database)
    for _page in range(PAGES):
        page = changes.read(
            webhook.owner,
            since=position,
            limit=PAGE,
            programme=webhook.programme_id,
            resources=_resources(webhook),
        )
        wanted = [entry for entry in page.entries if _is_wanted(webhook, entry)]
        Delivery.objects.bulk_create(
            [_delivery(webhook, entry, now=now) for entry in wanted],
            ignore_conflicts=True,
        )
        made += len(wanted)
        position = page.position
        if not page.has_more:
            # Past what concerns others, so that the next round begins behind it.
            position = max(position, end)
            break
    if position != Position(webhook.transaction, webhook.number):
        Webhook.objects.filter(pk=key).update(
            transaction=position.transaction,
            number=position.number,
            database=database.database,
        )
    return made


def _begin(webhook: Webhook, end: Position, database: Present) -> Position:
    """Return from where to tell: from here on, where the position means nothing."""
    if (
        webhook.database != database.database
        or webhook.transaction > database.next_transaction
    ):
        return end
    return Position(webhook.transaction, webhook.number)


def may_have_it(webhook: Webhook) -> bool:
    """Say whether the owner may still have a webhook in this programme."""
    owner = webhook.owner
    return owner.is_active and owner.has_perm("rollout.edit_webhooks", webhook)


@transaction.atomic
def switch_off(webhook: Webhook, reason: OffReason, *, at: datetime) -> None:
    """Stop calling, and tell the owner by mail; once, whoever notices first."""
    on = Webhook.objects.on().filter(pk=webhook.pk)
    if not on.update(off_reason=reason, off_at=at):
        return
    mail = posting.notice(
        MessageKind.WEBHOOK_OFF,
        about=f"webhook:{webhook.pk}:{at.isoformat()}",
        to=webhook.owner,
        programme=webhook.programme_id,
        params={"webhook": webhook.pk},
        at=at,
    )
    posting.put([mail])


def _resources(webhook: Webhook) -> frozenset[str]:
    return frozenset(name.partition(".")[0] for name in webhook.event_types)


def _is_wanted(webhook: Webhook, entry: Entry) -> bool:
    names = {f"{entry.resource}.*", f"{entry.resource}.{entry.operation}"}
    return not names.isdisjoint(webhook.event_types)


def _delivery(webhook: Webhook, entry: Entry, *, now: datetime) -> Delivery:
    event_type = f"{entry.resource}.{entry.operation}"
    return Delivery(
        webhook=webhook,
        event_id=entry.key,
        event_type=event_type,
        transaction=entry.position.transaction,
        number=entry.position.number,
        body=body_of(event_type, entry.at, changes.told(entry)),
        created_at=now,
        not_before=now,
    )
