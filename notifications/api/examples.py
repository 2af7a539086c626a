"""Examples in the schema: one line of the ledger, one mail to come, one webhook."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

_PERSON = {"id": 5, "name": "Eksempel Person"}
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

REMINDER = OpenApiExample(
    "Sent, opened and answered",
    value=_MILESTONE
    | {
        "id": 301,
        "kind_label": "milepæl",
        "programme": {
            "id": 1,
            "code": "ishoj-2025-2029",
            "name": "Ishøj 2025–2029",
        },
        "activity": {
            "id": 21,
            "initiative": {"id": 9, "code": "fritidsjob", "name": "Fritidsjobforløb"},
            "place": {"id": 3, "code": "vildtbanegaard-1", "name": "Vildtbanegård I"},
        },
        "recipient": _PERSON,
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
    response_only=True,
    status_codes=["200"],
)
FORECAST = OpenApiExample(
    "One mail in the coming week",
    value={
        "first": "2026-04-06",
        "last": "2026-05-06",
        "mails": [
            {
                "day": "2026-04-08",
                "recipient": _PERSON,
                "kind": "reminder",
                "reminders": [
                    _MILESTONE
                    | {"activity_id": 21, "day": "2026-04-08", "recipient": _PERSON}
                ],
            }
        ],
        "held": [],
        "load": [
            {
                "person": _PERSON,
                "mails": 1,
                "reminders": 1,
                "busiest_day": "2026-04-08",
            }
        ],
    },
    response_only=True,
    status_codes=["200"],
)

_WEBHOOK = {
    "id": 3,
    "version": 1,
    "programme": {"id": 1, "code": "ishoj-2025-2029", "name": "Ishøj 2025–2029"},
    "owner": _PERSON,
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
WEBHOOK = OpenApiExample(
    "A webhook that works", value=_WEBHOOK, response_only=True, status_codes=["200"]
)
NEW_WEBHOOK = OpenApiExample(
    "Tell the intranet when an activity changes its state",
    value={
        "programme": "ishoj-2025-2029",
        "url": "https://intranet.example.org/rollout",
        "description": "Intranettet",
        "event_types": ["activities.transitioned"],
    },
    request_only=True,
)
WEBHOOK_MADE = OpenApiExample(
    "Set up",
    value={
        "webhook": _WEBHOOK,
        "secret": "whsec_NVdXGlcyYyGkVVNrlyUwCYzGgxFjNkXbMqaUGbRQGpo=",
    },
    response_only=True,
    status_codes=["201"],
)
