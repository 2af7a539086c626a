"""Shifts a milestone, an activity or a whole phase: first tried, then saved as seen.

Outsiders import from this package and never from its modules.
"""

from rollout.services.shifting.proposal import (
    Cause,
    Change,
    Clash,
    Load,
    Problem,
    Proposal,
    ShiftRequest,
    Whole,
)
from rollout.services.shifting.saving import (
    Difference,
    Overtaken,
    Seen,
    seen_in,
    shift,
)
from rollout.services.shifting.schedule import (
    AHEAD,
    Dated,
    DateKey,
    Schedule,
    read_schedule,
)
from rollout.services.shifting.trial import propose

__all__ = [
    "AHEAD",
    "Cause",
    "Change",
    "Clash",
    "DateKey",
    "Dated",
    "Difference",
    "Load",
    "Overtaken",
    "Problem",
    "Proposal",
    "Schedule",
    "Seen",
    "ShiftRequest",
    "Whole",
    "propose",
    "read_schedule",
    "seen_in",
    "shift",
]
