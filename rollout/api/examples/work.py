"""Examples of activities and of what hangs on them."""

from __future__ import annotations

from typing import Any

from rollout.api.examples import parts
from rollout.api.examples.parts import example

#: An activity as it is shown.
SHOWN: dict[str, Any] = {
    "id": 21,
    "version": 8,
    "state": "in_clarification",
    "state_label": "under afklaring",
    "programme": parts.PROGRAMME,
    "focus_area": parts.AREA,
    "initiative": parts.INITIATIVE,
    "place": parts.PLACE,
    "phase": None,
    "is_proposal": False,
    "responsible": parts.PERSON,
    "responsible_partner": None,
    "contributors": [],
    "readiness": {
        "is_required": True,
        "met": 2,
        "aspects": [
            {
                "aspect": "planning",
                "aspect_label": "planlægningen",
                "is_met": True,
                "on": "2026-02-03",
                "note": "",
            }
        ],
    },
    "planned_launch_on": "2026-08-10",
    "launched_on": None,
    "running_since": None,
    "weight": 1,
    "note": "",
    "source": "",
    "created_at": "2025-11-03T09:12:00+01:00",
}
ACTIVITY = example("An activity in clarification", SHOWN)
CHANGE_ACTIVITY = example(
    "Plan the launch",
    {"planned_launch_on": "2026-08-10", "phase": None, "weight": 2},
)
READINESS = example(
    "The planning is ready",
    {
        "id": 61,
        "version": 2,
        "activity": parts.ACTIVITY,
        "aspect": "planning",
        "aspect_label": "planlægningen",
        "is_met": True,
        "by": parts.PERSON,
        "on": "2026-02-03",
        "note": "",
        "evidence_url": "",
    },
)
CHANGE_READINESS = example(
    "The parties are ready", {"is_met": True, "note": "Aftalt på mødet den 3. marts."}
)
CONDITION = example(
    "A budget that is awaited",
    {
        "id": 71,
        "version": 1,
        "activity": parts.ACTIVITY,
        "code": "stilling",
        "kind": "budget_decision",
        "kind_label": "budgetbeslutning",
        "title": "Stillingen er bevilget",
        "body": "Byrådet",
        "expected_on": "2026-10-01",
        "outcome": "awaiting",
        "outcome_label": "afventes",
        "decided_on": None,
        "effect": "blocks_launch",
        "effect_label": "spærrer for iværksættelse",
        "note": "",
        "source": "",
    },
)
CHANGE_CONDITION = example("The budget is granted", {"outcome": "met"})
EVALUATION = example(
    "An activity that goes on",
    {
        "id": 81,
        "version": 1,
        "activity": parts.ACTIVITY,
        "round": parts.ROUND,
        "conclusion": "continues",
        "conclusion_label": "fortsætter",
        "summary": "Det går godt.",
        "done": "Otte aftener er holdt.",
        "reach": "",
        "assessment": "",
        "next_step": "Flere værksteder.",
        "written_by": parts.PERSON,
        "approved_by": None,
        "approved_on": None,
        "frozen_at": None,
        "is_example": True,
    },
)
MILESTONE = example(
    "A milestone that is needed before the launch",
    {
        "id": 12,
        "version": 1,
        "state": "open",
        "state_label": "åben",
        "activity": parts.ACTIVITY,
        "title": "Aftale med foreninger",
        "due_on": "2026-04-15",
        "done_on": None,
        "responsible": parts.PERSON,
        "responsible_partner": None,
        "weight": 1,
        "before_launch": True,
        "predecessors": [11],
        "evidence_url": "",
        "note": "",
        "is_example": True,
    },
)
NEW_MILESTONE = example(
    "Something to reach before the launch",
    {
        "activity": 21,
        "title": "Aftale med foreninger",
        "due_on": "2026-04-15",
        "before_launch": True,
        "predecessors": [11],
    },
)
CHANGE_MILESTONE = example(
    "Give it another week", {"due_on": "2026-04-22", "note": "Efter påsken."}
)
