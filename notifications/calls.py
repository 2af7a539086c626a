"""Makes the calls that are due: claim, sign, post, write down the answer.

At least once: a receiver knows a repeated call by its ``webhook-id``. An address that
does not answer is left alone for longer and longer, so that it delays nobody else's
calls; after a week it is switched off, and its owner gets a mail.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Min, Q, prefetch_related_objects
from django.db.models.functions import Greatest, Now

from notifications import calling, pulse, signing, telling
from notifications.calling import Reply
from notifications.claims import Pace, Sender, Statements
from notifications.models import (
    Delivery,
    DeliveryState,
    OffReason,
    SendingHold,
    Webhook,
)

#: After so long without one success a webhook is switched off.
WEEK = timedelta(days=7)
#: Seconds for which an address is left alone after the first, second, … failure.
PAUSES = (60, 300, 900, 3600)

_OUTCOMES = Statements.of("notifications_delivery", code="status", reply="answer")
_CLAIM = """
WITH due AS MATERIALIZED (
    SELECT d.id FROM notifications_delivery d
    JOIN notifications_webhook w ON w.id = d.webhook_id
    WHERE d.state = 'pending' AND d.not_before <= %(now)s
      AND (d.lease_until IS NULL OR d.lease_until < clock_timestamp())
      AND w.off_reason = ''
      AND NOT EXISTS (SELECT FROM notifications_sendinghold)
      AND (w.paused_until IS NULL OR w.paused_until < clock_timestamp())
    ORDER BY d.transaction, d.number, d.id
    FOR UPDATE OF d SKIP LOCKED
    LIMIT %(batch)s
)
UPDATE notifications_delivery d
SET claim_token = %(token)s, attempts = attempts + 1,
    lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
FROM due WHERE d.id = due.id
RETURNING d.*
"""
#: It answers again: what waits for it need not wait any longer.
_WELL = """
WITH well AS (
    UPDATE notifications_webhook
    SET failures = 0, failing_since = NULL, paused_until = NULL
    WHERE id = %(webhook)s AND failures > 0
    RETURNING id
)
UPDATE notifications_delivery d SET not_before = %(now)s FROM well
WHERE d.webhook_id = well.id AND d.state = 'pending' AND d.not_before > %(now)s
"""
_ILL = """
UPDATE notifications_webhook
SET failures = failures + 1, failing_since = coalesce(failing_since, %(now)s),
    paused_until = clock_timestamp() + make_interval(
        secs => (%(pauses)s::float[])[least(failures + 1, %(last)s)])
WHERE id = %(webhook)s
RETURNING failing_since
"""


@dataclass
class Tally:
    """What one run of a sender did, in calls."""

    received: int = 0
    retried: int = 0
    given_up: int = 0


def pace() -> Pace:
    """Return the times in force; ``WEBHOOK_PACE`` in the settings changes some."""
    return Pace(**{"budget": 20, **getattr(settings, "WEBHOOK_PACE", {})})


def deliver(*, now: datetime, must_stop: Callable[[], bool] = lambda: False) -> Tally:
    """Make every call that is due, in claimed batches, until none is left.

    Raises RuntimeError inside a transaction: nothing may call out in one.
    """
    if connection.in_atomic_block:
        raise RuntimeError("calls are made outside any transaction")
    run = _Run(now=now, must_stop=must_stop)
    while run.has_time:
        batch = run.claim()
        if not batch:
            break
        run.call_all(batch)
    pulse.beat(pulse.CALLER, now=now, counts=asdict(run.tally))
    return run.tally


def oldest_due_at(*, now: datetime) -> datetime | None:
    """Return since when the oldest call has waited that a sender would claim."""
    if SendingHold.objects.exists():
        return None
    oldest: datetime | None = Delivery.objects.filter(
        Q(lease_until=None) | Q(lease_until__lt=Now()),
        Q(webhook__paused_until=None) | Q(webhook__paused_until__lt=Now()),
        state=DeliveryState.PENDING,
        not_before__lte=now,
        webhook__off_reason="",
    ).aggregate(oldest=Min(Greatest("not_before", "webhook__paused_until")))["oldest"]
    return oldest


class _Run(Sender):
    """One sender of calls at work."""

    def __init__(self, *, now: datetime, must_stop: Callable[[], bool]) -> None:
        super().__init__(now=now, pace=pace(), writes=_OUTCOMES, must_stop=must_stop)
        self.tally = Tally()

    def claim(self) -> list[Delivery]:
        """Take the oldest due calls that nobody holds; commit at once."""
        parameters = self.begin_claim() | {"batch": self.pace.batch}
        claimed = list(Delivery.objects.raw(_CLAIM, parameters))
        prefetch_related_objects(claimed, "webhook__owner", "webhook__programme")
        return sorted(claimed, key=lambda one: (one.transaction, one.number, one.pk))

    def call_all(self, batch: list[Delivery]) -> None:
        """Make the calls of a batch; what is not tried goes back to the queue."""
        left = {delivery.pk: delivery for delivery in batch}
        barred = set()
        for webhook in {one.webhook for one in batch}:
            if not telling.may_have_it(webhook):
                self._switch_off(webhook, OffReason.OWNER)
                barred.add(webhook.pk)
        try:
            for delivery in batch:
                if self.is_late or self.must_stop():
                    return
                if delivery.webhook_id in barred:
                    continue
                del left[delivery.pk]
                if not self._call(delivery):
                    # It is left alone for a while, and its other calls wait.
                    barred.add(delivery.webhook_id)
        finally:
            if left:
                self.release(left)

    def _call(self, delivery: Delivery) -> bool:
        """Make one call and write down the answer; say whether it arrived."""
        webhook, body = delivery.webhook, delivery.body.encode()
        salts = [webhook.salt]
        if webhook.old_until is not None and webhook.old_until > self.now:
            salts.append(webhook.old_salt)
        headers = signing.headers(
            delivery.event_id, body, salts=salts, timestamp=int(self.now.timestamp())
        )
        reply = calling.post(
            webhook.url,
            body=body,
            headers=headers
            | {"Content-Type": "application/json", "User-Agent": "Rollout-Webhooks/1"},
        )
        if reply.is_ok:
            self._on_received(delivery, reply)
        else:
            self._on_failure(delivery, reply)
        return reply.is_ok

    def _on_received(self, delivery: Delivery, reply: Reply) -> None:
        self.tally.received += 1
        self._record(_OUTCOMES.sent, delivery, code=reply.status, reply=reply.text)
        if delivery.webhook.failures:
            with connection.cursor() as cursor:
                cursor.execute(_WELL, {"webhook": delivery.webhook_id, "now": self.now})

    def _on_failure(self, delivery: Delivery, reply: Reply) -> None:
        outcome = {"code": reply.status, "error": reply.error or reply.text}
        until = self.next_attempt(attempts=delivery.attempts, since=delivery.created_at)
        if until is None:
            self.tally.given_up += 1
            state = DeliveryState.DEAD
            self._record(_OUTCOMES.finish, delivery, state=state, **outcome)
        else:
            self.tally.retried += 1
            self._record(_OUTCOMES.retry, delivery, not_before=until, **outcome)
        failing_since = self._leave_alone(delivery)
        if reply.status == 410:
            self._switch_off(delivery.webhook, OffReason.GONE)
        elif failing_since is not None and failing_since <= self.now - WEEK:
            self._switch_off(delivery.webhook, OffReason.FAILURES)

    def _leave_alone(self, delivery: Delivery) -> datetime | None:
        """Let the address rest; return since when it fails, None if it is removed."""
        with connection.cursor() as cursor:
            cursor.execute(
                _ILL,
                {
                    "webhook": delivery.webhook_id,
                    "now": self.now,
                    "pauses": list(PAUSES),
                    "last": len(PAUSES),
                },
            )
            row: tuple[datetime] | None = cursor.fetchone()
        return row[0] if row else None

    def _switch_off(self, webhook: Webhook, reason: OffReason) -> None:
        telling.switch_off(webhook, reason, at=self.now)

    def _record(self, sql: str, delivery: Delivery, **values: Any) -> None:
        self.record(sql, delivery.pk, within=self.pace.lease, **values)
