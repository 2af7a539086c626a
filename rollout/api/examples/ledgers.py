"""Examples of targets, of who came, and of what a partner puts in."""

from __future__ import annotations

from rollout.api.examples import parts
from rollout.api.examples.parts import example

TARGET = example(
    "Forty by the end of the year",
    {
        "id": 51,
        "indicator": parts.INDICATOR,
        "place": parts.PLACE,
        "period_start": "2026-01-01",
        "period_end": "2026-12-31",
        "value": "40.0000",
        "note": "",
    },
)
ATTENDANCE = example(
    "An evening with twelve participants",
    {
        "id": 61,
        "version": 1,
        "activity": parts.ACTIVITY,
        "held_on": "2026-02-26",
        "hours": "2.50",
        "participants": {"13-17": 9, "": 3},
        "total": 12,
        "note": "Lektiecafé",
        "noted_by": parts.PERSON,
        "noted_at": "2026-02-27T09:15:00+01:00",
    },
)
CONTRIBUTION = example(
    "Hours, half of them delivered",
    {
        "id": 71,
        "programme": parts.PROGRAMME,
        "partner": parts.PARTNER,
        "kind": "hours",
        "kind_label": "timer",
        "title": "Vejledning om fritidsjob",
        "promised": "80.00",
        "delivered": "40.00",
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
        "activity": parts.ACTIVITY,
        "note": "",
    },
)
