"""Examples of what is measured, asked for and delivered."""

from __future__ import annotations

from typing import Any

from rollout.api.examples import parts
from rollout.api.examples.parts import example

INDICATOR = example(
    "A number with a small baseline",
    parts.INDICATOR
    | {
        "programme": parts.PROGRAMME,
        "objective": parts.OBJECTIVE,
        "decimals": 0,
        "direction": "increase",
        "direction_label": "skal stige",
        "threshold": None,
        "is_share": False,
        "numerator": "",
        "denominator": "",
        "population": "unge mellem 13 og 17 år",
        "age_bands": [],
        "groups": [],
        "places": [parts.PLACE],
        "source_of_data": "",
        "rhythm": "half_yearly",
        "rhythm_label": "hvert halve år",
        "is_cumulative": False,
        "baseline": None,
        "baseline_mask": "<5",
        "baseline_missing_reason": "",
        "is_proposal": True,
        "delivered_by": parts.PARTNER,
        "source": "",
    },
)
MEASUREMENT = example(
    "A value that waits to be approved",
    {
        "id": 31,
        "version": 2,
        "indicator": parts.INDICATOR,
        "place": parts.PLACE,
        "band": "",
        "period_start": "2026-01-01",
        "period_end": "2026-06-30",
        "value": "12",
        "mask": "",
        "meets_threshold": None,
        "comment": "",
        "evidence_url": "",
        "status": "submitted",
        "status_label": "indsendt",
        "returned_reason": "",
        "submitted_by": parts.PERSON,
        "submitted_at": "2026-08-12T10:05:00+02:00",
        "approved_by": None,
        "approved_at": None,
        "frozen_at": None,
        "data_request": 41,
        "is_example": True,
    },
)
ROUND = example(
    "A round agreed with LBF",
    parts.ROUND
    | {
        "version": 2,
        "programme": parts.PROGRAMME,
        "kind_label": "monitorering",
        "period_start": "2026-01-01",
        "period_end": "2026-06-30",
        "due_on": "2026-08-14",
        "state": "agreed",
        "state_label": "aftalt med LBF",
        "agreed_on": "2026-03-02",
        "recurrence": "half_yearly",
        "recurrence_label": "hvert halve år",
        "responsible": parts.PERSON,
        "is_example": True,
    },
)
_REQUEST: dict[str, Any] = {
    "id": 41,
    "version": 1,
    "round": parts.ROUND,
    "indicator": parts.INDICATOR,
    "place": parts.PLACE,
    "partner": parts.PARTNER,
    "responsible": parts.PERSON,
    "period_start": "2026-01-01",
    "period_end": "2026-06-30",
    "question": "",
    "due_on": "2026-08-14",
    "last_value": "9",
    "last_value_mask": "",
    "last_period_end": "2025-12-31",
    "status": "submitted",
    "is_example": True,
}
REQUEST = example("A number that was delivered", _REQUEST)
DELIVER = example("Twelve of them", {"value": "12", "comment": "Talt den 30. juni."})
