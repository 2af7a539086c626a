"""Examples of transitions: what is possible, what is asked for, what became of it."""

from __future__ import annotations

from typing import Any

from rollout.api.examples import parts
from rollout.api.examples.parts import example
from rollout.api.examples.problems import PROBLEMS, REASON
from rollout.api.examples.work import SHOWN

RECORD: dict[str, Any] = {
    "sequence": 1,
    "transition": "clarify",
    "transition_label": "Begynd afklaring",
    "source": "planned",
    "source_label": "planlagt",
    "target": "in_clarification",
    "target_label": "under afklaring",
    "by": parts.PERSON,
    "at": "2026-02-02T10:15:00+01:00",
    "reason": "",
    "overridden": [],
    "version": 8,
    "hash": "5f0c1f6a8a4be8e0d0b0b6a1c6f1e6f0c9f1ad0c7b7d3f2b7a9d2f4c1b0e7d66",
}
_RESULT = {"activity": SHOWN, "record": RECORD}

HISTORY = example("One line of history", RECORD)
TRANSITIONS = example(
    "Launching is blocked",
    {
        "activity": 21,
        "version": 8,
        "state": "in_clarification",
        "state_label": "under afklaring",
        "transitions": [
            {
                "name": "launch",
                "label": "Iværksæt",
                "target": "launched",
                "target_label": "iværksat",
                "needs_reason": False,
                "allowed": True,
                "possible": False,
                "overridable": True,
                "reasons": [REASON],
            }
        ],
    },
)
PERFORM = example("Begin clarification", {"transition": "clarify"})
OVERRIDE = example(
    "Launch although something is missing",
    {
        "transition": "launch",
        "reason": "Parterne har givet tilsagn på mødet den 3. marts.",
        "override": True,
    },
)
PERFORMED = example("Begun", _RESULT)
PREVIEW = example(
    "What launching would do",
    {
        "activity": 21,
        "state": "launched",
        "state_label": "iværksat",
        "milestones": [
            {
                "id": None,
                "title": "Opstartsmøde",
                "due_on": "2026-08-17",
                "effect": "made",
            }
        ],
        "data_requests": [
            {
                "question": "Unge med fritidsjob",
                "partner": parts.PARTNER,
                "due_on": "2026-08-14",
            }
        ],
        "mails": {
            "told": [parts.PERSON],
            "reminders": [
                {
                    "title": "Opstartsmøde",
                    "recipient": parts.PERSON,
                    "before": None,
                    "after": "2026-08-10",
                }
            ],
        },
    },
)
BULK = example(
    "Begin two clarifications",
    {
        "items": [
            {"activity": 21, "version": 7, "transition": "clarify"},
            {"activity": 22, "version": 3, "transition": "clarify"},
        ]
    },
)
BULK_RESULT = example(
    "One was possible (`partial=true`)",
    {
        "results": [
            {"activity": 21, "status": 200, "result": _RESULT, "problem": None},
            {"activity": 22, "status": 412, "result": None, "problem": PROBLEMS[412]},
        ]
    },
)
MILESTONE_TRANSITIONS = example(
    "It can be finished",
    {
        "milestone": 12,
        "version": 1,
        "state": "open",
        "state_label": "åben",
        "transitions": [
            {
                "name": "finish",
                "label": "Markér som færdig",
                "target": "done",
                "target_label": "færdig",
                "needs_reason": False,
                "allowed": True,
                "possible": True,
                "overridable": False,
                "reasons": [],
            }
        ],
    },
)
FINISH_MILESTONE = example("It is reached", {"transition": "finish"})
DROP_MILESTONE = example(
    "It is no longer wanted",
    {"transition": "drop", "reason": "Foreningen lukker til sommer."},
)
