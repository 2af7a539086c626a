"""Examples in the schema: one line of the ledger, one mail to come, one webhook."""

from __future__ import annotations

from typing import Any

from rollout.api.examples import parts
from rollout.api.examples.parts import example

_MILESTONE: dict[str, Any] = {
    "deadline": "milestone:12",
    "kind": "milestone",
    "title": "Aftale med foreninger",
    "due_on": "2026-04-15",
    "step": -5,
    "reason": "",
    "moved_from": None,
    "moved_because": "",
    "is_example": True,
}

REMINDER = example(
    "Sent, opened and answered",
    _MILESTONE
    | {
        "id": 301,
        "kind_label": "milepæl",
        "programme": parts.PROGRAMME,
        "activity": parts.ACTIVITY,
        "recipient": parts.PERSON,
        "on_behalf_of": None,
        "why": "responsible",
        "state": "sent",
        "state_label": "sendt",
        "reason_text": "",
        "send_on": "2026-04-08",
        "planned_at": "2026-04-08T07:00:12+02:00",
        "changed_at": "2026-04-08T08:00:03+02:00",
        "message": {
            "id": 88,
            "sent_at": "2026-04-08T08:00:05+02:00",
            "smtp_code": 250,
            "smtp_reply": "2.0.0 Ok: queued",
            "bounced_at": None,
        },
        "uses": [
            {
                "what": "opened",
                "what_label": "siden åbnet",
                "at": "2026-04-08T09:12:00+02:00",
            }
        ],
    },
)
FORECAST = example(
    "One mail in the coming week",
    {
        "first": "2026-04-06",
        "last": "2026-05-06",
        "mails": [
            {
                "day": "2026-04-08",
                "recipient": parts.PERSON,
                "kind": "reminder",
                "reminders": [
                    _MILESTONE
                    | {
                        "activity_id": 21,
                        "day": "2026-04-08",
                        "recipient": parts.PERSON,
                    }
                ],
            }
        ],
        "held": [],
        "load": [
            {
                "person": parts.PERSON,
                "mails": 1,
                "reminders": 1,
                "busiest_day": "2026-04-08",
            }
        ],
    },
)

_WEBHOOK = {
    "id": 3,
    "version": 1,
    "programme": parts.PROGRAMME,
    "owner": parts.PERSON,
    "url": "https://intranet.example.org/rollout",
    "description": "Intranettet",
    "event_types": ["activities.transitioned"],
    "is_on": True,
    "off_reason": None,
    "off_at": None,
    "failures": 0,
    "failing_since": None,
    "created_at": "2026-03-02T12:00:00+01:00",
}
WEBHOOK = example("A webhook that works", _WEBHOOK)
NEW_WEBHOOK = example(
    "Tell the intranet when an activity changes its state",
    {
        "programme": "ishoj-2025-2029",
        "url": "https://intranet.example.org/rollout",
        "description": "Intranettet",
        "event_types": ["activities.transitioned"],
    },
)
WEBHOOK_MADE = example(
    "Set up",
    {
        "webhook": _WEBHOOK,
        "secret": "whsec_NVdXGlcyYyGkVVNrlyUwCYzGgxFjNkXbMqaUGbRQGpo=",
    },
)
CHANGE_WEBHOOK = example("Switch it on again", {"is_on": True})
DELIVERY = example(
    "A call that arrived",
    {
        "id": 91,
        "event_id": "evt_1a2f.3c",
        "event_type": "activities.transitioned",
        "state": "sent",
        "attempts": 1,
        "created_at": "2026-03-02T12:00:00+01:00",
        "not_before": "2026-03-02T12:00:00+01:00",
        "sent_at": "2026-03-02T12:00:02+01:00",
        "status": 200,
        "said": "",
        "body": "{}",
    },
)
REPLAY = example(
    "Everything since the copy was made",
    {"since": "MS4xYTJmLjNjLjczOTk0OS41ZjBjMWY2YThhNGIuNmI0ZA"},
)
REPLAYED = example("Three calls are made again", {"again": 3})
