"""Examples in the schema: one programme, one activity, as the API answers them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

_PROGRAMME = {"id": 1, "code": "ishoj-2025-2029", "name": "Ishøj 2025–2029"}
_AREA = {"id": 2, "code": "beskaeftigelse", "name": "Uddannelse og beskæftigelse"}
_INITIATIVE = {"id": 9, "code": "fritidsjob", "name": "Fritidsjobforløb"}
_PLACE = {"id": 3, "code": "vildtbanegaard-1", "name": "Vildtbanegård I"}
_REFERENCE = {"id": 21, "initiative": _INITIATIVE, "place": _PLACE}
_PERSON = {"id": 5, "name": "Eksempel Person"}
_REASON = {
    "code": "readiness_parties",
    "text": "Parterne er ikke klar i Vildtbanegård I.",
    "who": "Eksempel Person",
    "link": "https://rollout.example.org/activities/21/#readiness",
    "overridable": True,
}
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
_ACTIVITY: dict[str, Any] = {
    "id": 21,
    "version": 8,
    "state": "in_clarification",
    "state_label": "under afklaring",
    "programme": _PROGRAMME,
    "focus_area": _AREA,
    "initiative": _INITIATIVE,
    "place": _PLACE,
    "phase": None,
    "is_proposal": False,
    "responsible": _PERSON,
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
_RECORD = {
    "sequence": 1,
    "transition": "clarify",
    "transition_label": "Begynd afklaring",
    "source": "planned",
    "source_label": "planlagt",
    "target": "in_clarification",
    "target_label": "under afklaring",
    "by": _PERSON,
    "at": "2026-02-02T10:15:00+01:00",
    "reason": "",
    "overridden": [],
    "version": 8,
    "hash": "5f0c1f6a8a4be8e0d0b0b6a1c6f1e6f0c9f1ad0c7b7d3f2b7a9d2f4c1b0e7d66",
}


def _answer(name: str, value: Any) -> OpenApiExample:
    return OpenApiExample(name, value=value, response_only=True, status_codes=["200"])


ACTIVITY = _answer("An activity in clarification", _ACTIVITY)
HISTORY = _answer("One line of history", _RECORD)
TRANSITIONS = _answer(
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
                "reasons": [_REASON],
            }
        ],
    },
)
PERFORM = OpenApiExample(
    "Begin clarification", value={"transition": "clarify"}, request_only=True
)
OVERRIDE = OpenApiExample(
    "Launch although something is missing",
    value={
        "transition": "launch",
        "reason": "Parterne har givet tilsagn på mødet den 3. marts.",
        "override": True,
    },
    request_only=True,
)
CHANGE_ACTIVITY = OpenApiExample(
    "Plan the launch",
    value={"planned_launch_on": "2026-08-10", "phase": None, "weight": 2},
    request_only=True,
)
CHANGE_READINESS = OpenApiExample(
    "The parties are ready",
    value={"is_met": True, "note": "Aftalt på mødet den 3. marts."},
    request_only=True,
)
CHANGE_CONDITION = OpenApiExample(
    "The budget is granted", value={"outcome": "met"}, request_only=True
)
PERFORMED = _answer("Begun", {"activity": _ACTIVITY, "record": _RECORD})
STATUS = _answer(
    "A programme in its first year",
    {
        "programme": _PROGRAMME,
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
        "focus_areas": [{"focus_area": _AREA, "counts": _COUNTS}],
        "places": [{"place": _PLACE, "kind": "housing_area", "counts": _COUNTS}],
        "matrix": [],
        "blocked": [
            {
                "activity": _REFERENCE,
                "state": "in_clarification",
                "next_step": "launch",
                "next_step_label": "Iværksæt",
                "reasons": [_REASON],
            }
        ],
        "overdue": [],
        "upcoming_days": 30,
        "upcoming": [],
        "decisions": [],
    },
)
CHANGES = _answer(
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

_TOKEN = {
    "id": 12,
    "name": "Power BI",
    "prefix": "3f9a01bc",
    "scopes": ["plan:read", "status:read"],
    "programme": _PROGRAMME,
    "created_at": "2026-03-02T12:00:00+01:00",
    "expires_at": "2026-05-31T13:00:00+02:00",
    "last_used_at": None,
    "revoked_at": None,
}
TOKEN = OpenApiExample(
    "A token", value=_TOKEN, response_only=True, status_codes=["200"]
)
NEW_TOKEN = OpenApiExample(
    "To read one programme for 90 days",
    value={
        "name": "Power BI",
        "scopes": ["status:read", "plan:read"],
        "programme": "ishoj-2025-2029",
        "days": 90,
    },
    request_only=True,
)
TOKEN_MADE = OpenApiExample(
    "Made",
    value={
        "token": _TOKEN,
        "secret": "rollout_3f9a01bc_aVerySecretTextOfFortyThreeCharactersInAll0",
    },
    response_only=True,
    status_codes=["201"],
)

#: Problems by status, as the schema shows them.
PROBLEMS: dict[int, dict[str, Any]] = {
    400: {
        "type": "urn:problem-type:rollout:invalid",
        "title": "Forespørgslen er ikke gyldig",
        "status": 400,
        "detail": "stat: Parameteren findes ikke.",
        "code": "invalid",
        "instance": "/api/v1/activities/",
        "errors": [
            {
                "field": "stat",
                "code": "unknown_parameter",
                "detail": "Parameteren findes ikke.",
            }
        ],
    },
    409: {
        "type": "urn:problem-type:rollout:blocked",
        "title": "Der mangler noget",
        "status": 409,
        "detail": "Parterne er ikke klar i Vildtbanegård I.",
        "code": "blocked",
        "instance": "/api/v1/activities/21/transitions/",
        "reasons": [_REASON],
    },
    410: {
        "type": "urn:problem-type:rollout:gone",
        "title": "Markøren gælder ikke længere",
        "status": 410,
        "detail": "Markøren er ældre end 90 dage. Begynd forfra: spørg uden markør, og"
        " læs så alt.",
        "code": "gone",
        "instance": "/api/v1/changes/",
    },
    412: {
        "type": "urn:problem-type:rollout:stale",
        "title": "En anden kom først",
        "status": 412,
        "detail": "En anden har ændret dette i mellemtiden (version 9).",
        "code": "stale",
        "instance": "/api/v1/activities/21/transitions/",
        "current_version": 9,
    },
}
