"""Says who will get which mail on which day, by letting the engine run ahead.

It is the engine's own planning and composing, with the clock moved on copies of its
tables, on the assumption that nobody does anything meanwhile.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from notifications import compose, regular, reminders, window
from notifications.models import REGULAR, Message, Reminder, ReminderState
from notifications.models.reminder import UNSETTLED
from notifications.shadow import rehearsing
from rollout.models import Programme, User
from rollout.plans.apply import apply_plan
from rollout.plans.document import Document

#: Local time of day at which the rehearsed days begin: inside the sending window.
MORNING = time(8)

#: What becomes of a step that does not go out.
_KEPT = (ReminderState.HELD, ReminderState.SUPERSEDED)

# Take for sent what senders would claim (see notifications.outbox_sql), and what was
# composed ahead.
_SEND = f"""
UPDATE notifications_message
SET state = 'sent', sent_at = greatest(created_at, %(now)s), claim_token = NULL
WHERE state = 'pending'
  AND (created_at > %(now)s
       OR not_before <= %(now)s
          AND (NOT awaits_window OR {window.LETS.format(programme="programme_id")}
               OR programme_id IS NULL AND {window.LETS_ANY}))
RETURNING id, sent_at
"""  # noqa: S608 - constants only
_FORGET = (
    "DELETE FROM notifications_reminder WHERE send_on >= %(first)s",
    "DELETE FROM notifications_edition WHERE made_on >= %(first)s",
)
_WAITS = """
SELECT EXISTS (SELECT FROM notifications_message WHERE state = 'pending')
    OR EXISTS (SELECT FROM notifications_reminder WHERE state = 'planned')
"""


@dataclass(frozen=True)
class Step:
    """One step of one deadline, and what would become of it."""

    key: str
    kind: str
    title: str
    activity_id: int | None
    due_on: date
    #: Working days from the due date, negative before it.
    step: int
    #: The day on which it goes out, or would if it were not held back.
    day: date
    recipient_id: int | None
    principal_id: int | None
    #: Why this person: a code of WhyRecipient.
    why: str
    #: ``merged`` (it goes out), ``held`` or ``superseded``.
    state: str
    #: Why it is held back or passed over, as a code, and what its words need.
    reason: str
    params: dict[str, str]
    moved_from: date | None
    moved_off: str
    moved_name: str
    is_example: bool


@dataclass(frozen=True)
class Mail:
    """One mail to one person."""

    day: date
    recipient: User
    #: A code of MessageKind. Which of the reminders it is, is seen when it is written.
    kind: str
    steps: tuple[Step, ...]
    #: Of a digest: all deadlines of which it speaks, as the view names them.
    deadlines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Load:
    """How much one person would get."""

    person: User
    mails: int
    steps: int
    busiest_day: date


@dataclass
class Rehearsal:
    """What would happen from the first day to the last, both included."""

    first: date
    last: date
    mails: list[Mail] = field(default_factory=list)
    #: What is held back or passed over, and whom nobody is told of.
    kept: list[Step] = field(default_factory=list)
    people: dict[int, User] = field(default_factory=dict)

    def only(self, people: Container[int]) -> Rehearsal:
        """Return what concerns these people alone, given by their keys."""
        return replace(
            self,
            mails=[mail for mail in self.mails if mail.recipient.pk in people],
            kept=[step for step in self.kept if step.recipient_id in people],
        )

    def loads(self) -> list[Load]:
        """Return the load of each person, the heaviest first."""
        own: dict[int, list[Mail]] = {}
        for mail in self.mails:
            own.setdefault(mail.recipient.pk, []).append(mail)
        loads = [
            Load(
                person=mails[0].recipient,
                mails=len(mails),
                steps=sum(len(mail.steps) for mail in mails),
                busiest_day=max(mails, key=lambda mail: len(mail.steps)).day,
            )
            for mails in own.values()
        ]
        return sorted(loads, key=lambda load: (-load.mails, load.person.name))


def rehearse(
    *,
    now: datetime,
    first: date,
    last: date,
    programme: Programme | None = None,
    plan: Document | None = None,
) -> Rehearsal:
    """Let the engine run from ``now`` to ``last``; return the days from ``first`` on.

    Where ``first`` lies before today, the clock is put back to it and the ledger
    taken as empty from there on. ``plan`` is applied beforehand. Nothing remains of
    any of it. Raises BadPlan where the plan cannot be applied.
    """
    with rehearsing():
        if plan is not None:
            apply_plan(plan, at=now)
        return run(now=now, first=first, last=last, programme=programme)


def run(
    *, now: datetime, first: date, last: date, programme: Programme | None
) -> Rehearsal:
    """Do the same inside :func:`~notifications.shadow.rehearsing`."""
    if first < timezone.localdate(now):
        now = _morning_of(first)
        with connection.cursor() as cursor:
            # Not by the ORM, which would follow what points here to real tables.
            for forget in _FORGET:
                cursor.execute(forget, {"first": first})
    settled = set(
        Reminder.objects.exclude(state__in=UNSETTLED).values_list("pk", flat=True)
    )
    mailed = dict(_days(now, last))
    return _read(first, last, programme, settled=settled, mailed=mailed)


def _days(now: datetime, last: date) -> Iterator[tuple[int, date]]:
    """Move the clock on to the last day; yield each message with its day.

    While something waits that could not leave, it moves by a day, and over a day on
    which planning decides otherwise than before; then by as many days as nothing
    changes, in one go.
    """
    day = timezone.localdate(now)
    moment = max(now, _morning_of(day))
    turning_points = _turning_points()
    waits = True
    while day <= last:
        end = day
        if not waits and day not in turning_points:
            following = [point for point in turning_points if point > day]
            end = min([last, *(point - timedelta(days=1) for point in following)])
        reminders.plan(now=moment, until=end)
        compose.compose(now=moment, until=end)
        regular.compose(now=moment, until=end)
        yield from _send(moment)
        waits = _waits()
        day = end + timedelta(days=1)
        moment = _morning_of(day)


def _turning_points() -> set[date]:
    """Return the days on which a stand-in begins or ends, or a pause ends."""
    days = User.objects.values_list("stand_in_from", "stand_in_until", "paused_until")
    begins, *ends = zip(*days, strict=True) if days else ((), ())
    points = {day for day in begins if day}
    points |= {day + timedelta(days=1) for last in ends for day in last if day}
    return points


def _morning_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, MORNING))


def _send(now: datetime) -> Iterator[tuple[int, date]]:
    """Take for sent what may leave; yield each message with its day."""
    with connection.cursor() as cursor:
        cursor.execute(_SEND, {"now": now} | window.at(now).parameters)
        for message, sent_at in cursor.fetchall():
            yield message, timezone.localdate(sent_at)


def _waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_WAITS)
        return bool(cursor.fetchone()[0])


def _read(
    first: date,
    last: date,
    programme: Programme | None,
    *,
    settled: set[int],
    mailed: Mapping[int, date],
) -> Rehearsal:
    """Read what the engine left behind."""
    rows = Reminder.objects.order_by("send_on", "due_on", "pk")
    if programme is not None:
        rows = rows.filter(programme=programme)
    rehearsal = Rehearsal(first, last)
    steps: dict[int, list[Step]] = {}
    for row in rows:
        day = mailed.get(row.message_id or 0)
        if row.message_id is not None and day is not None:
            if first <= day <= last:
                steps.setdefault(row.message_id, []).append(_step(row, day))
        elif _is_kept(row, settled) and first <= row.send_on <= last:
            rehearsal.kept.append(_step(row, row.send_on))
    messages = _messages(mailed, steps, first, last, programme)
    said = [step for own in steps.values() for step in own] + rehearsal.kept
    ids = {pk for step in said for pk in (step.recipient_id, step.principal_id)}
    ids |= {message.recipient_id for message in messages}
    rehearsal.people = User.objects.in_bulk([pk for pk in ids if pk is not None])
    rehearsal.mails = sorted(
        (
            Mail(
                day=mailed[message.pk],
                recipient=rehearsal.people[message.recipient_id or 0],
                kind=message.kind,
                steps=tuple(steps.get(message.pk, ())),
                deadlines=tuple(message.params.get("deadlines", ())),
            )
            for message in messages
        ),
        key=lambda mail: (mail.day, mail.recipient.name, mail.recipient.pk, mail.kind),
    )
    return rehearsal


def _messages(
    mailed: Mapping[int, date],
    steps: Mapping[int, list[Step]],
    first: date,
    last: date,
    programme: Programme | None,
) -> list[Message]:
    """Return what goes out in the time asked about: with steps, or regularly."""
    inside = [pk for pk, day in mailed.items() if first <= day <= last]
    regular_ones = Q(kind__in=REGULAR)
    if programme is not None:
        regular_ones &= Q(programme=programme) | Q(
            params__programmes__contains=[programme.pk]
        )
    return list(
        Message.objects.filter(pk__in=inside).filter(
            Q(pk__in=list(steps)) | regular_ones
        )
    )


def _is_kept(row: Reminder, settled: set[int]) -> bool:
    return row.state in _KEPT and row.pk not in settled


def _step(row: Reminder, day: date) -> Step:
    return Step(
        key=row.key,
        kind=row.kind,
        title=row.title,
        activity_id=row.activity_id,
        due_on=row.due_on,
        step=row.step,
        day=day,
        recipient_id=row.recipient_id,
        principal_id=row.principal_id,
        why=row.why,
        state=row.state,
        reason=row.reason,
        params=row.params,
        moved_from=row.moved_from,
        moved_off=row.moved_off,
        moved_name=row.moved_name,
        is_example=row.is_example,
    )
