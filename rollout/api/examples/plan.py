"""Examples of the frame of the plan."""

from __future__ import annotations

from typing import Any

from rollout.api.examples import parts
from rollout.api.examples.parts import example

_IN_PROGRAMME: dict[str, Any] = {"programme": parts.PROGRAMME, "source": ""}

PROGRAMME = example(
    "A programme of four years",
    parts.PROGRAMME
    | {
        "municipality": "Ishøj Kommune",
        "starts_on": "2025-11-01",
        "ends_on": "2029-10-31",
        "ends_on_is_assumed": True,
        "decided_on": "2025-05-27",
        "description": "",
        "source": "",
    },
)
FOCUS_AREA = example(
    "A focus area with one department",
    parts.AREA
    | _IN_PROGRAMME
    | {
        "departments": [parts.PARTNER],
        "sub_agreement_outdated_since": None,
        "sub_agreement_outdated_reason": "",
    },
)
OBJECTIVE = example(
    "An objective for one place",
    parts.OBJECTIVE
    | _IN_PROGRAMME
    | {
        "focus_area": parts.AREA,
        "direction": "increase",
        "direction_label": "skal stige",
        "threshold": None,
        "aim": "",
        "population": "unge mellem 13 og 17 år",
        "places": [parts.PLACE],
    },
)
PLACE = example(
    "A housing area that is part of a group",
    parts.PLACE
    | _IN_PROGRAMME
    | {
        "kind": "housing_area",
        "kind_label": "boligområde",
        "parent": parts.GROUP,
        "requires_readiness": True,
    },
)
PHASE = example(
    "The first wave",
    parts.PHASE
    | {
        "programme": parts.PROGRAMME,
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
        "places": [parts.PLACE],
        "is_example": True,
    },
)
PARTNER = example(
    "A department of the municipality",
    parts.PARTNER
    | _IN_PROGRAMME
    | {"kind": "department", "kind_label": "fagcenter", "lead": None},
)
INITIATIVE = example(
    "An initiative of one focus area",
    parts.INITIATIVE
    | _IN_PROGRAMME
    | {
        "focus_area": parts.AREA,
        "nature": "continued",
        "nature_label": "fortsat",
        "parent": None,
        "partners": [parts.PARTNER],
        "description": "",
    },
)
GRANT = example(
    "Money for one activity",
    {
        "id": 10,
        "programme": parts.PROGRAMME,
        "funder": "Eksempelfonden",
        "amount": "250000.00",
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
        "activities": [parts.ACTIVITY],
        "note": "",
        "is_example": True,
    },
)
USER = example(
    "A manager",
    parts.PERSON
    | {
        "is_active": True,
        "is_example": True,
        "memberships": [
            {
                "programme": parts.PROGRAMME,
                "role": "manager",
                "role_label": "leder",
                "partner": None,
            }
        ],
    },
)
