"""Makes what the reaction needs; a test states only what matters to it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from notifications import compose, letters, webhooks
from notifications.email import Letter, message_id
from notifications.models import Ladder, Message, Reminder, Webhook
from rollout.models import Activity, ClosingPeriod, Programme, User
from tests.factories import NOON, make_activity, make_milestone, make_user

COPENHAGEN = ZoneInfo("Europe/Copenhagen")

_numbers = count(1)


def at(day: date | str, hour: int = 8, minute: int = 0) -> datetime:
    """Return a local time as the engine gets it: aware, in UTC."""
    when = date.fromisoformat(day) if isinstance(day, str) else day
    local = datetime.combine(when, time(hour, minute), COPENHAGEN)
    return local.astimezone(UTC)


def make_running_activity(**fields: Any) -> Activity:
    """Make a launched activity with a responsible person."""
    programme = fields.pop("programme", None)
    if "responsible" not in fields:
        fields["responsible"] = make_user(name="Eksempel Kontakt")
    return make_activity(state=Activity.State.LAUNCHED, programme=programme, **fields)


def make_due_milestone(due_on: str, **fields: Any) -> Any:
    """Make a milestone of a running activity, due on an ISO date."""
    if "activity" not in fields:
        fields["activity"] = make_running_activity()
    return make_milestone(due_on=date.fromisoformat(due_on), **fields)


def make_ladder(programme: Programme | None, *steps: int, **fields: Any) -> Ladder:
    """Make a ladder of single steps."""
    ladder = Ladder.objects.create(programme=programme, **fields)
    for step in steps:
        ladder.steps.create(offset_days=step)
    return ladder


def make_period(programme: Programme, first: str, last: str, **fields: Any) -> Any:
    """Make a quiet period from one ISO date to another."""
    return ClosingPeriod.objects.create(
        **{
            "programme": programme,
            "name": "Sommerferie",
            "kind": "quiet",
            "starts_on": date.fromisoformat(first),
            "ends_on": date.fromisoformat(last),
        }
        | fields
    )


def make_message(**fields: Any) -> Message:
    """Make a pending notice that an activity was launched."""
    number = next(_numbers)
    if "params" not in fields:
        if "activity" not in fields:
            fields["activity"] = make_running_activity()
        record = fields["activity"].history.last()
        fields["params"] = {"record": record.pk, "role": "responsible"}
    recipient = fields.setdefault("recipient", make_user())
    key = fields.setdefault("dedupe_key", f"test:{number}")
    now = fields.pop("now", datetime.now(UTC))
    return Message.objects.create(
        **{
            "message_id": message_id(key),
            "kind": "transition",
            "to_address": recipient.email,
            "created_at": now,
            "not_before": now,
            "awaits_window": False,
        }
        | fields
    )


def letter_of(message: Message, now: datetime) -> Letter:
    """Look once more at a message, as a sender does, and write it."""
    [wanted] = compose.still_wanted([message], now=now).values()
    assert not isinstance(wanted, compose.Dropped), wanted
    return letters.write(message, wanted, now=now)


def make_sent_reminder(milestone: Any, *, recipient: Any, **fields: Any) -> Reminder:
    """Make a line of the ledger: a reminder that was sent five days before."""
    activity, now = milestone.activity, datetime(2026, 4, 8, 6, tzinfo=UTC)
    message = make_message(
        activity=activity,
        programme=activity.programme,
        recipient=recipient,
        kind="reminder",
        now=now,
    )
    Message.objects.filter(pk=message.pk).update(
        state="sent", sent_at=now, smtp_code=250, smtp_reply="2.0.0 Ok"
    )
    return Reminder.objects.create(
        **{
            "kind": "milestone",
            "object_id": milestone.pk,
            "due_on": milestone.due_on,
            "title": milestone.title,
            "programme": activity.programme,
            "activity": activity,
            "step": -5,
            "audience": "responsible",
            "recipient": recipient,
            "principal": recipient,
            "why": "responsible",
            "state": "merged",
            "send_on": date(2026, 4, 8),
            "message": message,
            "planned_at": now,
            "changed_at": now,
        }
        | fields
    )


def steps_of(milestone: Any, **filters: Any) -> dict[int, str]:
    """Return the state of each step in the ledger of a milestone."""
    return dict(
        Reminder.objects.filter(
            kind="milestone", object_id=milestone.pk, **filters
        ).values_list("step", "state")
    )


def make_webhook(programme: Programme, owner: User, **fields: Any) -> Webhook:
    """Make a webhook of a manager that is told of everything about activities."""
    defaults = {"url": "https://example.org/hook", "event_types": ["activities.*"]}
    webhook, _key = webhooks.subscribe(
        programme, by=owner, at=NOON, **defaults | fields
    )
    return webhook
