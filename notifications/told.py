"""Who is told of an answer given by a link: rows for the outbox, and no more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from notifications.email import message_id
from notifications.models import Answer, Choice, Message, MessageKind, SuppressedAddress
from rollout.models import Membership, Role, User

#: A notice that could not be sent for so long is no news any more.
EXPIRES_AFTER = timedelta(days=7)


def of_answer(given: Answer, *, at: datetime) -> None:
    """Confirm to who answered; tell the coordinators and the colleague concerned."""
    rows = [_notice(given, MessageKind.RECEIPT, given.by, "given", at=at)]
    rows += _to(deciders(given), given, MessageKind.ANSWER, "given", at=at)
    if given.choice == Choice.NOT_MINE:
        rows.append(
            _notice(given, MessageKind.HANDED_OVER, given.handed_to, "given", at=at)
        )
    _put(rows)


def of_undoing(given: Answer, *, at: datetime) -> None:
    """Tell all who were told of the answer that it was taken back."""
    rows = [_notice(given, MessageKind.RECEIPT, given.by, "undone", at=at)]
    rows += _to(deciders(given), given, MessageKind.ANSWER, "undone", at=at)
    rows.append(_notice(given, MessageKind.ANSWER, given.handed_to, "undone", at=at))
    _put(rows)


def of_decision(given: Answer, *, at: datetime) -> None:
    """Tell who asked for more time, and the other coordinators, what was decided."""
    rows = [_notice(given, MessageKind.DECISION, given.by, "decided", at=at)]
    others = [p for p in deciders(given) if p.pk != given.decided_by_id]
    rows += _to(others, given, MessageKind.DECISION, "decided", at=at)
    _put(rows)


def deciders(given: Answer) -> list[User]:
    """Return the coordinators, or the managers where nobody else coordinates."""
    staff = [
        membership
        for membership in Membership.objects.filter(
            programme=given.programme_id,
            role__in=[Role.COORDINATOR, Role.MANAGER],
            user__is_active=True,
        )
        .select_related("user")
        .order_by("pk")
        if membership.user_id != given.by_id
    ]
    coordinators = [m.user for m in staff if m.role == Role.COORDINATOR]
    return coordinators or [m.user for m in staff]


def _to(
    people: Iterable[User],
    given: Answer,
    kind: MessageKind,
    event: str,
    *,
    at: datetime,
) -> list[Message | None]:
    return [_notice(given, kind, person, event, at=at) for person in people]


def _notice(
    given: Answer, kind: MessageKind, to: User | None, event: str, *, at: datetime
) -> Message | None:
    if to is None or not to.is_active:
        return None
    key = f"{given.programme_id}:{kind}:{event}:{given.pk}:{to.pk}"
    return Message(
        programme_id=given.programme_id,
        activity_id=given.activity_id,
        dedupe_key=key,
        message_id=message_id(key),
        kind=kind,
        recipient=to,
        to_address=to.email,
        params={"answer": given.pk, "event": event},
        created_at=at,
        not_before=at,
        expires_at=at + EXPIRES_AFTER,
        # Somebody is waiting for it; it may arrive in the evening.
        awaits_window=False,
    )


def _put(rows: Iterable[Message | None]) -> None:
    suppressed = set(SuppressedAddress.objects.values_list("address", flat=True))
    wanted = [r for r in rows if r and r.to_address.lower() not in suppressed]
    Message.objects.bulk_create(wanted, ignore_conflicts=True)
