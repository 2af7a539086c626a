"""What people do with webhooks: have them, exchange their keys, replay, switch off.

Every function takes who (``by``) and when (``at``), checks permission, and raises
:class:`workflows.engine.NotAllowed` when the person may not.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from notifications import calling, signing, telling
from notifications.models import Delivery, DeliveryState, OffReason, Webhook
from rollout import changes, services
from rollout.changes import RESOURCES, Operation, Position
from rollout.models import Programme, User
from workflows.engine import Stale

MANAGE = "rollout.edit_webhooks"
#: For how long the old key still signs after an exchange.
BOTH_KEYS = timedelta(hours=24)
#: The type of the event that only says that calls arrive.
PING = "webhooks.ping"
#: Resources whose objects have states.
_STATEFUL = ("activities", "milestones", "monitoring-rounds")

#: Everything that a webhook can be told of.
EVENT_TYPES: tuple[str, ...] = tuple(
    f"{resource}.{operation}"
    for resource in RESOURCES
    for operation in ("*", *Operation)
    if operation != Operation.TRANSITIONED or resource in _STATEFUL
)


def subscribe(
    programme: Programme,
    *,
    url: str,
    event_types: Iterable[str],
    description: str = "",
    by: User,
    at: datetime,
) -> tuple[Webhook, str]:
    """Make a webhook that is told of what happens from now on.

    The second value is its key, shown once. Raises services.Invalid for an address
    that may not be called.
    """
    services.require(by, MANAGE, programme)
    _check(url)
    position, now = changes.present()
    webhook = Webhook.objects.create(
        programme=programme,
        owner=by,
        url=url,
        description=description,
        event_types=sorted(set(event_types)),
        salt=signing.new_salt(),
        transaction=position.transaction,
        number=position.number,
        database=now.database,
        created_at=at,
    )
    return webhook, signing.secret_of(webhook.salt)


def change(
    webhook: Webhook, *, by: User, expected_version: int | None = None, **fields: Any
) -> Webhook:
    """Change address, description or what it is told of.

    Raises Stale for another version than the expected one.
    """
    services.require(by, MANAGE, webhook)
    if "url" in fields:
        _check(fields["url"])
    if "event_types" in fields:
        fields["event_types"] = sorted(set(fields["event_types"]))
    return _changed(webhook, expected_version, **fields)


def exchange_key(
    webhook: Webhook, *, by: User, at: datetime, expected_version: int | None = None
) -> tuple[Webhook, str]:
    """Give it a new key, shown once; for a day the old one signs as well.

    Raises Stale for another version than the expected one.
    """
    services.require(by, MANAGE, webhook)
    fresh = _changed(
        webhook,
        expected_version,
        salt=signing.new_salt(),
        old_salt=webhook.salt,
        old_until=at + BOTH_KEYS,
    )
    return fresh, signing.secret_of(fresh.salt)


def switch(webhook: Webhook, *, on: bool, by: User, at: datetime) -> Webhook:
    """Switch it on, to be told all that it missed, or off."""
    services.require(by, MANAGE, webhook)
    if on == webhook.is_on:
        return webhook
    if not on:
        return _changed(webhook, off_reason=OffReason.BY_HAND, off_at=at)
    # Whose owner has left becomes that of who switches it on.
    owner = webhook.owner if telling.may_have_it(webhook) else by
    return _changed(
        webhook,
        owner=owner,
        off_reason="",
        off_at=None,
        failures=0,
        failing_since=None,
        paused_until=None,
    )


@transaction.atomic
def remove(webhook: Webhook, *, by: User, expected_version: int | None = None) -> None:
    """Delete it, its waiting calls and its log.

    Raises Stale for another version than the expected one.
    """
    services.require(by, MANAGE, webhook)
    _changed(webhook, expected_version).delete()


@transaction.atomic
def replay(webhook: Webhook, since: Position, *, by: User, at: datetime) -> int:
    """Tell everything since a position again; count what was told before.

    What was never told follows in the next round.
    """
    services.require(by, MANAGE, webhook)
    again = 0
    for delivery in webhook.deliveries.exclude(state=DeliveryState.PENDING).filter(
        transaction__gte=since.transaction
    ):
        if Position(delivery.transaction, delivery.number) > since:
            again += _pending_again(delivery, at=at)
    if since < Position(webhook.transaction, webhook.number):
        _changed(webhook, transaction=since.transaction, number=since.number)
    return again


def send_again(delivery: Delivery, *, by: User, at: datetime) -> bool:
    """Make a call again that arrived or was given up; False: it waits anyway."""
    services.require(by, MANAGE, delivery.webhook)
    return bool(_pending_again(delivery, at=at))


def ping(webhook: Webhook, *, by: User, at: datetime) -> Delivery:
    """Make a call that only says that calls arrive."""
    services.require(by, MANAGE, webhook)
    position, _now = changes.present()
    return Delivery.objects.create(
        webhook=webhook,
        event_id=f"ping-{uuid4().hex}",
        event_type=PING,
        transaction=position.transaction,
        number=position.number,
        body=telling.body_of(PING, at, {"webhook": webhook.pk}),
        created_at=at,
        not_before=at,
    )


def _pending_again(delivery: Delivery, *, at: datetime) -> int:
    ended = Delivery.objects.filter(pk=delivery.pk).exclude(state=DeliveryState.PENDING)
    return ended.update(
        state=DeliveryState.PENDING,
        created_at=at,
        not_before=at,
        attempts=0,
        sent_at=None,
        status=None,
        answer="",
        last_error="",
    )


@transaction.atomic
def _changed(
    webhook: Webhook, expected_version: int | None = None, **fields: Any
) -> Webhook:
    fresh = Webhook.objects.select_for_update().get(pk=webhook.pk)
    if expected_version is not None and fresh.version != expected_version:
        raise Stale(fresh.version)
    if fields:
        Webhook.objects.filter(pk=webhook.pk).update(**fields)
    webhook.refresh_from_db()
    return webhook


def _check(url: str) -> None:
    try:
        calling.check(url)
    except calling.Forbidden as error:
        raise services.Invalid(str(error)) from None


def describe(event_type: str) -> str:
    """Say an event type in words, such as “milestones” or “activities: created”."""
    resource, _dot, operation = event_type.partition(".")
    model = RESOURCES.get(resource)
    if model is None:
        return _("a test")
    name = str(model._meta.verbose_name_plural)
    if operation == "*":
        return name
    return f"{name}: {Operation(operation).label}"
