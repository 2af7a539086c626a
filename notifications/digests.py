"""One mail a week for who wants it: everything overdue, then the next four weeks.

A digest speaks of deadlines and not of steps, so it also tells what no step falls on.
The steps of its week go into it, as the ledger shows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db.models import prefetch_related_objects
from django.utils import timezone

from notifications import expected
from notifications.editions import Week
from notifications.email import message_id
from notifications.expected import EXPECTED
from notifications.models import (
    Message,
    MessageKind,
    MessageState,
    Reminder,
    ReminderState,
)
from rollout.models import ReminderMode, User

#: How far a digest looks ahead.
AHEAD = timedelta(weeks=4)
_WEEK = timedelta(days=7)

# A deadline that its ladder does not speak of yet is not mentioned either.
_MENTIONED = f"""
WITH {EXPECTED}
SELECT DISTINCT ON (e.recipient_id, e.key)
       greatest(e.due_on, e.send_on) - %(ahead)s AS shown_from, u.paused_until,
       e.kind, e.object_id, e.due_on, e.title, e.is_example, e.programme_id,
       e.activity_id, e.step, e.audience, e.recipient_id, e.principal_id, e.why,
       first_value(e.escalates_on) OVER next, first_value(e.escalates_to_id) OVER next,
       first_value(e.escalates_why) OVER next
FROM (
    -- What a step announces is told when its day has come.
    SELECT key, kind, object_id, due_on, title, is_example, programme_id, activity_id,
           step, audience, recipient_id, principal_id, why, held, send_on,
           CASE WHEN send_on <= %(today)s THEN escalates_on END AS escalates_on,
           CASE WHEN send_on <= %(today)s THEN escalates_to_id END AS escalates_to_id,
           CASE WHEN send_on <= %(today)s THEN escalates_why ELSE '' END
               AS escalates_why
    FROM expected) e
JOIN rollout_user u ON u.id = e.recipient_id
WHERE u.reminder_mode = 'digest' AND e.audience = 'responsible'
  AND e.held IN ('', 'paused')
  -- A nudge is told when its step is due, and not before.
  AND (%(keys)s::text[] IS NOT NULL OR NOT e.kind = ANY(%(nudges)s::text[]))
WINDOW next AS (PARTITION BY e.recipient_id, e.key ORDER BY e.escalates_on)
ORDER BY e.recipient_id, e.key, e.send_on
"""  # noqa: S608 - constants only
_COLUMNS = (
    *("kind", "object_id", "due_on", "title", "is_example", "programme_id"),
    *("activity_id", "step", "audience", "recipient_id", "principal_id", "why"),
    *("escalates_on", "escalates_to_id", "escalates_why"),
)


@dataclass(frozen=True)
class Mention:
    """One deadline of which one person is told in digests."""

    #: The first day on which a digest mentions it.
    shown_from: date
    paused_until: date | None
    #: Not in the ledger: it only carries what a mail says of a deadline.
    reminder: Reminder

    def is_shown_on(self, day: date) -> bool:
        """Say whether a digest of this day mentions it."""
        return self.shown_from <= day and not self.is_paused_on(day)

    def is_paused_on(self, day: date) -> bool:
        """Say whether its reader gets no digest on this day."""
        return self.paused_until is not None and day <= self.paused_until


@dataclass(frozen=True)
class Draft:
    """A digest to be made."""

    person: int
    monday: date
    #: The day on which it goes out.
    day: date
    #: Deadlines that it mentions, as the view names them.
    deadlines: list[str]
    programmes: list[int]
    #: Rows of the ledger that go into it.
    steps: list[Reminder]


def make(weeks: Sequence[Week], *, now: datetime, any_time: bool) -> int:
    """Make the digests of the weekly editions that begin now; return how many.

    One for each person and week, whatever calendars the programmes have; none where
    there is nothing to say.
    """
    begun = [week.made_on for week in weeks if week.made_on]
    if not begun or not _anybody_wants_one():
        return 0
    mentions: dict[int, list[Mention]] = defaultdict(list)
    for mention in _mentions(today=timezone.localdate(now), until=max(begun)):
        mentions[mention.reminder.recipient_id or 0].append(mention)
    steps = _waiting_steps(until=max(begun))
    drafts = [
        draft
        for monday, of_week in groupby(weeks, key=lambda week: week.monday)
        for draft in _drafts(monday, list(of_week), mentions, steps)
    ]
    _put(drafts, now=now, any_time=any_time)
    return len(drafts)


def _anybody_wants_one() -> bool:
    found: bool = User.objects.filter(reminder_mode=ReminderMode.DIGEST).exists()
    return found


def _mentions(
    *, today: date, until: date, keys: Sequence[str] | None = None
) -> list[Mention]:
    """Return what digests speak of up to ``until``, in order of person and key."""
    rows = expected.run(
        _MENTIONED,
        today=today,
        horizon=until + AHEAD,
        keys=keys,
        ahead=AHEAD.days,
        whole=True,
    )
    return [
        Mention(shown_from, paused, Reminder(**dict(zip(_COLUMNS, row, strict=True))))
        for shown_from, paused, *row in rows
    ]


def _waiting_steps(*, until: date) -> dict[int, list[Reminder]]:
    """Return each person's steps that wait for a digest, locked."""
    steps: dict[int, list[Reminder]] = defaultdict(list)
    for step in (
        Reminder.objects.in_digest()
        .filter(state=ReminderState.PLANNED, send_on__lte=until)
        .order_by("send_on", "pk")
        .select_for_update(of=("self",))
    ):
        steps[step.recipient_id or 0].append(step)
    return steps


def _drafts(
    monday: date,
    weeks: Sequence[Week],
    mentions: Mapping[int, list[Mention]],
    steps: Mapping[int, list[Reminder]],
) -> Iterator[Draft]:
    """Yield the digests of one week, each on the first day that brings something."""
    reminding = {week.programme_id for week in weeks}
    days = sorted({week.made_on for week in weeks if week.made_on})
    for person in sorted({*mentions, *steps}):
        for day in days:
            begun = {week.programme_id for week in weeks if week.made_on == day}
            draft = _draft(person, monday, day, mentions, steps, reminding)
            if draft is not None and begun & set(draft.programmes):
                for step in draft.steps:
                    steps[person].remove(step)
                yield draft
                break


def _draft(
    person: int,
    monday: date,
    day: date,
    mentions: Mapping[int, list[Mention]],
    steps: Mapping[int, list[Reminder]],
    reminding: set[int],
) -> Draft | None:
    """Put together what one person gets to read; None where there is nothing."""
    shown = [
        mention.reminder
        for mention in mentions.get(person, [])
        if mention.is_shown_on(day) and mention.reminder.programme_id in reminding
    ]
    own = [
        step
        for step in steps.get(person, [])
        if step.send_on < monday + _WEEK and step.programme_id in reminding
    ]
    told = [*shown, *own]
    if not told:
        return None
    return Draft(
        person=person,
        monday=monday,
        day=day,
        deadlines=sorted({one.key for one in told}),
        programmes=sorted({one.programme_id for one in told}),
        steps=own,
    )


def _put(drafts: Sequence[Draft], *, now: datetime, any_time: bool) -> None:
    people = User.objects.in_bulk({draft.person for draft in drafts})
    messages = [
        _message(draft, people[draft.person], now=now, any_time=any_time)
        for draft in drafts
    ]
    Message.objects.bulk_create(messages, batch_size=500, ignore_conflicts=True)
    keys = {message.dedupe_key for message in messages}
    made = Message.objects.filter(dedupe_key__in=keys, state=MessageState.PENDING)
    by_key = dict(made.values_list("dedupe_key", "pk"))
    into = {
        step.pk: by_key[message.dedupe_key]
        for message, draft in zip(messages, drafts, strict=True)
        # Whoever had it from another programme already waits for the next.
        if message.dedupe_key in by_key
        for step in draft.steps
    }
    Reminder.objects.merge(into, now=now)
    newest = {
        message.recipient_id or 0: by_key[message.dedupe_key]
        for message in reversed(messages)
        if message.dedupe_key in by_key
    }
    _supersede(newest, but=by_key.values(), now=now)


def _message(draft: Draft, person: User, *, now: datetime, any_time: bool) -> Message:
    key = f"digest:{draft.person}:{draft.monday.isoformat()}"
    at = now + (draft.day - timezone.localdate(now))
    is_of_one = len(draft.programmes) == 1
    return Message(
        programme_id=draft.programmes[0] if is_of_one else None,
        dedupe_key=key,
        message_id=message_id(key),
        kind=MessageKind.DIGEST,
        recipient=person,
        to_address=person.email,
        params={
            "monday": draft.monday.isoformat(),
            "deadlines": draft.deadlines,
            "programmes": draft.programmes,
        },
        created_at=at,
        not_before=at,
        awaits_window=not any_time,
    )


def _supersede(newest: Mapping[int, int], *, but: Iterable[int], now: datetime) -> None:
    """Let each person's new digest take the place of one that is still unsent.

    ``but`` are the keys of the new ones.
    """
    old = list(
        Message.objects.unbegun()
        .filter(recipient__in=newest, kind=MessageKind.DIGEST)
        .exclude(pk__in=list(but))
        .values_list("pk", "recipient_id")
    )
    into = {pk: newest[person] for pk, person in old}
    steps = Reminder.objects.filter(message__in=into)
    Reminder.objects.merge(
        {step.pk: into[step.message_id or 0] for step in steps}, now=now
    )
    Message.objects.filter(pk__in=into).take_back(state=MessageState.SUPERSEDED)


def still_said(
    messages: Sequence[Message], *, now: datetime
) -> dict[int, list[Reminder]]:
    """Return, for each digest, what it still has to speak of, by the message's key."""
    today = timezone.localdate(now)
    keys = {key for message in messages for key in message.params["deadlines"]}
    if not keys:
        return {}
    current = {
        (mention.reminder.recipient_id, mention.reminder.key): mention.reminder
        for mention in _mentions(today=today, until=today, keys=sorted(keys))
        if not mention.is_paused_on(today)
    }
    said = {
        message.pk: [
            current[message.recipient_id, key]
            for key in message.params["deadlines"]
            if (message.recipient_id, key) in current
        ]
        for message in messages
    }
    prefetch_related_objects(
        [reminder for own in said.values() for reminder in own],
        "activity__initiative",
        "activity__place",
        "programme",
        "principal",
        "escalates_to",
    )
    return said


def free(message: Message, *, now: datetime) -> None:
    """Let the steps of a digest that is not sent wait again."""
    Reminder.objects.filter(message=message, state=ReminderState.MERGED).update(
        state=ReminderState.PLANNED, message=None, changed_at=now
    )
