"""Makes messages of reminders: what one person should get now becomes one mail."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from notifications import (
    digests,
    invitations,
    launches,
    pulse,
    questions,
    reminders,
    responsibilities,
    summaries,
    window,
)
from notifications.email import message_id
from notifications.models import (
    Message,
    MessageKind,
    MessageState,
    Reminder,
    ReminderState,
    SuppressedAddress,
)
from rollout.models import Deadline

#: Kinds of message that are made of reminders alone.
OF_REMINDERS = (
    MessageKind.REMINDER,
    MessageKind.OVERDUE,
    MessageKind.REMINDERS,
    MessageKind.ESCALATION,
    MessageKind.DATA_REQUEST,
)
#: Kinds of message into which reminders go.
WITH_REMINDERS = (*OF_REMINDERS, MessageKind.DIGEST)


#: Whether a notice is still true when it is about to leave.
_STILL_TRUE: dict[MessageKind, Callable[[Message], bool]] = {
    MessageKind.INVITATION: invitations.holds,
    MessageKind.RESPONSIBLE: responsibilities.is_wanted,
    MessageKind.QUESTION: questions.is_wanted,
    MessageKind.READY: launches.is_wanted,
    MessageKind.SUMMARY: summaries.is_wanted,
    MessageKind.MEETING: summaries.is_wanted,
}


@dataclass(frozen=True)
class Dropped:
    """A message that is not to be sent after all, and why."""

    state: MessageState
    why: str


@transaction.atomic
def compose(*, now: datetime, any_time: bool = False, until: date | None = None) -> int:
    """Put every planned reminder that may leave now into a message; count messages.

    One message for each person. One that still waits for its first attempt takes in
    what has become due since, so nobody finds a pile after the mail server was down.
    ``any_time`` ignores the sending window. A rehearsal composes ahead, up to
    ``until``, what each of these days would put together.
    """
    open_now = window.at(now, any_time=any_time)
    today = timezone.localdate(now)
    # What goes with a digest is not told by itself.
    planned = Reminder.objects.filter(
        state=ReminderState.PLANNED, send_on__lte=until or today
    ).exclude(pk__in=Reminder.objects.in_digest().values("pk"))
    if not open_now.is_ignored:
        planned = planned.filter(
            # On the day for which it is planned, people are reminded.
            open_now.lets() | Q(send_on__gt=today)
        )
    due = list(
        planned.select_related("recipient")
        .order_by("pk")
        .select_for_update(skip_locked=True, of=("self",))
    )
    by_person: dict[tuple[int, date], list[Reminder]] = {}
    for reminder in due:
        if reminder.recipient_id is not None:
            day = max(reminder.send_on, today)
            by_person.setdefault((reminder.recipient_id, day), []).append(reminder)
    waiting = _waiting(
        [person for person, day in by_person if day == today], any_time=any_time
    )
    into = {(person, today): message for person, message in waiting.items()}
    fresh = [key for key in by_person if key not in into]
    made = [
        _message(
            by_person[person, day],
            now=now + (day - today),
            any_time=any_time,
        )
        for person, day in fresh
    ]
    created = Message.objects.bulk_create(made, batch_size=500)
    into |= {key: message.pk for key, message in zip(fresh, created, strict=True)}
    Reminder.objects.merge(
        {r.pk: into[key] for key, own in by_person.items() for r in own}, now=now
    )
    return len(by_person)


def _waiting(people: Iterable[int], *, any_time: bool) -> dict[int, int]:
    """Return, for each person, a message that no sender has ever begun to send."""
    unbegun = list(
        Message.objects.unbegun()
        .filter(recipient__in=list(people), kind__in=OF_REMINDERS)
        .order_by("-pk")
    )
    # What was written before does not say what is taken in now.
    lapsed = [message.pk for message in unbegun if message.claim_token is not None]
    Message.objects.filter(pk__in=lapsed).take_back()
    found = {m.recipient_id: m.pk for m in unbegun if m.recipient_id is not None}
    if any_time:
        Message.objects.filter(pk__in=found.values()).update(awaits_window=False)
    return found


def _message(own: Sequence[Reminder], *, now: datetime, any_time: bool) -> Message:
    first = own[0]
    if first.recipient is None:
        raise ValueError(f"reminder {first.pk} has no recipient")
    # A reminder that was called off and taken up again makes a message of its own.
    key = ":".join(
        str(part)
        for part in (
            first.programme_id,
            first.kind,
            first.object_id,
            first.due_on,
            first.step,
            first.recipient_id,
            f"{first.changed_at.timestamp():.6f}",
        )
    )
    programmes = {reminder.programme_id for reminder in own}
    activities = {reminder.activity_id for reminder in own}
    return Message(
        programme_id=first.programme_id if len(programmes) == 1 else None,
        activity_id=first.activity_id if len(activities) == 1 else None,
        dedupe_key=key,
        message_id=message_id(key),
        kind=MessageKind.REMINDER,
        recipient=first.recipient,
        to_address=first.recipient.email,
        created_at=now,
        not_before=now,
        awaits_window=not any_time,
    )


def remind(
    *,
    now: datetime,
    any_time: bool = False,
    programmes: Collection[int] | None = None,
) -> tuple[reminders.Plan, int]:
    """Plan, then compose; return the plan and the number of messages.

    Plan these programmes alone, where they are given; what is planned is composed
    wherever it belongs.
    """
    plan = reminders.plan(now=now, programmes=programmes)
    composed = compose(now=now, any_time=any_time)
    composed += invitations.invite(now=now)
    pulse.beat(pulse.PLANNER, now=now, counts=asdict(plan) | {"messages": composed})
    return plan, composed


def still_wanted(
    messages: Sequence[Message], *, now: datetime
) -> dict[int, list[Reminder] | Dropped]:
    """Look once more, just before sending, at what each message is about.

    Return the reminders that still hold (none for other kinds of message), or why
    the message is dropped.
    """
    _recheck(messages, now=now)
    addresses = {m.recipient.email.lower() for m in messages if m.recipient}
    suppressed = set(
        SuppressedAddress.objects.in_force()
        .filter(address__in=addresses)
        .values_list("address", flat=True)
    )
    left: dict[int, list[Reminder]] = {message.pk: [] for message in messages}
    for reminder in (
        Reminder.objects.filter(message__in=left, state=ReminderState.MERGED)
        .select_related(
            "activity__initiative",
            "activity__place",
            "programme",
            "principal",
            "escalates_to",
        )
        .order_by("due_on", "pk")
    ):
        left[reminder.message_id or 0].append(reminder)
    of_the_week = [m for m in messages if m.kind == MessageKind.DIGEST]
    left |= digests.still_said(of_the_week, now=now)
    judged = {
        message.pk: _judge(message, left[message.pk], suppressed, now=now)
        for message in messages
    }
    for message in of_the_week:
        if isinstance(judged[message.pk], Dropped) and not message.uncertain:
            digests.free(message, now=now)
    return judged


def _recheck(messages: Sequence[Message], *, now: datetime) -> None:
    # What may have arrived already stays as it was in the ledger.
    sure = [m.pk for m in messages if m.kind in WITH_REMINDERS and not m.uncertain]
    told = Reminder.objects.filter(message__in=sure)
    if rows := told.only("kind", "object_id", "programme_id"):
        reminders.recheck(sure, rows, now=now)


def hand_on(message: Message, *, now: datetime) -> None:
    """Free the reminders of a message whose address does not work.

    Planning then finds who is to be told instead.
    """
    _recheck([message], now=now)


def _judge(
    message: Message, left: list[Reminder], suppressed: set[str], *, now: datetime
) -> list[Reminder] | Dropped:
    person = message.recipient
    if person is None or not person.is_active:
        return Dropped(MessageState.OBSOLETE, "recipient left")
    if person.email.lower() in suppressed:
        return Dropped(MessageState.SUPPRESSED, "address does not work")
    if message.expires_at is not None and message.expires_at < now:
        return Dropped(MessageState.OBSOLETE, "expired")
    still_true = _STILL_TRUE.get(MessageKind(message.kind))
    if still_true is not None and not still_true(message):
        return Dropped(MessageState.OBSOLETE, "no longer true")
    if message.kind not in WITH_REMINDERS:
        return left
    if message.uncertain and not _any_open(left):
        return Dropped(MessageState.UNCERTAIN, "finished before a further attempt")
    if not left:
        return Dropped(MessageState.OBSOLETE, "nothing left to remind of")
    return left


def _any_open(left: Iterable[Reminder]) -> bool:
    """Say whether any of these deadlines is still open on the same date."""
    due = {reminder.key: reminder.due_on for reminder in left}
    open_now = Deadline.with_nudges.reminding().filter(key__in=due)
    return any(due[row.key] == row.due_on for row in open_now)
