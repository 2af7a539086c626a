"""Who is told of an answer given by a link: rows for the outbox, and no more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from notifications import posting
from notifications.models import Answer, Choice, Message, MessageKind
from rollout.models import User


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
    """Return who runs the programme, without the person who answered."""
    return posting.who_runs(given.programme_id, but=given.by_id)


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
    return posting.notice(
        kind,
        about=f"{event}:{given.pk}",
        to=to,
        programme=given.programme_id,
        activity=given.activity,
        params={"answer": given.pk, "event": event},
        at=at,
    )


def _put(rows: Iterable[Message | None]) -> None:
    posting.put(row for row in rows if row)
