"""Examples of what looks over everything: status, deadlines, history, changes."""

from __future__ import annotations

from rollout.api.examples import parts
from rollout.api.examples.moves import RECORD
from rollout.api.examples.parts import example
from rollout.api.examples.problems import REASON

_COUNTS = {
    "total": 26,
    "by_state": {
        "planned": 16,
        "in_clarification": 3,
        "launched": 7,
        "evaluated": 0,
        "discontinued": 0,
    },
    "proposals": 14,
    "missing_responsible": 5,
}
STATUS = example(
    "A programme in its first year",
    {
        "programme": parts.PROGRAMME,
        "on": "2026-03-02",
        "is_partial": False,
        "states": [{"code": "planned", "label": "planlagt"}],
        "initiatives": 12,
        "freshness": {
            "recorded_since": "2025-11-03T09:12:00+01:00",
            "changed_at": "2026-03-01T15:40:00+01:00",
        },
        "readiness": {
            "required": 0,
            "complete": 0,
            "by_aspect": {"planning": 0, "framework": 0, "parties": 0},
        },
        "counts": _COUNTS,
        "focus_areas": [{"focus_area": parts.AREA, "counts": _COUNTS}],
        "places": [{"place": parts.PLACE, "kind": "housing_area", "counts": _COUNTS}],
        "matrix": [],
        "blocked": [
            {
                "activity": parts.ACTIVITY,
                "state": "in_clarification",
                "next_step": "launch",
                "next_step_label": "Iværksæt",
                "reasons": [REASON],
            }
        ],
        "overdue": [],
        "upcoming_days": 30,
        "upcoming": [],
        "decisions": [],
    },
)
CHANGES = example(
    "An activity was launched",
    {
        "results": [
            {
                "resource": "activities",
                "id": 21,
                "url": "https://rollout.example.org/api/v1/activities/21/",
                "operation": "transitioned",
                "programme": 1,
                "at": "2026-08-10T09:30:00+02:00",
                "version": 9,
                "changed": ["launched_on", "state"],
                "transition": {
                    "name": "launch",
                    "source": "in_clarification",
                    "target": "launched",
                    "by": 5,
                },
            }
        ],
        "cursor": "MS4xYTJmLjNjLjczOTk0OS41ZjBjMWY2YThhNGIuNmI0ZA",
        "has_more": False,
        "lists": [],
    },
)

DEADLINE = example(
    "A milestone in six weeks",
    {
        "key": "milestone:12",
        "kind": "milestone",
        "kind_label": "milepæl",
        "object_id": 12,
        "title": "Aftale med foreninger",
        "due_on": "2026-04-15",
        "days_left": 44,
        "hold": None,
        "hold_label": "",
        "programme": parts.PROGRAMME,
        "activity": parts.ACTIVITY,
        "responsible": parts.PERSON,
        "partner": parts.PARTNER,
        "is_example": True,
    },
)
HISTORY_RECORD = example(
    "An activity whose clarification began",
    RECORD
    | {
        "key": "activity:51",
        "kind": "activity",
        "kind_label": "aktivitet",
        "object_id": 21,
        "programme": parts.PROGRAMME,
        "activity": parts.ACTIVITY,
    },
)
