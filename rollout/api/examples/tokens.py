"""Examples of tokens."""

from __future__ import annotations

from rollout.api.examples import parts
from rollout.api.examples.parts import example

_TOKEN = {
    "id": 12,
    "version": 1,
    "name": "Power BI",
    "prefix": "3f9a01bc",
    "scopes": ["plan:read", "status:read"],
    "programme": parts.PROGRAMME,
    "created_at": "2026-03-02T12:00:00+01:00",
    "expires_at": "2026-05-31T13:00:00+02:00",
    "last_used_at": None,
    "revoked_at": None,
}
TOKEN = example("A token", _TOKEN)
NEW_TOKEN = example(
    "To read one programme for 90 days",
    {
        "name": "Power BI",
        "scopes": ["status:read", "plan:read"],
        "programme": "ishoj-2025-2029",
        "days": 90,
    },
)
TOKEN_MADE = example(
    "Made",
    {
        "token": _TOKEN,
        "secret": "rollout_3f9a01bc_aVerySecretTextOfFortyThreeCharactersInAll0",
    },
)
